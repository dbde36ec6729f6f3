//! Findings for values that oslo.config refuses to read. Secrets are never quoted.

use aciform_diagnostics::{Applicability, Diagnostic, Edit, Span};
use aciform_syntax::ini::Entry;

use super::codes;
use super::effective::{Effective, Refusal};
use super::judge::Judge;
use super::mend::{self, mended};
use super::near::nearest;
use super::options::{GROUPS, Group, OptionRow};
use super::secret::is_hidden_in_part;
use super::substitute::named_references;
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
            let finding = Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference(entry, name), message);
            let help = "write `${group.option}` for an option of the group";
            if takes_dollar(row) {
                let help = format!("{help}, `$$` for a literal dollar");
                mended(finding, help, Applicability::Unsafe, doubled(entry, name))
            } else {
                finding.help(help)
            }
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
    let unchanged = || (Applicability::Unsafe, None);
    let (code, message, help, (applicability, edit)) = match error {
        TypeError::Bool => (
            &codes::BAD_BOOL,
            format!("`{name}` is {quoted}, which is no boolean; the service stops when it reads it"),
            boolean_help(text),
            boolean_edit(entry, text),
        ),
        TypeError::Int => (
            &codes::BAD_NUMBER,
            format!("`{name}` is {quoted}, which is no whole number; the service stops when it reads it"),
            number_help(row, text),
            number_edit(entry, text),
        ),
        TypeError::IntLong => (
            &codes::BAD_NUMBER,
            format!("`{name}` is {quoted}, which has more than 4300 digits; the service stops when it reads it"),
            number_help(row, ""),
            unchanged(),
        ),
        TypeError::Float => (
            &codes::BAD_NUMBER,
            format!("`{name}` is {quoted}, which is no number; the service stops when it reads it"),
            number_help(row, text),
            number_edit(entry, text),
        ),
        TypeError::DictItem(item) => (
            &codes::BAD_DICT,
            format!(
                "an item of `{name}` has no colon: {}",
                if text.is_empty() { "a secret".to_owned() } else { shown(item.trim()) }
            ),
            dict_help(text),
            (Applicability::Unsafe, dict_edit(entry, text)),
        ),
        TypeError::DictEmptyKey => (
            &codes::BAD_DICT,
            format!("an item of `{name}` has nothing in front of its colon"),
            "write `key:value,key:value`".to_owned(),
            unchanged(),
        ),
        TypeError::DictDuplicate(key) => (
            &codes::BAD_DICT,
            if text.is_empty() {
                format!("`{name}` has a key twice")
            } else {
                format!("`{name}` has the key `{key}` twice")
            },
            "keep one of the two".to_owned(),
            unchanged(),
        ),
    };
    mended(Diagnostic::at(code, entry.value.span, message), help, applicability, edit)
}

/// Reports an item of a dict that has no colon: oslo.config makes it a part of the next item's key.
pub(super) fn glued(judge: &mut Judge<'_>, row: &OptionRow, found: &Effective<'_>) {
    let (Kind::Dict, Some(entry), Some(text)) = (row.kind, found.entry, &found.text) else { return };
    let hidden = found.secret || is_hidden(row, entry);
    judge.check(entry, text, |text| {
        let Ok(Value::Dict(items)) = row.kind.read(text) else { return Ok(()) };
        let Some((key, lost)) = items.iter().find_map(|(key, _)| Some((key, key.split_once(',')?.0))) else {
            return Ok(());
        };
        let message = match hidden {
            true => format!("an item of `{}` has no colon, and is taken for a part of the next key", row.name),
            false => {
                format!(
                    "the item {} of `{}` has no colon: the next key becomes {}",
                    shown(lost.trim()),
                    row.name,
                    shown(key)
                )
            }
        };
        Err(Diagnostic::at(&codes::BAD_DICT, entry.value.span, message).help("write `key:value,key:value`"))
    });
}

fn boolean_help(text: &str) -> String {
    match meant(text) {
        Some((word, _)) => format!("write `{word}`"),
        None if text.trim().is_empty() => "write `True` or `False`, or delete the line for the default".to_owned(),
        None => "write `True` or `False`".to_owned(),
    }
}

fn boolean_edit(entry: &Entry, text: &str) -> (Applicability, Option<Edit>) {
    match meant(text) {
        Some((word, applicability)) => (applicability, mend::value(entry, text, word)),
        None => (Applicability::Unsafe, None),
    }
}

