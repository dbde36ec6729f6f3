//! What can be done about a finding: its fix, all fixes that are certain, a comment that accepts it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Applicability, Diagnostic as Finding, Edit, Fix, Secrets, Severity, Span, fix};
use aciform_site::codes::UNUSED_ALLOWANCE;
use lsp_types::{CodeActionContext, CodeActionKind, Diagnostic, NumberOrString, TextEdit};
use serde::Serialize;
use serde_json::{Value, json};

use crate::documents::Document;
use crate::subject::Kind;
use crate::text::Text;
use crate::uri;
use crate::worker::Looked;
use crate::workspace::Workspace;
use crate::yaml::cursor;
use crate::yaml::outline::Holds;

/// The kind of the action that mends all that is certain.
pub(crate) const FIX_ALL: &str = "source.fixAll.aciform";

/// The kind of an action about one finding.
const QUICK_FIX: &str = "quickfix";

/// Who selects a whole file is not offered what to do about each of its findings.
const MOST: usize = 50;

/// Edits by the URI of their file, and which version of it they are about. The protocol's own type has no order.
type Changes = BTreeMap<String, (Option<i32>, Vec<TextEdit>)>;

/// One thing to do, with the protocol's names.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Action {
    title: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<Diagnostic>,
    is_preferred: bool,
    edit: Value,
}

/// What can be done in a range of a file. The findings must be about what stands in it now.
pub(crate) fn actions(
    workspace: &Workspace,
    path: &Path,
    range: Range<usize>,
    context: &CodeActionContext,
) -> Vec<Action> {
    let Some(document) = workspace.documents.get(path) else { return Vec::new() };
    let wants = |kind: &str| {
        let is_in =
            |asked: &CodeActionKind| kind == asked.as_str() || kind.starts_with(&format!("{}.", asked.as_str()));
        context.only.as_ref().is_none_or(|only| only.iter().any(is_in))
    };
    let mut actions: Vec<Action> = Vec::new();
    for looked in workspace.results(path) {
        let Some(file) = looked.file(path) else { continue };
        // A finding is about its place, and an editor asks with a cursor: touching is enough.
        let touches =
            |span: Span| span.file == file && span.range().start <= range.end && range.start <= span.range().end;
        if wants(QUICK_FIX) {
            let here = looked.findings.iter().filter(|finding| finding.primary().is_some_and(touches));
            let secrets = Secrets::of(&looked.sources);
            for finding in here.take(MOST) {
                let shown = shown(finding, context);
                actions.extend(mend(workspace, looked, &secrets, finding, shown.as_ref()));
                actions.extend(allow(workspace, document, finding, shown));
            }
        }
        if wants(FIX_ALL) {
            actions.extend(mend_all(workspace, looked, path));
        }
    }
    // A file of two sites has its findings twice.
    actions.dedup_by(|a, b| a.title == b.title && a.edit == b.edit);
    actions
}

/// The diagnostic of a finding, as the client gave it back.
fn shown(finding: &Finding, context: &CodeActionContext) -> Option<Diagnostic> {
    let id = NumberOrString::String(finding.code.id.to_owned());
    let same = |shown: &&Diagnostic| shown.code.as_ref() == Some(&id) && shown.message.starts_with(&finding.message);
    context.diagnostics.iter().find(same).cloned()
}

fn mend(
    workspace: &Workspace,
    looked: &Looked,
    secrets: &Secrets,
    finding: &Finding,
    shown: Option<&Diagnostic>,
) -> Option<Action> {
    let fix = finding.fix.as_deref().filter(|fix| !secrets.are_in(fix))?;
    Some(Action {
        title: fix.title.clone(),
        kind: QUICK_FIX,
        diagnostics: shown.cloned().into_iter().collect(),
        is_preferred: fix.applicability == Applicability::Safe,
        edit: edit(workspace, looked, &fix.edits)?,
    })
}

/// Edits of spans as edits of the client; `None` where one of them lies in no file that it could open.
fn edit(workspace: &Workspace, looked: &Looked, edits: &[Edit]) -> Option<Value> {
    let mut texts: BTreeMap<PathBuf, (Text, Vec<TextEdit>)> = BTreeMap::new();
    for edit in edits {
        let path = looked.places.get(&edit.span.file)?;
        let source = &looked.sources.file(edit.span.file).text;
        source.get(edit.span.range())?;
        let (text, list) = texts.entry(path.clone()).or_insert_with(|| (Text::new(source.clone()), Vec::new()));
        let (range, new_text) = addressable(source, edit.span.range(), &edit.text);
        list.push(TextEdit { range: text.range(range, workspace.encoding), new_text });
    }
    let mut changes = Changes::new();
    for (path, (_, list)) in texts {
        let version = workspace.documents.get(&path).map(|document| document.version);
        changes.insert(uri_of(workspace, &path)?, (version, list));
    }
    (!changes.is_empty()).then(|| changed(workspace, changes))
}

