//! `aciform verify [SITE]`

use std::path::{Path, PathBuf};

use aciform_bundle::manifest;
use aciform_site::{Reader, SITE_FILE, shown};

use super::diff;
use crate::output::{self, Exit, Messages};
use crate::progress;

/// Reads a bundle and holds its artifacts against each other.
pub(crate) fn run(site: &Path, messages: Messages) -> Exit {
    let folder = match bundle_of(site, messages) {
        Ok(folder) => folder,
        Err(exit) => return exit,
    };
    progress::stage("reading the bundle");
    let Some(bundle) = diff::read(&folder, messages) else { return Exit::Trouble };
    let left_out = aciform_verify::left_out(&bundle.files, &bundle.manifest);
    if !left_out.is_empty() {
        return messages.trouble(&format!(
            "`{}` holds a part of a bundle, without {}: only a whole one is verified, as `aciform compile` makes without --host and --target",
            shown(&folder),
            left_out.join(", ")
        ));
    }
    let root = format!("{}/", shown(&folder));
    progress::stage("holding the files against each other");
    let verified = aciform_verify::verify(bundle.files, &bundle.manifest, &root);
    let found = verified.findings.len();
    if found > 0 {
        messages.print(&verified.sources, verified.findings);
        return Exit::Findings;
    }
    let extent = verified.extent;
    output::result(&format!(
        "{}: {}, {}, {}, {} and {} agree\n",
        shown(&folder),
        output::counted(extent.hosts, "host"),
        output::counted(extent.endpoints, "endpoint"),
        output::counted(extent.flows, "flow"),
        output::counted(extent.rules, "rule"),
        output::counted(extent.objects, "object"),
    ))
}

/// The bundle of a site: the one compiled last, or else the reviewed one. Any other folder has to be a bundle itself.
fn bundle_of(folder: &Path, messages: Messages) -> Result<PathBuf, Exit> {
    let compiled = folder.join("bundle");
    if folder.join(manifest::FILE).exists() || !folder.join(SITE_FILE).exists() {
        return Ok(folder.to_owned());
    }
    if compiled.exists() {
        return Ok(compiled);
    }
    let mut reader = Reader::default();
    let site = reader.site(folder);
    let named = site.as_ref().and_then(|loaded| loaded.site.golden.as_ref()).map(|golden| golden.value.as_str());
    let golden = folder.join(named.unwrap_or("golden"));
    if golden.exists() {
        return Ok(golden);
    }
    let site = shown(folder);
    Err(messages.trouble(&format!(
        "`{site}` has no bundle yet: `aciform compile {site}` makes one, `aciform golden accept {site}` a reviewed one"
    )))
}
