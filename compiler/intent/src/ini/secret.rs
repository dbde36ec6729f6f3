//! Where secrets stand in a text, so that no excerpt of it shows one.

use std::ops::Range;
use std::sync::LazyLock;

use aciform_diagnostics::{FileId, Span};
use aciform_syntax::ini::Entry;

use super::MASK;
use super::options::GROUPS;

/// Words that make a key a secret whatever section it stands in, also where it is misspelt or unknown.
const WORDS: &[&str] =
    &["passw", "pasw", "passphrase", "pwd", "pswd", "secret", "token", "credential", "transport_url", "connection"];

/// Ends that make a key a secret: what names a file has something behind them.
const ENDS: &[&str] =
    &["private_key", "privatekey", "encryption_key", "api_key", "apikey", "access_key", "signing_key", "_psk", "_pw"];

/// What `pass` is the end of in other words.
const NO_PASS: &[&str] = &["by", "com", "sur", "tres"];

/// Three letters of everything that makes a key a secret by itself.
const PARTS: &[&[u8; 3]] = &[b"pas", b"pwd", b"psw", b"sec", b"tok", b"cre", b"tra", b"con", b"key", b"psk", b"_pw"];

/// No shorter name is near to that of a registered secret.
const SHORTEST_NEAR: usize = 10;

/// The registered secrets. Only these are searched for near names: every word of every file is asked.
static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    GROUPS.iter().flat_map(|group| group.rows()).filter(|row| row.secret).map(|row| row.name).collect()
});

/// What a private key begins with.
const KEY_TEXT: &str = "-----BEGIN ";

/// No name is longer.
const LONGEST: usize = 64;

/// Whether the values of a key are never shown.
#[must_use]
pub fn is_secret(key: &str) -> bool {
    let plain = |key: &str| key.to_lowercase().replace('-', "_");
    may_say_secret(key) && says_secret(&plain(key))
        || may_be_near(key) && super::near::nearest(&plain(key), secret_names()).is_some()
}

/// Whether it is worth looking whether a key calls itself a secret: nearly none does.
fn may_say_secret(key: &str) -> bool {
    let lower = |byte: &u8| if *byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
    let is_part = |three: &[u8]| PARTS.iter().any(|part| three.iter().map(lower).eq(part.iter().copied()));
    let begins_part =
        |three: &[u8]| matches!(three[0] | 0x20, b'p' | b's' | b't' | b'c' | b'k' | 0x7f) || three[0] == b'-';
    !key.is_ascii() || key.as_bytes().windows(3).any(|three| begins_part(three) && is_part(three))
}

/// Whether it is worth looking for a secret whose name is near.
fn may_be_near(key: &str) -> bool {
    key.len() >= SHORTEST_NEAR || !key.is_ascii()
}

/// Whether a key calls itself a secret; near names are not looked for.
fn says_secret(plain: &str) -> bool {
    WORDS.iter().any(|word| plain.contains(word)) || ENDS.iter().any(|end| plain.ends_with(end)) || says_pass(plain)
}

/// Whether a part of a key ends with `pass`, as in `apic_pass`.
fn says_pass(plain: &str) -> bool {
    plain.match_indices("pass").any(|(at, pass)| {
        let (before, behind) = (&plain[..at], &plain[at + pass.len()..]);
        let is_other = NO_PASS.iter().any(|word| before.ends_with(word)) || behind.starts_with("_thr");
        !is_other && !behind.starts_with(char::is_alphabetic)
    })
}

fn secret_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

/// The places of all secrets in the text of a file: whatever follows the name of a secret in its line, the indented
/// lines below, and lines further down that are nothing by themselves. Works on the text and not on what was read, so
/// that a line that does not parse, or that is commented out, shows nothing either.
#[must_use]
pub fn secret_spans(file: FileId, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut below = Below::Other;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let content = line.trim_end();
        let at = start;
        start += line.len();
        let written = content.trim_start_matches(is_mark);
        let skipped = content.len() - written.len();
        if below == Below::Secret && content.starts_with([' ', '\t']) && !written.is_empty() {
            found.push(Span::new(file, at + skipped, at + content.len()));
            continue;
        }
        let is_comment = content.trim_start().starts_with(['#', ';']);
        if let Some(value) = secret_value(written) {
            below = Below::Secret;
            if value < written.len() {
                found.push(Span::new(file, at + skipped + value, at + content.len()));
            }
        } else if written.is_empty() || below != Below::Other && is_comment {
            // What stands below an empty line or a comment may have been meant as the value all the same.
            below = if below == Below::Other { Below::Other } else { Below::Gap };
            found.extend(said(content).into_iter().map(|said| Span::new(file, at + said.start, at + said.end)));
        } else if below != Below::Other && !written.starts_with('[') && !written.contains(['=', ':']) {
            found.push(Span::new(file, at + skipped, at + content.len()));
        } else {
            let is_name = written.strip_prefix('[').and_then(|name| name.strip_suffix(']')).is_some_and(is_registered);
            below = match is_name {
                _ if is_key_text(content) => Below::Secret,
                // `[apic_password]`: what follows may be the value.
                true => Below::Gap,
                false => Below::Other,
            };
            found.extend(said(content).into_iter().map(|said| Span::new(file, at + said.start, at + said.end)));
        }
    }
    found
}

