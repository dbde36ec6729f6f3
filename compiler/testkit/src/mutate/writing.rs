//! Mutations of how a file is written, whatever stands in it: a key twice in one object, as a merge leaves it, and the line
//! ends of another system.

use super::tree::{Tree, Way};
use super::{Artifact, Draw, Edit, Kind};

use Artifact::{
    Endpoint, Flows, Groups, HostJson, Namespace, NamespaceRules, Payload, Ports, RoutingDomain, Rules, Service, Sets,
};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Payload, "repeat-key", repeat_key),
    Kind::new(Endpoint, "repeat-key", repeat_key),
    Kind::new(RoutingDomain, "repeat-key", repeat_key),
    Kind::new(Service, "repeat-key", repeat_key),
    Kind::new(Namespace, "repeat-key", repeat_key),
    Kind::new(HostJson, "repeat-key", repeat_key),
    Kind::new(Payload, "carriage-returns", carriage_returns),
    Kind::new(Endpoint, "carriage-returns", carriage_returns),
    Kind::new(Flows, "carriage-returns", carriage_returns),
    Kind::new(Groups, "carriage-returns", carriage_returns),
    Kind::new(Ports, "carriage-returns", carriage_returns),
    Kind::new(Rules, "carriage-returns", carriage_returns),
    Kind::new(Sets, "carriage-returns", carriage_returns),
    Kind::new(NamespaceRules, "carriage-returns", carriage_returns),
];

/// Behind a key the same key once more, with another value that the bundle uses.
fn repeat_key(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    let mut tree = Tree::read(text).ok()?;
    let in_map = |way: &Way| {
        let (last, parent) = way.split_last().expect("a way leads somewhere");
        matches!(tree.at(parent), Some(Tree::Map(map)) if matches!(map[*last].1, Tree::Scalar(_)))
    };
    let ways: Vec<Way> = tree.ways().into_iter().filter(in_map).collect();
    let way = (!ways.is_empty()).then(|| draw.dice.pick(&ways).clone())?;
    let (place, key) = (tree.spelled(&way), tree.key(&way));
    let (last, parent) = way.split_last()?;
    let Tree::Map(map) = tree.at_mut(parent)? else { return None };
    let old = map[*last].1.clone();
    let Tree::Scalar(value) = &old else { return None };
    let new = Tree::Scalar(draw.pool.other_scalar(draw.dice, &key, value));
    map.insert(last + 1, (key, new.clone()));
    Some(Edit::file(path, tree.write_like(text), &place, old.shown(), format!("{}, {}", old.shown(), new.shown())))
}

fn carriage_returns(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text) = draw.file(artifact)?;
    Some(Edit::file(path, text.replace('\n', "\r\n"), "every line", "LF", "CR LF"))
}
