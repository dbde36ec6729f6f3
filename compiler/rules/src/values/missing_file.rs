#![doc = include_str!("missing_file.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI218",
        name: "missing-file",
        severity: Severity::Error,
        page: include_str!("missing_file.md"),
    },
    fix: None,
    on: true,
    check,
};

/// Options that name a file which must be there already.
const PATHS: &[&str] =
    &["private_key_file", "verify_ssl_certificate", "network_constraints_filename", "k8s_config_path"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let groups = [input.ini.plugin_group().name, "ml2_cisco_apic", "aim_k8s"];
    for name in PATHS {
        // The options of the plugin's library stand in one group, those of the driver in the other.
        let Some(option) = groups.iter().find_map(|group| input.ini.option(group, name)) else { continue };
        let Some(entry) = option.entry.filter(|_| !option.secret && option.text.starts_with('/')) else { continue };
        if input.surroundings.exists(option.text) == Some(false) {
            let message = format!("`{name}` names `{}`, and there is no such file", option.text);
            let finding = Diagnostic::at(RULE.code, entry.value.span, message);
            diagnostics.push(finding.help("put the file there, or write the path that it has"));
        }
    }
}