/// What a line stands below.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// A secret, which it continues where it is indented.
    Secret,
    /// A secret, and an empty line or a comment: it continues nothing.
    Gap,
    /// Anything else.
    Other,
}

/// What may stand in front of the first word of a line.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '#' | ';' | '\u{feff}')
}

/// Where the value of the first secret of a line starts, also of one that stands in or behind a header.
fn secret_value(written: &str) -> Option<usize> {
    let value = |from: usize| {
        let line = written[from..].trim_start_matches(is_mark);
        let key_end = written.len() - line.len() + secret_key(line)?;
        let value = written[key_end..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | ':'));
        Some(written.len() - value.len())
    };
    let Some(inside) = written.strip_prefix('[') else { return value(0) };
    // `[a_secret]` is the name of a section.
    let is_line = inside.strip_suffix(']').is_none_or(is_line_of_secret);
    let behind = written.find(']').map(|end| end + 1).filter(|end| *end < written.len());
    let start = if is_line && behind.is_none_or(|_| inside.contains('=')) { value(1) } else { None };
    start.filter(|start| behind.is_none_or(|behind| *start < behind)).or_else(|| behind.and_then(value))
}

/// Whether the text of a header is rather a line with a secret, as in `[apic_password = x]`.
pub(super) fn is_line_of_secret(header: &str) -> bool {
    secret_key(header.trim_start()).is_some_and(|end| end < header.trim().len())
}

/// Whether the value of a line is never shown: it is a secret, or has swallowed one.
#[must_use]
pub fn is_hidden(entry: &Entry) -> bool {
    names_secret(&entry.key.value) || is_swallowed(&entry.value.value)
}

/// Whether a key, which may be of several words, makes its value a secret: as it does in the text of the file.
pub(super) fn names_secret(key: &str) -> bool {
    is_secret(key) || key.contains([' ', '\t', ',']) && secret_key(&format!("{key} = x")).is_some()
}

/// Whether something of the value of a line is never shown.
#[must_use]
pub fn is_hidden_in_part(entry: &Entry) -> bool {
    is_hidden(entry) || entry.value.value.split('\n').any(|line| !said(line).is_empty())
}

/// Whether a value swallowed an indented line that names a secret: what it says is then not repeated.
pub(super) fn is_swallowed(value: &str) -> bool {
    is_key_text(value)
        || value.split('\n').skip(1).any(|line| secret_key(line.trim_start_matches(['#', ';', ' ', '\t'])).is_some())
}

/// Where the name of a registered secret ends that a text starts with, and that something is glued to which is no
/// separator. In front of a separator, `_` and `-` make it another name.
fn glued(written: &str) -> Option<usize> {
    let is_same = |name: &str| {
        let start = written.as_bytes().get(..name.len());
        start.is_some_and(|start| {
            start.iter().map(|byte| if *byte == b'-' { b'_' } else { byte.to_ascii_lowercase() }).eq(name.bytes())
        })
    };
    let end = secret_names().filter(|name| is_same(name)).map(str::len).max()?;
    let next = written[end..].chars().next()?;
    let separates = next.is_whitespace() || matches!(next, '=' | ':');
    let goes_on = matches!(next, '_' | '-') && written.contains(['=', ':']);
    (!separates && !goes_on).then_some(end)
}

/// Where the name of a secret ends that a line starts with, or that is the last word in front of its separator.
fn secret_key(written: &str) -> Option<usize> {
    let is_named = |key: &str| is_key_like(key) && is_secret(key);
    let is_key = |key: &str| is_named(key) || key.len() <= LONGEST && says_secret(&key.to_lowercase());
    let first = written.find(|c: char| c == '=' || c == ':' || c.is_whitespace()).unwrap_or(written.len());
    if written.starts_with('[') {
        return None;
    }
    if let Some(end) = glued(written) {
        return Some(end);
    }
    let separated = written[first..].trim_start().starts_with(['=', ':']);
    if is_named(&written[..first]) || separated && is_key(&written[..first]) {
        return Some(first);
    }
    let before = written[..written.find(['=', ':'])?].trim_end();
    let last = before.rfind(|c: char| c == ',' || c.is_whitespace())?;
    is_key(before[last..].trim_start_matches(|c: char| c == ',' || c.is_whitespace())).then_some(before.len())
}

