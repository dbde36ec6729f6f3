//! The scalars of the lock file: plain, in single or in double quotes, on one line.

use std::borrow::Cow;

/// Why a scalar cannot be read: the byte where it goes wrong, and what stands there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) at: usize,
    pub(super) what: &'static str,
}

/// Reads a key from the start of `text` up to its colon; gives the key, its end and the place behind the colon.
pub(super) fn key(text: &str) -> Result<(Cow<'_, str>, usize, usize), Unreadable> {
    let (key, end) = match quoted(text)? {
        Some(quoted) => quoted,
        None => {
            indicator(text)?;
            let colon = colon(text).ok_or(Unreadable { at: 0, what: "no `: ` between key and value" })?;
            if comment(&text[..colon]).is_some() {
                return Err(Unreadable { at: 0, what: "no `: ` between key and value" });
            }
            let key = text[..colon].trim_end_matches(BLANK);
            (Cow::Borrowed(key), key.len())
        }
    };
    let rest = text[end..].trim_start_matches(BLANK);
    let behind = rest.strip_prefix(':').filter(|rest| rest.is_empty() || rest.starts_with(BLANK));
    match behind {
        Some(rest) => Ok((key, end, text.len() - rest.len())),
        None => Err(Unreadable { at: end, what: "no `: ` between key and value" }),
    }
}

/// Reads a value that fills `text` but for blanks and a comment; gives the value and where it starts and ends.
pub(super) fn value(text: &str) -> Result<(Cow<'_, str>, usize, usize), Unreadable> {
    let start = text.len() - text.trim_start_matches(BLANK).len();
    let body = &text[start..];
    // A comment needs a blank before it, which `start` may have eaten.
    if start > 0 && body.starts_with('#') || body.is_empty() {
        return Ok((Cow::Borrowed(""), start, start));
    }
    let moved = |unreadable: Unreadable| Unreadable { at: start + unreadable.at, ..unreadable };
    if let Some((value, end)) = quoted(body).map_err(moved)? {
        let rest = body[end..].trim_matches(BLANK);
        if rest.is_empty() || rest.starts_with('#') && body[end..].starts_with(BLANK) {
            return Ok((value, start, start + end));
        }
        return Err(Unreadable { at: start + end, what: "text behind the closing quote" });
    }
    indicator(body).map_err(moved)?;
    let body = body[..comment(body).unwrap_or(body.len())].trim_end_matches(BLANK);
    if let Some(at) = colon(body) {
        return Err(Unreadable { at: start + at, what: "a second `:`; a value that holds one needs quotes" });
    }
    Ok((Cow::Borrowed(body), start, start + body.len()))
}

/// Writes a scalar that is read back as the same text, plain where every reader of YAML takes it for that text.
pub(super) fn write(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            _ if is_printable(letter) => out.push(letter),
            _ => out.push_str(&format!("\\U{:08x}", u32::from(letter))),
        }
    }
    out.push('"');
}

const BLANK: [char; 2] = [' ', '\t'];

/// A scalar in quotes at the start of `text`, with its end; `None` when there is no quote.
fn quoted(text: &str) -> Result<Option<(Cow<'_, str>, usize)>, Unreadable> {
    match text.as_bytes().first() {
        Some(b'\'') => single(text).map(Some),
        Some(b'"') => double(text).map(Some),
        _ => Ok(None),
    }
}

const UNCLOSED: Unreadable = Unreadable { at: 0, what: "a quote that is not closed" };

/// In single quotes only the quote is special: doubled, it stands for itself.
fn single(text: &str) -> Result<(Cow<'_, str>, usize), Unreadable> {
    let mut from = 1;
    loop {
        let at = from + text[from..].find('\'').ok_or(UNCLOSED)?;
        if text[at + 1..].starts_with('\'') {
            from = at + 2;
        } else {
            let body = &text[1..at];
            let body = if body.contains('\'') { Cow::Owned(body.replace("''", "'")) } else { Cow::Borrowed(body) };
            return Ok((body, at + 1));
        }
    }
}

fn double(text: &str) -> Result<(Cow<'_, str>, usize), Unreadable> {
    let mut out = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((Cow::Owned(out), at + 1)),
            '\\' => {
                let unknown = Unreadable { at, what: "an escape that is not in use here" };
                let (_, escape) = letters.next().ok_or(UNCLOSED)?;
                let digits = match escape {
                    '"' | '\\' | '/' | ' ' => {
                        out.push(escape);
                        continue;
                    }
                    't' => {
                        out.push('\t');
                        continue;
                    }
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => return Err(unknown),
                };
                let hex: String = letters.by_ref().take(digits).map(|(_, digit)| digit).collect();
                let whole = hex.len() == digits && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
                let code = if whole { u32::from_str_radix(&hex, 16).ok() } else { None };
                out.push(code.and_then(char::from_u32).ok_or(unknown)?);
            }
            _ => out.push(letter),
        }
    }
    Err(UNCLOSED)
}

/// The colon that ends a plain key: followed by a blank or by nothing.
fn colon(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).find(|at| matches!(bytes.get(at + 1), None | Some(b' ' | b'\t')))
}

/// Where a comment starts: at a `#` behind a blank.
fn comment(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'#', bytes).find(|at| *at > 0 && matches!(bytes[at - 1], b' ' | b'\t'))
}

/// YAML has meanings for these at the start of a plain scalar; none of them is in use here.
fn indicator(text: &str) -> Result<(), Unreadable> {
    let mut letters = text.chars();
    let (first, second) = (letters.next(), letters.next());
    let what = match first {
        Some('-' | '?' | ':') if second.is_none_or(|letter| BLANK.contains(&letter)) => "a list or a complex key",
        Some('[' | ']' | '{' | '}' | ',') => "a list or a map in brackets",
        Some('&' | '*' | '!') => "an anchor, an alias or a tag",
        Some('|' | '>') => "a text of several lines",
        Some('#' | '%' | '@' | '`') => "a character that needs quotes",
        _ => return Ok(()),
    };
    Err(Unreadable { at: 0, what })
}

fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let safe_ends = bytes.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/'))
        && bytes.last().is_some_and(|byte| *byte != b' ' && *byte != b':');
    let safe_inside = bytes.iter().all(|byte| *byte == b' ' || byte.is_ascii_graphic())
        && colon(text).is_none()
        && comment(text).is_none();
    safe_ends && safe_inside && !is_other_type(text)
}

/// Whether some reader of YAML takes the plain text for a truth value, null, a number, a time or a date.
fn is_other_type(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    if WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return true;
    }
    let Some(b'0'..=b'9') = text.as_bytes().first() else { return false };
    let colons_or_none = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b':'));
    let dots = text.bytes().filter(|byte| *byte == b'.').count();
    // `172.16.10.2` is nobody's number; `1.5` and `1:30` are.
    if colons_or_none && dots > 1 {
        return false;
    }
    text.parse::<f64>().is_ok()
        || colons_or_none
        || text.len() > 2 && text.starts_with('0') && matches!(text.as_bytes()[1], b'x' | b'o' | b'b' | b'X')
        || text.len() >= 8 && text.bytes().filter(|byte| *byte == b'-').count() == 2 && is_date(text)
}

/// `2001-12-14`, alone or with a time behind it.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let year = parts.next().is_some_and(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let month = parts.next().is_some_and(|part| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()));
    year && month && parts.next().is_some_and(|part| part.starts_with(|letter: char| letter.is_ascii_digit()))
}

fn is_printable(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
