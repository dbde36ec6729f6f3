//! The codes of the lock.
//!
//! Made of its lines in `read.rs`, of numbers and addresses in `report.rs`, of ids and MACs in `identity.rs`, of renames
//! in `rename.rs` and `rename/plan.rs`.

use aciform_diagnostics::{Code, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $symbol:ident = $id:literal, $name:literal, $severity:ident;)*) => {
        $($(#[$doc])*
        pub static $symbol: Code = Code {
            id: $id,
            name: $name,
            severity: Severity::$severity,
            page: include_str!(concat!("codes/", $id, ".md")),
        };)*

        /// Every code of the lock, by number.
        pub static CODES: &[&Code] = &[$(&$symbol),*];
    };
}

codes! {
    /// SNAT addresses of the lock that the pool of now does not hold.
    POOL_CHANGED = "ACI329", "pool-changed", Warning;
    /// More numbers are wanted than a range has.
    FULL_RANGE = "ACI1308", "full-range", Error;
    /// More addresses are wanted than the pools have.
    FULL_POOL = "ACI1309", "full-pool", Error;
    /// Git's conflict markers stand in the lock.
    LOCK_CONFLICT = "ACI1501", "lock-conflict", Error;
    /// A line of the lock that is no entry.
    UNREADABLE_LOCK_LINE = "ACI1502", "unreadable-lock-line", Error;
    /// A lock of a version that this release does not know, or of none.
    UNKNOWN_LOCK_VERSION = "ACI1503", "unknown-lock-version", Error;
    /// A map of the lock whose name is no kind.
    UNKNOWN_LOCK_KIND = "ACI1504", "unknown-lock-kind", Error;
    /// One key of the lock on two lines.
    REPEATED_LOCK_KEY = "ACI1505", "repeated-lock-key", Error;
    /// A value of the lock that its kind cannot have.
    MISFIT_LOCK_VALUE = "ACI1506", "misfit-lock-value", Error;
    /// One value of the lock for two keys.
    SHARED_LOCK_VALUE = "ACI1507", "shared-lock-value", Error;
    /// A written value that the lock had handed out.
    EVICTED_ALLOCATION = "ACI1508", "evicted-allocation", Info;
    /// One written value for two keys.
    EQUAL_FACTS = "ACI1509", "equal-facts", Error;
    /// A written number outside its range.
    FACT_OUTSIDE_RANGE = "ACI1510", "fact-outside-range", Error;
    /// An entry of the lock that its range or pool no longer holds.
    MOVED_ALLOCATION = "ACI1511", "moved-allocation", Info;
    /// A rename of something the lock does not know.
    RENAME_WITHOUT_SOURCE = "ACI1512", "rename-without-source", Warning;
    /// A rename onto a path that the lock has.
    RENAME_ONTO_EXISTING = "ACI1513", "rename-onto-existing", Error;
    /// A rename between things that are no paths of its kind.
    MISFIT_RENAME = "ACI1514", "misfit-rename", Error;
    /// A rename of something that the intent still has.
    RENAME_OF_EXISTING = "ACI1517", "rename-of-existing", Error;
    /// Renames that can be read in two ways.
    AMBIGUOUS_RENAME = "ACI1516", "ambiguous-rename", Error;
}
