//! Findings for values that oslo.config refuses to read. Secrets are never quoted.

use aciform_diagnostics::{Diagnostic, Span};
use aciform_syntax::ini::Entry;

use super::codes;
use super::effective::Refusal;
use super::judge::Judge;
use super::near::nearest;
use super::options::{GROUPS, Group, OptionRow};
use super::secret::is_swallowed;
use super::value::{Kind, TypeError, Value};

/// Reports why a written value is refused; gives the value back where only a comment was in its way.
pub(super) fn report(
    judge: &mut Judge<'_>,
    group: &'static Group,
    row: &'static OptionRow,
    entry: &Entry,
    refusal: &Refusal,
) -> Option<Value> {
    let finding = match refusal {
        Refusal::Consequence { .. } => return None,
        Refusal::Type { text, secret, .. } => {
            let hidden = *secret;
            return judge.check(entry, text, |text| {
                row.kind
                    .read(text)
                    .map_err(|error| wrong_type(row, entry, &error, if hidden { None } else { Some(text) }))
            });
        }
        Refusal::UnknownOption(name) => unknown_option(group, row, entry, name),
        Refusal::UnknownGroup(name) if is_hidden(row, entry) => hidden_reference(row, entry, name),
        Refusal::UnknownGroup(name) => unknown_group(group, row, entry, name),
        Refusal::GroupName(name) if is_hidden(row, entry) => hidden_reference(row, entry, name),
        Refusal::GroupName(name) => {
            let message = format!("`${name}` refers to a group, not to an option; the service stops");
            Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference(entry, name), message)
                .help("write `$$` for a literal dollar, `${group.option}` for an option of the group")
        }
        Refusal::Ring(way) => ring(row, entry, way),
        Refusal::TooLong => {
            let message = format!("the references of `{}` make it longer than a megabyte", row.name);
            Diagnostic::at(&codes::REFERENCE_RING, entry.value.span, message).help("write the text out")
        }
    };
    judge.push(finding);
    None
}

/// `text` is `None` where it holds a secret.
fn wrong_type(row: &OptionRow, entry: &Entry, error: &TypeError, text: Option<&str>) -> Diagnostic {
    let name = row.name;
    let quoted = text.map_or_else(|| "a secret".to_owned(), shown);
    let text = text.unwrap_or_default();
    let (code, message, help) = match error {
        TypeError::Bool => (
            &codes::BAD_BOOL,
            format!("`{name}` is {quoted}, which is no boolean; the service stops when it reads it"),
            boolean_help(text),
        ),
        TypeError::Int => (
            &codes::BAD_NUMBER,
            format!("`{name}` is {quoted}, which is no whole number; the service stops when it reads it"),
            number_help(row, text),
        ),
        TypeError::IntRange => {
            (&codes::BAD_NUMBER, format!("`{name}` is {quoted}, which does not fit into 64 bits"), number_help(row, ""))
        }
        TypeError::Float => (
            &codes::BAD_NUMBER,
            format!("`{name}` is {quoted}, which is no number; the service stops when it reads it"),
            number_help(row, text),
        ),
        TypeError::DictItem(item) => (
            &codes::BAD_DICT,
            format!(
                "an item of `{name}` has no colon: {}",
                if text.is_empty() { "a secret".to_owned() } else { shown(item.trim()) }
            ),
            "write `key:value,key:value`, without a comma at the end".to_owned(),
        ),
        TypeError::DictEmptyKey => (
            &codes::BAD_DICT,
            format!("an item of `{name}` has nothing in front of its colon"),
            "write `key:value,key:value`".to_owned(),
        ),
        TypeError::DictDuplicate(key) => {
            (&codes::BAD_DICT, format!("`{name}` has the key `{key}` twice"), "keep one of the two".to_owned())
        }
    };
    Diagnostic::at(code, entry.value.span, message).help(help)
}

fn boolean_help(text: &str) -> String {
    match text.trim().to_lowercase().as_str() {
        "t" | "y" | "enabled" | "enable" | "truee" | "tru" | "ture" => "write `True`".to_owned(),
        "f" | "n" | "disabled" | "disable" | "none" | "fals" => "write `False`".to_owned(),
        "" => "write `True` or `False`, or delete the line for the default".to_owned(),
        _ => "write `True` or `False`".to_owned(),
    }
}