/// The truth value that another word stands for, and whether that is certain or a slip of the pen.
fn meant(text: &str) -> Option<(&'static str, Applicability)> {
    match text.trim().to_lowercase().as_str() {
        "t" | "y" | "enabled" | "enable" => Some(("True", Applicability::Safe)),
        "f" | "n" | "disabled" | "disable" => Some(("False", Applicability::Safe)),
        "truee" | "tru" | "ture" => Some(("True", Applicability::Unsafe)),
        "none" | "fals" => Some(("False", Applicability::Unsafe)),
        _ => None,
    }
}

fn number_help(row: &OptionRow, text: &str) -> String {
    if let Some((number, _, of)) = in_unit(text) {
        return format!("write `{} = {number}`{of}", row.name);
    }
    let kind = if row.kind == Kind::Float { "a number" } else { "a whole number" };
    format!("write {kind} such as `{} = {}`", row.name, row.default.unwrap_or("0"))
}

fn number_edit(entry: &Entry, text: &str) -> (Applicability, Option<Edit>) {
    match in_unit(text) {
        Some((number, applicability, _)) => (applicability, mend::value(entry, text, number.to_string())),
        None => (Applicability::Unsafe, None),
    }
}

/// The number that a text with a unit stands for. Seconds are what every option with a time counts, and bytes what every
/// option with a size does; of another unit nobody knows what it is in theirs.
fn in_unit(text: &str) -> Option<(u64, Applicability, &'static str)> {
    let (number, unit) = with_unit(text)?;
    let (times, applicability, of) = match unit.to_ascii_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => (1, Applicability::Safe, " (seconds)"),
        "m" | "min" | "mins" | "minute" | "minutes" => (60, Applicability::Unsafe, " (seconds)"),
        "h" | "hour" | "hours" => (3600, Applicability::Unsafe, " (seconds)"),
        "d" | "day" | "days" => (86400, Applicability::Unsafe, " (seconds)"),
        "b" | "byte" | "bytes" => (1, Applicability::Unsafe, ""),
        _ => return None,
    };
    Some((number.parse::<u64>().ok()?.checked_mul(times)?, applicability, of))
}

/// The digits a text starts with and the unit behind them.
fn with_unit(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (&text[..end], text[end..].trim());
    let is_unit = !unit.is_empty() && unit.chars().all(|c| c.is_ascii_alphabetic()) && unit != "x";
    (is_unit && !number.is_empty()).then_some((number, unit))
}

/// Items as `key=value` with colons, and no comma at the end.
fn dict_edit(entry: &Entry, text: &str) -> Option<Edit> {
    let dense = text.trim_end_matches([',', ' ']);
    if dense.split(',').all(|item| item.contains(':')) {
        return (!dense.is_empty()).then(|| mend::value(entry, text, dense)).flatten();
    }
    mend::value(entry, text, with_colons(dense)?)
}

fn dict_help(text: &str) -> String {
    match with_colons(text.trim_end_matches([',', ' '])) {
        Some(pairs) => format!("write a colon instead: {}", shown(&pairs)),
        None => "write `key:value,key:value`, without a comma at the end".to_owned(),
    }
}

/// Pairs that are written with `=`, with colons.
fn with_colons(dense: &str) -> Option<String> {
    let pairs = dense.split(',').all(|item| item.matches('=').count() == 1 && !item.contains(':'));
    pairs.then(|| dense.replace('=', ":"))
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
        .flat_map(|group| group.rows().filter(|row| !row.secret).map(|row| row.name))
        .collect();
    // A name eats all letters, digits and underscores behind it; the text that was to follow needs braces.
    let longest = known.iter().filter(|known| name.starts_with(**known)).max_by_key(|known| known.len());
    let write = |finding, new: String, why: &str| {
        let help = format!("write `{new}`{why}");
        mended(finding, help, Applicability::Unsafe, rewritten(entry, name, new))
    };
    if let Some(known) = longest {
        let why = format!(" for the option `{known}` and text behind it");
        return write(finding, format!("${{{known}}}{}", &name[known.len()..]), &why);
    }
    if let Some(other) = GROUPS.iter().find(|other| other.row(name).is_some_and(|row| !row.secret)) {
        return write(finding, format!("${{{}.{name}}}", other.name), " for the option of that section");
    }
    match nearest(name, known.iter().copied()) {
        Some(known) if takes_dollar(row) => write(finding, format!("${{{known}}}"), ", or `$$` for a literal dollar"),
        Some(known) => write(finding, format!("${{{known}}}"), ""),
        None => literal(row, entry, name, finding),
    }
}

