#![doc = include_str!("list_shape.md")]

use std::net::Ipv6Addr;
use std::ops::Range;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::value::{Kind, list_ranges};
use aciform_syntax::ini::{Entry, is_blank};

use crate::entries::{self, Line};
use crate::grammar::odd_character::is_odd;
use crate::grammar::partial_quotes::is_quoted;
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI209", name: "list-shape", severity: Severity::Warning, page: include_str!("list_shape.md") },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

/// Lists whose items are checked one by one elsewhere.
const CHECKED_BY_ITEM: &[&str] = &["apic_vpc_pairs", "vlan_ranges", "mcast_ranges"];

/// The list of regular expressions, which may hold anything but a comma.
const EXPRESSIONS: &str = "vrf_per_router_tenants";

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    for line in entries::options(input) {
        let Line { row, entry, .. } = line;
        let text = entry.value.value.as_str();
        if row.kind != Kind::List || CHECKED_BY_ITEM.contains(&row.name) || is_odd(text) {
            continue;
        }
        let items = list_ranges(text);
        let quoted = items.iter().any(|item| is_quoted(&text[item.clone()]));
        if quoted || reported.within(entry.value.span) {
            continue;
        }
        let finding = brackets(line, &items).or_else(|| empty_item(line, &items)).or_else(|| blank(line, &items));
        if let Some(finding) = finding {
            diagnostics.push(finding);
        }
    }
}

/// `[a,b]`: there is no such notation.
fn brackets(line: Line<'_>, items: &[Range<usize>]) -> Option<Diagnostic> {
    let (name, entry) = (line.row.name, line.entry);
    let text = entry.value.value.as_str();
    let (first, last) = (items.first()?, items.last()?);
    let inner = text.get(first.start + 1..last.end.checked_sub(1)?)?;
    // An IPv6 address has brackets of its own.
    let around = text[first.start..last.end].starts_with('[') && text[first.start..last.end].ends_with(']');
    if !around
        || name == EXPRESSIONS
        || inner.contains(['[', ']'])
        || items.len() == 1 && inner.parse::<Ipv6Addr>().is_ok()
    {
        return None;
    }
    let (first, last) = (first.start..first.start + 1, last.end - 1..last.end);
    let message = format!("brackets become a part of the items of `{name}`");
    let finding = Diagnostic::at(RULE.code, entry.value.span, message).help("write the items without brackets");
    let plain = entries::keeps_lines(text, &[first.clone(), last.clone()]);
    let edits = || vec![Edit::delete(entry.part(first)), Edit::delete(entry.part(last))];
    Some(finding.maybe_fix(plain.then(|| Fix::safe("remove the brackets", edits()))))
}

/// `a,,b` or `,a`; commas at the end are dropped.
fn empty_item(line: Line<'_>, items: &[Range<usize>]) -> Option<Diagnostic> {
    let (name, entry) = (line.row.name, line.entry);
    let text = entry.value.value.as_str();
    let empty = items.iter().find(|item| item.is_empty())?;
    let message = format!("`{name}` has an empty item");
    // The comma behind the item; an empty one at the end is none.
    let comma = empty.start + text[empty.start..].find(',')?;
    let place = entry.part(comma..comma + 1);
    let finding = Diagnostic::at(RULE.code, place, message).help("remove the comma");
    let commas = items.iter().filter(|item| item.is_empty());
    let commas = commas.filter_map(|item| Some(item.start + text[item.start..].find(',')?));
    let commas: Vec<Range<usize>> = commas.map(|at| at..at + 1).collect();
    let plain = entries::is_short(entry) && entries::keeps_lines(text, &commas);
    let edits = || commas.into_iter().map(|comma| Edit::delete(entry.part(comma))).collect();
    Some(finding.maybe_fix(plain.then(|| Fix::safe("remove the comma", edits()))))
}

/// `a b`, also over two lines: a comma is missing.
fn blank(line: Line<'_>, items: &[Range<usize>]) -> Option<Diagnostic> {
    let (name, entry) = (line.row.name, line.entry);
    let text = entry.value.value.as_str();
    // Hosts are looked at one by one, and a blank in an expression may be meant.
    let is_break = |c: char| if matches!(name, "apic_hosts" | EXPRESSIONS) { c == '\n' } else { is_blank(c) };
    let item = items.iter().find(|item| text[(*item).clone()].contains(is_break))?;
    let message = format!(
        "an item of `{name}` holds a {}",
        if text[item.clone()].contains('\n') { "line break" } else { "blank" }
    );
    let finding = Diagnostic::at(RULE.code, entry.part(item.clone()), message);
    let fix = entries::is_short(entry).then(|| Fix::unsafe_("put commas between", commas(entry, items, is_break)));
    Some(finding.help("put a comma between the items").maybe_fix(fix))
}

/// A comma in front of every run of blanks inside an item.
fn commas(entry: &Entry, items: &[Range<usize>], is_break: impl Fn(char) -> bool) -> Vec<Edit> {
    let text = entry.value.value.as_str();
    let mut edits = Vec::new();
    for item in items {
        let mut before_is_text = false;
        for (at, c) in text[item.clone()].char_indices() {
            if is_break(c) && before_is_text {
                let place = entry.part(item.start + at..item.start + at);
                edits.push(Edit::replace(place, ","));
            }
            before_is_text = !is_blank(c);
        }
    }
    edits
}
