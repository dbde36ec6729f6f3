//! Reads the lock file line by line: its own format, so that every finding has an exact place and 100,000 entries are
//! read in one pass. Other quoting, comments and empty lines that a hand may have put there are taken.

use std::borrow::Cow;

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, Span};

use super::codes::{
    LOCK_CONFLICT, MISFIT_LOCK_VALUE, REPEATED_LOCK_KEY, SHARED_LOCK_VALUE, UNKNOWN_LOCK_KIND, UNKNOWN_LOCK_VERSION,
    UNREADABLE_LOCK_LINE,
};
use super::kind::{Kind, REMOVED_SNAT};
use super::scalar::{self, Unreadable};
use super::value::Value;
use super::{Entry, Ledger, Slot, Slots};

/// So many findings of a lock are told; a file with more is no lock, and what stands behind them is not read.
const MAX_FINDINGS: usize = 100;

pub(super) fn ledger(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Ledger {
    if let Some(conflict) = conflict(file, text) {
        diagnostics.push(conflict);
        return Ledger { unreadable: true, ..Ledger::default() };
    }
    let mut reader = Reader {
        file,
        ledger: Ledger::default(),
        ordered: None,
        map: Map::None,
        seen: Vec::new(),
        version: None,
        diagnostics,
    };
    let before = reader.diagnostics.len();
    for (offset, line) in lines(text) {
        let too_many = reader.diagnostics.len() - before >= MAX_FINDINGS;
        if too_many || !reader.line(offset, line) {
            return Ledger { unreadable: true, ..Ledger::default() };
        }
    }
    if reader.version.is_none() && !text.trim().is_empty() {
        reader.diagnostics.push(
            Diagnostic::at(&UNKNOWN_LOCK_VERSION, Span::start_of(file), "the lock names no version")
                .help("`version: 1` stands on the first line"),
        );
    }
    reader.settle();
    let Reader { mut ledger, diagnostics, .. } = reader;
    for (kind, slots) in &ledger.kinds {
        shared_values(*kind, slots, diagnostics);
    }
    ledger.faulty = diagnostics.len() > before;
    ledger
}

/// The lines of a text with their offsets, without line ends and without a byte order mark.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        match line.strip_prefix('\u{feff}') {
            Some(rest) if start == 0 => (start + '\u{feff}'.len_utf8(), rest),
            _ => (start, line),
        }
    })
}

/// The map that entries on the following lines belong to.
#[derive(Clone, Copy)]
enum Map {
    /// Before the first.
    None,
    /// One whose name was refused; its entries are passed over.
    Unknown,
    /// One whose name is followed by a value, so that YAML allows no entry below it.
    Closed,
    /// A known one, with the indentation of its first entry.
    Known { kind: Kind, removed: bool, indent: Option<usize> },
}