/// What is secret within a line of something else: passwords in URLs, and what stands behind the name of a secret, as in
/// a comment at the end of the line.
pub(crate) fn said(line: &str) -> Vec<Range<usize>> {
    let mut found = logins(line);
    if let Some(start) = inner_secret(line).filter(|start| *start < line.len()) {
        found.retain(|login| login.start < start);
        match found.last_mut().filter(|login| login.end > start) {
            Some(login) => login.end = line.len(),
            None => found.push(start..line.len()),
        }
    }
    found
}

/// Where the value of a secret starts that a line names behind its beginning.
fn inner_secret(line: &str) -> Option<usize> {
    if is_key_text(line) {
        return line.find(KEY_TEXT);
    }
    let start = if line.starts_with('[') { line.find(']').map_or(line.len(), |end| end + 1) } else { 0 };
    let mut word: Option<Range<usize>> = None;
    let mut blank = false;
    for (at, c) in line[start..].char_indices().map(|(at, c)| (start + at, c)) {
        match (c, word.clone()) {
            (_, Some(known)) if is_word(c) && known.end == at => word = Some(known.start..at + c.len_utf8()),
            (_, known) if is_word(c) => {
                // `apic_password x`: only a name that is registered is no prose.
                if blank && known.is_some_and(|known| is_registered(&line[known])) {
                    return Some(at);
                }
                (word, blank) = (Some(at..at + c.len_utf8()), false);
            }
            ('=' | ':', Some(known)) if is_inner_key(&line[known.clone()]) => {
                let value = line[at..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | ':'));
                return Some(line.len() - value.len());
            }
            ('"' | '\'', _) => {}
            (_, Some(known)) if c.is_whitespace() => blank |= !line[..known.start].ends_with('$'),
            _ => (word, blank) = (None, false),
        }
    }
    None
}

