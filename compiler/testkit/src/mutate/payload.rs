//! Mutations of APIC payloads: objects, their names, their references and their attributes.

use super::pool::keyed;
use super::tree::{Tree, Way};
use super::{Artifact, Draw, Edit, Kind};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Artifact::Payload, "remove-object", remove_object),
    Kind::new(Artifact::Payload, "remove-subtree", remove_subtree),
    Kind::new(Artifact::Payload, "rename-object", rename_object),
    Kind::new(Artifact::Payload, "change-reference", change_reference),
    Kind::new(Artifact::Payload, "change-attribute", change_attribute),
    Kind::new(Artifact::Payload, "remove-attribute", remove_attribute),
    Kind::new(Artifact::Payload, "copy-object", copy_object),
    Kind::new(Artifact::Payload, "repeat-object", repeat_object),
    Kind::new(Artifact::Payload, "move-object", move_object),
];

/// The ways to the entries of classes: objects of one key whose value has attributes.
fn objects(tree: &Tree) -> Vec<Way> {
    let is_object = |way: &Way| tree.at(way).is_some_and(|value| body(value).is_some());
    let root = body(tree).map(|_| Vec::new());
    root.into_iter().chain(tree.ways().into_iter().filter(is_object)).collect()
}

fn body(entry: &Tree) -> Option<(&str, &Tree)> {
    let Tree::Map(map) = entry else { return None };
    let [(class, body)] = map.as_slice() else { return None };
    body.get("attributes").map(|_| (class.as_str(), body))
}

fn children(entry: &Tree) -> usize {
    body(entry).and_then(|(_, body)| body.get("children")).map_or(0, Tree::len)
}

/// An object as a person names it: its class and RN or DN.
fn named(entry: &Tree) -> String {
    let Some((class, body)) = body(entry) else { return entry.shown() };
    let attributes = body.get("attributes");
    let name = attributes.and_then(|it| it.get("dn").or_else(|| it.get("rn"))).and_then(Tree::text);
    format!("{class} {}", name.unwrap_or_default())
}

fn place(tree: &Tree, way: &[usize]) -> String {
    let ways: Vec<&[usize]> = objects_above(tree, way);
    ways.into_iter().filter_map(|way| tree.at(way)).map(named).collect::<Vec<_>>().join(" / ")
}

fn objects_above<'w>(tree: &Tree, way: &'w [usize]) -> Vec<&'w [usize]> {
    (0..=way.len()).map(|end| &way[..end]).filter(|way| tree.at(way).is_some_and(|it| body(it).is_some())).collect()
}

fn pick(draw: &mut Draw<'_>, fits: impl Fn(&Tree) -> bool, roots: bool) -> Option<(String, String, Tree, Way)> {
    let (path, text) = draw.file(Artifact::Payload)?;
    let tree = Tree::read(text).ok()?;
    let all = objects(&tree).into_iter();
    let ways: Vec<Way> = all.filter(|way| (roots || !way.is_empty()) && tree.at(way).is_some_and(&fits)).collect();
    let way = (!ways.is_empty()).then(|| draw.dice.pick(&ways).clone())?;
    Some((path.to_owned(), text.to_owned(), tree, way))
}

fn remove_object(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    without(draw, |entry| children(entry) == 0)
}

fn remove_subtree(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    without(draw, |entry| children(entry) > 0)
}

fn without(draw: &mut Draw<'_>, fits: fn(&Tree) -> bool) -> Option<Edit> {
    let (path, text, mut tree, way) = pick(draw, fits, false)?;
    let (place, old) = (place(&tree, &way), named(tree.at(&way)?));
    let _ = tree.remove(&way)?;
    Some(Edit::file(&path, tree.write_like(&text), &place, old, ""))
}

fn rename_object(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    attribute(draw, |name| matches!(name, "rn" | "dn"))
}

fn change_reference(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    attribute(draw, is_reference)
}

fn change_attribute(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    attribute(draw, |name| !matches!(name, "rn" | "dn") && !is_reference(name))
}

fn is_reference(name: &str) -> bool {
    name == "tDn" || name.starts_with("tn") && name.ends_with("Name")
}

