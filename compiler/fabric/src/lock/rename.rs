//! Renames: entries move to the new path before anything is allocated, so that nothing is handed out twice.

use std::collections::{BTreeMap, HashMap};

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_intent::model::{Rename, Renamed};

use super::codes::{MISFIT_RENAME, RENAME_ONTO_EXISTING, RENAME_WITHOUT_SOURCE};
use super::kind::Kind;
use super::noun::{Noun, dhcp_port, nouns};
use super::value::Value;
use super::{Ledger, Slot, Slots, Standing};

/// A thing that vanished where another of its kind appeared: perhaps a rename that was not announced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RenameHint {
    /// The plural noun under `renamed`.
    pub kind: &'static str,
    /// The path that vanished.
    pub from: String,
    /// The path that appeared.
    pub to: String,
}

impl Ledger {
    /// Moves the entries of renamed things to their new paths, before anything is allocated.
    ///
    /// All renames happen at once, so that two names can be swapped. The rename of a thing moves what lies below it
    /// too: of a project everything, of a network its subnets and DHCP ports, of an instance its ports.
    /// One that an earlier compile applied is harmless; one whose old path the lock does not have is a warning; one
    /// onto a path that has entries of its own is an error.
    pub fn rename(&mut self, renamed: &Renamed, diagnostics: &mut Diagnostics) {
        let mut renames = Renames::default();
        for (plural, list) in &renamed.kinds {
            let Some(noun) = Noun::of_plural(plural) else { continue };
            for rename in list {
                renames.add(noun, rename, diagnostics);
            }
        }
        if renames.list.is_empty() {
            return;
        }
        self.identities.forget_kept();
        for (kind, slots) in &mut self.kinds {
            let moved = renames.apply(*kind, slots, diagnostics);
            self.moved |= moved;
        }
        if !self.unreadable {
            renames.report_unused(diagnostics);
        }
    }

    /// Moves one entry to another key, for names of the fabric, which a path does not give away.
    /// Says whether there was something to move; an entry that the new key has already is left alone.
    pub fn rename_key(&mut self, kind: Kind, from: &str, to: &str) -> bool {
        let Some(slots) = self.kinds.get_mut(&kind) else { return false };
        if from == to || slots.contains_key(to) {
            return false;
        }
        let Some(slot) = slots.remove(from) else { return false };
        slots.insert(to.to_owned(), slot);
        self.identities.forget_kept();
        self.moved = true;
        true
    }

    /// Things that vanished in this compile where exactly one other of their kind and parent appeared.
    /// To be shown where things are deleted and created: `renamed` would have kept ids and addresses.
    #[must_use]
    pub fn rename_hints(&self) -> Vec<RenameHint> {
        let mut groups: BTreeMap<(&str, &str), Turnover<'_>> = BTreeMap::new();
        for (key, slot) in self.kinds.get(&Kind::Id).into_iter().flatten() {
            let Some((word, path)) = key.split_once(' ') else { continue };
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            // An entry that was dropped for a written id has not vanished.
            let gone = slot.after.is_none() && !slot.dropped;
            let new = slot.before.is_none() && slot.outcome(Kind::Id) != Standing::Gone;
            if gone || new {
                let turnover = groups.entry((word, parent)).or_default();
                if gone { turnover.vanished.push(path) } else { turnover.appeared.push(path) }
            }
        }
        let mut hints = Vec::new();
        for ((word, _), Turnover { vanished, appeared }) in groups {
            if let (Some(noun), [from], [to]) = (Noun::of_word(word), vanished.as_slice(), appeared.as_slice()) {
                hints.push(RenameHint { kind: noun.words().1, from: (*from).to_owned(), to: (*to).to_owned() });
            }
        }
        hints
    }
}

/// What came and went of one kind below one parent.
#[derive(Default)]
struct Turnover<'a> {
    vanished: Vec<&'a str>,
    appeared: Vec<&'a str>,
}

/// The renames of a compile.
#[derive(Default)]
struct Renames<'a> {
    list: Vec<Entry<'a>>,
    by_path: HashMap<(Noun, &'a str), usize>,
    by_target: HashMap<(Noun, &'a str), usize>,
}

struct Entry<'a> {
    noun: Noun,
    rename: &'a Rename,
    /// The lock has the old path.
    found: bool,
    /// The lock has the new path.
    applied: bool,
    /// It was reported.
    refused: bool,
}

impl<'a> Renames<'a> {
    fn add(&mut self, noun: Noun, rename: &'a Rename, diagnostics: &mut Diagnostics) {
        for side in [&rename.from, &rename.to] {
            let (shape, fits) = noun.shape(&side.value);
            if !fits {
                let message = format!("`{}` is not the path of a {}", side.value, noun.words().0);
                diagnostics.push(Diagnostic::at(&MISFIT_RENAME, side.span, message).help(format!("write `{shape}`")));
                return;
            }
        }
        self.by_path.insert((noun, rename.from.value.as_str()), self.list.len());
        self.by_target.insert((noun, rename.to.value.as_str()), self.list.len());
        self.list.push(Entry { noun, rename, found: false, applied: false, refused: false });
    }

