#![doc = include_str!("foreign_group.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_fabric::model::SecurityGroup;

use super::groups::{is_ingress, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1416",
        name: "remote-group-of-other-project",
        severity: Severity::Info,
        page: include_str!("foreign_group.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let groups = &site.fabric.security_groups;
    let by_id: BTreeMap<String, &SecurityGroup> = groups.iter().map(|group| (group.id.to_string(), group)).collect();
    for (_, project, group) in written(&site) {
        for rule in group.rules.iter().filter(|rule| is_ingress(rule)) {
            let Some(reference) = &rule.remote_group else { continue };
            let owner = match reference.value.split_once('/') {
                Some((owner, _)) => owner,
                None => by_id.get(&reference.value.to_lowercase()).map_or(project, |group| group.project.as_str()),
            };
            if owner != project {
                let message =
                    format!("project `{owner}` decides who is in `{}`, and so whom this rule lets in", reference.value);
                let finding = Diagnostic::at(RULE.code, reference.span, message);
                diagnostics.push(finding.help(format!(
                    "use a group of `{project}`, or `remote_ip_prefix:` with the addresses that are meant"
                )));
            }
        }
    }
}
