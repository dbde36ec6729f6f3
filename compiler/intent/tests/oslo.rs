//! The same files read by oslo.config itself: equal sections, equal values, equal verdicts.
//!
//! Needs Python with the package oslo.config; `ACIFORM_ORACLE_PYTHON` names the interpreter (default `python3`).
//! Without it the test fails: a proof that did not run is none.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use aciform_diagnostics::{Diagnostics, FileId, SourceMap};
use aciform_intent::ini::options::GROUPS;
use aciform_intent::ini::{MASK, shown};
use aciform_syntax::ini::{IniFile, parse};
use serde_json::{Value, json};

const PREFIXES: &[&str] =
    &["apic_external_network", "apic_vmdom", "apic_physdom", "apic_switch", "apic_physical_network"];

/// Files that are mutated; read whole they have to be understood alike too.
const FILES: &[&str] = &[
    include_str!("ini/lab.ini"),
    include_str!("ini/production.ini"),
    include_str!("ini/edge-nat.ini"),
    include_str!("ini/vlan-domains.ini"),
    include_str!("ini/aim.ini"),
    include_str!("ini/aimctl.ini"),
    include_str!("ini/unified.ini"),
    include_str!("ini/broken.ini"),
    include_str!("ini/types.ini"),
    include_str!("ini/references.ini"),
    include_str!("ini/grammar.ini"),
];

const MUTANTS: usize = 700;

#[test]
fn oslo_config_reads_the_same_sections_and_values_and_refuses_the_same() {
    let cases = cases();
    let answers = ask(&cases);
    assert_eq!(answers.len(), cases.len());
    let mut counts = Counts::default();
    let mut differences = Vec::new();
    for (files, answer) in cases.iter().zip(&answers) {
        if let Err(difference) = compare(files, answer, &mut counts) {
            differences.push(format!("{difference}\nin the files\n{}", files.join("\n---- next file\n")));
        }
    }
    let count = differences.len();
    differences.truncate(3);
    assert!(differences.is_empty(), "{count} cases differ; the first:\n{}", differences.join("\n========\n"));
    // What is never reached proves nothing.
    assert!(counts.stopped >= 100, "{counts:?}");
    assert!(counts.read >= 300, "{counts:?}");
    assert!(counts.refused >= 300, "{counts:?}");
    assert!(counts.written >= 3000, "{counts:?}");
    assert!(counts.named >= 500, "{counts:?}");
    assert!(counts.crashes >= 3, "{counts:?}");
}

#[derive(Debug, Default)]
struct Counts {
    stopped: usize,
    read: usize,
    refused: usize,
    written: usize,
    named: usize,
    crashes: usize,
}

fn compare(texts: &[String], answer: &Value, counts: &mut Counts) -> Result<(), String> {
    let mut sources = SourceMap::new();
    let mut parsed: Vec<(FileId, IniFile)> = Vec::new();
    let mut stops = false;
    for (number, text) in texts.iter().enumerate() {
        let file = sources.add(format!("{number}.ini"), text.as_str());
        let mut diagnostics = Diagnostics::new();
        let ini = parse(file, text, &mut diagnostics);
        let theirs = &answer["sections"][number];
        if diagnostics.has_errors() != theirs.is_null() {
            let ours: Vec<_> = diagnostics.iter().map(|finding| finding.message.as_str()).collect();
            return Err(format!("file {number}: oslo.config stops: {}, we report {ours:?}", theirs.is_null()));
        }
        stops |= theirs.is_null();
        if !theirs.is_null() && sections(&ini) != *theirs {
            return Err(format!("file {number}: sections\n{}\nagainst oslo.config's\n{theirs}", sections(&ini)));
        }
        parsed.push((file, ini));
    }
    if stops == answer["error"].is_null() {
        return Err(format!("oslo.config's start: {}", answer["error"]));
    }
    if stops {
        counts.stopped += 1;
        return Ok(());
    }
    counts.read += 1;
    let files: Vec<(FileId, &IniFile)> = parsed.iter().map(|(file, ini)| (*file, ini)).collect();
    let mut diagnostics = Diagnostics::new();
    let shown = shown(&sources, &files, &mut diagnostics);
    for option in &shown.options {
        let theirs = &answer["values"][option.group][option.name];
        let name = format!("[{}] {}", option.group, option.name);
        counts.written += usize::from(option.span.is_some());
        let Some(value) = &option.value else {
            counts.refused += 1;
            if theirs["refused"].is_null() {
                return Err(format!("{name}: we refuse, oslo.config reads {theirs}"));
            }
            continue;
        };
        let ours = value.json();
        match theirs.get("value") {
            None => return Err(format!("{name}: we read {ours}, oslo.config says {theirs}")),
            Some(theirs) if ours == MASK && !theirs.is_null() => {}
            Some(theirs) if *theirs != ours => return Err(format!("{name}: {ours} against oslo.config's {theirs}")),
            Some(_) => {}
        }
    }
    let crash = |code: &str| diagnostics.iter().any(|finding| finding.code.id == code);
    for prefix in PREFIXES {
        let theirs = &answer["named"][prefix];
        let reported = diagnostics.iter().any(|finding| {
            finding.code.id == "ACI104" && finding.primary().is_some_and(|span| sources.slice(span).starts_with(prefix))
        });
        counts.crashes += usize::from(theirs.is_null());
        if theirs.is_null() != reported {
            return Err(format!("[{prefix}:…]: the reader crashes: {}, we report: {reported}", theirs.is_null()));
        }
        // What is mended (near misses, missing names) is read on by us alone.
        if theirs.is_null() || crash("ACI103") || crash("ACI105") {
            continue;
        }
        let ours: BTreeMap<&str, BTreeMap<&str, &str>> = shown
            .sections
            .iter()
            .filter(|section| section.prefix == *prefix)
            .map(|section| {
                let theirs = |key: &str| theirs[&section.name.value][key].as_str();
                let keys = section.keys.iter().map(|key| {
                    // A secret is not shown; that it is there is.
                    let hidden = key.value.value == MASK;
                    let ours = key.value.value.as_str();
                    (key.name.as_str(), if hidden { theirs(&key.name).unwrap_or(ours) } else { ours })
                });
                (section.name.value.as_str(), keys.collect())
            })
            .collect();
        counts.named += ours.len();
        if json!(ours) != *theirs {
            return Err(format!("[{prefix}:…]: {}\nagainst\n{theirs}", json!(ours)));
        }
    }
    Ok(())
}

