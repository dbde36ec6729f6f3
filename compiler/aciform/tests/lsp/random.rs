//! Random edits: the server never dies, and when the text is whole again it says what the linter says.

use std::collections::BTreeSet;
use std::path::Path;

use aciform_testkit::program;
use serde_json::{Value, json};

use crate::client::{Client, lab, position};

/// Edits of each conversation.
const STEPS: usize = 300;

/// The password of the lab.
const SECRET: &str = "lab-only-41";

/// Repeatable numbers (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).expect("31 bits") % bound
    }
}

const SCRAPS: &[&str] = &[
    "",
    "[",
    "]",
    "{",
    "}",
    ":",
    ": ",
    "=",
    " ",
    "\n",
    "\r\n",
    "\r",
    "  ",
    "\t",
    "\"",
    "'",
    "#",
    "- ",
    "|\n",
    "&a ",
    "*a",
    "<<: ",
    "😀",
    "é",
    "\u{feff}",
    "\u{2028}",
    "\0",
    "$",
    "${",
    "%",
    "apic_external_network:",
    "[apic_",
    "preexisting",
    "network: ",
    "{network: ",
    "hosts:\n",
    "# aciform: allow ACI701 x\n",
    "null",
    "---\n",
    "!!str ",
    "{{ x }}",
    "<%",
    "10.0.0.0/8",
    "ACI701",
];

#[test]
fn random_edits_do_no_harm() {
    for seed in 1..=4 {
        converse(seed);
    }
}

fn converse(seed: u64) {
    let (folder, site) = lab();
    let utf8 = seed.is_multiple_of(2);
    let encodings = if utf8 { json!(["utf-8", "utf-16"]) } else { json!(["utf-16"]) };
    let mut client = Client::start(&json!({"general": {"positionEncodings": encodings}}));
    client.is_utf8 = utf8;
    let names = ["ml2_conf_cisco_apic.ini", "intent/NewWebApps.yaml", "intent/fabric.yaml", "aciform.yaml"];
    let files: Vec<(String, String)> = names
        .iter()
        .map(|name| {
            let path = site.join(name);
            (client.open_file(&path), std::fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    for step in 0..STEPS {
        let (uri, original) = &files[dice.below(files.len())];
        let text = client.texts[uri].1.clone();
        let place = |dice: &mut Dice| {
            let mut at = dice.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (a, b) = (place(&mut dice), place(&mut dice));
        match dice.below(12) {
            0 => client.set(uri, original),
            1 => client.edit_bytes(uri, a.min(b), a.max(b), ""),
            2 => client.edit_bytes(
                uri,
                a,
                a,
                &text[a.min(b)..a.max(b).min(a.min(b) + 200)].chars().take(60).collect::<String>(),
            ),
            _ => client.edit_bytes(uri, a, a, SCRAPS[dice.below(SCRAPS.len())]),
        }
        ask_around(&mut client, uri, &mut dice, step);
    }
    for (uri, original) in &files {
        client.set(uri, original);
    }
    let told: BTreeSet<String> = files
        .iter()
        .zip(names)
        .flat_map(|((uri, _), name)| client.found(uri).into_iter().map(move |one| line(name, &one)))
        .collect();
    assert_eq!(told, linted(folder.path(), &site), "seed {seed}");
    assert_eq!(client.end(), 0);
}

/// Asks everything at a random place; what comes back fits the text.
fn ask_around(client: &mut Client, uri: &str, dice: &mut Dice, step: usize) {
    let text = client.texts[uri].1.clone();
    let mut at = dice.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let at = position(&text, at, client.is_utf8);
    let params = json!({
        "textDocument": {"uri": uri},
        "position": at,
        "range": {"start": at, "end": at},
        "context": {"diagnostics": [], "includeDeclaration": true},
    });
    let methods = ["completion", "hover", "definition", "references", "documentSymbol"];
    let method = methods[step % methods.len()];
    let answer = client.ask(&format!("textDocument/{method}"), params.clone()).to_string();
    // A random edit may make a name of the password; where it stands as a password it is not shown.
    let is_secret = text.matches(SECRET).count() == text.matches(&format!("\napic_password = {SECRET}\n")).count();
    assert!(!is_secret || !answer.contains(SECRET), "{method} shows the password: {answer}");
    if step.is_multiple_of(25) {
        client.ask("textDocument/codeAction", params);
    }
}

/// What the linter says about the site, a line a finding.
fn linted(folder: &Path, site: &Path) -> BTreeSet<String> {
    let site = site.to_str().expect("UTF-8");
    let run = program::run(env!("CARGO_BIN_EXE_aciform"), folder, &["lint", site, "--format", "json"]);
    assert!(run.code <= 1, "{}", run.stderr);
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines
        .filter(|line| line["type"] == "diagnostic")
        .map(|found| {
            let place = &found["labels"][0]["place"];
            let number = |key: &str| place[key].as_u64().expect("a number") - 1;
            let file =
                place["file"].as_str().expect("a name").strip_prefix(site).expect("below").trim_start_matches('/');
            let severity = match found["severity"].as_str() {
                Some("error") => 1,
                Some("warning") => 2,
                _ => 3,
            };
            let (code, message) = (found["code"].as_str().expect("a code"), found["message"].as_str().expect("a text"));
            let (from, to) = ((number("line"), number("column")), (number("end_line"), number("end_column")));
            format!("{file} {from:?} {to:?} {severity} {code} {message}")
        })
        .collect()
}

/// A diagnostic in the same words. The files here have no wide characters where there are findings.
fn line(file: &str, shown: &Value) -> String {
    let place = |end: &str| {
        let at = &shown["range"][end];
        (at["line"].as_u64().expect("a number"), at["character"].as_u64().expect("a number"))
    };
    let message = shown["message"].as_str().expect("a text").split("\nhelp: ").next().expect("a line");
    let code = shown["code"].as_str().expect("a code");
    format!("{file} {:?} {:?} {} {code} {message}", place("start"), place("end"), shown["severity"])
}
