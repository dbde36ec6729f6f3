//! From a name to where it is declared, and from a declaration to what names it, over intent and ini.

use std::ops::Range;
use std::path::{Path, PathBuf};

use aciform_diagnostics::FileId;
use aciform_site::absolute;

use crate::ini::{hover::prefix_of, lines};
use crate::subject::Kind;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::yaml::cursor;
use crate::yaml::names::{Names, step_word, target};
use crate::yaml::outline::unquoted;

/// A place in a file.
pub(crate) type Place = (PathBuf, Range<usize>);

/// The prefix of the sections that have a counterpart in the intent.
const EXTERNAL: &str = "apic_external_network";

/// Where the name at a place is declared.
pub(crate) fn definition(workspace: &Workspace, path: &Path, offset: usize) -> Vec<Place> {
    match named_at(workspace, path, offset) {
        Some(Named::InIni(name)) => declared(workspace, path, &["external_networks", &name]),
        // The counterpart of the declaration, since the declaration is here.
        Some(Named::Declared(way)) => match way.as_slice() {
            [first, name] if first == "external_networks" => headers(workspace, path, name),
            _ => Vec::new(),
        },
        Some(Named::Referred(ways)) => ways
            .iter()
            .map(|way| declared(workspace, path, &strs(way)))
            .find(|found| !found.is_empty())
            .unwrap_or_default(),
        Some(Named::File(file)) => vec![(file, 0..0)],
        None => Vec::new(),
    }
}

/// Everything that names what is named at a place.
pub(crate) fn references(workspace: &Workspace, path: &Path, offset: usize, with_declaration: bool) -> Vec<Place> {
    let files = workspace.yaml_files(path);
    let names: Vec<&Names> = files.iter().map(|(_, facts)| &facts.names).collect();
    let way = match named_at(workspace, path, offset) {
        Some(Named::InIni(name)) => vec!["external_networks".to_owned(), name],
        Some(Named::Declared(way)) => way,
        Some(Named::Referred(ways)) => {
            match ways.into_iter().find(|way| names.iter().any(|names| !names.declared(&strs(way)).is_empty())) {
                Some(way) => way,
                None => return Vec::new(),
            }
        }
        Some(Named::File(_)) | None => return Vec::new(),
    };
    let mut found = if with_declaration { declared(workspace, path, &strs(&way)) } else { Vec::new() };
    for (file, facts) in &files {
        for (at, item) in facts.outline.items.iter().enumerate() {
            let Some(scalar) = &item.scalar else { continue };
            let Some(target) = target(&facts.outline, &facts.text, at) else { continue };
            let text = unquoted(&facts.text[scalar.clone()]);
            let ways = target.ways(&text, &names);
            let meant = ways.into_iter().find(|way| names.iter().any(|names| !names.declared(&strs(way)).is_empty()));
            if meant.as_ref() == Some(&way) {
                found.push((file.clone(), scalar.clone()));
            }
        }
    }
    if let [first, name] = way.as_slice()
        && first == "external_networks"
    {
        found.extend(headers(workspace, path, name));
    }
    found
}

/// What a place names.
enum Named {
    /// An external network, in a header of the ini.
    InIni(String),
    /// The object whose key this is.
    Declared(Vec<String>),
    /// One of these, the first that is declared.
    Referred(Vec<Vec<String>>),
    /// A file of the site.
    File(PathBuf),
}

fn named_at(workspace: &Workspace, path: &Path, offset: usize) -> Option<Named> {
    let document = workspace.documents.get(path)?;
    if document.kind == Kind::Ini {
        let number = document.text.line_of(offset);
        let (_, section) = lines::section(&document.text, number).filter(|(line, _)| *line == number)?;
        let (prefix, name) = prefix_of(&section)?;
        return (prefix == EXTERNAL).then(|| Named::InIni(name.to_owned()));
    }
    let facts = document.facts();
    let (at, item) = cursor::item(&facts.outline, offset)?;
    let way: Vec<String> = facts.outline.path(Some(at)).iter().map(|step| step_word(step).to_owned()).collect();
    if offset <= item.key.end && item.name().is_some() {
        if let ["projects", _, "networks", _, "dhcp_ports", host] = strs(&way).as_slice() {
            return Some(Named::Referred(vec![vec!["hosts".to_owned(), (*host).to_owned()]]));
        }
        if let ["growth", "floating_ips", network] = strs(&way).as_slice()
            && document.kind == Kind::Site
        {
            return Some(Named::Referred(vec![vec!["external_networks".to_owned(), (*network).to_owned()]]));
        }
        return (!facts.names.declared(&strs(&way)).is_empty()).then_some(Named::Declared(way));
    }
    let scalar = item.scalar.clone().filter(|scalar| scalar.start <= offset && offset <= scalar.end)?;
    let text = unquoted(&facts.text[scalar]);
    if document.kind == Kind::Site {
        let is_file = matches!(strs(&way).as_slice(), ["ini" | "intent", "#"]);
        let file = absolute(&path.parent()?.join(&text)).filter(|file| is_file && file.is_file());
        return file.map(Named::File);
    }
    let target = target(&facts.outline, &facts.text, at)?;
    let files = workspace.yaml_files(path);
    let names: Vec<&Names> = files.iter().map(|(_, facts)| &facts.names).collect();
    Some(Named::Referred(target.ways(&text, &names)))
}

fn strs(way: &[String]) -> Vec<&str> {
    way.iter().map(String::as_str).collect()
}

/// The keys that declare an object.
fn declared(workspace: &Workspace, path: &Path, way: &[&str]) -> Vec<Place> {
    let mut found = Vec::new();
    for (file, facts) in workspace.yaml_files(path) {
        let keys = facts.names.declared(way).iter().map(|at| facts.outline.items[*at].key.clone());
        found.extend(keys.map(|key| (file.clone(), key)));
    }
    found
}

/// The headers of an external network.
fn headers(workspace: &Workspace, path: &Path, name: &str) -> Vec<Place> {
    external(workspace, path).into_iter().filter(|(other, _)| other == name).map(|(_, place)| place).collect()
}

/// The external networks of the ini, each with the place of its name.
pub(crate) fn external(workspace: &Workspace, path: &Path) -> Vec<(String, Place)> {
    let (reader, files) = workspace.inis(path);
    let place = |file: &FileId| reader.places.get(file).and_then(|place| absolute(place));
    let mut found = Vec::new();
    for (file, _) in &files {
        let Some(path) = place(file) else { continue };
        let text = Text::new(reader.sources.file(*file).text.clone());
        for (_, header) in lines::headers(&text) {
            if let Some((name, range)) = lines::named(&text, header, EXTERNAL).filter(|(name, _)| !name.is_empty()) {
                found.push((name, (path.clone(), range)));
            }
        }
    }
    found
}
