//! SARIF 2.1.0, as GitHub's code scanning and other viewers take it: one run, one compact line, the worst first.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::region::Region;
use super::secrets::Secrets;
use super::{escaped, one_line, printable};
use crate::code::{Code, Severity};
use crate::diagnostic::{Diagnostic, Label};
use crate::fix::{Edit, Fix};
use crate::path;
use crate::report::Report;
use crate::source::SourceMap;
use crate::span::{FileId, Span};
use crate::suppressed::{Silencer, Suppressed};

/// GitHub refuses a run of more results.
const MOST_RESULTS: usize = 25_000;

/// GitHub refuses a result of more places.
const MOST_PLACES: usize = 1_000;

/// GitHub refuses a longer description of a rule.
const LONGEST_DESCRIPTION: usize = 1_024;

/// Renders a run as a SARIF log.
///
/// Suppressed findings are results with `suppressions`, behind all others.
#[must_use]
pub fn sarif(report: &Report) -> String {
    let rules = Rules::of(report);
    let fingerprints = report.fingerprints();
    let writer = Writer { report, rules: &rules, secrets: Secrets::of(report.sources) };
    let shown = report.worst_first().into_iter().map(|at| (at, &report.findings[at], None));
    let mut silent: Vec<(usize, &Suppressed)> = report.suppressed.iter().enumerate().collect();
    silent.sort_by_key(|(_, suppressed)| std::cmp::Reverse(suppressed.finding.severity));
    let silent = silent.into_iter().map(|(at, it)| (report.findings.len() + at, &it.finding, Some(it)));
    let results: Vec<Value> = shown
        .chain(silent)
        .take(MOST_RESULTS)
        .map(|(at, finding, silent)| writer.result(finding, &fingerprints[at], silent))
        .collect();
    // Keys in byte order, as everywhere: serde_json may or may not keep the order of insertion.
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{
            "automationDetails": {"id": report.automation_id},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(report)],
            "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the folder that the program ran in"}}},
            "results": results,
            "tool": {"driver": driver(report, &rules)},
        }],
        "version": "2.1.0",
    });
    escaped(&log) + "\n"
}

/// The rules in the order of the report: those that ran, and any that found something without being among them.
struct Rules {
    codes: Vec<&'static Code>,
    index: BTreeMap<&'static str, usize>,
}

impl Rules {
    fn of(report: &Report) -> Self {
        let found = report.findings.iter().chain(report.suppressed.iter().map(|silent| &silent.finding));
        let mut codes: Vec<&'static Code> =
            report.rules.iter().copied().chain(found.map(|finding| finding.code)).collect();
        codes.sort_by_key(|code| (code.id.len(), code.id));
        codes.dedup();
        let index = codes.iter().enumerate().map(|(at, code)| (code.id, at)).collect();
        Self { codes, index }
    }
}

fn driver(report: &Report, rules: &Rules) -> Value {
    let rules: Vec<Value> = rules.codes.iter().map(|code| rule(report, code)).collect();
    let mut driver = json!({"name": "aciform", "rules": rules, "semanticVersion": report.tool_version});
    if let Some(links) = report.links {
        driver["informationUri"] = links.home.into();
    }
    driver
}

fn rule(report: &Report, code: &Code) -> Value {
    let first = code.page.split("\n\n").next().unwrap_or_default().trim_start_matches('#').trim();
    let short = first.lines().next().filter(|line| !line.is_empty()).unwrap_or(code.name);
    let full = if first.is_empty() { code.name } else { first };
    let page = if code.page.trim().is_empty() { code.name } else { code.page };
    let mut rule = json!({
        "defaultConfiguration": {"level": level(code.severity)},
        "fullDescription": {"text": cut(full)},
        "help": {"markdown": page, "text": page},
        "id": code.id,
        "name": code.name,
        "properties": {"tags": [(report.category)(code)]},
        "shortDescription": {"text": cut(short)},
    });
    if let Some(links) = report.links {
        rule["helpUri"] = (links.rule)(code).into();
    }
    rule
}

fn cut(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ").chars().take(LONGEST_DESCRIPTION).collect()
}

