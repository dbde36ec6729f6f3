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
    // Both spellings of an escaped dollar have two bytes, so places stay what they are.
    let value = unescaped(value);
    let mut at = 0;
    let mut found = Vec::new();
    for piece in pieces(&value) {
        let length = match piece {
            // A text of one dollar may be written as two.
            Piece::Text("$") if value[at..].starts_with("$$") => 2,
            Piece::Text(text) => text.len(),
            Piece::Reference(name) => name.len() + if value[at..].starts_with("${") { 3 } else { 1 },
        };
        if matches!(piece, Piece::Reference(_)) {
            found.push(at..at + length);
        }
        at += length;
    }
    found
}

/// Splits an [`unescaped`] value into texts and references. `$$` is a dollar; a dollar that starts no name stays.
pub(super) fn pieces(value: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        found.push(Piece::Text(before));
        if let Some(after) = after.strip_prefix('$') {
            found.push(Piece::Text("$"));
            rest = after;
            continue;
        }
        let name = name_length(after);
        if name > 0 {
            found.push(Piece::Reference(&after[..name]));
            rest = &after[name..];
            continue;
        }
        if let Some(braced) = after.strip_prefix('{') {
            let name = name_length(braced);
            if name > 0 && braced[name..].starts_with('}') {
                found.push(Piece::Reference(&braced[..name]));
                rest = &braced[name + 1..];
                continue;
            }
        }
        found.push(Piece::Text("$"));
        rest = after;
    }
    found.push(Piece::Text(rest));
    found.retain(|piece| *piece != Piece::Text(""));
    found
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
