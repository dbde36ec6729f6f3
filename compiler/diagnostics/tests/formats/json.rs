//! JSON lines of a run: each finding with its fix, and the totals at the end.

use aciform_diagnostics::render::json_report;
use aciform_diagnostics::{Silencer, Suppressed};
use expect_test::expect;
use serde_json::{Value, json};

use crate::fixture::{odd, small};

#[test]
fn a_run_is_a_version_its_findings_and_the_totals() {
    let mut run = small();
    let finding = run.findings[0].clone();
    run.suppressed.push(Suppressed { finding, by: Silencer::Baseline, reason: "known".into() });
    expect![[r#"
        {"format":"1.1","tool":"0.1.0","type":"version"}
        {"code":"ACI307","fingerprint":"94d2233252203bd41436a6eadaf24209","fix":null,"help":null,"labels":[],"message":"there is no `intent/`","name":"host-bits","severity":"warning","type":"diagnostic"}
        {"code":"ACI1301","fingerprint":"d5ed9d9018ade40ce771e2cc9a90e027","fix":{"applicability":"safe","edits":[{"place":{"column":8,"end":37,"end_column":12,"end_line":3,"file":"site/a b.ini","line":3,"start":33},"text":"199"}],"title":"write `199`"},"help":"pick an id in 100-199","labels":[{"place":{"column":8,"end":37,"end_column":12,"end_line":3,"file":"site/a b.ini","line":3,"start":33},"text":""},{"place":{"column":7,"end":24,"end_column":9,"end_line":2,"file":"intent.yaml","line":2,"start":18},"text":"the pool"}],"message":"VLAN 1999 lies outside the pool of `physnet1` (100-199)","name":"vlan-outside-pool","severity":"error","type":"diagnostic"}
        {"baseline":1,"errors":1,"fixable":1,"infos":0,"suppressed":1,"type":"summary","warnings":1}
    "#]].assert_eq(&json_report(&run.report()));
}

#[test]
fn what_a_terminal_would_obey_is_escaped_and_not_lost() {
    let run = odd();
    let text = json_report(&run.report());
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), run.findings.len() + 2);
    for (line, finding) in lines[1..].iter().zip(&run.findings) {
        assert_eq!(line["message"], json!(finding.message));
    }
    // A fix that would write the secret out is none.
    let at_the_end: Vec<&Value> = lines.iter().filter(|line| line["message"] == "at the end").collect();
    assert_eq!(at_the_end.len(), 12);
    assert!(at_the_end.iter().all(|line| line["fix"].is_null()));
    assert!(lines.iter().filter(|line| line["message"] == "line ends").all(|line| line["fix"]["edits"].is_array()));
}
