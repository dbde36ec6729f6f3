#![doc = include_str!("dead_regex.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::NameMapping;

use crate::entries::{self, ITEM_LIMIT};
use crate::grammar::odd_character::is_odd;
use crate::reported::Reported;
use crate::values::bad_regex::problem;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI219", name: "dead-regex", severity: Severity::Warning, page: include_str!("dead_regex.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(option) = input.ini.option("ml2_cisco_apic", "vrf_per_router_tenants") else { return };
    let reported = Reported::of(diagnostics);
    let ml2 = &input.config.ml2;
    let with_id = ml2.name_mapping.value == NameMapping::UseUuid;
    let suffix = ml2.min_id_suffix_size.value as usize;
    let scoped = format!("^_{}_", ml2.system_id.value);
    let dead = entries::items(&option).filter_map(|item| {
        let text = item.text;
        let after = |prefix: &str| {
            // A quantifier behind it may make its last character none.
            text.strip_prefix(prefix).filter(|rest| !rest.starts_with(['?', '*', '{']) && !text.contains('|'))
        };
        if is_odd(text) || problem(text).is_some() {
            return None;
        }
        if let Some(rest) = after(&scoped).or_else(|| after("^_").filter(|_| with_id)) {
            let message = format!("`{text}` never matches: the name is compared without the prefix of the system id");
            return Some((item, message, format!("^{rest}")));
        }
        if !with_id || !ends_without_id(text, suffix) {
            return None;
        }
        let message = format!("`{text}` never matches: with `use_uuid` names end in `_` and the beginning of the id");
        let rest = text.trim_end_matches('$');
        let better = if rest.contains('_') { rest.to_owned() } else { format!("{rest}_") };
        Some((item, message, better))
    });
    for (item, message, better) in dead.take(ITEM_LIMIT).filter(|(item, ..)| !reported.within(item.place())) {
        let finding = Diagnostic::at(RULE.code, item.place(), message).help(format!("write `{better}`"));
        let edit = || vec![Edit::replace(item.place(), &better)];
        let fix = item.is_exact().then(|| Fix::unsafe_(format!("write `{better}`"), edit()));
        diagnostics.push(finding.maybe_fix(fix));
    }
}

/// Whether the plain text in front of a final `$` cannot be the end of a name with its id.
fn ends_without_id(expression: &str, suffix: usize) -> bool {
    let Some(rest) = expression.strip_suffix('$').filter(|rest| !rest.ends_with(['\\', '$'])) else { return false };
    // What stands in one branch or in a class is not the end of the whole.
    if rest.contains(['|', '(', '[']) {
        return false;
    }
    let mut id = 0;
    let mut characters = rest.chars().rev().peekable();
    while let Some(c) = characters.next() {
        // A character behind a backslash may be a whole class.
        if characters.peek() == Some(&'\\') {
            return false;
        }
        match c {
            '_' => return id < suffix,
            '0'..='9' | 'a'..='f' | '-' => id += 1,
            '^' => return characters.peek().is_none(),
            c if c.is_ascii_alphanumeric() => return true,
            _ => return false,
        }
    }
    false
}
