//! The words of a JSON text: how far a string, a run of blanks, a number goes. Eight bytes are looked at as one.

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// A number of so many letters fits every reader.
const LONGEST_NUMBER: usize = 18;

/// How many letters a string has up to its closing quote.
pub(super) fn string(rest: &[u8]) -> Option<usize> {
    let is_end = |byte: u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let special = |word: u64| zeros(word ^ all(b'"')) | zeros(word ^ all(b'\\')) | low(word);
    let end = find(rest, special, is_end);
    (rest.get(end) == Some(&b'"')).then_some(end)
}

/// How many blanks stand here.
pub(super) fn blanks(rest: &[u8]) -> usize {
    find(rest, |word| word ^ all(b' '), |byte| byte != b' ')
}

/// Where the first byte stands that is looked for: eight at once are looked at as a word, in which the lowest byte with a
/// bit of the answer is the first.
fn find(bytes: &[u8], in_word: impl Fn(u64) -> u64, is_it: impl Fn(u8) -> bool) -> usize {
    let mut at = 0;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let found = in_word(u64::from_le_bytes(*eight));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|byte| !is_it(**byte)).count()
}

/// A word of one byte.
fn all(byte: u8) -> u64 {
    ONES * u64::from(byte)
}

/// The top bits of bytes that are zero; above the lowest also of others.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & TOPS
}

/// The top bits of bytes below 0x20; above the lowest also of others.
fn low(word: u64) -> u64 {
    word.wrapping_sub(all(0x20)) & !word & TOPS
}

/// Whether this is a literal or a whole number.
pub(super) fn is_word(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    match word {
        b"true" | b"false" | b"null" => true,
        _ => match digits {
            [b'0'] => true,
            [b'1'..=b'9', rest @ ..] => rest.len() < LONGEST_NUMBER && rest.iter().all(u8::is_ascii_digit),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{blanks, is_word, string};

    #[test]
    fn a_string_ends_at_its_quote_and_at_what_only_an_escape_may_stand_for() {
        for before in 0..20 {
            for after in 0..12 {
                let text = |end: &str| format!("{}{end}{}", "é".repeat(before), "!\"".repeat(after));
                assert_eq!(string(text("\"").as_bytes()), Some(2 * before));
                for end in ["\\", "\n", "\u{1f}", "\0"] {
                    assert_eq!(string(text(end).as_bytes()), None, "{end:?}");
                }
            }
            assert_eq!(string("é".repeat(before).as_bytes()), None);
            for after in ["", "!", "\n       ", "!                "] {
                assert_eq!(blanks(format!("{}{after}", " ".repeat(before)).as_bytes()), before);
            }
        }
    }

    #[test]
    fn words_are_literals_and_numbers_that_every_reader_takes() {
        for word in ["true", "false", "null", "0", "-0", "12", "-9", "123456789012345678"] {
            assert!(is_word(word.as_bytes()), "{word}");
        }
        for word in ["", "-", "01", "True", "nul", "1e3", "1.5", "--1", "1-", "1234567890123456789"] {
            assert!(!is_word(word.as_bytes()), "{word}");
        }
    }
}