/// The digits a number starts with, or the default.
fn number_help(row: &OptionRow, text: &str) -> String {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = text[end..].trim();
    let number = &text[..end];
    if !number.is_empty() && !unit.is_empty() && unit.chars().all(|c| c.is_ascii_alphabetic()) && unit != "x" {
        let of = if matches!(unit, "s" | "sec" | "secs" | "seconds") { " (seconds)" } else { "" };
        return format!("write `{} = {number}`{of}", row.name);
    }
    let kind = if row.kind == Kind::Float { "a number" } else { "a whole number" };
    format!("write {kind} such as `{} = {}`", row.name, row.default.unwrap_or("0"))
}

fn unknown_option(group: &Group, row: &OptionRow, entry: &Entry, name: &str) -> Diagnostic {
    if is_hidden(row, entry) {
        return hidden_reference(row, entry, name);
    }
    let message = format!("`${name}` in `{}` refers to an unknown option; the service stops", row.name);
    let finding = Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference(entry, name), message);
    let known: Vec<&str> = GROUPS
        .iter()
        .filter(|other| other.name == "DEFAULT" || other.name == group.name)
        .flat_map(|group| group.rows().map(|row| row.name))
        .collect();
    // A name eats all letters, digits and underscores behind it; the text that was to follow needs braces.
    let longest = known.iter().filter(|known| name.starts_with(**known)).max_by_key(|known| known.len());
    if let Some(known) = longest {
        return finding
            .help(format!("write `${{{known}}}{}` for the option `{known}` and text behind it", &name[known.len()..]));
    }
    if let Some(other) = GROUPS.iter().find(|other| other.row(name).is_some()) {
        return finding.help(format!("write `${{{}.{name}}}` for the option of that section", other.name));
    }
    match nearest(name, known.iter().copied()) {
        Some(known) => finding.help(format!("write `${{{known}}}`, or `$$` for a literal dollar")),
        None => finding.help(format!("write `$${name}` for a literal dollar")),
    }
}

/// `$group.option` without such a group: most often a dot behind a name, which is a part of the name.
fn unknown_group(group: &Group, row: &OptionRow, entry: &Entry, name: &str) -> Diagnostic {
    let (other, option) = name.split_once('.').unwrap_or((name, ""));
    let message = format!("`{}` refers to the group `{other}`, which is not registered; the service stops", row.name);
    let finding = Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference(entry, name), message);
    let known = |group: &Group| group.row(other).is_some();
    let registered = GROUPS.iter().find(|known| known.name.eq_ignore_ascii_case(other));
    finding.help(if other == "DEFAULT" {
        format!("options of `[DEFAULT]` are referred to without the group: `${{{option}}}`")
    } else if let Some(registered) = registered {
        format!("write `${{{}.{option}}}`: the name of the group is case-sensitive here", registered.name)
    } else if known(group) || GROUPS.iter().any(|group| group.name == "DEFAULT" && known(group)) {
        format!("write `${{{other}}}.{option}` where the dot is text")
    } else {
        "write `$$` for a literal dollar".to_owned()
    })
}

/// Whether what is written may be a part of a secret.
fn is_hidden(row: &OptionRow, entry: &Entry) -> bool {
    row.secret || is_swallowed(entry)
}

/// A reference in a secret: its name is a part of the secret.
fn hidden_reference(row: &OptionRow, entry: &Entry, name: &str) -> Diagnostic {
    let message = format!("a `$` in `{}` starts a reference to an unknown option; the service stops", row.name);
    Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference(entry, name), message)
        .help("write `$$` for each literal dollar")
}

fn ring(row: &OptionRow, entry: &Entry, way: &[String]) -> Diagnostic {
    let message = match way {
        [only] => format!("`{only}` refers to itself; the service stops when it reads it"),
        _ => {
            let way: Vec<String> = way.iter().map(|name| format!("`{name}`")).collect();
            format!("`{}` refers to itself, by way of {}; the service stops", row.name, way.join(" -> "))
        }
    };
    Diagnostic::at(&codes::REFERENCE_RING, entry.value.span, message).help("write the text out in one of them")
}

/// Where `$name` or `${name}` stands in a value.
fn reference(entry: &Entry, name: &str) -> Span {
    let text = entry.value.value.as_str();
    for form in [format!("${{{name}"), format!("${name}")] {
        if let Some(at) = text.find(&form) {
            let end = at + form.len();
            let end = if form.starts_with("${") && text[end..].starts_with('}') { end + 1 } else { end };
            return entry.part(at..end);
        }
    }
    entry.value.span
}

/// A value for a message: quoted and shortened.
fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        _ if text.is_empty() => "empty".to_owned(),
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{}`", text.replace('\n', "\\n")),
    }
}
