//! Which renames hold: what the lock and the intent have decides what an earlier compile applied.

use std::collections::{BTreeMap, HashMap, HashSet};

use aciform_diagnostics::{Diagnostic, Diagnostics, Span};
use aciform_intent::model::{Rename, Renamed};

use super::UnusedRename;
use crate::lock::Slot;
use crate::lock::codes::{AMBIGUOUS_RENAME, MISFIT_RENAME, RENAME_OF_EXISTING, RENAME_ONTO_EXISTING};
use crate::lock::noun::{Noun, dhcp_port};

/// The renames of a compile that can be right, and what the lock has of their paths.
pub(super) struct Plan<'a> {
    list: Vec<Entry<'a>>,
    by_path: HashMap<(Noun, &'a str), usize>,
    /// Each path that a rename names, with the entries that name it.
    seen: HashMap<Noun, HashMap<String, Option<Seen>>>,
}

struct Entry<'a> {
    noun: Noun,
    rename: &'a Rename,
    /// The new path below the new paths of its parents.
    now: String,
}

/// What the lock has of a path.
#[derive(Clone, Copy)]
struct Seen {
    /// The first of its entries.
    span: Option<Span>,
    /// All of them are tombstones.
    removed: bool,
}

/// Renames in a row: each but the first starts where the one before it leads.
type Row = Vec<usize>;

impl<'a> Plan<'a> {
    /// Takes the renames in, but for those that cannot be right whatever the lock has.
    pub(super) fn new(renamed: &'a Renamed, diagnostics: &mut Diagnostics) -> Self {
        let mut list: Vec<(Noun, &Rename)> = Vec::new();
        for (plural, renames) in &renamed.kinds {
            let Some(noun) = Noun::of_plural(plural) else { continue };
            for rename in renames {
                match misfit(noun, rename) {
                    Some(finding) => diagnostics.push(finding),
                    None => list.push((noun, rename)),
                }
            }
        }
        let mut refused = twins(&list, diagnostics);
        circles(&list, &mut refused, diagnostics);
        let list: Vec<(Noun, &Rename)> =
            list.into_iter().zip(refused).filter_map(|(entry, refused)| (!refused).then_some(entry)).collect();
        let by_path: HashMap<(Noun, &str), usize> =
            list.iter().enumerate().map(|(at, (noun, rename))| ((*noun, rename.from.value.as_str()), at)).collect();
        let parent = |noun: Noun, path: &str| by_path.get(&(noun, path)).map(|at| list[*at].1.to.value.clone());
        let list: Vec<Entry<'_>> = list
            .iter()
            .map(|(noun, rename)| {
                let now = below_new_parents(*noun, &rename.to.value, &parent);
                Entry { noun: *noun, rename, now }
            })
            .collect();
        let mut seen: HashMap<Noun, HashMap<String, Option<Seen>>> = HashMap::new();
        for Entry { noun, rename, now } in &list {
            for path in [&rename.from.value, &rename.to.value, now] {
                seen.entry(*noun).or_default().insert(path.clone(), None);
            }
        }
        Self { list, by_path, seen }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Notes that an entry of the lock names a path.
    pub(super) fn see(&mut self, noun: Noun, path: &str, slot: &Slot) {
        if let Some(seen) = self.seen.get_mut(&noun).and_then(|paths| paths.get_mut(path)) {
            let seen = seen.get_or_insert(Seen { span: slot.span(), removed: true });
            seen.removed &= slot.was_removed();
        }
    }

    /// What is to be moved where.
    pub(super) fn moves(self, exists: &dyn Fn(&str, &str) -> bool, diagnostics: &mut Diagnostics) -> Moves<'a> {
        let mut moves = Moves::default();
        for row in self.rows() {
            self.row(&row, exists, &mut moves, diagnostics);
        }
        moves.renames = self.list.into_iter().map(|entry| entry.rename).collect();
        moves
    }

