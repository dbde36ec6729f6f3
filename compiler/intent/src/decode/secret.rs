//! Where the site file may hold a secret, so that no excerpt of it shows one. A password does not belong there, and the
//! finding that says so shows its place; so may the finding of any other mistake in that line.

use aciform_diagnostics::{FileId, Span};

use crate::ini::is_secret;

/// What may stand behind the key of a password: the place where it is kept.
const PLACES: &[&str] = &["env", "file", "command"];

/// The places of all secrets in the text of a site file: what follows the key of a secret in its line, and the lines
/// below that are indented deeper. Works on the text and not on what was read, so that a file that does not parse, or
/// a line that is commented out, shows nothing either.
#[must_use]
pub fn secret_spans(file: FileId, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    // How deep the key of the last secret is indented.
    let mut above: Option<usize> = None;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let (at, content) = (start, line.trim_end());
        start += line.len();
        let indentation = content.len() - content.trim_start().len();
        let mut hide = |from: usize| {
            let value = content[from..].trim_start();
            if !value.is_empty() && !is_place(value) {
                found.push(Span::new(file, at + content.len() - value.len(), at + content.len()));
            }
        };
        if content.is_empty() {
            continue;
        }
        if above.is_some_and(|above| indentation > above) {
            hide(0);
            continue;
        }
        let value = secret_value(content);
        above = value.map(|_| indentation);
        if let Some(from) = value {
            hide(from);
        }
    }
    found
}

/// Where the value of the first secret of a line starts.
fn secret_value(content: &str) -> Option<usize> {
    content.match_indices([':', '=']).map(|(at, _)| at).find_map(|at| {
        let key = content[..at].trim_end().trim_end_matches(['"', '\'']);
        let word = key.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
        let word = &key[word.map_or(0, |before| before + key[before..].chars().next().map_or(1, char::len_utf8))..];
        is_secret(word).then_some(at + 1)
    })
}

/// Whether a value says where the secret is kept.
fn is_place(value: &str) -> bool {
    let inside = value.strip_prefix('{').unwrap_or(value).trim_start();
    let key = inside.split(':').next().unwrap_or(inside).trim_end();
    inside.contains(':') && PLACES.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut masked = text.to_owned();
        for span in secret_spans(FileId(0), text) {
            masked.replace_range(span.range(), &"*".repeat(span.range().len()));
        }
        masked
    }

    #[test]
    fn a_password_is_hidden_however_it_is_written() {
        for (text, shown) in [
            ("apic: {password: hunter2}\n", "apic: {password: ********\n"),
            ("apic:\n  password: hunter2\n   user: x\nini: a\n", "apic:\n  password: *******\n   *******\nini: a\n"),
            (
                "apic:\n  \"pasword\": |\n    hunter2\n\n    x: y\n",
                "apic:\n  \"pasword\": *\n    *******\n\n    ****\n",
            ),
            ("# apic_password = hunter2\r\n", "# apic_password = *******\r\n"),
            ("apic: {password: {value: hunter2}}", "apic: {password: *****************"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn where_a_password_is_kept_is_no_secret() {
        for text in [
            "apic: {password: {env: APIC_PASSWORD}}\n",
            "apic:\n  password:\n    file: /run/secrets/apic\n",
            "apic:\n  password: {command: [pass, apic]}\ngrowth: {compute_hosts: 40}\n",
            "allow:\n  - {code: ACI312, reason: \"ends here\"}\n",
            "é: ü\n",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
