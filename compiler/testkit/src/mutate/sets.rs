//! Mutations of sets: members and whole sets.

use super::flows::replaced;
use super::{Artifact, Draw, Edit, Kind};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Artifact::Sets, "remove-member", remove_member),
    Kind::new(Artifact::Sets, "add-member", add_member),
    Kind::new(Artifact::Sets, "change-member", change_member),
    Kind::new(Artifact::Sets, "move-member", move_member),
    Kind::new(Artifact::Sets, "remove-set", remove_set),
];

type Line<'a> = (&'a str, &'a str, Vec<&'a str>, usize);

fn line<'a>(draw: &mut Draw<'a>, start: &str) -> Option<Line<'a>> {
    let (path, text) = draw.file(Artifact::Sets)?;
    let lines: Vec<&str> = text.lines().collect();
    let fitting: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with(start)).collect();
    let at = draw.one(&fitting)?;
    Some((path, text, lines, at))
}

fn edit((path, text, lines, at): &Line<'_>, new: Option<&str>) -> Edit {
    let place = format!("line {}", at + 1);
    Edit::file(path, replaced(text, *at, new), &place, lines[*at], new.unwrap_or_default())
}

/// The same line with another member of the same family.
fn another(draw: &mut Draw<'_>, line: &str) -> Option<String> {
    let (front, member) = line.rsplit_once(' ')?;
    let new = draw.pool.other(draw.dice, "member", member);
    (new.contains(':') == member.contains(':')).then(|| format!("{front} {new}"))
}

fn remove_member(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    Some(edit(&line(draw, "add ")?, None))
}

fn change_member(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let found = line(draw, "add ")?;
    let new = another(draw, found.2[found.3])?;
    Some(edit(&found, Some(&new)))
}

fn add_member(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let (path, text, lines, at) = line(draw, "add ")?;
    let new = another(draw, lines[at])?;
    // A member twice would not load, and is no slip that a set can hold.
    if lines.contains(&new.as_str()) {
        return None;
    }
    let both = format!("{}\n{new}", lines[at]);
    Some(Edit::file(path, replaced(text, at, Some(&both)), &format!("below line {}", at + 1), "", new))
}

/// A member in another set of its family.
fn move_member(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let found = line(draw, "add ")?;
    let (_, _, lines, at) = &found;
    let words: Vec<&str> = lines[*at].split(' ').collect();
    let family = if words.get(2)?.contains(':') { "inet6" } else { "inet" };
    let creates = lines.iter().filter(|line| line.starts_with("create ") && line.split(' ').any(|word| word == family));
    let sets: Vec<&str> = creates.filter_map(|line| line.split(' ').nth(1)).filter(|set| *set != words[1]).collect();
    let new = format!("add {} {}", draw.one(&sets)?, words[2]);
    // Members come behind the sets that they are in.
    let (path, text, ..) = found;
    let without = replaced(text, *at, None);
    if without.lines().any(|line| line == new) {
        return None;
    }
    Some(Edit::file(path, without + &new + "\n", &format!("line {}", at + 1), lines[*at], new))
}

/// A set with its members.
fn remove_set(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let (path, _, lines, at) = line(draw, "create ")?;
    let set = lines[at].split(' ').nth(1)?;
    let kept = lines.iter().filter(|line| line.split(' ').nth(1) != Some(set));
    let text: String = kept.flat_map(|line| [*line, "\n"]).collect();
    Some(Edit::file(path, text, &format!("line {}", at + 1), set, ""))
}
