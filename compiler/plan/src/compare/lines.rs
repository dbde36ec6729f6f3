//! Which lines two texts share, in order; which elements two lists share.
//!
//! A bundle's text artifacts are sorted, one rule or flow a line, mostly without repeats. So the lines that stand once
//! in both texts are found first, the longest rising run of them is kept (`O(n log n)`), and only the gaps between them
//! are compared in the way of diff(1). A gap too large for that counts as replaced: a text of 50,000 lines of which
//! none is left must not take minutes.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::FixedState;
use memchr::memchr_iter;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Gaps with more pairs of lines than this are replaced as a whole.
const MAX_PAIRS: usize = 4_000_000;

/// The lines of a text with their line ends; the last may have none.
pub(crate) fn lines(text: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in memchr_iter(b'\n', text).map(|at| at + 1).chain([text.len()]) {
        if start < end {
            lines.push(&text[start..end]);
        }
        start = end;
    }
    lines
}

/// Pairs of indices of equal lines, rising in both.
pub(crate) fn shared<T: Eq + Hash>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let start = old.iter().zip(new).take_while(|(left, right)| left == right).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(left, right)| left == right).count();
    let middle = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    pairs.extend(in_middle(middle.0, middle.1).into_iter().map(|(left, right)| (start + left, start + right)));
    pairs.extend((1..=end).rev().map(|back| (old.len() - back, new.len() - back)));
    pairs
}

fn in_middle<T: Eq + Hash>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut left, mut right) = (0, 0);
    for (next_left, next_right) in anchors(old, new) {
        gap(old, new, (left, right), (next_left, next_right), &mut pairs);
        pairs.push((next_left, next_right));
        (left, right) = (next_left + 1, next_right + 1);
    }
    gap(old, new, (left, right), (old.len(), new.len()), &mut pairs);
    pairs
}

/// The longest rising run of the lines that stand once in both texts.
fn anchors<T: Eq + Hash>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let in_old = unique(old);
    let in_new = unique(new);
    let common: Vec<(usize, usize)> = new
        .iter()
        .enumerate()
        .filter(|(_, line)| in_new.get(line).copied().flatten().is_some())
        .filter_map(|(right, line)| Some((in_old.get(line).copied().flatten()?, right)))
        .collect();
    // Patience: each pile holds the lowest end of a run of its length, and each card the one below it.
    let mut piles: Vec<usize> = Vec::new();
    let mut below: Vec<Option<usize>> = Vec::with_capacity(common.len());
    for (at, (left, _)) in common.iter().enumerate() {
        let pile = piles.partition_point(|top| common[*top].0 < *left);
        below.push(pile.checked_sub(1).map(|before| piles[before]));
        if pile == piles.len() { piles.push(at) } else { piles[pile] = at }
    }
    let mut run = Vec::with_capacity(piles.len());
    let mut card = piles.last().copied();
    while let Some(at) = card {
        run.push(common[at]);
        card = below[at];
    }
    run.reverse();
    run
}

/// Each line's index, or `None` where it stands more than once.
fn unique<T: Eq + Hash>(lines: &[T]) -> HashMap<&T, Option<usize>, FixedState> {
    let mut found = HashMap::with_capacity_and_hasher(lines.len(), FixedState::default());
    for (at, line) in lines.iter().enumerate() {
        found.entry(line).and_modify(|place| *place = None).or_insert(Some(at));
    }
    found
}

/// The shared lines between two anchors.
fn gap<T: Eq + Hash>(old: &[T], new: &[T], from: (usize, usize), to: (usize, usize), pairs: &mut Vec<(usize, usize)>) {
    let (before, after) = (&old[from.0..to.0], &new[from.1..to.1]);
    if before.is_empty() || after.is_empty() || before.len().saturating_mul(after.len()) > MAX_PAIRS {
        return;
    }
    for op in capture_diff_slices(Algorithm::Myers, before, after) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                pairs.extend((0..len).map(|at| (from.0 + old_index + at, from.1 + new_index + at)));
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{lines, shared};

    fn kept(old: &str, new: &str) -> String {
        let (old, new) = (lines(old.as_bytes()), lines(new.as_bytes()));
        let pairs = shared(&old, &new);
        assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1), "{pairs:?}");
        assert!(pairs.iter().all(|(left, right)| old[*left] == new[*right]), "{pairs:?}");
        pairs.iter().map(|(left, _)| String::from_utf8_lossy(old[*left]).trim_end().to_owned()).collect()
    }

    #[test]
    fn lines_that_stay_are_found_around_those_that_do_not() {
        assert_eq!(kept("a\nb\nc\n", "a\nx\nc\n"), "ac");
        assert_eq!(kept("a\nb\n", "b\na\n").len(), 1);
        assert_eq!(kept("x\nx\ny\nx\n", "x\ny\nx\nx\n").len(), 3);
        assert_eq!(kept("", "a\n"), "");
        assert_eq!(kept("a", "a\n"), "");
    }

    #[test]
    fn texts_of_fifty_thousand_lines_with_nothing_in_common_and_in_reverse_are_compared_at_once() {
        let text = |mark: &str, order: &mut dyn Iterator<Item = u32>| -> String {
            order.map(|at| format!("{mark}{at}\n")).collect()
        };
        let (old, other) = (text("a", &mut (0..50_000)), text("b", &mut (0..50_000)));
        assert_eq!(shared(&lines(old.as_bytes()), &lines(other.as_bytes())), []);
        let reversed = text("a", &mut (0..50_000).rev());
        assert_eq!(shared(&lines(old.as_bytes()), &lines(reversed.as_bytes())).len(), 1);
    }
}
