//! Values that an installer was to replace: `<host>`, `@HOST@`, `%%HOST%%`, `CHANGEME`, `APICHOST`.
//!
//! Only a value that is a placeholder as a whole counts: brackets and percent signs inside a value may well be meant.

use aciform_diagnostics::Diagnostic;
use aciform_syntax::ini::{Entry, TEMPLATE_LEFTOVER};

use super::load::Loader;
use super::named::{self, Header};
use super::spelling;
use super::value::list_ranges;

/// Words that installers put where a value belongs.
const WORDS: &[&str] = &[
    "CHANGEME",
    "CHANGE_ME",
    "REPLACEME",
    "REPLACE_ME",
    "APICHOST",
    "APICUSER",
    "APICPASS",
    "APICID",
    "APICSYSTEMID",
    "HOSTIP",
    "MECHDRIVERS",
];

/// Options that installers fill from shell variables of the same name.
const FROM_SHELL: &[&str] = &["apic_hosts", "apic_username", "apic_password", "apic_system_id"];

/// Whether a line's value waits for an installer.
#[must_use]
pub fn is_placeholder(entry: &Entry) -> bool {
    let value = entry.value.value.as_str();
    // Most values are ruled out by how they start.
    if !value.starts_with(['<', '%', '@', '$', 'A', 'C', 'H', 'M', 'R']) {
        return false;
    }
    let items = list_ranges(value);
    let own_name = value.strip_prefix('$').is_some_and(|name| name == entry.key.value && FROM_SHELL.contains(&name));
    own_name || is_mark(value) || (!items.is_empty() && items.into_iter().all(|item| is_mark(&value[item])))
}

fn is_mark(text: &str) -> bool {
    let name = |inner: &str, extra: &[char]| {
        inner.starts_with(|c: char| c.is_ascii_alphabetic())
            && inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || extra.contains(&c))
    };
    let between = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        (!inner.is_empty()).then_some(inner)
    };
    WORDS.contains(&text)
        || between("<", ">").is_some_and(|inner| name(inner, &['-', ' ', '.', ':', '/', '(', ')', '\'', ',']))
        || between("%%", "%%").is_some_and(|inner| name(inner, &['-', '.']))
        // A password may well start and end with this sign; a variable of a build is in upper case.
        || between("@", "@").is_some_and(|inner| name(inner, &[]) && !inner.contains(|c: char| c.is_ascii_lowercase()))
}

/// Reports every placeholder in the sections that we know. The rest of such a file is read as ever.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    let files = loader.files.clone();
    for section in files.iter().filter(|file| !file.template).flat_map(|file| &file.sections) {
        for entry in spelling::entries_we_know(section).filter(|entry| is_placeholder(entry)) {
            let message = format!("the value of `{}` is a placeholder that was not replaced", entry.key.value);
            let finding = Diagnostic::at(&TEMPLATE_LEFTOVER, entry.value.span, message);
            loader.judge.push(finding.help("render the template first, or write the value"));
        }
    }
    for section in files.iter().filter(|file| !file.template).flat_map(|file| &file.sections) {
        let (Header::Named(prefix, start) | Header::Near(prefix, start)) = named::header(&section.name.value) else {
            continue;
        };
        let name = named::name(section, start);
        let header = is_placeholder_name(&name.value).then_some((name.span, "the name of this section"));
        let hosts = section.entries.iter().filter(|entry| prefix == "apic_switch" && has_placeholder(entry));
        for (place, what) in header.into_iter().chain(hosts.map(|entry| (entry.key.span, "this host"))) {
            let message = format!("{what} is a placeholder that was not replaced");
            let finding = Diagnostic::at(&TEMPLATE_LEFTOVER, place, message);
            loader.judge.push(finding.help("render the template first, or write the name"));
        }
    }
}

/// Whether a name, of a section or of a host, waits for an installer.
#[must_use]
pub fn is_placeholder_name(name: &str) -> bool {
    is_mark(name)
}

/// Whether one of the hosts of a line does.
fn has_placeholder(entry: &Entry) -> bool {
    entry.key.value.split(',').any(|host| is_mark(host.split('|').next().unwrap_or(host).trim()))
}

#[cfg(test)]
mod tests {
    use super::is_mark;

    #[test]
    fn a_mark_is_the_whole_text() {
        for text in ["<ip:port>", "<rabbit-mq-host>", "<None>", "%%HOST%%", "@APIC_HOST@", "CHANGEME", "APICHOST"] {
            assert!(is_mark(text), "{text}");
        }
        for text in ["", "<>", "< 5", "a<b>", "<b>c", "<5>", "@home@", "@@", "%%%%", "changeme", "APICHOST1", "@", "%%"]
        {
            assert!(!is_mark(text), "{text}");
        }
    }
}