    /// The renames, each in one row.
    fn rows(&self) -> Vec<Row> {
        let led_to: HashMap<(Noun, &str), usize> = (self.list.iter().enumerate())
            .map(|(at, entry)| ((entry.noun, entry.rename.to.value.as_str()), at))
            .collect();
        let first = |at: &usize| {
            let entry = &self.list[*at];
            !led_to.contains_key(&(entry.noun, entry.rename.from.value.as_str()))
        };
        let next = |at: usize| {
            let entry = &self.list[at];
            self.by_path.get(&(entry.noun, entry.rename.to.value.as_str())).copied()
        };
        let starts = (0..self.list.len()).filter(first);
        starts.map(|at| std::iter::successors(Some(at), |at| next(*at)).collect()).collect()
    }

    /// Works out a row. Its places are the old path of its first rename and the new paths of all. What stands between
    /// two places that the intent has is a name that a thing had for a while; a place that the intent has may be the
    /// new path of the one before it, or the old path of the one behind it.
    fn row(
        &self,
        row: &Row,
        exists: &dyn Fn(&str, &str) -> bool,
        moves: &mut Moves<'a>,
        diagnostics: &mut Diagnostics,
    ) {
        let entries: Vec<&Entry<'a>> = row.iter().map(|at| &self.list[*at]).collect();
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return };
        let noun = first.noun;
        let (word, plural) = noun.words();
        let from = &first.rename.from;
        let has = |path: &str| exists(plural, path);
        if has(&from.value) {
            let message = format!("the intent still has the {word} `{}` that is renamed", from.value);
            let finding = Diagnostic::at(&RENAME_OF_EXISTING, from.span, message);
            diagnostics.push(finding.help(format!(
                "take the line out if an earlier compile applied it; otherwise `{}` keeps its entries and `{}` gets new ones",
                from.value, first.rename.to.value
            )));
            return;
        }
        let seen: Vec<Option<Seen>> = std::iter::once(self.seen(noun, &from.value))
            .chain(
                entries
                    .iter()
                    .map(|entry| self.seen(noun, &entry.rename.to.value).or_else(|| self.seen(noun, &entry.now))),
            )
            .collect();
        let mut ends: Vec<usize> = (entries.iter().enumerate())
            .filter(|(_, entry)| has(&entry.rename.to.value) || has(&entry.now))
            .map(|(at, _)| at + 1)
            .collect();
        let known = !ends.is_empty();
        if ends.is_empty() {
            ends.push(entries.len());
        }
        let present = seen.iter().flatten().count();
        if present == 0 {
            moves.unused.push(UnusedRename {
                noun,
                from: last.rename.from.clone(),
                to: last.rename.to.clone(),
                now: last.now.clone(),
                known,
            });
            return;
        }
        if present < ends.len() {
            diagnostics.push(partial(&entries));
            return;
        }
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut vacated = false;
        for (nth, end) in ends.iter().enumerate().rev() {
            let before = if nth == 0 { 0 } else { ends[nth - 1] + 1 };
            let mut between = (before..*end).filter(|at| seen[*at].is_some());
            let source = between.next();
            let second = if seen[*end].is_some() && !vacated { Some(*end) } else { between.next() };
            if let (Some(one), Some(other)) = (source, second) {
                let rename = entries[*end - 1].rename;
                let old = if one == 0 { &from.value } else { &entries[one - 1].rename.to.value };
                let removed = seen[other].is_some_and(|seen| seen.removed);
                let spans = [seen[one], seen[other]].map(|seen| seen.and_then(|seen| seen.span));
                diagnostics.push(taken(old, rename, spans, removed));
                return;
            }
            let free = seen[*end].is_none() || vacated;
            // Of the places between, none: it comes from the name that the one before it gets.
            let source = source.or_else(|| (nth > 0 && free && seen[before - 1].is_some()).then(|| before - 1));
            vacated = source.is_some_and(|source| nth > 0 && source == before - 1);
            if let Some(source) = source {
                found.push((source, *end));
            }
        }
        for (source, end) in found {
            // The place is the old path of the rename behind it.
            let old = entries[source].rename;
            moves
                .by_path
                .insert((noun, old.from.value.as_str()), (entries[end - 1].rename.to.value.as_str(), row[end - 1]));
        }
    }

    fn seen(&self, noun: Noun, path: &str) -> Option<Seen> {
        self.seen.get(&noun)?.get(path).copied().flatten()
    }
}

