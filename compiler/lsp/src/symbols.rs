//! The outline of a file, as editors show it beside the text: sections and their options, objects of the intent.

use std::ops::Range;

use lsp_types::{DocumentSymbol, SymbolKind};

use crate::documents::Document;
use crate::ini::lines;
use crate::subject::Kind;
use crate::text::{Encoding, Text};
use crate::yaml::outline::Step;

/// More symbols than this are of no use to anyone who looks at them.
const MOST: usize = 20_000;

/// Deeper than the language goes; what is nested further is a slip.
const DEEPEST: usize = 24;

/// The symbols of a file; no value is shown, so no secret either.
pub(crate) fn symbols(document: &Document, encoding: Encoding) -> Vec<DocumentSymbol> {
    match document.kind {
        Kind::Ini => sections(&document.text, encoding),
        Kind::Site | Kind::Yaml | Kind::Json => objects(document, encoding),
    }
}

fn sections(text: &Text, encoding: Encoding) -> Vec<DocumentSymbol> {
    let headers: Vec<(usize, Range<usize>)> = lines::headers(text).collect();
    let mut symbols = Vec::new();
    for (at, (number, name)) in headers.iter().enumerate() {
        let last = headers.get(at + 1).map_or(text.line_count(), |(next, _)| *next) - 1;
        let whole = text.line(*number).start..text.line(last).end;
        let mut section = symbol(&text.as_str()[name.clone()], SymbolKind::MODULE, &whole, name, text, encoding);
        let keys = lines::keys(text, Some(*number)).into_iter().map(|(line, key)| {
            symbol(&text.as_str()[key.clone()], SymbolKind::PROPERTY, &text.line(line), &key, text, encoding)
        });
        section.children = Some(keys.collect());
        symbols.push(section);
    }
    symbols
}

/// Keys that hold further keys. A child stands behind its parent, so that children are ready before they are hung up.
fn objects(document: &Document, encoding: Encoding) -> Vec<DocumentSymbol> {
    let facts = document.facts();
    let items = &facts.outline.items;
    let mut nests = vec![false; items.len()];
    let mut depths: Vec<usize> = Vec::with_capacity(items.len());
    for item in items {
        if let (Some(parent), Step::Key(_)) = (item.parent, &item.step) {
            nests[parent] = true;
        }
        depths.push(item.parent.map_or(0, |parent| depths[parent] + 1));
    }
    let mut children: Vec<Vec<DocumentSymbol>> = vec![Vec::new(); items.len() + 1];
    let is_shown = |at: &usize| nests[*at] && depths[*at] < DEEPEST && items[*at].name().is_some();
    let shown: Vec<usize> = (0..items.len()).filter(is_shown).take(MOST).collect();
    for at in shown.into_iter().rev() {
        let item = &items[at];
        let name = item.name().unwrap_or_default();
        let mut symbol = symbol(name, SymbolKind::OBJECT, &item.extent, &item.key, &document.text, encoding);
        let mut inside = std::mem::take(&mut children[at]);
        inside.reverse();
        symbol.children = Some(inside);
        // Items of lists have no name; what is in them hangs on the key of the list.
        let mut parent = item.parent;
        while let Some(up) = parent.filter(|up| items[*up].name().is_none()) {
            parent = items[up].parent;
        }
        children[parent.unwrap_or(items.len())].push(symbol);
    }
    let mut top = children.pop().unwrap_or_default();
    top.reverse();
    top
}

#[expect(deprecated, reason = "the field `deprecated` has to be given a value")]
fn symbol(
    name: &str,
    kind: SymbolKind,
    whole: &Range<usize>,
    own: &Range<usize>,
    text: &Text,
    encoding: Encoding,
) -> DocumentSymbol {
    // The protocol wants a name, and the place of it inside the whole.
    let name = if name.trim().is_empty() { "(no name)" } else { name };
    let whole = whole.start.min(own.start)..whole.end.max(own.end);
    DocumentSymbol {
        name: name.to_owned(),
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range: text.range(whole, encoding),
        selection_range: text.range(own.clone(), encoding),
        children: None,
    }
}