struct Reader<'a> {
    file: FileId,
    ledger: Ledger,
    /// Entries of a kind that has none yet, in the order of their keys, as every compile writes them. A map that is made
    /// of them at once takes half the memory of one that grows, and nothing is looked up.
    ordered: Option<(Kind, Vec<(String, Slot)>)>,
    map: Map,
    seen: Vec<(String, Span)>,
    version: Option<Span>,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// Takes one line; false when nothing behind it can be understood.
    fn line(&mut self, offset: usize, line: &str) -> bool {
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        if body.is_empty() || body.starts_with('#') || body.trim().is_empty() {
            return true;
        }
        // A document start says nothing; only before the content, or it would start a second document.
        if line.trim_end() == "---" && self.version.is_none() && self.seen.is_empty() {
            return true;
        }
        if body.starts_with('\t') {
            self.unreadable(offset + indent, 1, "a tab in front of an entry");
            return true;
        }
        if indent == 0 {
            return self.top(offset, line);
        }
        self.entry(offset, line, indent);
        true
    }

    /// A line at the left edge: the version, or the name of a map.
    fn top(&mut self, offset: usize, line: &str) -> bool {
        let Some((name, end, behind)) = self.key(offset, line) else {
            self.map = Map::Unknown;
            return true;
        };
        let span = self.span(offset, end);
        let (value, from) = match scalar::value(&line[behind..]) {
            Ok((value, from, _)) => (value, from),
            Err(_) if line[behind..].split('#').next().is_some_and(|rest| rest.trim() == "{}") => {
                (Cow::Borrowed(""), 0)
            }
            Err(Unreadable { at, what }) => {
                self.unreadable(offset + behind + at, line.len() - behind - at, what);
                self.map = Map::Unknown;
                return true;
            }
        };
        if let Some((_, first)) = self.seen.iter().find(|(seen, _)| *seen == name) {
            let repeat = Diagnostic::at(&REPEATED_LOCK_KEY, span, format!("`{name}` stands in the lock twice"))
                .label(*first, "first here")
                .help("put the entries of both under one of them");
            self.diagnostics.push(repeat);
        } else {
            self.seen.push((name.clone().into_owned(), span));
        }
        if name == "version" {
            return self.version(span, &value);
        }
        let known = match name.as_ref() {
            REMOVED_SNAT => Some((Kind::Snat, true)),
            name => Kind::ALL.into_iter().find(|kind| kind.name() == name).map(|kind| (kind, false)),
        };
        let closed = !line[behind..].split('#').next().unwrap_or_default().trim().is_empty();
        self.map = match known {
            Some(_) if closed => Map::Closed,
            Some((kind, removed)) => Map::Known { kind, removed, indent: None },
            None => {
                self.diagnostics.push(unknown_kind(&name, span));
                Map::Unknown
            }
        };
        if !value.is_empty() && known.is_some() {
            self.unreadable(offset + behind + from, line.len() - behind - from, "a value where entries are expected");
        }
        true
    }

    fn version(&mut self, span: Span, value: &str) -> bool {
        self.version = Some(span);
        self.map = Map::Closed;
        if value == "1" {
            return true;
        }
        self.diagnostics.push(
            Diagnostic::at(&UNKNOWN_LOCK_VERSION, span, format!("version `{value}` of the lock is not known"))
                .help("use the release of aciform that wrote it; this one reads and writes `version: 1`"),
        );
        false
    }

    /// An indented line: a key and its value.
    fn entry(&mut self, offset: usize, line: &str, indent: usize) {
        let (kind, removed) = match &mut self.map {
            Map::Unknown => return,
            Map::None => {
                self.unreadable(offset, line.len(), "an entry outside every map");
                return;
            }
            Map::Closed => {
                // Told at the first: the others are of the same mistake.
                self.unreadable(offset, line.len(), "an entry below a line that has a value");
                self.map = Map::Unknown;
                return;
            }
            Map::Known { kind, removed, indent: first } => {
                let (kind, removed) = (*kind, *removed);
                if *first.get_or_insert(indent) != indent {
                    self.unreadable(offset, indent, "an entry that is indented unlike those above it");
                    return;
                }
                (kind, removed)
            }
        };
        let start = offset + indent;
        let body = &line[indent..];
        let Some((key, key_end, behind)) = self.key(start, body) else { return };
        let (text, from, to) = match scalar::value(&body[behind..]) {
            Ok(value) => value,
            Err(Unreadable { at, what }) => {
                self.unreadable(start + behind + at, body.len() - behind - at, what);
                return;
            }
        };
        let value_span = Span::new(self.file, start + behind + from, start + behind + to);
        let value = match Value::parse(kind, &text) {
            Ok(value) => value,
            Err(expected) => {
                let message = match text.as_ref() {
                    "" => format!("`{key}` has no value: {expected} is missing"),
                    _ => format!("`{text}` of `{key}` is not {expected}"),
                };
                self.diagnostics.push(
                    Diagnostic::at(&MISFIT_LOCK_VALUE, value_span, message)
                        .help("take the line from the last commit, or delete it to have a value handed out anew"),
                );
                return;
            }
        };
        let span = Span::new(self.file, start, start + behind + to);
        let slot = Slot { entry: Some(Box::new(Entry { value, removed, span })), ..Slot::default() };
        if self.is_next(kind, &key)
            && let Some((_, ordered)) = &mut self.ordered
        {
            ordered.push((key.into_owned(), slot));
            return;
        }
        self.settle();
        let slots = self.ledger.kinds.entry(kind).or_default();
        if let Some(first) = slots.get(key.as_ref()) {
            let key_span = Span::new(self.file, start, start + key_end);
            self.diagnostics.push(
                Diagnostic::at(&REPEATED_LOCK_KEY, key_span, format!("`{key}` stands in the lock twice"))
                    .label(first.span().unwrap_or(key_span), "first here")
                    .help("keep the line whose value is in force"),
            );
            return;
        }
        slots.insert(key.into_owned(), slot);
    }

    /// Whether an entry can be put behind those that are in order.
    fn is_next(&mut self, kind: Kind, key: &str) -> bool {
        if self.ordered.as_ref().is_none_or(|(of, _)| *of != kind) {
            self.settle();
            if !self.ledger.kinds.contains_key(&kind) {
                self.ordered = Some((kind, Vec::new()));
            }
        }
        self.ordered.as_ref().is_some_and(|(_, ordered)| ordered.last().is_none_or(|(last, _)| last.as_str() < key))
    }

    /// Makes the map of the entries that are in order.
    fn settle(&mut self) {
        if let Some((kind, ordered)) = self.ordered.take() {
            self.ledger.kinds.insert(kind, ordered.into_iter().collect());
        }
    }

    /// The key at the start of a text that lies at `offset`.
    fn key<'t>(&mut self, offset: usize, text: &'t str) -> Option<(Cow<'t, str>, usize, usize)> {
        match scalar::key(text) {
            Ok((key, _, _)) if key.is_empty() => {
                self.unreadable(offset, 1, "an empty key");
                None
            }
            Ok(key) => Some(key),
            Err(Unreadable { at, what }) => {
                self.unreadable(offset + at, text.len() - at, what);
                None
            }
        }
    }

    fn span(&self, offset: usize, length: usize) -> Span {
        Span::new(self.file, offset, offset + length)
    }

    fn unreadable(&mut self, offset: usize, length: usize, what: &str) {
        let span = self.span(offset, length);
        self.diagnostics.push(
            Diagnostic::at(&UNREADABLE_LOCK_LINE, span, format!("a line of the lock holds {what}"))
                .help("one entry stands on a line, as `  <key>: <value>` below the name of its kind"),
        );
    }
}