/// What moves where.
#[derive(Default)]
pub(super) struct Moves<'a> {
    by_path: HashMap<(Noun, &'a str), (&'a str, usize)>,
    renames: Vec<&'a Rename>,
    /// Renames that an entry stood in the way of.
    refused: HashSet<usize>,
    /// Renames of which the lock has nothing.
    pub(super) unused: Vec<UnusedRename>,
}

impl Moves<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.by_path.is_empty()
    }

    /// The new path of a thing. A rename of the thing itself says the whole new path, unless it names the parent as it
    /// was; then a rename of the parent holds too.
    pub(super) fn path(&self, noun: Noun, path: &str) -> Option<(String, usize)> {
        if let (Noun::Port, Some((network, host))) = (noun, dhcp_port(path)) {
            let new_network = self.path(Noun::Network, network);
            let new_host = self.path(Noun::Host, host);
            let by = new_network.as_ref().or(new_host.as_ref())?.1;
            let network = new_network.map_or_else(|| network.to_owned(), |(path, _)| path);
            let host = new_host.map_or_else(|| host.to_owned(), |(path, _)| path);
            return Some((format!("{network}/dhcp/{host}"), by));
        }
        let own = self.by_path.get(&(noun, path));
        let (renamed, by) = match own {
            Some((to, at)) => (*to, Some(*at)),
            None => (path, None),
        };
        let parents = path.rsplit_once('/').zip(renamed.rsplit_once('/'));
        if let Some(((old_parent, _), (new_parent, last))) = parents
            && old_parent == new_parent
            && let Some(parent_noun) = noun.parent(old_parent)
            && let Some((parent, parent_by)) = self.path(parent_noun, old_parent)
        {
            return Some((format!("{parent}/{last}"), by.unwrap_or(parent_by)));
        }
        by.map(|by| (renamed.to_owned(), by))
    }

    /// Two entries that would get one key; told once for a rename.
    pub(super) fn collision(&mut self, by: usize, moved: &Slot, there: &Slot) -> Option<Diagnostic> {
        if !self.refused.insert(by) {
            return None;
        }
        let rename = self.renames[by];
        Some(taken(&rename.from.value, rename, [moved.span(), there.span()], there.was_removed()))
    }
}

/// A rename between things that are no paths of its kind.
fn misfit(noun: Noun, rename: &Rename) -> Option<Diagnostic> {
    let sides = [&rename.from, &rename.to];
    let (side, shape) = sides.into_iter().find_map(|side| match noun.shape(&side.value) {
        (_, true) => None,
        (shape, false) => Some((side, shape)),
    })?;
    let message = format!("`{}` is not the path of a {}", side.value, noun.words().0);
    Some(Diagnostic::at(&MISFIT_RENAME, side.span, message).help(format!("write `{shape}`")))
}

/// Refuses renames that lead to one path; says which those are.
fn twins(list: &[(Noun, &Rename)], diagnostics: &mut Diagnostics) -> Vec<bool> {
    let mut refused = vec![false; list.len()];
    let mut by_target: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
    for (at, (noun, rename)) in list.iter().enumerate() {
        let order = Noun::ALL.iter().position(|one| one == noun).unwrap_or_default();
        by_target.entry((order, &rename.to.value)).or_default().push(at);
    }
    for same in by_target.into_values().filter(|same| same.len() > 1) {
        let names: Vec<String> = same.iter().map(|at| format!("`{}`", list[*at].1.from.value)).collect();
        let to = &list[same[0]].1.to;
        let message = format!("{} would all become `{}`", names.join(" and "), to.value);
        let message = if same.len() == 2 { message.replace(" would all", " would both") } else { message };
        let mut finding = Diagnostic::new(&AMBIGUOUS_RENAME, message).label(to.span, "here");
        for at in &same[1..] {
            finding = finding.label(list[*at].1.to.span, "and here");
        }
        diagnostics.push(finding.help("keep the line of the one whose id and addresses it is to have"));
        for at in same {
            refused[at] = true;
        }
    }
    refused
}

