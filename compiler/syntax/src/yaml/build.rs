//! Parser events to a tree, in one pass and without recursion.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, Span};
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, StrInput, StructureStyle, Tag};

use super::merge::{settle, shorten};
use super::{
    ALIAS_BOMB, ALIAS_IN_ITSELF, ALIAS_OF_NOTHING, FILE_TOO_LARGE, Kind, MAX_DEPTH, MAX_FINDINGS, MAX_VALUES,
    NESTED_TOO_DEEP, Node, NodeId, Style, Tree, UNKNOWN_TAG, refusal,
};
use crate::source::floor_boundary;

/// A collection's first line is cut here: a minified JSON file is one line of megabytes.
const LONGEST_LABEL: usize = 4096;

/// Keys may have so many characters. YAML's own limit is 1,024, JSON has none, but the parser holds back the tokens
/// of every bracket for as long as it might still turn out to be a key.
const LONGEST_KEY: usize = 16 * 1024;

/// So many documents that do not parse are reported; a file with more is not made of documents.
const MAX_BROKEN_DOCUMENTS: usize = 8;

pub(super) fn build(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Tree {
    let mut options = Options::default();
    // Comment events have a small buffer in the parser, and a long licence header would fill it.
    options.set_emit_comments(false);
    options.emit_unresolved_aliases = true;
    options.simple_key_max_lookahead = LONGEST_KEY;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder {
        file,
        text,
        diagnostics,
        findings: 0,
        tree: Tree::default(),
        open: Vec::new(),
        anchors: Vec::new(),
        stopped: false,
    };
    builder.tree.nodes.reserve_exact(estimate(text));
    builder.documents(&mut parser);
    builder.tree.nodes.shrink_to_fit();
    builder.tree
}

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    diagnostics: &'a mut Diagnostics,
    findings: usize,
    tree: Tree,
    /// The collections around the next value, outermost first.
    open: Vec<Frame>,
    /// By the parser's anchor number, which counts up from one over all documents.
    anchors: Vec<Option<Anchor>>,
    /// Whether a limit was met behind which nothing is read.
    stopped: bool,
}

/// A collection being read.
struct Frame {
    node: NodeId,
    start: usize,
    flow: bool,
    anchor: usize,
    /// The running count of values when it began.
    before: u64,
    /// Levels of collections inside, so far.
    height: usize,
    contents: Contents,
}

enum Contents {
    Sequence(Vec<NodeId>),
    Mapping { pairs: Vec<(NodeId, NodeId)>, key: Key },
}

/// What the next value in a mapping is.
enum Key {
    /// A key itself.
    Awaited,
    /// The value of this key.
    Read(NodeId),
    /// The value of a key that was reported and is left out.
    LeftOut,
}

/// A marked value; its size and height are known once it is complete.
struct Anchor {
    node: NodeId,
    complete: Option<(u64, usize)>,
}

