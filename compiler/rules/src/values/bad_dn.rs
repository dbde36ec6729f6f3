#![doc = include_str!("bad_dn.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::value::Value;

use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI214", name: "bad-dn", severity: Severity::Error, page: include_str!("bad_dn.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    if let Some(option) = input.ini.option("ml2_apic_aim", "l3_domain_dn")
        && let Some(entry) = option.entry.filter(|entry| !reported.within(entry.value.span))
        && !option.text.is_empty()
        && !option.text.strip_prefix("uni/l3dom-").is_some_and(is_name)
    {
        let text = option.text;
        let message = format!("`{text}` is no DN of a routed domain");
        let finding = Diagnostic::at(RULE.code, entry.value.span, message);
        let name = text.trim_start_matches('/').trim_start_matches("uni/").trim_start_matches("l3dom-");
        // The kind of the object without a name.
        let plain = is_name(name) && name != "l3dom" && name != "uni" && text == entry.value.value;
        let better = if plain { format!("uni/l3dom-{name}") } else { "uni/l3dom-NAME".to_owned() };
        let fix = plain
            .then(|| Fix::unsafe_(format!("write `{better}`"), vec![Edit::replace(entry.value.span, better.as_str())]));
        diagnostics.push(finding.help(format!("write `{better}`")).maybe_fix(fix));
    }
    if let Some(option) = input.ini.option("ml2_apic_aim", "migrate_ext_net_dns")
        && let Some(entry) = option.entry.filter(|entry| !reported.within(entry.value.span))
        && let Value::Dict(items) = option.value
    {
        for (network, dn) in items.iter().filter(|(_, dn)| !dn.starts_with("uni/tn-")) {
            let message = format!("`{dn}`, for the network `{network}`, is no DN of an external EPG");
            let finding = Diagnostic::at(RULE.code, entry.value.span, message);
            diagnostics.push(finding.help("write `uni/tn-TENANT/out-L3OUT/instP-EPG` behind the colon"));
        }
    }
}

/// A name as APIC takes it.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-'))
}
