//! Walking the tree: maps against their shapes, maps of handles, lists; and the collector with its bounds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span, Spanned};
use aciform_syntax::yaml::{Kind, NodeId, Style, Tree};

use super::node::{Node, Value, inner, quoted};
use super::plain::taken_for;
use super::shapes::Shape;
use super::unknown;
use crate::codes;
use crate::model::Incomplete;

/// What the aliases of one site may stand for, a scalar or list counting 1 and a map 4.
/// Enough for 50,000 ports that share one list of a dozen entries; few enough that a bomb stays under 300 MB.
pub(super) const ALIAS_BUDGET: u32 = 800_000;

/// What does not stand in a plain scalar between brackets as it does elsewhere.
const FLOW: [char; 7] = [',', '[', ']', '{', '}', '#', ':'];

/// More findings than this are counted and not listed.
pub(super) const MOST_FINDINGS: usize = 10_000;

/// Reads trees and pushes what is wrong with them.
pub(crate) struct Reader<'d> {
    diagnostics: &'d mut Diagnostics,
    /// What is left of [`ALIAS_BUDGET`].
    budget: u32,
    /// Findings already made, because what stands behind an alias is read once for each of its uses.
    seen: HashSet<(&'static str, Option<Span>, String)>,
    /// How many findings were not listed, and the worst of them.
    unlisted: usize,
    worst: Severity,
    first_unlisted: Option<Span>,
    /// What to take out where an entry of a list stands there twice.
    pub(super) repeats: HashMap<Span, Span>,
    /// How many unknown keys there were so far.
    pub(super) unknown_keys: usize,
    /// Objects that are written and could not be made.
    pub(super) incomplete: Incomplete,
}

/// The handles above an object, innermost first; prints as `project/network/subnet`.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    handle: &'p str,
}

impl Path<'_> {
    /// Above everything.
    pub(super) const ROOT: Path<'static> = Path { parent: None, handle: "" };

    /// One level down.
    pub(super) fn join<'p>(&'p self, handle: &'p str) -> Path<'p> {
        Path { parent: Some(self), handle }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parent {
            Some(parent) if parent.parent.is_some() => write!(f, "{parent}/{}", self.handle),
            Some(_) | None => f.write_str(self.handle),
        }
    }
}

impl<'d> Reader<'d> {
    pub(super) fn new(diagnostics: &'d mut Diagnostics) -> Self {
        Self {
            diagnostics,
            budget: ALIAS_BUDGET,
            seen: HashSet::new(),
            unlisted: 0,
            worst: Severity::Info,
            first_unlisted: None,
            repeats: HashMap::new(),
            unknown_keys: 0,
            incomplete: Incomplete::default(),
        }
    }

    /// Ends the reading: says how many findings were not listed.
    pub(super) fn finish(self) -> Incomplete {
        if self.unlisted > 0 {
            let message = format!("{} more findings are not listed", self.unlisted);
            let mut finding = Diagnostic::new(&codes::TOO_MANY, message).help("mend the ones above first");
            finding.severity = self.worst;
            if let Some(span) = self.first_unlisted {
                finding = finding.label(span, "the first of them");
            }
            self.diagnostics.push(finding);
        }
        self.incomplete
    }

