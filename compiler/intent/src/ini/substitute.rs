//! `$name` and `${name}` in values, as Python's `string.Template` finds them with oslo.config's pattern.

use std::ops::Range;

/// A piece of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text that stays.
    Text(&'a str),
    /// A reference: the name, which may hold dots.
    Reference(&'a str),
}

/// A value with `\$` written as `$$`: what oslo.config does before it looks for references.
pub(super) fn unescaped(value: &str) -> String {
    value.replace("\\$", "$$")
}

/// Where references stand in a value as it is written, from the dollar to behind the name or the closing brace.
#[must_use]
pub fn references(value: &str) -> Vec<Range<usize>> {
    named_references(value).into_iter().map(|(place, _)| place).collect()
}

/// Splits an [`unescaped`] value into texts and references. `$$` is a dollar; a dollar that starts no name stays.
pub(super) fn pieces(value: &str) -> Vec<Piece<'_>> {
    let placed = placed(value).into_iter().map(|(_, piece)| piece);
    placed.filter(|piece| *piece != Piece::Text("")).collect()
}

/// The same, each with its name.
pub(super) fn named_references(value: &str) -> Vec<(Range<usize>, String)> {
    // An escape is as long as what it is written as, so that the places are those in the value itself.
    let unescaped = unescaped(value);
    let placed = placed(&unescaped).into_iter().filter_map(|(range, piece)| match piece {
        Piece::Reference(name) => Some((range, name.to_owned())),
        Piece::Text(_) => None,
    });
    placed.collect()
}

/// The pieces with what they are written as; some texts are empty.
fn placed(value: &str) -> Vec<(Range<usize>, Piece<'_>)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = value[from..].find('$').map(|at| from + at) {
        found.push((from..at, Piece::Text(&value[from..at])));
        let after = &value[at + 1..];
        let (length, piece) = match reference(after) {
            _ if after.starts_with('$') => (1, Piece::Text("$")),
            Some((length, name)) => (length, Piece::Reference(name)),
            None => (0, Piece::Text("$")),
        };
        from = at + 1 + length;
        found.push((at..from, piece));
    }
    found.push((from..value.len(), Piece::Text(&value[from..])));
    found
}

/// The reference that a text behind a dollar starts with: its length and its name.
fn reference(after: &str) -> Option<(usize, &str)> {
    let name = name_length(after);
    if name > 0 {
        return Some((name, &after[..name]));
    }
    let braced = after.strip_prefix('{')?;
    let name = name_length(braced);
    (name > 0 && braced[name..].starts_with('}')).then(|| (name + 2, &braced[..name]))
}

/// How many bytes of the beginning are a name: `[_a-z][._a-z0-9]*`, where ignoring case lets four more letters in.
fn name_length(text: &str) -> usize {
    let letter = |c: char| c == '_' || c.is_ascii_alphabetic() || matches!(c, 'İ' | 'ı' | 'ſ' | '\u{212a}');
    if !text.starts_with(letter) {
        return 0;
    }
    text.find(|c: char| !(letter(c) || c == '.' || c.is_ascii_digit())).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces, references, unescaped};

    /// Pieces with references in angle brackets.
    fn show(value: &str) -> String {
        pieces(&unescaped(value))
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Reference(name) => format!("<{name}>"),
            })
            .collect()
    }

    #[test]
    fn places_of_references_are_those_in_the_written_text() {
        let shown = |value: &str| references(value).into_iter().map(|at| value[at].to_owned()).collect::<Vec<_>>();
        assert_eq!(shown("x$a y${b.c}z$$d\\$e$5$"), ["$a", "${b.c}"]);
        assert_eq!(shown("$$$a"), ["$a"]);
        assert_eq!(shown("\u{e4}$(x)${abc $_"), ["$_"]);
    }

    #[test]
    fn names_are_greedy_and_braces_end_them() {
        assert_eq!(show("$apic_system_id_x"), "<apic_system_id_x>");
        assert_eq!(show("${apic_system_id}_x"), "<apic_system_id>_x");
        assert_eq!(show("$a.b-$C9"), "<a.b>-<C9>");
    }

    #[test]
    fn dollars_that_start_no_name_stay() {
        for value in ["$5", "$ ", "x$", "$(x)", "$-", "${abc", "${}", "${5}"] {
            assert_eq!(show(value), value);
        }
        assert_eq!(show("$_"), "<_>");
    }

    #[test]
    fn two_dollars_or_a_backslash_are_one_dollar() {
        assert_eq!(show("P@$$word"), "P@$word");
        assert_eq!(show("P@\\$word"), "P@$word");
        assert_eq!(show("$$$a"), "$<a>");
        assert_eq!(show("\\\\$a"), "\\$a");
        assert_eq!(show("$\\$a"), "$<a>");
    }
}