/// `$group.option` without such a group: most often a dot behind a name, which is a part of the name.
fn unknown_group(group: &Group, row: &OptionRow, entry: &Entry, name: &str) -> Diagnostic {
    let (other, option) = name.split_once('.').unwrap_or((name, ""));
    let message = format!("`{}` refers to the group `{other}`, which is not registered; the service stops", row.name);
    let finding = Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference(entry, name), message);
    let known = |group: &Group| group.row(other).is_some();
    let registered = GROUPS.iter().find(|known| known.name.eq_ignore_ascii_case(other));
    let (new, help) = if other == "DEFAULT" {
        let new = format!("${{{option}}}");
        (new.clone(), format!("options of `[DEFAULT]` are referred to without the group: `{new}`"))
    } else if let Some(registered) = registered {
        let new = format!("${{{}.{option}}}", registered.name);
        (new.clone(), format!("write `{new}`: the name of the group is case-sensitive here"))
    } else if known(group) || GROUPS.iter().any(|group| group.name == "DEFAULT" && known(group)) {
        let new = format!("${{{other}}}.{option}");
        (new.clone(), format!("write `{new}` where the dot is text"))
    } else {
        return literal(row, entry, name, finding);
    };
    mended(finding, help, Applicability::Unsafe, rewritten(entry, name, new))
}

/// Whether what is written may be a part of a secret.
fn is_hidden(row: &OptionRow, entry: &Entry) -> bool {
    row.secret || is_hidden_in_part(entry)
}

/// A reference in a secret: its name is a part of the secret.
fn hidden_reference(row: &OptionRow, entry: &Entry, name: &str) -> Diagnostic {
    let message = format!("a `$` in `{}` starts a reference to an unknown option; the service stops", row.name);
    let finding = Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference(entry, name), message);
    mended(finding, "write `$$` for each literal dollar", Applicability::Safe, doubled(entry, name))
}

/// A reference to nothing that can only be meant as text.
fn literal(row: &OptionRow, entry: &Entry, name: &str, finding: Diagnostic) -> Diagnostic {
    if !takes_dollar(row) {
        return finding.help("write the value without `$`, or the name of an option behind it");
    }
    mended(finding, format!("write `$${name}` for a literal dollar"), Applicability::Unsafe, doubled(entry, name))
}

/// Whether a value may hold a dollar: names on APIC, addresses, ranges and words may not.
fn takes_dollar(row: &OptionRow) -> bool {
    let free = ["user", "path", "dir", "file"];
    row.secret
        || row.kind == Kind::Text
            && !super::check::NAMES.contains(&row.name)
            && free.iter().any(|word| row.name.contains(word))
}

/// Makes a dollar of a reference, by a second one in front: what stands there is not repeated.
fn doubled(entry: &Entry, name: &str) -> Option<Edit> {
    let (place, _) = named_references(&entry.value.value).into_iter().find(|(_, found)| found == name)?;
    Some(Edit::replace(entry.part(place.start..place.start), "$"))
}

fn ring(row: &OptionRow, entry: &Entry, way: &[String]) -> Diagnostic {
    let (message, help) = match way {
        [only] => (format!("`{only}` refers to itself; the service stops when it reads it"), "write the text out"),
        _ => {
            let way: Vec<String> = way.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("`{}` refers to itself, by way of {}; the service stops", row.name, way.join(" -> "));
            (message, "write the text out in one of them")
        }
    };
    Diagnostic::at(&codes::REFERENCE_RING, entry.value.span, message).help(help)
}

/// Writes something else in place of a reference.
fn rewritten(entry: &Entry, name: &str, new: String) -> Option<Edit> {
    let (place, _) = named_references(&entry.value.value).into_iter().find(|(_, found)| found == name)?;
    Some(Edit::replace(entry.part(place), new))
}

/// Where `$name` or `${name}` stands in a value.
fn reference(entry: &Entry, name: &str) -> Span {
    let place = named_references(&entry.value.value).into_iter().find(|(_, found)| found == name);
    place.map_or(entry.value.span, |(place, _)| entry.part(place))
}

/// A value for a message: quoted and shortened.
fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        _ if text.is_empty() => "empty".to_owned(),
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{}`", text.replace('\n', "\\n")),
    }
}