/// Whether a text holds a private key itself, not the name of its file.
pub(crate) fn is_key_text(text: &str) -> bool {
    text.find(KEY_TEXT).is_some_and(|at| text[at..].contains("PRIVATE KEY"))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

fn is_inner_key(word: &str) -> bool {
    (3..=LONGEST).contains(&word.len())
        && (may_say_secret(word) && says_secret(&word.to_lowercase().replace('-', "_"))
            || may_be_near(word) && is_key_like(word) && is_secret(word))
}

fn is_registered(word: &str) -> bool {
    let plain = word.to_lowercase().replace('-', "_");
    plain.contains('_') && secret_names().any(|name| name == plain)
}

/// Passwords in URLs, whatever the option: `p` in `https://u:p@h`.
fn logins(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (scheme, _) in line.match_indices("://") {
        let start = scheme + "://".len();
        let end = line[start..].find(|c: char| c.is_whitespace() || c == '/').map_or(line.len(), |end| start + end);
        let Some(user) = line[start..end].rfind('@').map(|at| &line[start..start + at]) else { continue };
        if let Some(colon) = user.find(':').filter(|colon| colon + 1 < user.len()) {
            found.push(start + colon + 1..start + user.len());
        }
    }
    found
}

/// A text without the passwords of its URLs and what it says behind the name of a secret.
#[must_use]
pub fn without_secrets(text: &str) -> String {
    if is_key_text(text) {
        return MASK.to_owned();
    }
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for line in &mut lines {
        for secret in said(line).into_iter().rev() {
            line.replace_range(secret, MASK);
        }
    }
    lines.join("\n")
}

/// The items of one value without secrets; a password with a comma takes all items with it.
pub(super) fn items_without_secrets(items: &[String]) -> Vec<String> {
    if items.iter().any(|item| inner_secret(item).is_some()) {
        return vec![MASK.to_owned()];
    }
    let whole: usize = items.iter().map(|item| logins(item).len()).sum();
    if logins(&items.join(",")).len() != whole {
        return vec![MASK.to_owned()];
    }
    items.iter().map(|item| without_secrets(item)).collect()
}

/// Keeps prose out of the search for near names.
fn is_key_like(key: &str) -> bool {
    (4..=LONGEST).contains(&key.len())
        && (key.contains(['_', '-']) || key.to_lowercase().contains("pas") || key.contains("connection"))
}

#[cfg(test)]
mod tests {
    use aciform_diagnostics::{FileId, SourceMap};

    use super::{
        ENDS, SHORTEST_NEAR, WORDS, is_secret, may_be_near, may_say_secret, says_secret, secret_names, secret_spans,
    };

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
    fn passwords_are_found_where_no_value_belongs() {
        assert_eq!(secrets("apic_password =\n\n# x\n  s3cret\nabc\n\nuser = x\nabc\n"), ["s3cret", "abc"]);
        assert_eq!(secrets("[a:x] apic_password = s3cret\n[a] # apic_password = b\n"), ["s3cret", "b"]);
        assert_eq!(
            secrets("[apic_password = s3c]ret\n[apic_password: b\n[apic_password=c]\n[apic_password d]\n"),
            ["s3c]ret", "b", "c]", "d]"]
        );
        assert_eq!(secrets("host,apic_password = a\nhost , apic_password = b\n"), ["a", "b"]);
        assert_eq!(secrets("pasword = a\napic_private_key = b\nauth_encryption_key = c\n"), ["a", "b", "c"]);
    }

    #[test]
    fn passwords_are_found_glued_to_their_name() {
        assert_eq!(secrets("apic_passwordabc\n#Apic-Passwordabc x\n"), ["abc", "abc x"]);
        assert_eq!(secrets("apic_passwordab=cd\napic_password_abc\n"), ["ab=cd", "_abc"]);
        assert_eq!(secrets("apic_password_old = abc\napic_password\"abc\"\n"), ["abc", "\"abc\""]);
    }

    #[test]
    fn passwords_are_found_behind_something_else() {
        assert_eq!(secrets("use_ssl = True # apic_password = s3cret x\n"), ["s3cret x"]);
        assert_eq!(secrets("use_ssl = True # apic_password s3cret\n"), ["s3cret"]);
        assert_eq!(secrets("user = ops; pwd:a\nuser = ops, apic_pass=b\n"), ["a", "b"]);
        assert_eq!(secrets("[a]\nhosts = https://u:p@a, http://u:token=x@b\n"), ["p", "token=x@b"]);
        assert_eq!(secrets("apic_pwd = a\napic_pass = b\npwd = c\ntoken: d\npass=e\n"), ["a", "b", "c", "d", "e"]);
        assert_eq!(secrets("k = -----BEGIN PRIVATE KEY-----\n  abc\n"), ["-----BEGIN PRIVATE KEY-----", "abc"]);
        assert_eq!(secrets("[apic_password]\nabc\n"), ["abc"]);
        assert_eq!(secrets("{\"ssl\": {\"password\": \"abc\"}}\n"), ["\"abc\"}}"]);
    }

    #[test]
    fn every_secret_is_worth_looking_for() {
        let whole = WORDS.iter().chain(ENDS).copied().chain(["pass", "Apic-Pass", "x_PW", "API-KEY"]);
        for name in whole.flat_map(|name| [name.to_owned(), format!("a_{name}"), name.to_uppercase()]) {
            assert!(may_say_secret(&name) && says_secret(&name.to_lowercase().replace('-', "_")), "{name}");
        }
        // One change in as many letters as are near.
        for name in secret_names() {
            for (from, to) in
                (0..name.len()).flat_map(|from| (from..=(from + 3).min(name.len())).map(move |to| (from, to)))
            {
                let shorter = format!("{}{}", &name[..from], &name[to..]);
                assert!(!is_near(&shorter) || may_be_near(&shorter) && is_secret(&shorter), "{shorter}");
            }
        }
        let shortest = secret_names().map(str::len).min();
        assert!(shortest.is_some_and(|shortest| shortest >= SHORTEST_NEAR + 3), "three letters may be missing");
        let words = ["host", "net-17", "vm-12", "cidr", "ports", "Web", "port_range_max", "remote_group"];
        assert!(!words.into_iter().any(may_say_secret) && !words[..6].iter().any(|word| may_be_near(word)));
    }

    fn is_near(name: &str) -> bool {
        super::super::near::nearest(name, secret_names()).is_some()
    }

    #[test]
    fn nothing_else_is_hidden() {
        assert!(secrets("bypass = a\ncompass-1 = 1/1\npassat = 1/2\npci_passthrough = x\n").is_empty());
        assert!(secrets("x = $apic_password y\ny = ${apic_password}_z # see apic_password\n").is_empty());
        assert!(
            secrets("apic_username = ops\nprivate_key_file = /etc/x.key\n# the password is asked for\n[a]\n")
                .is_empty()
        );
        assert!(secrets("[secret_store]\nx\napic_key_path = /etc/x\nz\n").is_empty());
    }
}
