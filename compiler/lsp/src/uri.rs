//! File URIs against paths.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use lsp_types::Uri;

/// The path of a file URI; `None`: it names no file of this machine.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    let (scheme, rest) = uri.as_str().split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let encoded = match rest.strip_prefix("//") {
        Some(rest) => {
            let at = rest.find('/')?;
            let host = &rest[..at];
            if !(host.is_empty() || host.eq_ignore_ascii_case("localhost")) {
                return None;
            }
            &rest[at..]
        }
        None => rest,
    };
    let bytes = decoded(encoded);
    if bytes.first() != Some(&b'/') || bytes.contains(&0) {
        return None;
    }
    aciform_site::absolute(&os_path(bytes))
}

/// The file URI of an absolute path.
pub(crate) fn of_path(path: &Path) -> Option<Uri> {
    let mut text = "file://".to_owned();
    for byte in os_bytes(path) {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => text.push(char::from(byte)),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    Uri::from_str(&text).ok()
}

/// A text that a client means as a URI, with what URIs do not have percent-encoded.
pub(crate) fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_escape =
            *byte == b'%' && bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        if is_escape || byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(byte) {
            out.push(char::from(*byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.extend(u8::try_from(high * 16 + low));
                at += 3;
            }
            (byte, _, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(unix)]
fn os_path(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;

    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(unix)]
fn os_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;

    path.as_os_str().as_bytes().to_vec()
}

/// `/c:/folder` is `c:/folder`.
#[cfg(not(unix))]
fn os_path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).trim_start_matches('/'))
}

#[cfg(not(unix))]
fn os_bytes(path: &Path) -> Vec<u8> {
    format!("/{}", path.to_string_lossy().replace('\\', "/")).into_bytes()
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;
    use std::str::FromStr as _;

    use lsp_types::Uri;

    use super::{mended, of_path, path};

    #[test]
    fn paths_come_back_and_other_uris_are_none() {
        for text in ["/a b/ö%[x]#?.yaml", "/c", "/"] {
            assert_eq!(path(&of_path(Path::new(text)).unwrap()).unwrap(), Path::new(text));
        }
        let read = |text: &str| path(&Uri::from_str(&mended(text)).unwrap());
        assert_eq!(read("file:///a%20b/%C3%B6.ini").unwrap(), Path::new("/a b/ö.ini"));
        assert_eq!(read("file:///a b/ö.ini").unwrap(), Path::new("/a b/ö.ini"));
        assert_eq!(read("FILE://localhost/a/./b/../c").unwrap(), Path::new("/a/c"));
        assert_eq!(read("file:///100%").unwrap(), Path::new("/100%"));
        for other in ["untitled:Untitled-1", "git:/a?x", "file://host/a", "file:", "file:a", "file:///a%00b", "x"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