/// Changes as the client takes them: with the version they are about, so that none is made to a later text.
fn changed(workspace: &Workspace, changes: Changes) -> Value {
    if !workspace.is_versioned {
        let plain: BTreeMap<String, Vec<TextEdit>> =
            changes.into_iter().map(|(uri, (_, edits))| (uri, edits)).collect();
        return json!({"changes": plain});
    }
    let documents = changes.into_iter();
    let documents = documents
        .map(|(uri, (version, edits))| json!({"textDocument": {"uri": uri, "version": version}, "edits": edits}));
    json!({"documentChanges": documents.collect::<Vec<Value>>()})
}

/// An edit that begins and ends where the protocol has a position: there is none between CR and LF.
fn addressable(text: &str, range: Range<usize>, with: &str) -> (Range<usize>, String) {
    let splits = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
    let (before, behind) = (splits(range.start), splits(range.end));
    let with = format!("{}{with}{}", if before { "\r" } else { "" }, if behind { "\n" } else { "" });
    (range.start - usize::from(before)..range.end + usize::from(behind), with)
}

fn uri_of(workspace: &Workspace, path: &Path) -> Option<String> {
    let own = workspace.documents.get(path).map(|document| document.uri.clone());
    own.or_else(|| uri::of_path(path)).map(|uri| uri.as_str().to_owned())
}

/// All fixes of a file that are certain and stay in it, each by its own edits, as `lint --fix` would apply them at once;
/// without those that would write a password out.
fn mend_all(workspace: &Workspace, looked: &Looked, path: &Path) -> Option<Action> {
    let file = looked.file(path)?;
    let secrets = Secrets::of(&looked.sources);
    let stays = |finding: &&Finding| {
        let stays = |fix: &Fix| fix.edits.iter().all(|edit| edit.span.file == file);
        finding.fix.as_deref().is_some_and(|fix| stays(fix) && !secrets.are_in(fix))
    };
    let findings: Vec<Finding> = looked.findings.iter().filter(stays).cloned().collect();
    let fixed = fix::apply(&looked.sources, &findings, Applicability::Safe);
    let edit = edit(workspace, looked, fixed.edits.get(&file)?)?;
    Some(Action {
        title: match fixed.applied {
            1 => "mend the one thing that is certain".to_owned(),
            number => format!("mend all {number} things that are certain"),
        },
        kind: FIX_ALL,
        diagnostics: Vec::new(),
        is_preferred: false,
        edit,
    })
}

/// A comment on the line above that accepts a finding.
fn allow(workspace: &Workspace, document: &Document, finding: &Finding, shown: Option<Diagnostic>) -> Option<Action> {
    let id = finding.code.id;
    // What is said about allowances none of them accepts.
    if finding.severity == Severity::Error || *finding.code == UNUSED_ALLOWANCE || document.kind == Kind::Json {
        return None;
    }
    let text = &document.text;
    let line = text.line_of(finding.primary()?.range().start);
    let range = text.line(line);
    let content = &text.as_str()[range.clone()];
    let indent = &content[..content.len() - content.trim_start_matches([' ', '\t']).len()];
    match document.kind {
        // Between the lines of a value a comment would end it.
        Kind::Ini if !indent.is_empty() => return None,
        Kind::Ini => {}
        Kind::Site | Kind::Yaml | Kind::Json if is_inside_scalar(document, range.start) => return None,
        Kind::Site | Kind::Yaml | Kind::Json => {}
    }
    // An allowance is about the line right below it: there is room for one.
    let above = line.checked_sub(1).map(|above| &text.as_str()[text.line(above)]);
    if above.is_some_and(|above| above.trim_start().starts_with("# aciform: allow ")) {
        return None;
    }
    let new_text = format!("{indent}# aciform: allow {id} reason{}", text.line_end());
    let start = if text.as_str().starts_with('\u{feff}') && line == 0 { '\u{feff}'.len_utf8() } else { range.start };
    let edit = TextEdit { range: text.range(start..start, workspace.encoding), new_text };
    let changes = Changes::from([(document.uri.as_str().to_owned(), (Some(document.version), vec![edit]))]);
    Some(Action {
        title: format!("allow {id} ({}) here with a comment", finding.code.name),
        kind: QUICK_FIX,
        diagnostics: shown.into_iter().collect(),
        is_preferred: false,
        edit: changed(workspace, changes),
    })
}

/// Whether a line of YAML begins inside a text over several lines, where a comment would become a part of it.
fn is_inside_scalar(document: &Document, start: usize) -> bool {
    let facts = document.facts();
    let item = facts.outline.items.iter().rev().find(|item| item.key.start < start && item.holds == Holds::Lines);
    item.is_some_and(|item| start < item.extent.end)
        || cursor::item(&facts.outline, start).is_some_and(|(_, item)| {
            item.scalar.as_ref().is_some_and(|scalar| scalar.start < start && start < scalar.end)
        })
}

#[cfg(test)]
mod tests;
