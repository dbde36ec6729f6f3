//! `aciform.lock`: what was handed out once and must not move between two compiles.
//!
//! Neutron, Nova, APIC and Open vSwitch hand out addresses, ids and numbers at run time, first come, first served.
//! A compiler must hand them out once and keep them, or every compile would renumber flows, rules and endpoints on
//! hosts that nobody touched.
//!
//! **Keys.** A key is words with one blank between, a word is a path with `/` between its components.
//! Handles hold neither. Where the first word is a scope, values are unique within it, else in the whole kind.
//!
//! | kind | key | scope |
//! |---|---|---|
//! | `id` | `project P`, `network P/N`, `subnet P/N/S`, `router P/R`, `security_group P/G`, `instance P/I`, `port PORT`, `floating_ip P/F`, `external_network E`, `subnet E/S`; other nouns are kept and never renamed | noun |
//! | `name` | `project P`, `network P/N`, `external_network E` | not unique |
//! | `mac` | one of the keys of `id`, `router_gateway P/R`, or `<host> <interface>` (an interface holds no `/`) | |
//! | `fixed_ip` | `P/N/S PORT`, `E/S PORT` | subnet |
//! | `dhcp_host` | `P/N` | not unique |
//! | `router_gateway`, `floating_ip` | `E P/R`, `E P/F` | external network |
//! | `snat` | `E <host>` | external network |
//! | `internal_nat` | `<host> E PORT` | host |
//! | `ofport`, `zone` | `<host> <interface>`, `<host> <port id>` | host |
//! | `metadata_next_hop` | `<host> <DN>` | host |
//! | `vnid`, `bridge_domain`, `flood_domain`, `vrf`, `external_network`, `rule` | the DN, or another name of the fabric | |
//!
//! `PORT` is `P/I/p` on an instance, `P/p` on none, and `P/N/dhcp/<host>` for DHCP. A path may carry a number
//! (`P/I/p#2`: the second address of a port in a subnet). Further words may follow and are left alone. [`Ledger::rename`] follows this table;
//! names of the fabric (DNs) hold kept names and no handles, so that a rename leaves them as they are.
//!
//! **What is written down.** Only what was invented, and numbers that facts fix: taking a fact out of the intent must
//! not move its number, for flows carry it. Written ids, MACs and addresses are not: the intent is their only home,
//! and a second one would only disagree.
//!
//! **What goes.** An entry that a compile no longer wants is freed by it; SNAT addresses alone stay reserved, under
//! `snat_removed`, until [`Ledger::compact`]: peers of a removed host may still have sessions and filters on its
//! address. A host that comes back gets its address again.
//!
//! **Renames.** `renamed` stays in the intent until somebody takes it out, and nothing notes that it was applied: what
//! the lock and the intent have of its paths has to tell. Where they cannot (circles, a row that may be done in part),
//! a rename is refused.
//!
//! **One call.** [`Ledger::numbers`] and [`Ledger::addresses`] are asked once per kind and scope with all that is wanted
//! there: what a call does not name is free for its unseen keys. Who has to ask in parts hands what the other parts
//! keep ([`Ledger::kept`]) in as taken.

mod allocate;
mod changes;
pub mod codes;
mod identity;
mod kind;
mod noun;
mod read;
mod rename;
mod report;
mod scalar;
mod show;
mod value;
mod write;

use std::collections::BTreeMap;

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, Span, Spanned};

pub use changes::Change;
pub use identity::NAMESPACE;
pub(crate) use identity::name_based;
pub use kind::Kind;
pub use rename::RenameHint;

use identity::Identities;
use rename::UnusedRename;
use value::Value;

/// What one caller wants from a kind.
#[derive(Clone, Debug)]
pub struct Wanted<T> {
    /// The key; unique in the call.
    pub key: String,
    /// A fact or a written value that overrides the allocation.
    pub fixed: Option<Spanned<T>>,
    /// Where a finding about it points.
    pub span: Option<Span>,
}

/// How a number is chosen for an unseen key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The lowest that nobody has.
    LowestFree,
    /// One above the highest in use; gaps only when the range is full (conntrack zones).
    AboveHighest,
}

/// The lock before and after a compile, and the hand that allocates.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    kinds: BTreeMap<Kind, Slots>,
    identities: Identities,
    /// What was found where no diagnostics were at hand.
    findings: Vec<Diagnostic>,
    unused_renames: Vec<UnusedRename>,
    /// A rename moved an entry, which a comparison of before and after under the new key would not show.
    moved: bool,
    /// The text could not be read as a whole; what is missing from it was reported once.
    unreadable: bool,
    /// Something was found in the text: it has to be found again as long as it stands there.
    faulty: bool,
}

