//! Mutations of whole files and folders: one that is missing, and one that lies there twice.

use std::collections::BTreeMap;

use super::{Artifact, Draw, Edit, Kind, host};

use Artifact::{
    Endpoint, Flows, Groups, HostJson, Manifest, Namespace, NamespaceRules, Payload, Ports, RoutingDomain, Rules,
    Service, Sets,
};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Payload, "remove-file", remove_file),
    Kind::new(Endpoint, "remove-file", remove_file),
    Kind::new(Endpoint, "copy-file", copy_file),
    Kind::new(Endpoint, "move-file", move_file),
    Kind::new(Endpoint, "rename-file", rename_file),
    Kind::new(RoutingDomain, "remove-file", remove_file),
    Kind::new(RoutingDomain, "copy-file", copy_file),
    Kind::new(Service, "remove-file", remove_file),
    Kind::new(Service, "copy-file", copy_file),
    Kind::new(Flows, "remove-file", remove_file),
    Kind::new(Groups, "remove-file", remove_file),
    Kind::new(Ports, "remove-file", remove_file),
    Kind::new(Rules, "remove-file", remove_file),
    Kind::new(Sets, "remove-file", remove_file),
    Kind::new(Namespace, "remove-file", remove_file),
    Kind::new(NamespaceRules, "remove-file", remove_file),
    Kind::new(HostJson, "remove-file", remove_file),
    Kind::new(Manifest, "remove-host", remove_host),
];

fn remove_file(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, _) = draw.file(artifact)?;
    Some(Edit {
        files: BTreeMap::from([(path.to_owned(), None)]),
        place: path.to_owned(),
        old: path.to_owned(),
        new: String::new(),
    })
}

/// The file beside itself, under another name that the agent reads.
fn copy_file(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let new = renamed(path)?;
    let files = BTreeMap::from([(new.clone(), Some(text.to_owned()))]);
    Some(Edit { files, place: path.to_owned(), old: String::new(), new })
}

fn rename_file(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let new = renamed(path)?;
    let files = BTreeMap::from([(new.clone(), Some(text.to_owned())), (path.to_owned(), None)]);
    Some(Edit { files, place: path.to_owned(), old: path.to_owned(), new })
}

fn renamed(path: &str) -> Option<String> {
    let (front, extension) = path.rsplit_once('.')?;
    Some(format!("{front}-copy.{extension}"))
}

/// The file in another host's folder.
fn move_file(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let from = host(path)?;
    let hosts: Vec<&str> = draw.bundle.hosts().into_iter().filter(|host| *host != from).collect();
    let to = draw.one(&hosts)?;
    let new = path.replacen(&format!("hosts/{from}/"), &format!("hosts/{to}/"), 1);
    if draw.bundle.files.contains_key(&new) {
        return None;
    }
    let files = BTreeMap::from([(new.clone(), Some(text.to_owned())), (path.to_owned(), None)]);
    Some(Edit { files, place: path.to_owned(), old: path.to_owned(), new })
}

fn remove_host(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let hosts: Vec<&str> = draw.bundle.hosts().into_iter().collect();
    let gone = draw.one(&hosts)?;
    let paths = draw.bundle.files.keys().filter(|path| host(path) == Some(gone));
    let files = paths.map(|path| (path.clone(), None)).collect();
    let place = format!("hosts/{gone}");
    Some(Edit { files, old: place.clone(), place, new: String::new() })
}
