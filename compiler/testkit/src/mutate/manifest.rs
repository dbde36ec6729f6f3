//! The manifest: its digests follow every mutation of a file, and it is mutated itself.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::tree::{Tree, Way};
use super::{Artifact, Draw, Edit, Kind, MANIFEST};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Artifact::Manifest, "remove-secret", remove_secret),
    Kind::new(Artifact::Manifest, "change-secret", change_secret),
    Kind::new(Artifact::Manifest, "remove-entry", remove_entry),
    Kind::new(Artifact::Manifest, "rename-entry", rename_entry),
    Kind::new(Artifact::Manifest, "change-release", change_release),
];

/// The manifest with the digests of these files; entries of removed files are gone, those of new ones stand in order.
pub(super) fn rewritten(manifest: &str, files: &BTreeMap<String, Option<String>>) -> Option<String> {
    let mut tree = Tree::read(manifest).ok()?;
    let Tree::Map(targets) = tree.get_mut("artifacts")? else { return None };
    for (path, text) in files {
        let home = targets.iter().position(|(_, entries)| entries.get(path).is_some());
        // A new file belongs to the target that has others of its kind.
        let kind = |entry: &(String, Tree)| Artifact::of(&entry.0) == Artifact::of(path);
        let alike = |entries: &Tree| matches!(entries, Tree::Map(map) if map.iter().any(kind));
        let home = home.or_else(|| targets.iter().position(|(_, entries)| alike(entries)))?;
        let Tree::Map(entries) = &mut targets[home].1 else { return None };
        entries.retain(|(known, _)| known != path);
        if let Some(text) = text {
            let at = entries.partition_point(|(known, _)| known < path);
            entries.insert(at, (path.clone(), Tree::Scalar(digest(text).into())));
        }
    }
    Some(tree.write_like(manifest))
}

/// `sha256:` and the digest in hex.
fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text);
    bytes.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

fn edited(
    draw: &mut Draw<'_>,
    change: impl Fn(&mut Draw<'_>, &mut Tree) -> Option<(String, String, String)>,
) -> Option<Edit> {
    let text = draw.bundle.files.get(MANIFEST)?;
    let mut tree = Tree::read(text).ok()?;
    let (place, old, new) = change(draw, &mut tree)?;
    Some(Edit::file(MANIFEST, tree.write_like(text), &place, old, new))
}

/// One of the values that are left out of the artifacts: a push would not fill it in.
fn remove_secret(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    edited(draw, |draw, tree| {
        let Tree::List(secrets) = tree.get_mut("secrets")? else { return None };
        let at = (!secrets.is_empty()).then(|| draw.dice.index(secrets.len()))?;
        let old = secrets.remove(at);
        Some((format!("secrets/{at}"), old.shown(), String::new()))
    })
}

fn change_secret(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    edited(draw, |draw, tree| {
        let Tree::List(secrets) = tree.get_mut("secrets")? else { return None };
        let at = (!secrets.is_empty()).then(|| draw.dice.index(secrets.len()))?;
        let key = *draw.dice.pick(&["dn", "attribute"]);
        let value = secrets[at].get_mut(key)?;
        let old = value.text()?.to_owned();
        let new = draw.pool.other(draw.dice, "tDn", &old);
        *value = Tree::Scalar(new.clone().into());
        Some((format!("secrets/{at}/{key}"), old, new))
    })
}

/// The ways to the entries of all targets.
fn entries(tree: &Tree) -> Vec<Way> {
    let Tree::Map(map) = tree else { return Vec::new() };
    let Some(at) = map.iter().position(|(key, _)| key == "artifacts") else { return Vec::new() };
    tree.ways().into_iter().filter(|way| way.len() == 3 && way[0] == at).collect()
}

/// A file that lies there and that nobody knows of.
fn remove_entry(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    edited(draw, |draw, tree| {
        let ways = entries(tree);
        let way = (!ways.is_empty()).then(|| draw.dice.pick(&ways).clone())?;
        let old = tree.key(&way);
        let _ = tree.remove(&way)?;
        Some(("artifacts".to_owned(), old, String::new()))
    })
}

/// A file that is not there and is listed, in place of one that is.
fn rename_entry(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    edited(draw, |draw, tree| {
        let ways = entries(tree);
        let way = (!ways.is_empty()).then(|| draw.dice.pick(&ways).clone())?;
        let (last, parent) = way.split_last()?;
        let Tree::Map(map) = tree.at_mut(parent)? else { return None };
        let old = map[*last].0.clone();
        let new = format!("{old}x");
        map[*last].0.clone_from(&new);
        Some(("artifacts".to_owned(), old, new))
    })
}

/// Which release a bundle is for is said for people; the artifacts are what is pushed.
fn change_release(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    edited(draw, |draw, tree| {
        let Tree::Map(releases) = tree.get_mut("releases")? else { return None };
        let at = (!releases.is_empty()).then(|| draw.dice.index(releases.len()))?;
        let (key, value) = releases.get_mut(at)?;
        let old = value.text()?.to_owned();
        let new = format!("{old}1");
        *value = Tree::Scalar(new.clone().into());
        Some((format!("releases/{key}"), old, new))
    })
}