fn invocation(report: &Report) -> Value {
    let mut notifications: Vec<Value> =
        report.troubles.iter().map(|text| json!({"level": "error", "message": {"text": message(text)}})).collect();
    let all = report.findings.len() + report.suppressed.len();
    if all > MOST_RESULTS {
        let text =
            format!("{all} findings were made; the {MOST_RESULTS} worst stand here, which is the most a run may have");
        notifications.push(json!({"level": "warning", "message": {"text": text}}));
    }
    json!({"executionSuccessful": report.troubles.is_empty(), "toolExecutionNotifications": notifications})
}

struct Writer<'a> {
    report: &'a Report<'a>,
    rules: &'a Rules,
    secrets: Secrets<'a>,
}

impl Writer<'_> {
    fn result(&self, finding: &Diagnostic, fingerprint: &str, silent: Option<&Suppressed>) -> Value {
        let sources = self.report.sources;
        let text = match &finding.help {
            Some(help) => format!("{}\nhelp: {help}", finding.message),
            None => finding.message.clone(),
        };
        let mut result = json!({
            "level": level(finding.severity),
            "message": {"text": message(&text)},
            "partialFingerprints": {"primaryLocationLineHash": fingerprint},
            "ruleId": finding.code.id,
            "ruleIndex": self.rules.index[finding.code.id],
        });
        if let Some((first, others)) = finding.labels.split_first() {
            result["locations"] = json!([location(sources, first)]);
            let others: Vec<Value> = (1u32..)
                .zip(others.iter().take(MOST_PLACES - 1))
                .map(|(id, label)| {
                    let mut place = location(sources, label);
                    place["id"] = id.into();
                    if label.text.is_empty() {
                        // Viewers pass over a related place that says nothing.
                        place["message"] = json!({"text": "see here"});
                    }
                    place
                })
                .collect();
            if !others.is_empty() {
                result["relatedLocations"] = others.into();
            }
        }
        if let Some(fix) = self.secrets.without(finding.fix.as_deref()) {
            result["fixes"] = json!([fix_object(sources, fix)]);
        }
        // All results of a run say whether they are suppressed, or none does.
        if !self.report.suppressed.is_empty() {
            result["suppressions"] = silent.map_or_else(|| json!([]), |silent| json!([suppression(silent)]));
        }
        result
    }
}

fn suppression(silent: &Suppressed) -> Value {
    let kind = match silent.by {
        Silencer::Comment => "inSource",
        Silencer::Site | Silencer::Baseline => "external",
    };
    json!({"justification": one_line(&silent.reason), "kind": kind})
}

fn fix_object(sources: &SourceMap, fix: &Fix) -> Value {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let changes: Vec<Value> = by_file
        .into_iter()
        .map(|(file, edits)| {
            let replacements: Vec<Value> = edits
                .into_iter()
                .map(|edit| {
                    json!({
                        "deletedRegion": region(Region::exact(sources, edit.span)),
                        "insertedContent": {"text": edit.text},
                    })
                })
                .collect();
            json!({"artifactLocation": artifact(sources, file), "replacements": replacements})
        })
        .collect();
    // The standard has no word for how sure a fix is.
    json!({
        "artifactChanges": changes,
        "description": {"text": message(&fix.title)},
        "properties": {"applicability": fix.applicability.word()},
    })
}

fn location(sources: &SourceMap, label: &Label) -> Value {
    let mut location = json!({"physicalLocation": physical(sources, label.span)});
    if !label.text.is_empty() {
        location["message"] = json!({"text": message(&label.text)});
    }
    location
}

fn physical(sources: &SourceMap, span: Span) -> Value {
    json!({"artifactLocation": artifact(sources, span.file), "region": region(Region::visible(sources, span))})
}

fn artifact(sources: &SourceMap, file: FileId) -> Value {
    let uri = path::uri(&sources.file(file).name);
    if uri.in_checkout { json!({"uri": uri.text, "uriBaseId": "%SRCROOT%"}) } else { json!({"uri": uri.text}) }
}

fn region(region: Region) -> Value {
    json!({
        "endColumn": region.end.column,
        "endLine": region.end.line,
        "startColumn": region.start.column,
        "startLine": region.start.line,
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A text as a message: `[text](place)` would be a link in it, which no file may plant. Braces stay single though the
/// standard would double them: no viewer halves them again, and help that quotes YAML would be wrong.
fn message(text: &str) -> String {
    let shown = text.chars().map(|c| if c == '\n' { c } else { printable(c) });
    shown.collect::<String>().replace("](", "] (")
}
