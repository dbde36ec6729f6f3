//! The findings of this crate.

use aciform_diagnostics::{Code, Severity};

/// Every code of this crate.
pub static CODES: &[&Code] = &[
    &MALFORMED_FILE_SET,
    &UNREADABLE,
    &DANGLING_REFERENCE,
    &OBJECTS_DISAGREE,
    &POLICY_MISSING,
    &ENDPOINTS_DISAGREE,
    &FLOWS_DISAGREE,
    &PORTS_DISAGREE,
    &RULES_DISAGREE,
    &MEMBERS_DISAGREE,
    &ADDRESS_TAKEN_TWICE,
    &NAMESPACES_DISAGREE,
    &TRANSLATION_WITHOUT_SUBNET,
    &NUMBER_TAKEN_TWICE,
];

macro_rules! codes {
    ($($(#[$doc:meta])* $ident:ident = $id:literal $name:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) static $ident: Code = Code {
            id: $id,
            name: $name,
            severity: Severity::Error,
            page: include_str!(concat!("codes/", $id, ".md")),
        };
    )*};
}

codes! {
    /// The manifest and the folder do not list the same files, or a host lacks one that every host has.
    MALFORMED_FILE_SET = "ACI1630" "missing-artifact";
    /// An artifact is not what its reader takes.
    UNREADABLE = "ACI1631" "unreadable-artifact";
    /// An object of APIC refers to one that is not there.
    DANGLING_REFERENCE = "ACI1632" "dangling-dn";
    /// An object of APIC is not what others say of it.
    OBJECTS_DISAGREE = "ACI1633" "disagreeing-objects";
    /// An agent's file names a group, VRF or subnet that no payload makes.
    POLICY_MISSING = "ACI1634" "endpoint-without-policy";
    /// Two files of agents say different things of one endpoint.
    ENDPOINTS_DISAGREE = "ACI1635" "disagreeing-endpoints";
    /// A host's flows are not those that its other artifacts ask for.
    FLOWS_DISAGREE = "ACI1636" "disagreeing-flows";
    /// The list of ports is not the one that flows and endpoints use.
    PORTS_DISAGREE = "ACI1637" "disagreeing-ports";
    /// A host's rules are not those of its devices' security groups.
    RULES_DISAGREE = "ACI1638" "disagreeing-rules";
    /// A set does not hold the members of its group.
    MEMBERS_DISAGREE = "ACI1639" "disagreeing-members";
    /// An address, a MAC or an identity belongs to two.
    ADDRESS_TAKEN_TWICE = "ACI1640" "address-of-two-owners";
    /// A namespace is not the one that its endpoint describes.
    NAMESPACES_DISAGREE = "ACI1641" "disagreeing-namespaces";
    /// A translation gives an address that no subnet of its network holds.
    TRANSLATION_WITHOUT_SUBNET = "ACI1642" "translation-without-subnet";
    /// Two things have one number in flows.
    NUMBER_TAKEN_TWICE = "ACI1643" "number-of-two-owners";
}
