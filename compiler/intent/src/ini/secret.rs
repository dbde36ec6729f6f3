//! Where secrets stand in a text, so that no excerpt of it shows one.

use aciform_diagnostics::{FileId, Span};
use aciform_syntax::ini::Entry;

use super::options::GROUPS;

/// Words that make a key a secret whatever section it stands in, also where it is misspelt or unknown.
const WORDS: &[&str] = &["passw", "passwd", "secret", "token", "credential", "transport_url", "connection"];

/// Whether the values of a key are never shown.
#[must_use]
pub fn is_secret(key: &str) -> bool {
    let plain = key.to_lowercase().replace('-', "_");
    WORDS.iter().any(|word| plain.contains(word)) || super::near::nearest(&plain, secret_names()).is_some()
}

/// The registered secrets. Only these are searched for near names: every line of a file is asked.
fn secret_names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|group| group.rows()).filter(|row| row.secret).map(|row| row.name)
}

/// The places of all secrets in the text of a file: whatever follows the name of a secret in its line, and the
/// indented lines below. Works on the text and not on what was read, so that a line that does not parse, or that is
/// commented out, shows nothing either.
#[must_use]
pub fn secret_spans(file: FileId, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let content = line.trim_end();
        let at = start;
        start += line.len();
        let skipped = content.len()
            - content.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | ';' | '\u{feff}')).len();
        let written = &content[skipped..];
        let indented = content.starts_with([' ', '\t']);
        if inside && indented && !written.is_empty() {
            found.push(Span::new(file, at + skipped, at + content.len()));
            continue;
        }
        inside = false;
        let Some(key_end) = secret_key(written) else {
            found.extend(logins(file, at, content));
            continue;
        };
        inside = true;
        let rest = &written[key_end..];
        let value = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | ':'));
        if !value.is_empty() {
            found.push(Span::new(file, at + content.len() - value.len(), at + content.len()));
        }
    }
    found
}

/// Whether the value of a line is never shown: it is a secret, or has swallowed one.
#[must_use]
pub fn is_hidden(entry: &Entry) -> bool {
    is_secret(&entry.key.value) || is_swallowed(&entry.value.value)
}

/// Whether a value swallowed an indented line that names a secret: what it says is then not repeated.
pub(super) fn is_swallowed(value: &str) -> bool {
    value.split('\n').skip(1).any(|line| secret_key(line.trim_start_matches(['#', ';', ' ', '\t'])).is_some())
}

/// Where the name of a secret ends that a line starts with.
fn secret_key(written: &str) -> Option<usize> {
    let key_end = written.find(|c: char| c == '=' || c == ':' || c.is_whitespace()).unwrap_or(written.len());
    let named = !written.starts_with('[') && is_key_like(&written[..key_end]) && is_secret(&written[..key_end]);
    named.then_some(key_end)
}

/// Passwords in URLs, whatever the option: `p` in `https://u:p@h`.
fn logins(file: FileId, at: usize, line: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for (scheme, _) in line.match_indices("://") {
        let start = scheme + "://".len();
        let end = line[start..].find(|c: char| c.is_whitespace() || c == '/').map_or(line.len(), |end| start + end);
        let Some(user) = line[start..end].rfind('@').map(|at| &line[start..start + at]) else { continue };
        if let Some(colon) = user.find(':').filter(|colon| colon + 1 < user.len()) {
            found.push(Span::new(file, at + start + colon + 1, at + start + user.len()));
        }
    }
    found
}

/// Keeps prose out of the search for near names.
fn is_key_like(key: &str) -> bool {
    key.len() >= 4
        && key.len() <= 64
        && (key.contains(['_', '-']) || key.to_lowercase().contains("pass") || key.contains("connection"))
}

#[cfg(test)]
mod tests {
    use aciform_diagnostics::{FileId, SourceMap};

    use super::secret_spans;

    fn secrets(text: &str) -> Vec<String> {
        let mut sources = SourceMap::new();
        let file = sources.add("f", text);
        assert_eq!(file, FileId(0));
        secret_spans(file, text).into_iter().map(|span| sources.slice(span).to_owned()).collect()
    }

    #[test]
    fn passwords_are_found_however_they_are_written() {
        assert_eq!(secrets("[apic]\napic_password = s3cret\n  and more\nuser = x\n"), ["s3cret", "and more"]);
        assert_eq!(secrets("#apic_password: s3cret # x\r\napic_pasword=abc\r\n"), ["s3cret # x", "abc"]);
        assert_eq!(secrets("apic_password hunter2\nopenstack-password = \"x\"\n"), ["hunter2", "\"x\""]);
        assert_eq!(secrets("apic-pasword = hunter2\n"), ["hunter2"]);
        assert_eq!(secrets("connection = mysql://u:p@h/d\n"), ["mysql://u:p@h/d"]);
    }

    #[test]
    fn passwords_in_urls_are_found_in_any_option() {
        assert_eq!(secrets("apic_hosts = https://u:p@a, b, http://u:q:@@c/x@y\n"), ["p", "q:@"]);
        assert!(secrets("[a]\napic_hosts = https://a:443/x@y, http://u@b, https://u:@c\n").is_empty());
    }

    #[test]
    fn nothing_else_is_hidden() {
        assert!(
            secrets("apic_username = ops\nprivate_key_file = /etc/x.key\n# the password is asked for\n[a]\n")
                .is_empty()
        );
    }
}
