//! What is being written at a place of a YAML text.

use std::ops::Range;

use super::outline::{Holds, Item, Outline, Step};

/// What could be written at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A key of what `container` holds, in place of the range; `colon` says whether its colon is there.
    Key { container: Option<usize>, replace: Range<usize>, colon: bool },
    /// The value of an item, in place of the range.
    Value { item: usize, replace: Range<usize> },
}

/// The place at an offset.
pub(crate) fn place(outline: &Outline, text: &str, offset: usize) -> Option<Place> {
    let Some((at, item)) = item(outline, offset) else { return blank(outline, text, offset) };
    match &item.step {
        Step::Word if item.key.is_empty() => {
            Some(Place::Key { container: item.parent, replace: offset..offset, colon: false })
        }
        Step::Word | Step::Key(_) if item.key.start <= offset && offset <= item.key.end => {
            let colon = item.step != Step::Word;
            Some(Place::Key { container: item.parent, replace: item.key.clone(), colon })
        }
        Step::Word => None,
        Step::Key(_) | Step::Index(_) => match (&item.scalar, item.holds) {
            (Some(scalar), _) if scalar.contains(&offset) || offset == scalar.end => {
                Some(Place::Value { item: at, replace: scalar.clone() })
            }
            (None, Holds::Nothing) if offset >= item.value.start => {
                // A value needs a blank behind its colon or dash.
                let replace = offset..offset;
                Some(Place::Value { item: at, replace })
            }
            _ => None,
        },
    }
}

/// The innermost item at an offset.
pub(crate) fn item(outline: &Outline, offset: usize) -> Option<(usize, &Item)> {
    outline.items.iter().enumerate().rev().find(|(_, item)| {
        let reach = if item.flow { item.extent.clone() } else { item.key.start..item.value.end.max(item.key.end) };
        reach.start <= offset && offset <= reach.end
    })
}

/// The place on a blank part of a line: what it is indented under decides.
fn blank(outline: &Outline, text: &str, offset: usize) -> Option<Place> {
    let start = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    if !text[start..offset].trim_matches([' ', '\t', '\u{feff}']).is_empty() {
        return None;
    }
    let column = offset - start;
    let behind = outline.items.partition_point(|item| item.key.start < start);
    let mut container = behind.checked_sub(1);
    while let Some(at) = container {
        let item = &outline.items[at];
        if !item.flow && item.step != Step::Word && item.indent < column {
            break;
        }
        container = item.parent;
    }
    let open =
        container.is_none_or(|at| outline.items[at].holds == Holds::Nothing || is_list_item_with_key(outline, at));
    open.then_some(Place::Key { container, replace: offset..offset, colon: false })
}

/// Whether an item of a list holds a mapping that begins behind its dash.
fn is_list_item_with_key(outline: &Outline, at: usize) -> bool {
    matches!(outline.items[at].step, Step::Index(_))
        && outline.items.get(at + 1).is_some_and(|next| next.parent == Some(at))
}