impl<'a> Builder<'a> {
    fn documents(&mut self, parser: &mut Parser<'a, StrInput<'a>>) {
        let mut broken = 0;
        loop {
            match parser.next_event() {
                None => return,
                Some(Ok((event, span))) => {
                    let tag = span.tag_span().and_then(|tag| tag.byte_range()).map(|range| self.span(range));
                    self.event(event, span.byte_range().unwrap_or_default(), tag);
                    if self.stopped {
                        return;
                    }
                }
                Some(Err(refused)) => {
                    let at = refused.marker().byte_offset().unwrap_or(self.text.len());
                    self.refused(refused.kind(), at);
                    broken += 1;
                    let deep = matches!(refused.kind(), ErrorKind::RecursionLimitExceeded);
                    if deep || broken == MAX_BROKEN_DOCUMENTS || !matches!(parser.proceed_next_document(), Ok(true)) {
                        return;
                    }
                }
            }
        }
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>, tag_span: Option<Span>) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tagged = self.tagged(tag.as_deref(), tag_span);
                self.scalar(text, style, anchor, tagged, range);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.tagged(tag.as_deref(), tag_span);
                self.begin(Contents::Sequence(Vec::new()), style, anchor, range.start);
            }
            Event::MappingStart(style, anchor, tag) => {
                self.tagged(tag.as_deref(), tag_span);
                self.begin(Contents::Mapping { pairs: Vec::new(), key: Key::Awaited }, style, anchor, range.start);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end),
            Event::Alias(number) => self.alias(number, range),
            Event::UnresolvedAlias(name) => {
                let message = format!("the alias `*{}` stands for nothing above it", shorten(&name));
                let help = "mark the value to repeat with `&` and the same name, or quote the text if it is no alias";
                self.report(Diagnostic::at(&ALIAS_OF_NOTHING, self.span(range), message).help(help));
                self.leave_out();
            }
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Comment(..)
            | Event::Anchor(..) => {}
            // The parser's list of events may grow; what is new there is no value.
            _ => {}
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        anchor: usize,
        tagged: Option<Style>,
        range: Range<usize>,
    ) {
        let absent = range.is_empty() && style == ScalarStyle::Plain;
        let quoted = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted | ScalarStyle::Literal | ScalarStyle::Folded => {
                Style::Quoted
            }
        };
        let span = if absent { self.place_of_nothing(range.start) } else { self.scalar_span(range) };
        let style = tagged.unwrap_or(quoted);
        let text = if absent { String::new() } else { text.into_owned() };
        if let Some(node) = self.push(Node { span, kind: Kind::Scalar { text, style } }) {
            if anchor != 0 {
                self.tree.marked.insert(node);
            }
            self.mark(anchor, node, Some((1, 0)));
            self.attach(node);
        }
    }

    fn begin(&mut self, contents: Contents, style: StructureStyle, anchor: usize, start: usize) {
        let span = self.one_character(start);
        if self.open.len() == MAX_DEPTH {
            // The parser counts collections in brackets and by indentation apart, and we their sum.
            self.stop(refusal::too_deep(span));
            return;
        }
        let before = self.tree.expanded_size;
        let Some(node) = self.push(Node { span, kind: Kind::Sequence(Vec::new()) }) else { return };
        self.mark(anchor, node, None);
        let flow = style == StructureStyle::Flow;
        self.open.push(Frame { node, start, flow, anchor, before, height: 1, contents });
    }

    fn end(&mut self, end: usize) {
        let Some(frame) = self.open.pop() else { return };
        let kind = match frame.contents {
            Contents::Sequence(items) => {
                self.repeats(&items);
                Kind::Sequence(items)
            }
            Contents::Mapping { pairs, .. } => {
                let (diagnostics, findings) = (&mut *self.diagnostics, &mut self.findings);
                let mut report = |finding| push_capped(diagnostics, findings, finding);
                let (pairs, dropped) = settle(&self.tree, pairs, &mut report);
                self.tree.incomplete |= dropped;
                Kind::Mapping(pairs)
            }
        };
        let span = self.first_line(frame.start, end);
        self.tree.nodes[frame.node.0 as usize] = Node { span, kind };
        self.mark(frame.anchor, frame.node, Some((self.tree.expanded_size - frame.before, frame.height)));
        if let Some(outer) = self.open.last_mut() {
            outer.height = outer.height.max(frame.height + 1);
        }
        self.attach(frame.node);
    }

    /// Notes the entries of a list that repeat an earlier one.
    fn repeats(&mut self, items: &[NodeId]) {
        let scalar = |id: &NodeId| match &self.tree.nodes[id.0 as usize] {
            Node { span, kind: Kind::Scalar { text, .. } } if !span.range().is_empty() => Some((*span, text.as_str())),
            Node { .. } => None,
        };
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut before: Option<Span> = None;
        for item in items {
            let scalar = scalar(item);
            if let Some((span, text)) = scalar
                && !seen.insert(text)
                && let Some(before) = before
            {
                let gap = self.text.get(before.range().end..span.range().start).unwrap_or_default().trim();
                // A dash or comma alone: what else stands between, an anchor or a comment, is not to be lost.
                if matches!(gap, "-" | ",") {
                    found.push((span, self.span(before.range().end..span.range().end)));
                }
            }
            before = scalar.map(|(span, _)| span);
        }
        self.tree.repeats.extend(found);
    }

    fn alias(&mut self, number: usize, range: Range<usize>) {
        let span = self.span(range);
        let Some(anchor) = self.anchors.get(number).and_then(Option::as_ref) else {
            self.leave_out();
            return;
        };
        let (target, complete) = (anchor.node, anchor.complete);
        let Some((size, height)) = complete else {
            let marked = self.open.iter().find(|frame| frame.node == target);
            let marked = marked.map_or(span, |frame| self.first_line(frame.start, span.range().start));
            self.report(
                Diagnostic::new(&ALIAS_IN_ITSELF, "the alias stands inside the value that it repeats")
                    .label(span, "repeats what is around it")
                    .label(marked, "that value begins here")
                    .help("write the value out, or mark a value that ends before the alias"),
            );
            self.leave_out();
            return;
        };
        let marked = self.tree.node(target).span;
        if self.tree.expanded_size.saturating_add(size) > MAX_VALUES {
            let message = format!("the aliases of this file stand for more than {MAX_VALUES} values");
            self.stop(
                Diagnostic::new(&ALIAS_BOMB, message)
                    .label(span, format!("{size} values more"))
                    .label(marked, "which are marked here")
                    .help("write out what is meant; an alias of aliases multiplies"),
            );
            return;
        }
        if self.open.len() + height > MAX_DEPTH {
            let message = format!("the alias nests collections more than {MAX_DEPTH} levels deep");
            self.stop(
                Diagnostic::new(&NESTED_TOO_DEEP, message)
                    .label(span, format!("{height} levels more"))
                    .label(marked, "which are marked here")
                    .help("write out what is meant; an alias of aliases adds levels"),
            );
            return;
        }
        if let Some(outer) = self.open.last_mut() {
            outer.height = outer.height.max(height + 1);
        }
        if let Some(node) = self.push(Node { span, kind: Kind::Alias(target) }) {
            self.tree.expanded_size += size.saturating_sub(1);
            self.attach(node);
        }
    }

    /// Adds a node, unless the file has too many.
    fn push(&mut self, node: Node) -> Option<NodeId> {
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        if self.tree.expanded_size >= MAX_VALUES {
            let message = format!("the file holds more than {MAX_VALUES} values");
            let help = "split it into several files of one folder, which read as one";
            self.stop(Diagnostic::at(&FILE_TOO_LARGE, node.span, message).help(help));
            return None;
        }
        self.tree.expanded_size += 1;
        self.tree.nodes.push(node);
        Some(id)
    }

    /// Puts a complete value where it belongs: into the innermost open collection, or as the root of a document.
    fn attach(&mut self, node: NodeId) {
        match self.open.last_mut().map(|frame| &mut frame.contents) {
            None => self.tree.documents.push(node),
            Some(Contents::Sequence(items)) => items.push(node),
            Some(Contents::Mapping { pairs, key }) => {
                *key = match std::mem::replace(key, Key::Awaited) {
                    Key::Awaited => Key::Read(node),
                    Key::Read(name) => {
                        pairs.push((name, node));
                        Key::Awaited
                    }
                    Key::LeftOut => Key::Awaited,
                };
            }
        }
    }

    /// Stands in for [`attach`](Self::attach) where a value was reported and has no node.
    fn leave_out(&mut self) {
        self.tree.incomplete = true;
        if let Some(Contents::Mapping { key, .. }) = self.open.last_mut().map(|frame| &mut frame.contents) {
            *key = match key {
                Key::Awaited => Key::LeftOut,
                Key::Read(_) | Key::LeftOut => Key::Awaited,
            };
        }
    }

    /// Reports what the parser refused and closes what was open, keeping what was read until here.
    fn refused(&mut self, kind: &ErrorKind, at: usize) {
        let bracket = self.open.iter().rev().find(|frame| frame.flow).map(|frame| self.one_character(frame.start));
        let at = refusal::place(kind, self.text, at);
        let finding = refusal::describe(kind, self.one_character(at), self.text, bracket);
        self.report(finding);
        self.tree.incomplete = true;
        while !self.open.is_empty() {
            self.end(at);
        }
    }

    /// Reports that a limit is met, and reads no further. The tree keeps what came before the document at hand.
    fn stop(&mut self, finding: Diagnostic) {
        self.report(finding);
        self.tree.incomplete = true;
        self.stopped = true;
        // A half-built document is of no use, and its size is why we stop.
        self.open.clear();
    }

    fn mark(&mut self, anchor: usize, node: NodeId, complete: Option<(u64, usize)>) {
        if anchor == 0 {
            return;
        }
        if self.anchors.len() <= anchor {
            self.anchors.resize_with(anchor + 1, || None);
        }
        self.anchors[anchor] = Some(Anchor { node, complete });
    }

    /// What a tag makes of a scalar, if anything; reports one that means nothing here.
    fn tagged(&mut self, tag: Option<&Tag>, span: Option<Span>) -> Option<Style> {
        let tag = tag?;
        let written = tag.original();
        match tag.core_suffix() {
            Some("str") => Some(Style::Quoted),
            Some("int" | "float" | "bool" | "null") => Some(Style::Plain),
            Some(_) => None,
            // The bare `!` forbids guessing: the value is text.
            None if written == "!" => Some(Style::Quoted),
            None => {
                let message = format!("the tag `{}` means nothing here", shorten(&written));
                let finding = Diagnostic::at(&UNKNOWN_TAG, span.unwrap_or(Span::start_of(self.file)), message);
                self.report(finding.help("remove it, or quote the text if it begins with `!`"));
                None
            }
        }
    }

    fn report(&mut self, finding: Diagnostic) {
        push_capped(self.diagnostics, &mut self.findings, finding);
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// The character at a byte, or the empty place where a line or the text ends.
    fn one_character(&self, at: usize) -> Span {
        let width = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, |character| match character {
            '\n' | '\r' => 0,
            other => other.len_utf8(),
        });
        self.span(at..at + width)
    }

    /// A block scalar's range ends behind its last line break.
    fn scalar_span(&self, range: Range<usize>) -> Span {
        let written = self.text.get(range.clone()).unwrap_or_default();
        self.span(range.start..range.start + written.trim_end_matches(['\n', '\r', ' ', '\t']).len())
    }

    /// The parser places an absent value on the indicator before it; the place to write it is behind.
    fn place_of_nothing(&self, at: usize) -> Span {
        let indicator = matches!(self.text.as_bytes().get(at), Some(b':' | b'-' | b'?'));
        let at = at + usize::from(indicator);
        self.span(at..at)
    }

    /// A collection as far as its first line goes.
    fn first_line(&self, start: usize, end: usize) -> Span {
        let limit = floor_boundary(self.text, end.min(start.saturating_add(LONGEST_LABEL)));
        let head = self.text.get(start..limit).unwrap_or_default();
        let line = head.split(['\n', '\r']).next().unwrap_or_default();
        self.span(start..start + line.trim_end().len())
    }
}

/// About how many nodes a text makes: two for each `key: value`, one for each other entry.
/// Growing by doubling would touch three times the memory.
fn estimate(text: &str) -> usize {
    let (mut colons, mut entries) = (0usize, 0usize);
    for byte in text.bytes() {
        colons += usize::from(byte == b':');
        entries += usize::from(matches!(byte, b',' | b'\n'));
    }
    (2 * colons + entries).min(usize::try_from(MAX_VALUES).unwrap_or(usize::MAX))
}

fn push_capped(diagnostics: &mut Diagnostics, findings: &mut usize, finding: Diagnostic) {
    *findings += 1;
    if *findings <= MAX_FINDINGS {
        diagnostics.push(finding);
    }
}