fn unknown_kind(name: &str, span: Span) -> Diagnostic {
    let names = || {
        let of_kind = |kind: Kind| [Some(kind.name()), kind.leaves_tombstones().then_some(REMOVED_SNAT)];
        Kind::ALL.into_iter().flat_map(of_kind).flatten()
    };
    let near = names().filter(|known| strsim::damerau_levenshtein(known, name) <= 2).min();
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the kinds are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::at(&UNKNOWN_LOCK_KIND, span, format!("`{name}` is no kind of allocation")).help(help)
}

/// Two keys with one value in one scope: only a hand, or a merge that took both sides, writes that.
fn shared_values(kind: Kind, slots: &Slots, diagnostics: &mut Diagnostics) {
    let scoped = slots.iter().filter_map(|(key, slot)| {
        let entry = slot.entry.as_deref()?;
        Some((kind.scope(key)?, (&entry.value, entry.span, key.as_str())))
    });
    // A scope is the beginning of its keys, so its entries follow on each other: only those of one are compared.
    let mut scoped = scoped.peekable();
    let mut of_scope: Vec<(&Value, Span, &str)> = Vec::new();
    while let Some((scope, first)) = scoped.next() {
        of_scope.clear();
        of_scope.push(first);
        of_scope.extend(std::iter::from_fn(|| scoped.next_if(|(other, _)| *other == scope)).map(|(_, entry)| entry));
        of_scope.sort_unstable();
        for pair in of_scope.windows(2) {
            let [(value, first, kept), (same, second, key)] = pair else { continue };
            if value == same {
                diagnostics.push(
                    Diagnostic::at(&SHARED_LOCK_VALUE, *second, format!("`{key}` has {value} as `{kept}` has"))
                        .label(*first, "the same here")
                        .help("delete one of the two lines; `aciform compile` hands out another value for it"),
                );
            }
        }
    }
}

const OURS: &str = "<<<<<<<";
const BASE: &str = "|||||||";
const MIDDLE: &str = "=======";
const THEIRS: &str = ">>>>>>>";

/// What git leaves of a merge it could not make, as one finding however many places there are.
fn conflict(file: FileId, text: &str) -> Option<Diagnostic> {
    // Cheap on the text of a good lock: no entry holds one of these.
    let holds = |marker: &&str| memchr::memmem::find(text.as_bytes(), marker.as_bytes()).is_some();
    if ![OURS, BASE, MIDDLE, THEIRS].iter().any(holds) {
        return None;
    }
    let is_marker = |line: &str| {
        [OURS, BASE, MIDDLE, THEIRS]
            .iter()
            .any(|marker| line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
    };
    let markers: Vec<(usize, Span, &str)> = lines(text)
        .enumerate()
        .filter(|(_, (_, line))| is_marker(line))
        .map(|(number, (offset, line))| (number, Span::new(file, offset, offset + line.len()), line))
        .collect();
    let (first_line, first, _) = *markers.first()?;
    let places = markers.iter().filter(|(_, _, line)| line.starts_with(OURS)).count().max(1);
    let message = match places {
        1 => "a merge of the lock is not finished".to_owned(),
        _ => format!("a merge of the lock is not finished in {places} places"),
    };
    let following =
        |marker: &str| markers.iter().find(|(line, _, text)| *line > first_line && text.starts_with(marker));
    let ours_end = following(BASE).into_iter().chain(following(MIDDLE)).map(|(line, _, _)| *line).min();
    let mut finding = Diagnostic::new(&LOCK_CONFLICT, message)
        .label(first, side("one side", ours_end.map(|end| end - first_line - 1)));
    if let Some((end, theirs, _)) = following(THEIRS) {
        let start = following(MIDDLE).map(|(line, _, _)| *line);
        finding = finding.label(*theirs, side("the other side", start.and_then(|start| end.checked_sub(start + 1))));
    }
    Some(finding.help(
        "take either side whole (`git checkout --ours aciform.lock`, or `--theirs`), then run `aciform compile`, \
         which adds what is missing",
    ))
}

fn side(name: &str, lines: Option<usize>) -> String {
    match lines {
        None => name.to_owned(),
        Some(1) => format!("{name}: 1 line"),
        Some(lines) => format!("{name}: {lines} lines"),
    }
}
