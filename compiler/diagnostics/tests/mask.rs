//! What stands hidden in a file is in no message either.

use aciform_diagnostics::{
    Applicability, Code, Diagnostic, Edit, FileId, Fix, Severity, SourceMap, Span, mask_secrets,
};

static CODE: Code = Code { id: "ACI9999", name: "test", severity: Severity::Warning, page: "" };

/// A text whose parts between `<` and `>` are hidden, without these marks.
fn sources(marked: &str) -> SourceMap {
    let mut sources = SourceMap::new();
    let (mut text, mut hidden) = (String::new(), Vec::new());
    for part in marked.split('<') {
        match part.split_once('>') {
            Some((secret, rest)) => {
                hidden.push(Span::new(FileId(0), text.len(), text.len() + secret.len()));
                text += secret;
                text += rest;
            }
            None => text += part,
        }
    }
    sources.add("f", text);
    hidden.into_iter().for_each(|span| sources.hide(span));
    sources
}

/// A message about the line of a byte, as it is shown.
fn masked(marked: &str, at: usize, message: &str) -> String {
    let span = Span::new(FileId(0), at, at + 1);
    let fix = Fix { title: message.into(), applicability: Applicability::Safe, edits: vec![Edit::delete(span)] };
    let mut findings = vec![Diagnostic::at(&CODE, span, message).label(span, message).help(message).fix(fix)];
    mask_secrets(&sources(marked), &mut findings);
    let finding = findings.remove(0);
    assert_eq!(finding.help.as_deref(), Some(finding.message.as_str()));
    assert_eq!(finding.fix.expect("a fix").title, finding.message);
    assert_eq!(finding.labels[1].text, finding.message);
    finding.message
}

#[test]
fn a_secret_glued_to_its_name_is_masked_however_short() {
    assert_eq!(masked("apic_password<abc>\n", 3, "`apic_passwordabc` is no header"), "`apic_password***` is no header");
    assert_eq!(masked("apic_password<a>\n", 3, "`apic_passworda` is no header"), "`apic_password***` is no header");
    assert_eq!(
        masked("apic_password<abcdef>\n", 3, "`apic_passwordabc…` is no header"),
        "`apic_password***…` is no header"
    );
}

#[test]
fn a_secret_is_masked_in_any_finding_where_it_is_quoted() {
    let text = "password = <hunter>\nuser = x\n";
    assert_eq!(masked(text, 20, "`hunter` and `a hunter`, a hunter"), "`***` and `a ***`, a hunter");
    assert_eq!(masked("p = <\"s3cr3tM4rk\" # x>\nuser = x\n", 28, "it is xs3cr3tM4rky"), "it is x***y");
}

#[test]
fn words_that_only_look_like_a_short_secret_stay() {
    assert_eq!(masked("p = <a>\nuser = x\n", 8, "`a` and a"), "`a` and a");
    assert_eq!(masked("p = <apic>\n", 1, "`[ml2_cisco_apic]` on APIC, an apic"), "`[ml2_cisco_apic]` on APIC, an apic");
    assert_eq!(masked("p = x\n", 1, "`x`"), "`x`");
}
