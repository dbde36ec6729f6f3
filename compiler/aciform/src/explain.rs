//! The pages behind the codes.

use std::fmt::Write as _;

use aciform_diagnostics::{Applicability, Code};
use aciform_rules::{Family, rules};

use crate::codes;
use crate::output::{self, Exit, Messages};

/// Prints one page, or the list of codes.
pub(crate) fn explain(code: Option<&str>, messages: Messages) -> Exit {
    let all = codes::all();
    let Some(wanted) = code else {
        let mut list = String::new();
        for code in all {
            let _ = writeln!(list, "{:<8} {:<8} {}", code.id, code.severity.word(), code.name);
        }
        return output::result(&list);
    };
    let folded = wanted.to_ascii_uppercase();
    let id = if folded.starts_with("ACI") { folded } else { format!("ACI{folded}") };
    match all.iter().find(|code| code.id == id || code.name == wanted) {
        Some(code) => {
            output::result(&format!("{} {} ({})\n\n{}\n", code.id, code.name, code.severity.word(), code.page.trim()))
        }
        None => messages.trouble(&format!("there is no code `{wanted}`; `aciform explain` lists them")),
    }
}

/// Every page, by family: what `docs/rules.md` holds.
pub(crate) fn markdown() -> String {
    let mut text = "# Rules\n\nEvery finding of `aciform`, by the number of its code.\n`aciform explain CODE` prints one page; `aciform lint --select`, `--ignore`, `--deny` and `--warn` take a code, its name, a family or `ALL`.\nThis page is made by `aciform explain --markdown`.\n".to_owned();
    let all = codes::all();
    for family in Family::ALL {
        let of_family: Vec<&Code> = all.iter().copied().filter(|code| Family::of(code) == *family).collect();
        if of_family.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {} (`{}`)\n\n", family.title(), family.name());
        text += "| code | name | severity | fix |\n| --- | --- | --- | --- |\n";
        for code in &of_family {
            let (id, name) = (code.id, code.name);
            let _ = writeln!(
                text,
                "| [{id}](#{}-{name}) | {name} | {} | {} |",
                id.to_lowercase(),
                severity(code),
                fix(code)
            );
        }
        for code in of_family {
            let _ = write!(text, "\n### {} {}\n\n{}\n", code.id, code.name, code.page.trim());
        }
    }
    text
}

fn severity(code: &Code) -> String {
    let off = rules().any(|rule| rule.code == code && !rule.on);
    format!("{}{}", code.severity.word(), if off { ", off by default" } else { "" })
}

fn fix(code: &Code) -> &'static str {
    let of_intent = aciform_intent::ini::FIXES.iter().chain(aciform_intent::codes::FIXES);
    let of_stages = aciform_syntax::ini::FIXES.iter().chain(of_intent).chain(aciform_fabric::codes::FIXES);
    let of_stage = of_stages.copied().find(|(other, _)| *other == code).map(|(_, applicability)| applicability);
    match rules().find(|rule| rule.code == code).and_then(|rule| rule.fix).or(of_stage) {
        Some(Applicability::Safe) => "safe",
        Some(Applicability::Unsafe) => "unsafe",
        None => "",
    }
}