    /// Adds a finding, once.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        if self.seen.len() >= MOST_FINDINGS {
            self.unlisted += 1;
            self.worst = self.worst.max(finding.severity);
            self.first_unlisted = self.first_unlisted.or(finding.primary());
        } else if self.seen.insert((finding.code.id, finding.primary(), finding.message.clone())) {
            self.diagnostics.push(finding);
        }
    }

    /// Adds a finding about one value.
    pub(super) fn report(&mut self, code: &'static Code, at: Span, message: String, help: impl Into<Option<String>>) {
        self.push(Diagnostic::at(code, at, message).maybe_help(help.into()));
    }

    /// Adds a finding about one value whose help says what to write, with the edit that writes it.
    pub(super) fn report_fix(
        &mut self,
        code: &'static Code,
        at: Span,
        message: String,
        help: String,
        (applicability, edit): (Applicability, Option<Edit>),
    ) {
        let fix = edit.map(|edit| Fix { title: help.clone(), applicability, edits: vec![edit] });
        self.push(Diagnostic::at(code, at, message).help(help).maybe_fix(fix));
    }

    /// Adds a finding about an entry that stands in its list twice, and takes it out where that loses nothing.
    pub(super) fn report_repeat(
        &mut self,
        code: &'static Code,
        again: Span,
        first: Span,
        message: String,
        applicability: Applicability,
    ) {
        let edit = self.repeats.get(&again).map(|span| Edit::delete(*span));
        let fix = edit.map(|edit| Fix { title: "keep one".to_owned(), applicability, edits: vec![edit] });
        self.push(Diagnostic::at(code, again, message).label(first, "the other one").help("keep one").maybe_fix(fix));
    }

    /// The whole of a document.
    pub(super) fn document<'t>(&mut self, tree: &'t Tree, root: NodeId) -> Node<'t> {
        self.repeats.extend(&tree.repeats);
        self.open(tree, root, "", None, false)
    }

    /// Reads a map whose keys are those of a shape: unknown and missing ones are reported.
    pub(super) fn object<'t, const N: usize>(
        &mut self,
        node: Node<'t>,
        shape: &'static Shape,
    ) -> Option<[Option<Node<'t>>; N]> {
        let pairs = match node.value {
            Value::Map(pairs) => pairs,
            Value::Gone => return None,
            Value::Scalar(..) if node.is_null() && shape.may_be_empty() => &[],
            Value::Scalar(..) | Value::List(_) => {
                self.not_a_map(node, shape);
                return None;
            }
        };
        let mut fields = [None; N];
        let (mut meant, mut unread) = (Vec::new(), Vec::new());
        for (key, value) in pairs {
            let Some((name, span, style)) = self.key(node, *key) else { continue };
            match shape.position(name) {
                Some(at) if fields[at].is_none() => {
                    fields[at] = Some(self.open(node.tree, *value, name, Some(span), node.aliased));
                }
                // A repeat, which the parser reported.
                Some(_) => {}
                None => {
                    let (finding, key) = unknown::key(name, span, shape);
                    unread.push((finding, key, inner(span, name, style)));
                    self.unknown_keys += 1;
                    meant.extend(key);
                }
            }
        }
        for (finding, key, place) in unread {
            // Two keys that mean one cannot both have its name.
            let free = |key: &&str| {
                shape.position(key).is_some_and(|at| fields[at].is_none())
                    && meant.iter().filter(|other| *other == key).count() == 1
            };
            let fix = key
                .filter(free)
                .zip(place)
                .map(|(key, place)| Fix::unsafe_(format!("write `{key}`"), vec![Edit::replace(place, key)]));
            self.push(finding.maybe_fix(fix));
        }
        for (key, field) in shape.keys.iter().zip(&fields) {
            // What is absent may stand there misspelt, or in the part of a file that could not be read.
            if key.required && field.is_none() && !meant.contains(&key.name) && !node.tree.incomplete {
                let message = format!("{} has no `{}`", self.title(node, shape), key.name);
                self.report(&codes::MISSING_KEY, node.at(), message, unknown::missing(key.name, shape));
            }
        }
        Some(fields)
    }

    /// Reads a map of handles. `read` gets each with its path; what it cannot make is remembered as incomplete.
    pub(super) fn handles<'t, T>(
        &mut self,
        node: Option<Node<'t>>,
        kind: &'static str,
        path: &Path<'_>,
        mut read: impl FnMut(&mut Self, Spanned<String>, Node<'t>, &Path<'_>) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let mut made: Vec<(String, T)> = Vec::new();
        for (name, span, style, value) in self.entries(node) {
            self.check_handle(name, span, style);
            let path = path.join(name);
            match read(self, Spanned::new(name.to_owned(), span), value, &path) {
                Some(object) => made.push((name.to_owned(), object)),
                None => self.incomplete.insert(kind, path.to_string()),
            }
        }
        // A map that is made of a sorted list takes half the memory of one that grows. Of two the first counts.
        made.sort_by(|(a, _), (b, _)| a.cmp(b));
        made.dedup_by(|(later, _), (kept, _)| later == kept);
        made.into_iter().collect()
    }

    /// The entries of a map whose keys are free; whatever else stands there is reported.
    pub(super) fn entries<'t>(&mut self, node: Option<Node<'t>>) -> Vec<(&'t str, Span, Style, Node<'t>)> {
        let Some(node) = node else { return Vec::new() };
        let pairs = match node.value {
            Value::Map(pairs) => pairs,
            Value::Gone => return Vec::new(),
            Value::Scalar(..) if node.is_null() => return Vec::new(),
            Value::List(_) => {
                let help = format!("write a map that is keyed by name: `{}: {{NAME: …}}`", node.name);
                self.wrong_type(node, "a map", help);
                return Vec::new();
            }
            Value::Scalar(..) => {
                let help = node.text().map(|text| format!("write `{}: {{{text}: …}}`", node.name));
                self.wrong_type(node, "a map", help);
                return Vec::new();
            }
        };
        let mut entries = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let Some((name, span, style)) = self.key(node, *key) else { continue };
            let value = self.open(node.tree, *value, name, Some(span), node.aliased);
            if matches!(value.value, Value::Gone) {
                // Nothing further is read behind too many aliases, so that the rest takes no time either.
                break;
            }
            entries.push((name, span, style, value));
        }
        entries
    }

    /// Reads a list; entries that cannot be made are left out. `None` where the key is absent or no list.
    pub(super) fn list<'t, T>(
        &mut self,
        node: Option<Node<'t>>,
        mut read: impl FnMut(&mut Self, Node<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let node = node?;
        let ids = match node.value {
            Value::List(ids) => ids,
            Value::Gone => return None,
            Value::Scalar(..) if node.is_null() => {
                self.no_value(node, "`[]` for none");
                return None;
            }
            Value::Scalar(text, _) => {
                let plain = !text.contains(['[', ']', '{', '}', '#', ':']);
                let edit = node.unquoted(&format!("[{text}]")).filter(|_| plain && node.plain().is_some());
                let help = format!("write `{}: [{text}]`", node.name);
                self.wrong_type_fix(node, "a list", help, (Applicability::Unsafe, edit));
                return None;
            }
            Value::Map(_) => {
                self.wrong_type(node, "a list", format!("write `{}: [{{…}}]`", node.name));
                return None;
            }
        };
        let mut made = Vec::with_capacity(ids.len());
        for id in ids {
            let entry = self.open(node.tree, *id, node.name, None, node.aliased);
            if matches!(entry.value, Value::Gone) {
                break;
            }
            made.extend(read(self, entry));
        }
        Some(made)
    }

    /// As [`Reader::list`], and whether anything of it could not be read.
    pub(super) fn whole_list<'t, T>(
        &mut self,
        node: Option<Node<'t>>,
        mut read: impl FnMut(&mut Self, Node<'t>) -> Option<T>,
    ) -> (Option<Vec<T>>, bool) {
        let mut lost = false;
        let made = self.list(node, |reader, node| {
            let entry = read(reader, node);
            lost |= entry.is_none();
            entry
        });
        let lost = lost || (node.is_some() && made.is_none());
        (made, lost)
    }

    /// Reports a value of the wrong kind.
    pub(super) fn wrong_type(&mut self, node: Node<'_>, expected: &str, help: impl Into<Option<String>>) {
        if matches!(node.value, Value::Gone) {
            return;
        }
        let message = format!("`{}` takes {expected}, not {}", node.name, node.described());
        let help = help.into().unwrap_or_else(|| format!("write {expected}"));
        self.report(&codes::WRONG_TYPE, node.place(), message, help);
    }

    /// Reports a value of the wrong kind where the right one can be named.
    pub(super) fn wrong_type_fix(
        &mut self,
        node: Node<'_>,
        expected: &str,
        help: String,
        fix: (Applicability, Option<Edit>),
    ) {
        let message = format!("`{}` takes {expected}, not {}", node.name, node.described());
        self.report_fix(&codes::WRONG_TYPE, node.place(), message, help, fix);
    }

    /// Reports a key with nothing behind it.
    pub(super) fn no_value(&mut self, node: Node<'_>, instead: &str) {
        let message = format!("`{}` has no value", node.name);
        self.report(&codes::WRONG_TYPE, node.place(), message, format!("write {instead}"));
    }

    /// A key, with its place and style; what is no text is reported.
    fn key<'t>(&mut self, map: Node<'t>, id: NodeId) -> Option<(&'t str, Span, Style)> {
        let written = map.tree.node(id).span;
        match &map.tree.resolve(id).kind {
            Kind::Scalar { text, style } => Some((text, written, *style)),
            Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => {
                let message = "a key is a list or a map".to_owned();
                self.report(&codes::WRONG_TYPE, written, message, "write a name in front of the colon".to_owned());
                None
            }
        }
    }

    /// A value, aliases followed as long as the budget lasts.
    fn open<'t>(&mut self, tree: &'t Tree, id: NodeId, name: &'t str, key: Option<Span>, aliased: bool) -> Node<'t> {
        let written = tree.node(id);
        let target = tree.resolve(id);
        let own = !matches!(written.kind, Kind::Alias(_)) && !tree.marked.contains(&id);
        let aliased = aliased || matches!(written.kind, Kind::Alias(_));
        let value = match &target.kind {
            Kind::Scalar { text, style } => Value::Scalar(text, *style),
            Kind::Sequence(ids) => Value::List(ids),
            Kind::Mapping(pairs) => Value::Map(pairs),
            Kind::Alias(_) => Value::Gone,
        };
        let value = if aliased && !self.afford(&value, written.span) { Value::Gone } else { value };
        Node { tree, name, key, span: target.span, value, aliased, own }
    }

    /// What aliases stood for so far, in the measure of [`ALIAS_BUDGET`].
    pub(super) fn spent(&self) -> u32 {
        ALIAS_BUDGET - self.budget
    }

    /// Counts aliases that were read elsewhere. Says whether they may stand for so much.
    pub(super) fn spend(&mut self, spent: u32) -> bool {
        self.budget = self.budget.saturating_sub(spent);
        self.budget > 0
    }

    fn afford(&mut self, value: &Value<'_>, at: Span) -> bool {
        let cost = if matches!(value, Value::Map(_)) { 4 } else { 1 };
        if self.budget == 0 {
            return false;
        }
        self.budget = self.budget.saturating_sub(cost);
        if self.budget == 0 {
            let message = format!("the aliases of the intent stand for more than {ALIAS_BUDGET} values");
            let help = "write the objects out, or share smaller pieces".to_owned();
            self.report(&codes::ALIASES, at, message, help);
        }
        self.budget > 0
    }

    fn not_a_map(&mut self, node: Node<'_>, shape: &'static Shape) {
        let required: Vec<_> = shape.keys.iter().filter(|key| key.required).collect();
        if let ([first, ..], true) = (required.as_slice(), node.is_null()) {
            let message = format!("{} is empty", self.title(node, shape));
            self.report(&codes::MISSING_KEY, node.at(), message, unknown::missing(first.name, shape));
            return;
        }
        let message = format!("{} is a map, not {}", shape.noun, node.described());
        let (help, edit) = match (required.as_slice(), node.text()) {
            ([only], Some(text)) => {
                let map = format!("{{{}: {text}}}", only.name);
                let plain = node.plain().is_some() && !text.contains(FLOW);
                (format!("write `{map}`"), node.unquoted(&map).filter(|_| plain))
            }
            _ => (format!("its keys are {}", unknown::listed(shape)), None),
        };
        self.report_fix(&codes::WRONG_TYPE, node.place(), message, help, (Applicability::Unsafe, edit));
    }

    /// What a message about a whole object calls it: `a subnet`, or `subnet web`-like with its handle.
    fn title(&self, node: Node<'_>, shape: &'static Shape) -> String {
        let noun = shape.noun;
        match noun.split_once(' ') {
            Some((_, bare)) if node.key.is_some() && !noun.contains('`') => format!("{bare} {}", quoted(node.name)),
            Some(_) | None => noun.to_owned(),
        }
    }

    fn check_handle(&mut self, name: &str, span: Span, style: Style) {
        if !is_handle(name) {
            let allowed = name.chars().map(|c| if is_handle_char(c) { c } else { '-' }).collect::<String>();
            let message = format!("{} is no handle", quoted(name));
            let help = if is_handle(&allowed) && name.is_ascii() {
                format!(
                    "write `{allowed}`, and the text itself under `name`; handles hold letters, digits, `.`, `_`, `-`"
                )
            } else {
                "handles hold letters, digits, `.`, `_`, `-`, and not only dots".to_owned()
            };
            self.report(&codes::HANDLE, span, message, help);
        } else if style == Style::Plain {
            self.warn_unquoted(name, span);
        }
    }

    /// Warns of plain text that other readers type differently.
    pub(super) fn warn_unquoted(&mut self, text: &str, span: Span) {
        if let Some(other) = taken_for(text) {
            let message = format!("{} is text here, and {other} to other YAML readers", quoted(text));
            let quoted = format!("\"{text}\"");
            let edit = inner(span, text, Style::Plain).filter(|_| !text.contains(['"', '\\']));
            let edit = edit.map(|place| Edit::replace(place, &quoted));
            self.report_fix(&codes::UNQUOTED, span, message, format!("write {quoted}"), (Applicability::Safe, edit));
        }
    }
}

/// Whether a text can be a handle: letters, digits, `.`, `_` and `-`, and not dots alone (`.` and `..` are folders).
pub(super) fn is_handle(text: &str) -> bool {
    text.chars().all(is_handle_char) && text.contains(|c| c != '.')
}

fn is_handle_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}
