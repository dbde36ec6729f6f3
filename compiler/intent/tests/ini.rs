//! Whole files to configurations and findings.

use aciform_diagnostics::{Diagnostics, SourceMap};
use aciform_intent::ini::{Config, load};
use aciform_syntax::ini::parse;
use expect_test::{ExpectFile, expect_file};

/// Reads texts as the files of one site; gives the configuration and the findings as `place: code: message -> help`.
fn read(texts: &[(&str, &str)]) -> (Config, String) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut files = Vec::new();
    for (name, text) in texts {
        let file = sources.add(*name, *text);
        files.push((file, parse(file, text, &mut diagnostics)));
    }
    let files: Vec<_> = files.iter().map(|(id, file)| (*id, file)).collect();
    let config = load(&files, &mut diagnostics);
    let mut out = String::new();
    for finding in diagnostics.into_sorted() {
        let span = finding.primary().expect("every finding has a place");
        out += &format!("{} {:?}\n", sources.place(span), sources.slice(span));
        out += &format!("    {}[{}]: {}\n", finding.severity.word(), finding.code.id, finding.message);
        for label in finding.labels.iter().skip(1) {
            out += &format!("    {} {}\n", sources.place(label.span), label.text);
        }
        out += &format!("    help: {}\n", finding.help.expect("every finding says what to write"));
    }
    (config, out)
}

fn findings(file: &str, text: &str, expected: ExpectFile) {
    expected.assert_eq(&read(&[(file, text)]).1);
}

#[test]
fn the_broken_sample_gives_all_its_findings_at_once() {
    findings("broken.ini", include_str!("ini/broken.ini"), expect_file!["ini/broken.findings"]);
}

#[test]
fn the_good_samples_give_none() {
    for (name, text) in [
        ("lab", include_str!("ini/lab.ini")),
        ("production", include_str!("ini/production.ini")),
        ("edge-nat", include_str!("ini/edge-nat.ini")),
        ("vlan-domains", include_str!("ini/vlan-domains.ini")),
    ] {
        assert_eq!(read(&[(name, text)]).1, "", "{name}");
    }
}