/// The entries of one kind by full key.
type Slots = BTreeMap<String, Slot>;

/// One key: what the lock had for it and what this compile has.
#[derive(Clone, Debug, Default)]
struct Slot {
    /// The entry of the lock file. A site has slots by the hundred thousand, and without a lock none has an entry.
    entry: Option<Box<Entry>>,
    after: Option<Value>,
    /// Freed for good: no tombstone stays.
    dropped: bool,
}

/// An entry of the lock file.
#[derive(Clone, Debug)]
struct Entry {
    value: Value,
    /// It is a tombstone.
    removed: bool,
    span: Span,
}

/// What a key stands at after a compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing<'a> {
    Live(&'a Value),
    Removed(&'a Value),
    Gone,
}

impl Slot {
    /// What the lock had, tombstones included.
    fn before(&self) -> Option<&Value> {
        self.entry.as_ref().map(|entry| &entry.value)
    }

    /// Whether what the lock had is a tombstone.
    fn was_removed(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.removed)
    }

    /// The entry in the lock file.
    fn span(&self) -> Option<Span> {
        self.entry.as_ref().map(|entry| entry.span)
    }

    /// What this compile has, or else what the lock had.
    fn value(&self) -> Option<&Value> {
        self.after.as_ref().or_else(|| self.before())
    }

    fn outcome(&self, kind: Kind) -> Standing<'_> {
        match (&self.after, self.before()) {
            (Some(after), _) => Standing::Live(after),
            (None, Some(before)) if kind.leaves_tombstones() && !self.dropped => Standing::Removed(before),
            (None, _) => Standing::Gone,
        }
    }
}

impl Ledger {
    /// Reads a lock file. Conflict markers are one finding with both sides; a line that cannot be read is a finding.
    /// Every such finding is an error: an entry that is silently lost would be handed out again.
    pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Self {
        read::ledger(file, text, diagnostics)
    }

    /// The lock file's text after this compile, SNAT tombstones included.
    #[must_use]
    pub fn render(&self) -> String {
        write::text(self)
    }

    /// What ids and MACs gave way to, and renames that moved nothing, once the compile has asked for everything.
    #[must_use]
    pub fn take_findings(&mut self) -> Vec<Diagnostic> {
        let mut findings = std::mem::take(&mut self.findings);
        findings.append(&mut self.vain_renames());
        findings
    }

    /// Goes back to what the lock file says, as if it were read again. `false`: a rename moved entries, or something was
    /// found in the file, so it has to be read again.
    pub fn rewind(&mut self) -> bool {
        if self.moved || self.unreadable || self.faulty {
            return false;
        }
        for slots in self.kinds.values_mut() {
            slots.retain(|_, slot| slot.entry.is_some());
            for slot in slots.values_mut() {
                (slot.after, slot.dropped) = (None, false);
            }
        }
        self.kinds.retain(|_, slots| !slots.is_empty());
        self.identities = Identities::default();
        self.findings.clear();
        self.unused_renames.clear();
        true
    }

    /// Goes back in one scope to what the lock file says, to ask for all of it again.
    pub(crate) fn rewind_scope(&mut self, kind: Kind, scope: &str) {
        let (from, to) = allocate::scope_bounds(scope);
        let Some(slots) = self.kinds.get_mut(&kind) else { return };
        let mut fresh = Vec::new();
        for (key, slot) in slots.range_mut::<str, _>((from.as_bound(), to.as_bound())) {
            (slot.after, slot.dropped) = (None, false);
            if slot.entry.is_none() {
                fresh.push(key.clone());
            }
        }
        for key in fresh {
            slots.remove(&key);
        }
    }

    /// Whether all that a scope has was there before, so that nothing was chosen by what others left free.
    pub(crate) fn is_settled(&self, kind: Kind, scope: &str) -> bool {
        let (from, to) = allocate::scope_bounds(scope);
        let slots =
            self.kinds.get(&kind).into_iter().flat_map(|slots| slots.range::<str, _>((from.as_bound(), to.as_bound())));
        slots.into_iter().all(|(_, slot)| slot.after.is_none() || slot.after.as_ref() == slot.before())
    }

    fn slot(&self, kind: Kind, key: &str) -> Option<&Slot> {
        self.kinds.get(&kind)?.get(key)
    }

    fn slot_mut(&mut self, kind: Kind, key: String) -> &mut Slot {
        self.kinds.entry(kind).or_default().entry(key).or_default()
    }
}
