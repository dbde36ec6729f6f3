//! What the target refuses.

use aciform_diagnostics::{Code, Severity};

/// More members than an ipset takes.
pub static GROUP_TOO_LARGE: Code = Code {
    id: "ACI1490",
    name: "security-group-too-large",
    severity: Severity::Error,
    page: include_str!("../../codes/ACI1490.md"),
};

/// Two groups whose sets would have one name.
pub static GROUPS_SHARE_A_SET: Code = Code {
    id: "ACI1491",
    name: "security-groups-share-a-set",
    severity: Severity::Error,
    page: include_str!("../../codes/ACI1491.md"),
};
