//! What each request is answered.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use lsp_types::{
    CodeActionParams, DocumentSymbolParams, Hover, HoverContents, Location, MarkupContent, MarkupKind, ReferenceParams,
    TextDocumentPositionParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::documents::Document;
use crate::navigate::{self, Place};
use crate::subject::Kind;
use crate::text::{Encoding, Text};
use crate::workspace::Workspace;
use crate::yaml::complete::Around;
use crate::{actions, explain, ini, symbols, uri, yaml};

/// How a request ends.
#[derive(Debug)]
pub(crate) enum Answer {
    Value(Value),
    /// What it is about is still being looked at.
    Wait,
    /// Nobody knows the method.
    Unknown,
    Malformed(String),
}

/// What the server can do, in the words of the protocol.
pub(crate) fn capabilities(encoding: Encoding) -> Value {
    json!({
        "positionEncoding": encoding.kind(),
        "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
        "hoverProvider": true,
        "completionProvider": {"triggerCharacters": ["[", ":", "=", " ", "/", ",", "{"]},
        "definitionProvider": true,
        "referencesProvider": true,
        "documentSymbolProvider": true,
        "codeActionProvider": {"codeActionKinds": ["quickfix", actions::FIX_ALL]},
    })
}

/// Answers a request.
pub(crate) fn answer(workspace: &Workspace, method: &str, params: Value) -> Answer {
    match method {
        // Of the parameters only the place matters; what else clients send with it is not looked at.
        "textDocument/hover" => with(params, |at: TextDocumentPositionParams| hover(workspace, &at)),
        "textDocument/completion" => with(params, |at: TextDocumentPositionParams| complete(workspace, &at)),
        "textDocument/definition" => with(params, |at: TextDocumentPositionParams| {
            let (path, _, offset) = find(workspace, &at)?;
            Some(locations(workspace, navigate::definition(workspace, &path, offset)))
        }),
        "textDocument/references" => with(params, |params: ReferenceParams| {
            let (path, _, offset) = find(workspace, &params.text_document_position)?;
            let with_declaration = params.context.include_declaration;
            Some(locations(workspace, navigate::references(workspace, &path, offset, with_declaration)))
        }),
        "textDocument/documentSymbol" => with(params, |params: DocumentSymbolParams| {
            let document = workspace.documents.get(&uri::path(&params.text_document.uri)?)?;
            Some(symbols::symbols(document, workspace.encoding))
        }),
        "textDocument/codeAction" => match serde_json::from_value::<CodeActionParams>(params) {
            Err(error) => Answer::Malformed(error.to_string()),
            Ok(params) => code_actions(workspace, &params),
        },
        _ => Answer::Unknown,
    }
}

/// Reads the parameters and answers; what is about no open file is answered with nothing.
fn with<P: DeserializeOwned, R: Serialize>(params: Value, answer: impl FnOnce(P) -> Option<R>) -> Answer {
    match serde_json::from_value(params) {
        Ok(params) => Answer::Value(answer(params).map_or(Value::Null, |found| json!(found))),
        Err(error) => Answer::Malformed(error.to_string()),
    }
}

fn find<'w>(workspace: &'w Workspace, at: &TextDocumentPositionParams) -> Option<(PathBuf, &'w Document, usize)> {
    let path = uri::path(&at.text_document.uri)?;
    let document = workspace.documents.get(&path)?;
    let offset = document.text.offset(at.position, workspace.encoding);
    Some((path, document, offset))
}

fn code_actions(workspace: &Workspace, params: &CodeActionParams) -> Answer {
    let path = uri::path(&params.text_document.uri);
    let Some((path, document)) = path.and_then(|path| Some((path.clone(), workspace.documents.get(&path)?))) else {
        return Answer::Value(Value::Null);
    };
    if !workspace.is_current(&path) {
        return Answer::Wait;
    }
    let range = document.text.bytes(params.range, workspace.encoding);
    Answer::Value(json!(actions::actions(workspace, &path, range, &params.context)))
}

fn hover(workspace: &Workspace, at: &TextDocumentPositionParams) -> Option<Hover> {
    let (path, document, offset) = find(workspace, at)?;
    let hovered = |(value, range): (String, Range<usize>)| Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(document.text.range(range, workspace.encoding)),
    };
    if let Some(page) = explain::at(document.text.as_str(), offset, workspace.codes) {
        return Some(hovered(page));
    }
    let about = match document.kind {
        Kind::Ini => {
            let (reader, files) = workspace.inis(&path);
            let files = ini::hover::Files { sources: &reader.sources, files: &files };
            ini::hover::hover(&document.text, offset, &files)
        }
        kind @ (Kind::Site | Kind::Yaml | Kind::Json) => yaml::hover::hover(&document.facts(), offset, kind),
    };
    let findings = if workspace.is_current(&path) { explain::findings(workspace, &path, offset) } else { None };
    match (about, findings) {
        (Some((text, range)), Some((more, _))) => Some(hovered((format!("{text}\n---\n\n{more}"), range))),
        (about, findings) => about.or(findings).map(hovered),
    }
}

fn complete(workspace: &Workspace, at: &TextDocumentPositionParams) -> Option<lsp_types::CompletionList> {
    let (path, document, offset) = find(workspace, at)?;
    let proposals = match document.kind {
        Kind::Ini => {
            let files = workspace.yaml_files(&path);
            let inside = files.iter().flat_map(|(_, facts)| facts.names.inside(&["external_networks"]));
            let external: BTreeSet<String> = inside.map(str::to_owned).collect();
            ini::complete::complete(&document.text, offset, &external)?
        }
        kind @ (Kind::Site | Kind::Yaml | Kind::Json) => {
            let files = if kind == Kind::Site { Vec::new() } else { workspace.yaml_files(&path) };
            let external = navigate::external(workspace, &path).into_iter().map(|(name, _)| name).collect();
            let around = Around { kind, files: &files, external: &external, codes: workspace.codes };
            yaml::complete::complete(&document.facts(), offset, &around)?
        }
    };
    Some(proposals.list(&document.text, offset, workspace.encoding))
}

fn locations(workspace: &Workspace, places: Vec<Place>) -> Vec<Location> {
    let location = |(path, range): Place| {
        let own = workspace.documents.get(&path).map(|document| document.uri.clone());
        let uri = own.or_else(|| uri::of_path(&path))?;
        let range = match (range.is_empty(), workspace.documents.get(&path)) {
            (true, _) => lsp_types::Range::default(),
            (false, Some(document)) => document.text.range(range, workspace.encoding),
            (false, None) => Text::new(workspace.text(&path)?).range(range, workspace.encoding),
        };
        Some(Location { uri, range })
    };
    places.into_iter().filter_map(location).collect()
}
