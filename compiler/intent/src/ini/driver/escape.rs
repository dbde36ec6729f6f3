//! Python's `unicode_escape` decoder, as apicapi applies it to hosts.

use super::StopReason;

/// Decodes a text.
///
/// The decoder takes bytes: what is not ASCII comes out as one character for each byte of its UTF-8.
pub(super) fn decoded(text: &str) -> Result<String, StopReason> {
    if text.is_ascii() && !text.contains('\\') {
        return Ok(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(char::from(byte));
            continue;
        }
        match bytes.next().ok_or(StopReason::Escape)? {
            b'\n' => {}
            plain @ (b'\\' | b'\'' | b'"') => out.push(char::from(plain)),
            b'a' => out.push('\u{7}'),
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'v' => out.push('\u{b}'),
            b'x' => out.push(hexadecimal(&mut bytes, 2)?),
            b'u' => out.push(hexadecimal(&mut bytes, 4)?),
            b'U' => out.push(hexadecimal(&mut bytes, 8)?),
            b'N' => {
                return Err(if bytes.peek() == Some(&b'{') { StopReason::NamedCharacter } else { StopReason::Escape });
            }
            first @ b'0'..=b'7' => {
                let mut code = u32::from(first - b'0');
                for _ in 0..2 {
                    let Some(digit) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                }
                out.push(char::from_u32(code).ok_or(StopReason::Escape)?);
            }
            other => {
                out.push('\\');
                out.push(char::from(other));
            }
        }
    }
    Ok(out)
}

/// The character of exactly so many digits.
fn hexadecimal(bytes: &mut impl Iterator<Item = u8>, digits: usize) -> Result<char, StopReason> {
    let mut code = 0;
    for _ in 0..digits {
        let digit = bytes.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or(StopReason::Escape)?;
        code = code * 16 + digit;
    }
    char::from_u32(code).ok_or(StopReason::Escape)
}