/// Refuses renames that lead back to where they start: after them the lock has the same names as before.
fn circles(list: &[(Noun, &Rename)], refused: &mut [bool], diagnostics: &mut Diagnostics) {
    let by_path: HashMap<(Noun, &str), usize> =
        list.iter().enumerate().map(|(at, (noun, rename))| ((*noun, rename.from.value.as_str()), at)).collect();
    let mut walked = refused.to_vec();
    for start in 0..list.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(one) = at.filter(|at| !walked[*at]) {
            walked[one] = true;
            path.push(one);
            let (noun, rename) = list[one];
            at = by_path.get(&(noun, rename.to.value.as_str())).copied();
        }
        let Some(back) = at.and_then(|at| path.iter().position(|one| *one == at)) else { continue };
        let circle = &path[back..];
        let first = list[circle[0]].1;
        let names: Vec<String> = circle.iter().map(|at| format!("`{}`", list[*at].1.to.value)).collect();
        let message = format!("`{}` would become {}", first.from.value, names.join(", which would become "));
        let mut finding = Diagnostic::new(&AMBIGUOUS_RENAME, message).label(first.from.span, "here");
        for at in &circle[1..] {
            finding = finding.label(list[*at].1.from.span, "and here");
        }
        diagnostics.push(finding.help(match circle.len() {
            1 => "take the line out",
            _ => "rename one of them to a third name, compile, then rename the others and it: each compile would apply a circle again",
        }));
        for at in circle {
            refused[*at] = true;
        }
    }
}

/// A row of which the lock has fewer things than the intent.
fn partial(entries: &[&Entry<'_>]) -> Diagnostic {
    let first = entries[0].rename;
    let names: Vec<String> = entries.iter().map(|entry| format!("`{}`", entry.rename.to.value)).collect();
    let message = format!(
        "`{}` becomes {}, and the lock does not tell which of them is done",
        first.from.value,
        names.join(", which becomes ")
    );
    let mut finding = Diagnostic::new(&AMBIGUOUS_RENAME, message).label(first.from.span, "here");
    for entry in &entries[1..] {
        finding = finding.label(entry.rename.from.span, "and here");
    }
    finding.help(
        "take the lines out if an earlier compile applied them; otherwise rename one thing at a time, the last first, \
         with a compile after each",
    )
}

/// A rename onto a path that the lock has.
fn taken(old: &str, rename: &Rename, spans: [Option<Span>; 2], removed: bool) -> Diagnostic {
    let message = format!("`{old}` cannot become `{}`: the lock has entries of both", rename.to.value);
    let mut finding = Diagnostic::at(&RENAME_ONTO_EXISTING, rename.to.span, message);
    for (span, text) in spans.into_iter().zip(["of the old name", "of the new name"]) {
        if let Some(span) = span {
            finding = finding.label(span, text);
        }
    }
    finding.help(if removed {
        "free the address that is reserved for the new name first: `aciform lock compact`"
    } else {
        "take the line out of `renamed` if an earlier compile applied it; otherwise choose a free name"
    })
}

/// A path with its parents as they are called now.
fn below_new_parents(noun: Noun, path: &str, renamed: &dyn Fn(Noun, &str) -> Option<String>) -> String {
    let Some((parent, last)) = path.rsplit_once('/') else { return path.to_owned() };
    let Some(parent_noun) = noun.parent(parent) else { return path.to_owned() };
    let parent = renamed(parent_noun, parent).unwrap_or_else(|| parent.to_owned());
    format!("{}/{last}", below_new_parents(parent_noun, &parent, renamed))
}
