//! What the lock holds for one key, before anything is asked for.

use std::net::IpAddr;

use super::value::Value;
use super::{Kind, Ledger};

impl Ledger {
    /// The address that the lock holds for a key of a scope, so that another list that draws from the same pools and
    /// is served earlier can leave it alone. Nothing where the key is new.
    #[must_use]
    pub fn kept_address(&self, kind: Kind, scope: &str, key: &str) -> Option<IpAddr> {
        let slot = self.slot(kind, &format!("{scope} {key}"))?;
        match slot.after.as_ref().or(slot.before.as_ref())? {
            Value::Address(address) => Some(*address),
            Value::Id(_) | Value::Mac(_) | Value::Number(_) | Value::Text(_) => None,
        }
    }
}
