//! What a compile did to the lock.

use super::{Kind, Ledger, Slot, Standing};

/// An entry that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The kind.
    pub kind: Kind,
    /// The full key, scope included.
    pub key: String,
    /// The value that the lock had; `… (removed)` for a tombstone.
    pub before: Option<String>,
    /// The value that it has now; `… (removed)` for a tombstone.
    pub after: Option<String>,
}

impl Ledger {
    /// Whether this compile changed anything: entries, not how a hand has spelt them.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.moved || self.slots().any(|(kind, _, slot)| before(slot) != slot.outcome(kind))
    }

    /// Every entry that came, went or has another value, by kind and key. Renamed entries that kept their value
    /// are not among them.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let changed = self.slots().filter(|(kind, _, slot)| before(slot) != slot.outcome(*kind));
        changed
            .map(|(kind, key, slot)| Change {
                kind,
                key: key.to_owned(),
                before: spell(before(slot)),
                after: spell(slot.outcome(kind)),
            })
            .collect()
    }

    /// The entries that this compile no longer wants. A SNAT address that stays reserved is not among them.
    #[must_use]
    pub fn freed(&self) -> Vec<Change> {
        self.changes().into_iter().filter(|change| change.after.is_none()).collect()
    }

    /// The entries that this compile added.
    #[must_use]
    pub fn created(&self) -> Vec<Change> {
        self.changes().into_iter().filter(|change| change.before.is_none()).collect()
    }

    /// Frees the SNAT addresses that are reserved for removed hosts; says how many those were.
    /// Outside a compile, [`Ledger::keep_all`] comes first.
    pub fn compact(&mut self) -> usize {
        let mut freed = 0;
        for (kind, slots) in &mut self.kinds {
            for slot in slots.values_mut() {
                if matches!(slot.outcome(*kind), Standing::Removed(_)) {
                    slot.dropped = true;
                    freed += 1;
                }
            }
        }
        freed
    }

    /// Takes every live entry over as it is, for a command that changes the lock without compiling.
    pub fn keep_all(&mut self) {
        for slot in self.kinds.values_mut().flat_map(|slots| slots.values_mut()) {
            if slot.after.is_none() && !slot.was_removed() && !slot.dropped {
                slot.after = slot.before().cloned();
            }
        }
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = (Kind, &str, &Slot)> {
        self.kinds.iter().flat_map(|(kind, slots)| slots.iter().map(|(key, slot)| (*kind, key.as_str(), slot)))
    }
}

fn before(slot: &Slot) -> Standing<'_> {
    match slot.before() {
        Some(value) if slot.was_removed() => Standing::Removed(value),
        Some(value) => Standing::Live(value),
        None => Standing::Gone,
    }
}

fn spell(standing: Standing<'_>) -> Option<String> {
    match standing {
        Standing::Live(value) => Some(value.to_string()),
        Standing::Removed(value) => Some(format!("{value} (removed)")),
        Standing::Gone => None,
    }
}
