//! The ends of two texts are whole lines, and what lies between differs as the whole does.

use proptest::prelude::*;

use super::super::lines::{lines, shared};
use super::super::text;
use super::*;

/// Cuts a text into pieces.
fn pieces(text: &[u8], cuts: &[prop::sample::Index]) -> Vec<Vec<u8>> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).chain([0, text.len()]).collect();
    places.sort_unstable();
    places.windows(2).map(|two| text[two[0]..two[1]].to_vec()).collect()
}

/// The ends as they are by lines.
fn by_lines(old: &[u8], new: &[u8]) -> Ends {
    let (old, new) = (lines(old), lines(new));
    let size = |lines: &[&[u8]]| lines.iter().map(|line| line.len()).sum();
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let back = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(|(old, new)| old == new).count();
    Ends { head: size(&old[..start]), tail: size(&old[old.len() - back..]) }
}

/// A text of short lines, long ones and many alike.
fn texts() -> impl Strategy<Value = String> {
    let line = prop_oneof![4 => "[ab\n]{0,3}", 1 => Just("long ".repeat(300)), 1 => Just("\n".to_owned())];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn between_the_ends_two_texts_differ_as_the_whole_does(
        common in prop::array::uniform2(texts()),
        middles in prop::array::uniform2(texts()),
        cuts in prop::array::uniform2(prop::collection::vec(any::<prop::sample::Index>(), 0..4)),
    ) {
        let [head, tail] = common;
        let [old, new] = middles.map(|middle| format!("{head}{middle}{tail}").into_bytes());
        let (old_pieces, new_pieces) = (pieces(&old, &cuts[0]), pieces(&new, &cuts[1]));
        let old_pieces: Vec<&[u8]> = old_pieces.iter().map(Vec::as_slice).collect();
        let new_pieces: Vec<&[u8]> = new_pieces.iter().map(Vec::as_slice).collect();
        let (left, right) = (Text::new(&old_pieces), Text::new(&new_pieces));
        let same = same_bytes(&left, &right);
        prop_assert_eq!(same, old.iter().zip(&new).take_while(|(old, new)| old == new).count());
        let ends = ends(&left, &right, same);
        prop_assert_eq!(ends, by_lines(&old, &new));
        prop_assert_eq!(&left.whole(), &old);
        // The whole, as it would be compared line by line.
        let pairs = shared(&lines(&old), &lines(&new));
        let entries = text::entries(&left.between(ends), &right.between(ends));
        prop_assert_eq!(&entries, &text::entries(&old, &new));
        prop_assert_eq!(entries.len(), lines(&old).len() + lines(&new).len() - 2 * pairs.len());
    }
}
