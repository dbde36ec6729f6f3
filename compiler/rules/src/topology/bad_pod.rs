#![doc = include_str!("bad_pod.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::is_hidden;

use super::link::{is_pod, switches};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI413", name: "bad-pod", severity: Severity::Error, page: include_str!("bad_pod.md") },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for switch in switches(input) {
        for entry in switch.lines.entries.iter().filter(|entry| is_pod(&entry.key.value) && !is_hidden(entry)) {
            let (key, value) = (entry.key.value.as_str(), entry.value.value.as_str());
            if key != "pod_id" {
                let finding =
                    Diagnostic::at(RULE.code, entry.key.span, format!("`{key}` is read as a host, not as the pod"));
                // With the right key there as well, which of the two is meant cannot be told.
                let fix = switch.lines.get("pod_id").is_none();
                let fix = fix.then(|| Fix::safe("write `pod_id`", vec![Edit::replace(entry.key.span, "pod_id")]));
                diagnostics.push(finding.help(format!("write `pod_id = {}`", value.replace('\n', " "))).maybe_fix(fix));
            } else if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
                let message = format!("`pod_id` is `{}`; a pod is a number", value.replace('\n', "\\n"));
                let finding = Diagnostic::at(RULE.code, entry.value.span, message);
                diagnostics.push(finding.help("write for example `pod_id = 1`"));
            }
        }
    }
}
