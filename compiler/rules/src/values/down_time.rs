#![doc = include_str!("down_time.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::value::Value;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI217", name: "down-time", severity: Severity::Warning, page: include_str!("down_time.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let (down, report) = ("agent_down_time", "agent_report_interval");
    let option = |name: &str| input.ini.option("aim", name);
    let (Some(down_time), Some(interval)) = (option(down), option(report)) else { return };
    let (Value::Int(seconds), Value::Int(every)) = (down_time.value, interval.value) else { return };
    let least = every.saturating_mul(2);
    let Some(entry) = down_time.entry.or(interval.entry) else { return };
    if *every <= 0 || *seconds >= least {
        return;
    }
    let message =
        format!("`{down}` is {seconds} seconds, less than twice `{report}` of {every}: one lost report is an outage");
    let finding =
        Diagnostic::at(RULE.code, entry.value.span, message).help(format!("write `{down} = {least}` or more"));
    let own = down_time.entry.filter(|entry| entry.value.value == down_time.text);
    let fix = own.map(|entry| {
        Fix::unsafe_(format!("write `{least}`"), vec![Edit::replace(entry.value.span, least.to_string())])
    });
    diagnostics.push(finding.maybe_fix(fix));
}
