//! What two files of a host have in common at both ends is left out of them where it is a member of a list whose members
//! have names, or a field beside that list: what is left is two smaller files that differ in the same way.
//!
//! One pass over the old file, without a value made of it.

mod scan;
mod words;

use std::collections::HashSet;
use std::ops::Range;

use foldhash::fast::FixedState;
use scan::{Item, Scan};

use super::ends::Ends;
use super::json::ID_KEYS;
use super::prune::names;

/// Two smaller files in the place of two. `None` where nothing can be left out, or not for certain.
pub(super) fn cut(old: &str, new: &str, ends: Ends) -> Option<(String, String)> {
    let tail = old.len() - ends.tail;
    let mut scan = Scan::new();
    scan.over(old, 0..ends.head)?;
    let opened = scan.frames.clone();
    let before = std::mem::take(&mut scan.items);
    scan.over(old, ends.head..tail)?;
    // Those that are open on both sides of what differs.
    let shared = scan.lowest;
    scan.follow(shared);
    scan.over(old, tail..old.len())?;
    if !scan.is_over() {
        return None;
    }
    let list = opened[..shared].iter().position(|frame| frame.is_list)?;
    let after = |depth: usize| scan.stops[depth];
    // Those that lie in the common ends whole.
    let outside = |depth: usize| -> Option<Vec<&Item>> {
        let stop = after(depth)?;
        let behind = scan.items.iter().filter(move |item| item.range.start > stop);
        Some(before.iter().chain(behind).filter(|item| item.depth == depth).collect())
    };
    let mut opening = String::new();
    for (depth, frame) in opened[..list].iter().enumerate() {
        let key = &old[frame.key.clone()];
        opening.push('{');
        for field in outside(depth)? {
            let name = &old[field.name.clone()?];
            if name == key {
                return None;
            }
            if ID_KEYS.contains(&name) {
                opening.push_str(&old[field.range.clone()]);
                opening.push(',');
            }
        }
        if ID_KEYS.contains(&key) {
            return None;
        }
        opening.push_str(&format!("\"{key}\":"));
    }
    let closing = "}".repeat(list);
    let outside = outside(list)?.into_iter().map(|item| Some(&old[item.name.clone()?]));
    let outside: HashSet<&str, FixedState> = outside.collect::<Option<_>>()?;
    let (from, to) = (opened[list].current, after(list)?);
    // Of the new file nothing else has to be known than that whole members stand there: all around them is as in the old one.
    let left = |text: &str, range: Range<usize>| -> Option<String> {
        let members = format!("[{}]", &text[range]);
        let names = names(&members)?;
        let is_right = if names.is_empty() {
            outside.is_empty()
        } else {
            !names.iter().any(|name| outside.contains(name.as_str()))
        };
        is_right.then(|| format!("{opening}{members}{closing}"))
    };
    Some((left(old, from..to)?, left(new, from..to + new.len() - old.len())?))
}
