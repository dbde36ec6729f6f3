//! `aciform init DIR`

use std::fs;
use std::io;
use std::path::Path;

use crate::output::{self, Exit, Messages};
use aciform_site::shown;

/// The files of a new site; a test compiles them.
const FILES: &[(&str, &str)] = &[
    ("aciform.yaml", include_str!("../../../../templates/init/aciform.yaml")),
    ("ml2_conf_cisco_apic.ini", include_str!("../../../../templates/init/ml2_conf_cisco_apic.ini")),
    ("intent/fabric.yaml", include_str!("../../../../templates/init/intent/fabric.yaml")),
    ("intent/demo.yaml", include_str!("../../../../templates/init/intent/demo.yaml")),
    // Beside the site, so that editors find them wherever it lies, without a network and with the version that made it.
    ("schema/aciform.schema.json", include_str!("../../../../schema/aciform.schema.json")),
    ("schema/intent.schema.json", include_str!("../../../../schema/intent.schema.json")),
    (".gitignore", include_str!("../../../../templates/init/gitignore")),
];

/// Writes the files into a folder that is missing or empty.
pub(crate) fn run(dir: &Path, messages: Messages) -> Exit {
    if let Err(exit) = fill(dir, FILES.iter().copied(), messages) {
        return exit;
    }
    let mut made = format!("{}: a site that compiles\n", shown(dir));
    for (name, _) in FILES {
        made.push_str(&format!("  {}\n", shown(&dir.join(name))));
    }
    made.push_str(&format!("next: aciform compile {}\n", shown(dir)));
    output::result(&made)
}

/// Writes files into a folder that is missing or empty; a folder that holds anything is left as it is.
pub(super) fn fill<'a>(
    dir: &Path,
    files: impl Iterator<Item = (&'a str, &'a str)>,
    messages: Messages,
) -> Result<(), Exit> {
    match fs::read_dir(dir).map(|mut entries| entries.next().is_some()) {
        Ok(true) => {
            return Err(messages.trouble(&format!("`{}` is not empty; name a new folder", shown(dir))));
        }
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(trouble(dir, &error, messages)),
    }
    for (name, content) in files {
        let place = dir.join(name);
        let folder = place.parent().unwrap_or(dir);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&place, content))
            .map_err(|error| trouble(&place, &error, messages))?;
    }
    Ok(())
}

fn trouble(place: &Path, error: &io::Error, messages: Messages) -> Exit {
    messages.trouble(&format!("cannot make `{}`: {error}", shown(place)))
}