    /// Moves the entries of one kind; says whether any moved.
    fn apply(&mut self, kind: Kind, slots: &mut Slots, diagnostics: &mut Diagnostics) -> bool {
        let mut moves: Vec<(String, String, usize)> = Vec::new();
        let mut values: Vec<(String, Value)> = Vec::new();
        for (key, slot) in slots.iter() {
            if let Some((to, by)) = self.key(kind, key) {
                moves.push((key.clone(), to, by));
            }
            if let (Kind::DhcpHost, Some(Value::Text(host))) = (kind, &slot.before) {
                self.note(Noun::Host, host);
                if let Some((to, _)) = self.path(Noun::Host, host) {
                    values.push((key.clone(), Value::Text(to)));
                }
            }
        }
        let changed = !moves.is_empty() || !values.is_empty();
        for (key, value) in values {
            if let Some(slot) = slots.get_mut(&key) {
                slot.before = Some(value);
            }
        }
        let mut lifted: Vec<(String, usize, Slot)> = Vec::with_capacity(moves.len());
        for (from, to, by) in moves {
            if let Some(slot) = slots.remove(&from) {
                lifted.push((to, by, slot));
            }
        }
        for (to, by, slot) in lifted {
            if let Some(taken) = slots.get(&to) {
                if !std::mem::replace(&mut self.list[by].refused, true) {
                    let rename = self.list[by].rename;
                    let message = format!(
                        "`{}` cannot become `{}`: the lock has entries of both",
                        rename.from.value, rename.to.value
                    );
                    let mut finding = Diagnostic::at(&RENAME_ONTO_EXISTING, rename.to.span, message);
                    for (span, text) in [(slot.span, "of the old name"), (taken.span, "of the new name")] {
                        if let Some(span) = span {
                            finding = finding.label(span, text);
                        }
                    }
                    diagnostics.push(finding.help(if taken.was_removed {
                        "free the address that is reserved for the new name first: `aciform lock compact`"
                    } else {
                        "take the line out of `renamed` if an earlier compile applied it; otherwise choose a free name"
                    }));
                }
                continue;
            }
            slots.insert(to, slot);
        }
        changed
    }

    /// The new key of an entry, and the rename that says so.
    fn key(&mut self, kind: Kind, key: &str) -> Option<(String, usize)> {
        let mut words: Vec<String> = key.split(' ').map(str::to_owned).collect();
        let mut by = None;
        for (at, noun) in nouns(kind, key) {
            let Some(word) = words.get_mut(at) else { continue };
            let (path, number) = word.split_at(word.find('#').unwrap_or(word.len()));
            self.note(noun, path);
            if let Some((to, rename)) = self.path(noun, path) {
                *word = to + number;
                by = by.or(Some(rename));
            }
        }
        by.map(|by| (words.join(" "), by))
    }

    /// The new path of a thing. A rename of the thing itself says the whole new path, unless it names the parent as it
    /// was; then a rename of the parent holds too.
    fn path(&self, noun: Noun, path: &str) -> Option<(String, usize)> {
        if let (Noun::Port, Some((network, host))) = (noun, dhcp_port(path)) {
            let new_network = self.path(Noun::Network, network);
            let new_host = self.path(Noun::Host, host);
            let by = new_network.as_ref().or(new_host.as_ref())?.1;
            let network = new_network.map_or_else(|| network.to_owned(), |(path, _)| path);
            let host = new_host.map_or_else(|| host.to_owned(), |(path, _)| path);
            return Some((format!("{network}/dhcp/{host}"), by));
        }
        let own = self.by_path.get(&(noun, path)).map(|at| (self.list[*at].rename.to.value.as_str(), *at));
        let (renamed, by) = match own {
            Some((to, at)) => (to, Some(at)),
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

    /// Notes which old and which new paths the lock has.
    fn note(&mut self, noun: Noun, path: &str) {
        if let (Noun::Port, Some((network, host))) = (noun, dhcp_port(path)) {
            self.note(Noun::Network, network);
            self.note(Noun::Host, host);
            return;
        }
        if let Some(at) = self.by_path.get(&(noun, path)) {
            self.list[*at].found = true;
        }
        if let Some(at) = self.by_target.get(&(noun, path)) {
            self.list[*at].applied = true;
        }
        if let Some((parent, _)) = path.rsplit_once('/')
            && let Some(noun) = noun.parent(parent)
        {
            self.note(noun, parent);
        }
    }

    fn report_unused(&self, diagnostics: &mut Diagnostics) {
        for entry in &self.list {
            // `a: b` and `b: c`, both applied long ago, leave only `c`.
            let led_on = self.by_path.contains_key(&(entry.noun, entry.rename.to.value.as_str()));
            if entry.found || entry.applied || led_on {
                continue;
            }
            let (from, to) = (&entry.rename.from, &entry.rename.to);
            let message = format!("the lock has no {} `{}` to rename", entry.noun.words().0, from.value);
            diagnostics.push(
                Diagnostic::at(&RENAME_WITHOUT_SOURCE, from.span, message)
                    .help(format!("write the path that `{}` had before, or take the line out", to.value)),
            );
        }
    }
}
