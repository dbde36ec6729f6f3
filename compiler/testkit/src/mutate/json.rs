//! Mutations of JSON files of any form: the agents' files, a namespace's, and whatever else a host's folder holds as JSON.

use super::tree::{Tree, Way};
use super::{Artifact, Draw, Edit, Kind};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Artifact::Endpoint, "change-value", change_value),
    Kind::new(Artifact::Endpoint, "change-list-value", change_list_value),
    Kind::new(Artifact::Endpoint, "remove-key", remove_key),
    Kind::new(Artifact::Endpoint, "remove-item", remove_item),
    Kind::new(Artifact::Endpoint, "add-item", add_item),
    Kind::new(Artifact::Endpoint, "swap-items", swap_items),
    Kind::new(Artifact::RoutingDomain, "change-value", change_value),
    Kind::new(Artifact::RoutingDomain, "remove-key", remove_key),
    Kind::new(Artifact::RoutingDomain, "remove-item", remove_item),
    Kind::new(Artifact::RoutingDomain, "add-item", add_item),
    Kind::new(Artifact::RoutingDomain, "swap-items", swap_items),
    Kind::new(Artifact::Service, "change-value", change_value),
    Kind::new(Artifact::Service, "remove-key", remove_key),
    Kind::new(Artifact::Service, "remove-item", remove_item),
    Kind::new(Artifact::Service, "add-item", add_item),
    Kind::new(Artifact::Namespace, "change-value", change_value),
    Kind::new(Artifact::Namespace, "remove-key", remove_key),
    Kind::new(Artifact::Namespace, "remove-item", remove_item),
    Kind::new(Artifact::Namespace, "add-item", add_item),
    Kind::new(Artifact::Namespace, "swap-items", swap_items),
    Kind::new(Artifact::HostJson, "change-value", change_value),
    Kind::new(Artifact::HostJson, "change-list-value", change_list_value),
    Kind::new(Artifact::HostJson, "remove-key", remove_key),
    Kind::new(Artifact::HostJson, "remove-item", remove_item),
    Kind::new(Artifact::HostJson, "add-item", add_item),
    Kind::new(Artifact::HostJson, "swap-items", swap_items),
];

fn change_value(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let tree = Tree::read(text).ok()?;
    let ways: Vec<Way> = tree.ways().into_iter().filter(|way| scalar(&tree, way)).collect();
    changed(draw, path, text, tree, &ways)
}

/// Lists hold what files share most: addresses, mappings, members.
fn change_list_value(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let tree = Tree::read(text).ok()?;
    let in_list = |way: &Way| (1..way.len()).any(|end| matches!(tree.at(&way[..end]), Some(Tree::List(_))));
    let ways: Vec<Way> = tree.ways().into_iter().filter(|way| scalar(&tree, way) && in_list(way)).collect();
    changed(draw, path, text, tree, &ways)
}

fn changed(draw: &mut Draw<'_>, path: &str, text: &str, mut tree: Tree, ways: &[Way]) -> Option<Edit> {
    let way = (!ways.is_empty()).then(|| draw.dice.pick(ways).clone())?;
    let (place, key, old) = (tree.spelled(&way), tree.key(&way), tree.at(&way)?.clone());
    let Tree::Scalar(value) = &old else { return None };
    let new = Tree::Scalar(draw.pool.other_scalar(draw.dice, &key, value));
    *tree.at_mut(&way)? = new.clone();
    Some(Edit::file(path, tree.write_like(text), &place, old.shown(), new.shown()))
}

fn remove_key(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    removed(draw, artifact, |parent| matches!(parent, Tree::Map(_)))
}

fn remove_item(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    removed(draw, artifact, |parent| matches!(parent, Tree::List(_)))
}

fn removed(draw: &mut Draw<'_>, artifact: Artifact, from: fn(&Tree) -> bool) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let mut tree = Tree::read(text).ok()?;
    let ways: Vec<Way> =
        tree.ways().into_iter().filter(|way| tree.at(&way[..way.len() - 1]).is_some_and(from)).collect();
    let way = (!ways.is_empty()).then(|| draw.dice.pick(&ways).clone())?;
    let place = tree.spelled(&way);
    let old = tree.remove(&way)?;
    Some(Edit::file(path, tree.write_like(text), &place, old.shown(), ""))
}

/// A copy of an item with another value in it.
fn add_item(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let mut tree = Tree::read(text).ok()?;
    let way = list(draw, &tree, 1)?;
    let (place, key) = (tree.spelled(&way), tree.key(&way));
    let items = tree.at(&way)?;
    let mut item = items.at(&[draw.dice.index(items.len())])?.clone();
    let inner: Vec<Way> = if item.len() == 0 { vec![Vec::new()] } else { item.ways() };
    let inner: Vec<Way> = inner.into_iter().filter(|way| scalar(&item, way)).collect();
    let at = (!inner.is_empty()).then(|| draw.dice.pick(&inner).clone())?;
    let key = if at.is_empty() { key } else { item.key(&at) };
    if let Tree::Scalar(value) = item.at_mut(&at)? {
        *value = draw.pool.other_scalar(draw.dice, &key, value);
    }
    let new = item.shown();
    let Tree::List(list) = tree.at_mut(&way)? else { return None };
    list.push(item);
    Some(Edit::file(path, tree.write_like(text), &place, "", new))
}

fn swap_items(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let mut tree = Tree::read(text).ok()?;
    let way = list(draw, &tree, 2)?;
    let place = tree.spelled(&way);
    let Tree::List(items) = tree.at_mut(&way)? else { return None };
    let at = draw.dice.index(items.len() - 1);
    let (old, new) = (items[at].shown(), items[at + 1].shown());
    items.swap(at, at + 1);
    Some(Edit::file(path, tree.write_like(text), &place, format!("{old}, {new}"), format!("{new}, {old}")))
}

/// A list with at least so many items.
fn list(draw: &mut Draw<'_>, tree: &Tree, least: usize) -> Option<Way> {
    let long = |way: &Way| matches!(tree.at(way), Some(Tree::List(list)) if list.len() >= least);
    let ways: Vec<Way> = tree.ways().into_iter().filter(long).collect();
    (!ways.is_empty()).then(|| draw.dice.pick(&ways).clone())
}

fn scalar(tree: &Tree, way: &[usize]) -> bool {
    matches!(tree.at(way), Some(Tree::Scalar(_)))
}
