//! The lock as it was read, for people and programs.

use std::collections::BTreeMap;

use super::Ledger;

impl Ledger {
    /// Kind to full key to value, as the lock file had them; `… (removed)` for a tombstone.
    #[must_use]
    pub fn entries(&self) -> BTreeMap<&'static str, BTreeMap<&str, String>> {
        let mut kinds: BTreeMap<&'static str, BTreeMap<&str, String>> = BTreeMap::new();
        for (kind, key, slot) in self.slots() {
            if let Some(value) = slot.before() {
                let mark = if slot.was_removed() { " (removed)" } else { "" };
                kinds.entry(kind.name()).or_default().insert(key, format!("{value}{mark}"));
            }
        }
        kinds
    }
}
