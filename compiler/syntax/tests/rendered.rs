//! What a person reads of every mistake in the grammar of a file, as reviewed: of the bad examples of the pages, and of
//! bytes that no page can hold.

use std::collections::BTreeMap;
use std::path::Path;

use aciform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use aciform_syntax::source::MAX_FILE_BYTES;
use aciform_syntax::{ini, yaml};
use aciform_testkit::pages::{Kind, assert_reviewed, examples, rendered};

const INI: &str = "ml2_conf_cisco_apic.ini";
const INTENT: &str = "intent.yaml";

/// Bytes that give a code, and bytes that do not.
struct Bytes {
    code: &'static str,
    bad: Vec<u8>,
    good: Vec<u8>,
}

fn bytes() -> Vec<Bytes> {
    let row = |code, bad: &[u8], good: &[u8]| Bytes { code, bad: bad.to_vec(), good: good.to_vec() };
    let size = usize::try_from(MAX_FILE_BYTES).expect("a size in memory");
    vec![
        row("ACI001", b"[DEFAULT]\n# f\xfcr die Cloud\n", "[DEFAULT]\n# für die Cloud\n".as_bytes()),
        row("ACI002", b"\xef\xbb\xbf[DEFAULT]\n", b"[DEFAULT]\n"),
        row("ACI1010", b"hosts:\n  caf\xe9: {}\n", "hosts:\n  café: {}\n".as_bytes()),
        row("ACI1010", b"\xff\xfeh\0o\0s\0t\0s\0:\0", b"hosts:"),
        row("ACI1011", b"hosts:\n  web-1\0: {}\n", b"hosts:\n  web-1: {}\n"),
        Bytes { code: "ACI1012", bad: vec![b'\n'; size + 1], good: b"hosts: {}\n".to_vec() },
    ]
}

#[test]
fn what_a_person_reads_of_a_bad_example_is_as_reviewed() {
    let bytes = bytes();
    let mut made = BTreeMap::new();
    for code in ini::CODES.iter().chain(yaml::CODES) {
        let (mut bad, mut good): (Vec<Vec<u8>>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
        for (kind, files) in examples(code.page) {
            let texts = files.into_values().map(String::into_bytes);
            if kind == Kind::Bad { bad.extend(texts) } else { good.extend(texts) }
        }
        for row in bytes.iter().filter(|row| row.code == code.id) {
            bad.push(row.bad.clone());
            good.push(row.good.clone());
        }
        let is_ini = ini::CODES.contains(code);
        let look = if is_ini { look_at_ini } else { look_at_yaml };
        assert!(!good.is_empty(), "{} has no good example", code.id);
        for text in good {
            let (_, found) = look(text);
            assert!(found.iter().all(|finding| finding.code != *code), "a good example of {} gives it", code.id);
        }
        let texts = bad.into_iter().map(|text| {
            let (sources, found) = look(text);
            let ids: Vec<&str> = found.iter().map(|finding| finding.code.id).collect();
            assert_eq!(ids, [code.id]);
            rendered(code, &sources, &found)
        });
        made.insert(code.id, texts.collect::<Vec<_>>().join("\n"));
    }
    assert_reviewed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendered"), &made);
}

fn look_at_ini(bytes: Vec<u8>) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let file = sources.add(INI, text.as_str());
    ini::check_utf8(file, &bytes, &mut diagnostics);
    ini::parse(file, &text, &mut diagnostics);
    (sources, diagnostics.into_sorted())
}

fn look_at_yaml(bytes: Vec<u8>) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    yaml::read(&mut sources, INTENT, bytes, &mut diagnostics);
    (sources, diagnostics.into_sorted())
}
