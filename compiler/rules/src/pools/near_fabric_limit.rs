#![doc = include_str!("near_fabric_limit.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::usage::limits;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1312",
        name: "near-fabric-limit",
        severity: Severity::Warning,
        page: include_str!("near_fabric_limit.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    // At a tenth from the figure it is time to ask the fabric, and no sooner.
    for limit in limits(site.fabric).into_iter().filter(|limit| limit.made * 10 >= limit.most * 9) {
        let over = limit.made > limit.most;
        let how = if over { "more than" } else { "close to" };
        let message = format!(
            "the site makes {} {}, {how} the {} that one fabric takes by {}",
            limit.made, limit.objects, limit.most, limit.source
        );
        let mut finding = Diagnostic::at(RULE.code, site.site.span, message);
        finding.severity = if over { Severity::Warning } else { Severity::Info };
        let help = format!(
            "ask the fabric for its own figure, `fvcapRule` with `subj` `{}` under `uni/fabric/compcat-default`; newer ones take more",
            limit.class
        );
        diagnostics.push(finding.help(help));
    }
}