/// Another value for one of the attributes of these names.
fn attribute(draw: &mut Draw<'_>, fits: fn(&str) -> bool) -> Option<Edit> {
    let (path, text, mut tree, way) = pick(draw, |entry| !names(entry, fits).is_empty(), true)?;
    let place = place(&tree, &way);
    let entry = tree.at_mut(&way)?;
    let name = draw.dice.pick(&names(entry, fits)).clone();
    let class = body(entry)?.0.to_owned();
    let value = attributes_mut(entry)?.get_mut(&name)?;
    let old = value.text()?.to_owned();
    let new = draw.pool.other(draw.dice, &keyed(Some(&class), &name), &old);
    *value = Tree::Scalar(new.clone().into());
    Some(Edit::file(&path, tree.write_like(&text), &format!("{place} {name}"), old, new))
}

fn remove_attribute(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let fits: fn(&str) -> bool = |name| !matches!(name, "rn" | "dn" | "annotation" | "nameAlias");
    let (path, text, mut tree, way) = pick(draw, |entry| !names(entry, fits).is_empty(), true)?;
    let place = place(&tree, &way);
    let entry = tree.at_mut(&way)?;
    let name = draw.dice.pick(&names(entry, fits)).clone();
    let Tree::Map(map) = attributes_mut(entry)? else { return None };
    let at = map.iter().position(|(known, _)| *known == name)?;
    let (_, old) = map.remove(at);
    Some(Edit::file(&path, tree.write_like(&text), &format!("{place} {name}"), old.shown(), ""))
}

/// The same object again beside itself, under another name.
fn copy_object(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let (path, text, mut tree, way) = pick(draw, |_| true, false)?;
    let (last, parent) = way.split_last()?;
    let place = place(&tree, parent);
    let mut copy = tree.at(&way)?.clone();
    let class = body(&copy)?.0.to_owned();
    let name = attributes_mut(&mut copy)?.get_mut("rn")?;
    let new = draw.pool.other(draw.dice, &keyed(Some(&class), "rn"), name.text()?);
    *name = Tree::Scalar(new.into());
    let new = named(&copy);
    let Tree::List(list) = tree.at_mut(parent)? else { return None };
    list.insert(last + 1, copy);
    Some(Edit::file(&path, tree.write_like(&text), &place, "", new))
}

/// The same object twice: APIC takes the two for one.
fn repeat_object(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let (path, text, mut tree, way) = pick(draw, |_| true, false)?;
    let (last, parent) = way.split_last()?;
    let (place, copy) = (place(&tree, parent), tree.at(&way)?.clone());
    let old = named(&copy);
    let Tree::List(list) = tree.at_mut(parent)? else { return None };
    list.insert(last + 1, copy);
    Some(Edit::file(&path, tree.write_like(&text), &place, old.clone(), format!("{old}, {old}")))
}

/// An object under another parent of the class that it hangs from.
fn move_object(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let (path, text, mut tree, way) = pick(draw, |_| true, false)?;
    let above = objects_above(&tree, &way[..way.len() - 1]);
    let from = above.last().map(|way| way.to_vec())?;
    let class = body(tree.at(&from)?)?.0.to_owned();
    let same = |way: &Way| *way != from && tree.at(way).and_then(body).is_some_and(|(known, _)| known == class);
    let others: Vec<Way> = objects(&tree).into_iter().filter(same).filter(|it| !it.starts_with(&way)).collect();
    let to = (!others.is_empty()).then(|| draw.dice.pick(&others).clone())?;
    let (old, new) = (place(&tree, &way), place(&tree, &to));
    let entry = tree.at(&way)?.clone();
    let Tree::Map(map) = tree.at_mut(&to)? else { return None };
    let body = &mut map.first_mut()?.1;
    if body.get("children").is_none() {
        let Tree::Map(parts) = body else { return None };
        parts.push(("children".to_owned(), Tree::List(Vec::new())));
    }
    let Tree::List(list) = body.get_mut("children")? else { return None };
    // At the end, so that the ways to everything before stay as they are.
    list.push(entry);
    let _ = tree.remove(&way)?;
    Some(Edit::file(&path, tree.write_like(&text), &old, old.clone(), format!("below {new}")))
}

fn names(entry: &Tree, fits: fn(&str) -> bool) -> Vec<String> {
    let attributes = body(entry).and_then(|(_, body)| body.get("attributes"));
    let Some(Tree::Map(map)) = attributes else { return Vec::new() };
    map.iter().map(|(name, _)| name).filter(|name| fits(name)).cloned().collect()
}

fn attributes_mut(entry: &mut Tree) -> Option<&mut Tree> {
    let Tree::Map(map) = entry else { return None };
    map.first_mut()?.1.get_mut("attributes")
}
