//! The lock's text: one flat map per kind, sorted, one entry a line.

use super::kind::{Kind, REMOVED_SNAT};
use super::value::Value;
use super::{Ledger, Slots, Standing, scalar};

/// What the file says about itself.
const HEADER: &str = "\
# aciform.lock: addresses, ids and numbers that were handed out once and must not move.
# Written by `aciform compile`; commit it and read its diff. Comments are not kept.
version: 1
";

pub(super) fn text(ledger: &Ledger) -> String {
    let mut out = HEADER.to_owned();
    for kind in Kind::ALL {
        let Some(slots) = ledger.kinds.get(&kind) else { continue };
        map(
            &mut out,
            kind.name(),
            slots,
            |standing| match standing {
                Standing::Live(value) => Some(value),
                Standing::Removed(_) | Standing::Gone => None,
            },
            kind,
        );
        if kind.leaves_tombstones() {
            map(
                &mut out,
                REMOVED_SNAT,
                slots,
                |standing| match standing {
                    Standing::Removed(value) => Some(value),
                    Standing::Live(_) | Standing::Gone => None,
                },
                kind,
            );
        }
    }
    out
}

fn map(out: &mut String, name: &str, slots: &Slots, pick: impl Fn(Standing<'_>) -> Option<&Value>, kind: Kind) {
    let mut named = false;
    for (key, slot) in slots {
        let Some(value) = pick(slot.outcome(kind)) else { continue };
        if !named {
            out.push_str(name);
            out.push_str(":\n");
            named = true;
        }
        out.push_str("  ");
        scalar::write(out, key);
        out.push_str(": ");
        match value {
            // The one kind of value that is meant as a number.
            Value::Number(number) => out.push_str(&number.to_string()),
            Value::Address(_) | Value::Id(_) | Value::Mac(_) | Value::Text(_) => {
                scalar::write(out, &value.to_string());
            }
        }
        out.push('\n');
    }
}
