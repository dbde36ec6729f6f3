//! Renames: entries move to the new path before anything is allocated, so that nothing is handed out twice.

mod plan;

use std::collections::{BTreeMap, HashSet};

use aciform_diagnostics::{Diagnostic, Diagnostics, Spanned};
use aciform_intent::model::Renamed;

use super::codes::RENAME_WITHOUT_SOURCE;
use super::kind::Kind;
use super::noun::{Noun, dhcp_port, nouns};
use super::value::Value;
use super::{Ledger, Slot, Slots, Standing};
use plan::{Moves, Plan};

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
    /// `exists` says whether the intent has a thing, by the plural noun under `renamed` and its path.
    ///
    /// The rename of a thing moves what lies below it too: of a project everything, of a network its subnets and DHCP
    /// ports, of an instance its ports. All renames happen at once, and happen once: what an earlier compile applied is
    /// left alone, also where one thing got the name that another gave up (`a: b` and `b: c`).
    ///
    /// Errors: a rename whose old path the intent still has, as its entries belong to what has that path; one onto a
    /// path that has entries of its own; two onto one path; renames in a circle, and of a row of them that the lock has
    /// only in part, which look the same before and after. One whose old path the lock does not have is a warning if
    /// entries are made for the new one or the intent has neither; [`Ledger::take_findings`] gives it.
    pub fn rename(&mut self, renamed: &Renamed, exists: &dyn Fn(&str, &str) -> bool, diagnostics: &mut Diagnostics) {
        let mut plan = Plan::new(renamed, diagnostics);
        if plan.is_empty() {
            return;
        }
        for (kind, slots) in &self.kinds {
            for (key, slot) in slots {
                each_path(*kind, key, slot.before(), &mut |noun, path| plan.see(noun, path, slot));
            }
        }
        let mut moves = plan.moves(exists, diagnostics);
        if !self.unreadable {
            self.unused_renames.append(&mut moves.unused);
        }
        if moves.is_empty() {
            return;
        }
        self.identities.forget_kept();
        for (kind, slots) in &mut self.kinds {
            self.moved |= apply(&mut moves, *kind, slots, diagnostics);
        }
    }

    /// The renames that moved nothing although something was made under their new path.
    pub(super) fn vain_renames(&mut self) -> Vec<Diagnostic> {
        let unused = std::mem::take(&mut self.unused_renames);
        let mut made: HashSet<(Noun, String)> = HashSet::new();
        let asked: HashSet<(Noun, &str)> = unused.iter().map(|one| (one.noun, one.now.as_str())).collect();
        if !asked.is_empty() {
            for (kind, key, slot) in self.slots() {
                let after = slot.after.as_ref();
                if after.is_some() {
                    each_path(kind, key, after, &mut |noun, path| {
                        if asked.contains(&(noun, path)) {
                            made.insert((noun, path.to_owned()));
                        }
                    });
                }
            }
        }
        // What has only written ids has nothing in the lock to begin with.
        let vain = unused.iter().filter(|one| !one.known || made.contains(&(one.noun, one.now.clone())));
        vain.map(UnusedRename::finding).collect()
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
            let new = slot.entry.is_none() && slot.outcome(Kind::Id) != Standing::Gone;
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

/// A rename of which the lock has neither path.
#[derive(Clone, Debug)]
pub(super) struct UnusedRename {
    noun: Noun,
    from: Spanned<String>,
    to: Spanned<String>,
    /// The new path, below the new paths of its parents.
    now: String,
    /// The intent has the new path.
    known: bool,
}

impl UnusedRename {
    fn finding(&self) -> Diagnostic {
        let message = format!("the lock has no {} `{}` to rename", self.noun.words().0, self.from.value);
        Diagnostic::at(&RENAME_WITHOUT_SOURCE, self.from.span, message)
            .help(format!("write the path that `{}` had before, or take the line out", self.to.value))
    }
}

/// Moves the entries of one kind; says whether any moved.
fn apply(moves: &mut Moves<'_>, kind: Kind, slots: &mut Slots, diagnostics: &mut Diagnostics) -> bool {
    let mut lifted: Vec<(String, String, usize)> = Vec::new();
    let mut values: Vec<(String, Value)> = Vec::new();
    for (key, slot) in slots.iter() {
        if let Some((to, by)) = new_key(moves, kind, key) {
            lifted.push((key.clone(), to, by));
        }
        if let (Kind::DhcpHost, Some(Value::Text(host))) = (kind, slot.before())
            && let Some((to, _)) = moves.path(Noun::Host, host)
        {
            values.push((key.clone(), Value::Text(to.into())));
        }
    }
    let changed = !lifted.is_empty() || !values.is_empty();
    for (key, value) in values {
        if let Some(entry) = slots.get_mut(&key).and_then(|slot| slot.entry.as_mut()) {
            entry.value = value;
        }
    }
    let lifted: Vec<(String, usize, Slot)> =
        lifted.into_iter().filter_map(|(from, to, by)| Some((to, by, slots.remove(&from)?))).collect();
    for (to, by, slot) in lifted {
        match slots.get(&to) {
            Some(taken) => moves.collision(by, &slot, taken).into_iter().for_each(|finding| diagnostics.push(finding)),
            None => {
                slots.insert(to, slot);
            }
        }
    }
    changed
}

/// The new key of an entry, and the rename that says so.
fn new_key(moves: &Moves<'_>, kind: Kind, key: &str) -> Option<(String, usize)> {
    let mut words: Vec<String> = key.split(' ').map(str::to_owned).collect();
    let mut by = None;
    for (at, noun) in nouns(kind, key) {
        let Some(word) = words.get_mut(at) else { continue };
        let (path, number) = numbered(word);
        if let Some((to, rename)) = moves.path(noun, path) {
            *word = to + number;
            by = by.or(Some(rename));
        }
    }
    by.map(|by| (words.join(" "), by))
}

/// A path and the number that it may carry.
fn numbered(word: &str) -> (&str, &str) {
    word.split_at(word.find('#').unwrap_or(word.len()))
}

/// Every path that an entry names, parents included.
fn each_path(kind: Kind, key: &str, value: Option<&Value>, see: &mut dyn FnMut(Noun, &str)) {
    for (at, noun) in nouns(kind, key) {
        if let Some(word) = key.split(' ').nth(at) {
            each_parent(noun, numbered(word).0, see);
        }
    }
    if let (Kind::DhcpHost, Some(Value::Text(host))) = (kind, value) {
        see(Noun::Host, host);
    }
}

fn each_parent(noun: Noun, path: &str, see: &mut dyn FnMut(Noun, &str)) {
    if let (Noun::Port, Some((network, host))) = (noun, dhcp_port(path)) {
        each_parent(Noun::Network, network, see);
        see(Noun::Host, host);
        return;
    }
    see(noun, path);
    if let Some((parent, _)) = path.rsplit_once('/')
        && let Some(noun) = noun.parent(parent)
    {
        each_parent(noun, parent, see);
    }
}
