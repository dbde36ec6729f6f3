//! Fixes become edits that make of the text what `lint --fix` makes of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use aciform_diagnostics::{Code, Diagnostic, Edit, Fix, Severity, SourceMap, Span};
use lsp_types::{CodeActionContext, CodeActionKind, TextDocumentItem, TextEdit, Uri};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{actions, addressable};
use crate::subject::Scope;
use crate::text::{Encoding, Text};
use crate::worker::Looked;
use crate::workspace::Workspace;

/// A code with a severity; which one does not matter.
fn code(severity: Severity) -> &'static Code {
    aciform_rules::codes().find(|code| code.severity == severity).unwrap()
}

const PATH: &str = "/no such folder/ä.ini";
const TEXT: &str = "[DEFAULT]\r\nname = 😀😀 x\r\nother = y\r\n  and more\r\n";

/// A workspace with one ini and the given findings about it, which are about now.
fn workspace(findings: impl Fn(&dyn Fn(&str) -> Span) -> Vec<Diagnostic>) -> Workspace {
    let mut workspace = Workspace::new(&[]);
    let uri = Uri::from_str("file:///no%20such%20folder/%C3%A4.ini").unwrap();
    let item = TextDocumentItem { uri, language_id: "ini".to_owned(), version: 1, text: TEXT.to_owned() };
    workspace.documents.open(item).unwrap();
    assert!(workspace.settle().is_empty());
    let job = workspace.job().unwrap();
    assert_eq!(job.scope, Scope::Ini(PathBuf::from(PATH)));
    let mut sources = SourceMap::new();
    let file = sources.add(PATH, TEXT);
    let span = |part: &str| {
        let at = TEXT.find(part).unwrap();
        Span::new(file, at, at + part.len())
    };
    let places = BTreeMap::from([(file, PathBuf::from(PATH))]);
    let findings = findings(&span);
    workspace.take(Looked { scope: job.scope, stamp: job.stamp, sources, places, findings });
    assert!(workspace.job().is_none());
    workspace
}

fn found(workspace: &Workspace, part: &str, only: Option<&'static str>) -> Vec<Value> {
    let at = TEXT.find(part).unwrap();
    let only = only.map(|kind| vec![CodeActionKind::new(kind)]);
    let context = CodeActionContext { diagnostics: Vec::new(), only, trigger_kind: None };
    actions(workspace, Path::new(PATH), at..at, &context).iter().map(|action| json!(action)).collect()
}

/// The text after an action.
fn after(action: &Value, encoding: Encoding) -> String {
    let edits = action["edit"]["changes"]["file:///no%20such%20folder/%C3%A4.ini"].clone();
    let mut edits: Vec<TextEdit> = serde_json::from_value(edits).unwrap();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.range.start.line, edit.range.start.character)));
    let mut text = Text::new(TEXT.to_owned());
    for edit in edits {
        text.change(Some(edit.range), &edit.new_text, encoding);
    }
    text.as_str().to_owned()
}

#[test]
fn fixes_are_offered_with_their_edits_and_the_certain_one_is_preferred() {
    for encoding in [Encoding::Utf16, Encoding::Utf8] {
        let mut workspace = workspace(|span| {
            let both = vec![Edit::replace(span("x"), "z"), Edit::delete(span("😀😀 "))];
            let certain = Diagnostic::at(code(Severity::Error), span("x"), "wrong").fix(Fix::safe("write `z`", both));
            let probable = Diagnostic::at(code(Severity::Warning), span("other"), "long");
            vec![certain, probable.fix(Fix::unsafe_("shorten it", vec![Edit::replace(span("other"), "o")]))]
        });
        workspace.encoding = encoding;
        let actions = found(&workspace, "x", Some("quickfix"));
        // An error cannot be allowed, so the fix is all there is.
        assert_eq!(actions.len(), 1);
        assert_eq!((&actions[0]["title"], &actions[0]["isPreferred"]), (&json!("write `z`"), &json!(true)));
        assert_eq!(after(&actions[0], encoding), TEXT.replace("😀😀 x", "z"));
        let actions = found(&workspace, "other", Some("quickfix"));
        assert_eq!((&actions[0]["title"], &actions[0]["isPreferred"]), (&json!("shorten it"), &json!(false)));
        assert_eq!(after(&actions[0], encoding), TEXT.replace("other", "o"));
        let allowed = format!("# aciform: allow {} reason\r\nother", code(Severity::Warning).id);
        assert_eq!(after(&actions[1], encoding), TEXT.replace("other", &allowed));
        // All that is certain: wherever the cursor is, and without what is probable.
        for asked in ["source.fixAll", "source.fixAll.aciform", "source"] {
            let actions = found(&workspace, "[DEFAULT]", Some(asked));
            assert_eq!(actions.len(), 1);
            assert_eq!(actions[0]["kind"], "source.fixAll.aciform");
            assert_eq!(after(&actions[0], encoding), TEXT.replace("😀😀 x", "z"));
        }
        assert!(found(&workspace, "[DEFAULT]", Some("refactor")).is_empty());
        assert_eq!(found(&workspace, "x", None).len(), 2);
    }
}