/// Sections and keys in order, repeats merged as oslo.config's parser merges them.
fn sections(ini: &IniFile) -> Value {
    type Keys<'k> = Vec<(&'k str, Vec<&'k str>)>;
    let mut merged: Vec<(&str, Keys<'_>)> = Vec::new();
    for section in &ini.sections {
        let name = section.name.value.as_str();
        let at = merged.iter().position(|(other, _)| *other == name).unwrap_or_else(|| {
            merged.push((name, Vec::new()));
            merged.len() - 1
        });
        for entry in &section.entries {
            let (key, value) = (entry.key.value.as_str(), entry.value.value.as_str());
            match merged[at].1.iter_mut().find(|(other, _)| *other == key) {
                Some((_, values)) => values.push(value),
                None => merged[at].1.push((key, vec![value])),
            }
        }
    }
    json!(merged)
}

/// Runs all cases in one process.
fn ask(cases: &[Vec<String>]) -> Vec<Value> {
    let groups: Vec<Value> = GROUPS
        .iter()
        .map(|group| {
            let options = group.rows().map(|row| {
                json!({
                    "name": row.name,
                    "type": row.kind.word(),
                    "default": row.default,
                    "deprecated": row.deprecated,
                })
            });
            json!({"name": group.name, "options": options.collect::<Vec<_>>()})
        })
        .collect();
    let cases: Vec<Value> = cases.iter().map(|files| json!({"files": files})).collect();
    let job = json!({"groups": groups, "prefixes": PREFIXES, "cases": cases}).to_string();
    let python = std::env::var("ACIFORM_ORACLE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/oracle/oslo_values.py");
    let mut child = Command::new(&python)
        .args(["-X", "utf8", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("`{python}` cannot be run ({error}); set ACIFORM_ORACLE_PYTHON"));
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || stdin.write_all(job.as_bytes()));
    let output = child.wait_with_output().expect("its output");
    let written = writer.join().expect("no panic");
    assert!(output.status.success(), "the oracle needs the Python package oslo.config: {}", output.status);
    written.expect("the whole job");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Every file alone, pairs of them as several `--config-file`, and mutants of both.
fn cases() -> Vec<Vec<String>> {
    let mut cases: Vec<Vec<String>> = FILES.iter().map(|text| vec![(*text).to_owned()]).collect();
    for pair in FILES.windows(2) {
        cases.push(pair.iter().map(|text| (*text).to_owned()).collect());
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..MUTANTS {
        let mut files: Vec<String> = (0..=random.below(4) / 3).map(|_| random.of(FILES).to_owned()).collect();
        for _ in 0..=random.below(3) {
            let at = random.below(files.len());
            files[at] = mutate(&files[at], &mut random);
        }
        cases.push(files);
    }
    cases
}

/// One change to a text, of the kinds that happen and of those that only hurt.
fn mutate(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let at = random.below(lines.len());
    match random.below(14) {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(at, lines[random.below(lines.len())].clone()),
        2 => {
            let other = random.below(lines.len());
            lines.swap(at, other);
        }
        3 => lines[at].insert_str(0, random.of(&["  ", "\t", " ", "\u{a0}", "# ", ";", "\u{1c}"])),
        4 => lines[at].push_str(random.of(&["  # note", " ; note", ",", ",,", " ", "\r", "\u{a0}", "\u{200b}", "\""])),
        5 => {
            let end = random.boundary(&lines[at]);
            lines[at].insert_str(
                end,
                random.of(&["=", ":", "[", "]", "$", "\"", "'", ",", "é", "\u{2028}", "\r", "\0", "\u{c}", "\\", " "]),
            );
        }
        6 => {
            let end = random.boundary(&lines[at]);
            if let Some(c) = lines[at][end..].chars().next() {
                lines[at].replace_range(end..end + c.len_utf8(), "");
            }
        }
        7..=10 => {
            // Another value for a line that has one.
            let assignments: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains('=')).collect();
            if !assignments.is_empty() {
                let at = assignments[random.below(assignments.len())];
                let key = lines[at].split('=').next().unwrap_or_default().to_owned();
                lines[at] = format!("{key}= {}", random.of(VALUES));
            }
        }
        11 => lines[at] = if random.below(2) == 0 { lines[at].to_uppercase() } else { lines[at].replace('_', "-") },
        12 => return text.replace('\n', random.of(&["\r\n", "\n\n", "\r", "\n "])),
        _ => lines.insert(at, random.of(LINES).to_owned()),
    }
    lines.join("\n")
}

const VALUES: &[&str] = &[
    "",
    "True",
    "on",
    "t",
    "enabled",
    "\"True\"",
    "\" yes\"",
    "0",
    "007",
    "-1",
    "+5",
    "1_000",
    "1__0",
    "0x10",
    "1.0",
    "1e3",
    ".5",
    "5.",
    "nan",
    "-inf",
    "Infinity",
    "10s",
    "a,b",
    "a, b ,,c,",
    ",",
    "[a,b]",
    "\"a\",\"b\"",
    "'a,b'",
    "k:v,k2:v2",
    "k:v,x,k2:v2",
    "k:v,k:w",
    "k:v,",
    ":v",
    "k:v:w",
    "$apic_system_id",
    "${apic_system_id}_x",
    "$apic_system_id_x",
    "$apic_system_id.x",
    "${apic.apic_username}",
    "${ml2_cisco_apic.apic_hosts}",
    "${OPFLEX.config_apply_interval}/${ml2.path_mtu}",
    "${opflex.agent_mode}",
    "${DEFAULT.apic_system_id}",
    "$apic",
    "$tenant_network_types",
    "$use_vmm $encap_mode $apic_hosts",
    "$migrate_ext_net_dns $agent_polling_interval",
    "$$x \\$y $5 $ ${z $(a) $",
    "$_",
    "P@$word",
    "$apic_name_mapping",
    "$apic_domain_name",
    "$APIC_SYSTEM_ID",
    "$apic_request_timeout",
    "\\\\$apic_system_id",
    "x\n  y",
    "\n  a,\n  b",
    "a\n\n  b",
];

const LINES: &[&str] = &[
    "[apic]",
    "[APIC]",
    "[DEFAULT]",
    "[default]",
    "[ml2_cisco_apic]",
    "[opflex]",
    "[apic_external_network:]",
    "[apic_external_network: inet-a ]",
    "[apic_external_network:a:b]",
    "[apic_switches]",
    "[Apic_switch:1]",
    "[apic_switch_x:1]",
    "[ml2_cisco_apic] # text",
    "[]",
    "[",
    "[[a]]",
    "",
    "# comment",
    "  ; indented",
    "apic_system_id = again",
    "apic_system_id = ${apic_system_id}",
    "apic_domain_name = $single_tenant_name",
    "single_tenant_name = $apic_domain_name",
    "tenant_network_types = vlan",
    "project_network_types = opflex,vlan",
    "= v",
    "lonely",
    "\u{feff}k = v",
];

/// A small generator with a fixed seed (xorshift64*): the same mutants on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from((self.next() >> 33) % limit as u64).expect("below a usize")
    }

    fn of<'t>(&mut self, items: &[&'t str]) -> &'t str {
        items[self.below(items.len())]
    }

    fn boundary(&mut self, text: &str) -> usize {
        let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        boundaries[self.below(boundaries.len())]
    }
}