#[test]
fn a_comment_is_not_put_where_it_would_end_a_value() {
    let workspace = workspace(|span| vec![Diagnostic::at(code(Severity::Warning), span("and more"), "long")]);
    assert!(found(&workspace, "and more", Some("quickfix")).is_empty());
}

#[test]
fn all_is_mended_by_edits_of_their_own_places() {
    let mut workspace = workspace(|span| {
        let at = |part, with: &str| {
            let fix = Fix::safe("mend it", vec![Edit::replace(span(part), with)]);
            Diagnostic::at(code(Severity::Error), span(part), "wrong").fix(fix)
        };
        vec![at("name", "n"), at("more", "less")]
    });
    let all = found(&workspace, "x", Some("source.fixAll"));
    assert_eq!(after(&all[0], Encoding::Utf16), TEXT.replace("name", "n").replace("more", "less"));
    let edits = &all[0]["edit"]["changes"]["file:///no%20such%20folder/%C3%A4.ini"];
    assert_eq!([&edits[0]["newText"], &edits[1]["newText"], &edits[2]], [&json!("n"), &json!("less"), &Value::Null]);
    // With the version of the text that they are about, where the client knows what to make of it.
    workspace.is_versioned = true;
    let all = found(&workspace, "x", Some("source.fixAll"));
    let document = json!({"uri": "file:///no%20such%20folder/%C3%A4.ini", "version": 1});
    assert_eq!(all[0]["edit"]["documentChanges"], json!([{"textDocument": document, "edits": edits}]));
    assert_eq!(all[0]["edit"]["changes"], Value::Null);
}

#[test]
fn no_fix_is_offered_that_repeats_a_password() {
    let mut workspace = workspace(|span| {
        let edits = vec![Edit::delete(span("other = y")), Edit::replace(span("name"), "# other = y\r\nname")];
        vec![Diagnostic::at(code(Severity::Error), span("other"), "wrong").fix(Fix::safe("move it", edits))]
    });
    assert_eq!(found(&workspace, "other", None).len(), 2);
    let scope = Scope::Ini(PathBuf::from(PATH));
    let mut looked = workspace.results(Path::new(PATH)).next().map(|looked| looked.findings.clone()).unwrap();
    let mut sources = SourceMap::new();
    let file = sources.add(PATH, TEXT);
    sources.hide_word(file, "other = y");
    let places = BTreeMap::from([(file, PathBuf::from(PATH))]);
    workspace.touch(Path::new(PATH));
    let _ = workspace.settle();
    let stamp = workspace.job().unwrap().stamp;
    looked.truncate(1);
    workspace.take(Looked { scope, stamp, sources, places, findings: looked });
    assert!(found(&workspace, "other", None).is_empty());
}

#[test]
fn what_lies_in_no_file_is_not_edited() {
    let workspace = workspace(|span| {
        let far = Span::new(span("x").file, 9_000, 9_001);
        vec![
            Diagnostic::at(code(Severity::Error), span("x"), "wrong")
                .fix(Fix::safe("far away", vec![Edit::delete(far)])),
        ]
    });
    assert!(found(&workspace, "x", None).is_empty());
}

proptest! {
    #[test]
    fn an_edit_reaches_the_client_whole(text in "[aé\\r\\n]{0,9}", with in "[b\\r\\n]{0,2}", a in 0usize..12, b in 0usize..12) {
        let (a, b) = (crate::text::floor(&text, a), crate::text::floor(&text, b));
        let mut expected = text.clone();
        expected.replace_range(a.min(b)..a.max(b), &with);
        let (range, with) = addressable(&text, a.min(b)..a.max(b), &with);
        let mut held = Text::new(text);
        let range = held.range(range, Encoding::Utf16);
        held.change(Some(range), &with, Encoding::Utf16);
        prop_assert_eq!(held.as_str(), expected);
    }
}
