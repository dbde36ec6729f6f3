//! The codes of decoding: what one object can get wrong by itself.
//!
//! Made in the file of `decode` that reads the object. What any of them can get wrong is made in one place: shapes and
//! amounts in `reader.rs`, keys in `unknown.rs`, numbers, names and references in `scalars.rs`, addresses in
//! `addresses.rs`, objects in two places in `merge.rs`.

use aciform_diagnostics::{Applicability, Code, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $symbol:ident = $id:literal, $name:literal, $severity:ident $(, $fix:ident)?;)*) => {
        $($(#[$doc])*
        pub static $symbol: Code = Code {
            id: $id,
            name: $name,
            severity: Severity::$severity,
            page: include_str!(concat!("codes/", $id, ".md")),
        };)*

        /// Every code of decoding, in order of number.
        pub static DECODE: &[&Code] = &[$(&$symbol),*];

        /// The best fix that findings of a code can have; what is not listed has none.
        pub static FIXES: &[(&Code, Applicability)] = &[$($((&$symbol, Applicability::$fix),)?)*];
    };
}

codes! {
    /// A key that the language does not have.
    UNKNOWN_KEY = "ACI1020", "unknown-intent-key", Error, Unsafe;
    /// Something of Neutron that is known and not supported.
    UNSUPPORTED = "ACI1021", "unsupported-construct", Error;
    /// A list where a map belongs, text where a number belongs, and so on.
    WRONG_TYPE = "ACI1022", "wrong-type", Error, Safe;
    /// An object without a key that it needs.
    MISSING_KEY = "ACI1023", "missing-key", Error;
    /// Plain text that other YAML readers take for a number, a truth value, null or a date.
    UNQUOTED = "ACI1024", "unquoted-text", Warning, Safe;
    /// A value of the right type outside its range or its list.
    VALUE = "ACI1025", "value-not-allowed", Error, Safe;
    /// One object, or one attribute, written in two places.
    DECLARED_TWICE = "ACI1026", "declared-twice", Error;
    /// A password written out.
    PLAIN_PASSWORD = "ACI1027", "plain-text-password", Error;
    /// YAML aliases that stand for more than any real intent holds.
    ALIASES = "ACI1028", "oversized-aliases", Error;
    /// More findings than anybody reads.
    TOO_MANY = "ACI1029", "too-many-findings", Error;
    /// A version of the language that this compiler does not read.
    VERSION = "ACI1030", "unsupported-version", Error;
    /// A release whose output is not reproduced.
    RELEASE = "ACI1031", "unsupported-release", Error;
    /// More than one YAML document in `aciform.yaml`.
    SEVERAL_DOCUMENTS = "ACI1032", "several-documents", Error;
    /// Keys of which an object takes exactly one.
    CONFLICTING_KEYS = "ACI1033", "conflicting-keys", Error;
    /// The same entry twice in a list.
    REPEATED_ENTRY = "ACI1034", "repeated-entry", Error, Safe;
    /// Facts about an object that no file declares.
    STALE_FACTS = "ACI1035", "stale-facts", Error;
    /// A key that cannot be a handle.
    HANDLE = "ACI1101", "malformed-handle", Error;
    /// Text that cannot be a reference.
    REFERENCE = "ACI1102", "malformed-reference", Error;
    /// An id that is no UUID.
    ID = "ACI1103", "malformed-id", Error, Safe;
    /// Text that is no `network/length`.
    PREFIX = "ACI1201", "malformed-prefix", Error, Unsafe;
    /// A prefix whose address is not the first of its network.
    HOST_BITS = "ACI1202", "host-bits", Error, Unsafe;
    /// Text that is no IP address, or not one of the kind that the key takes.
    ADDRESS = "ACI1203", "malformed-address", Error, Unsafe;
    /// An allocation pool that is no `first-last`.
    RANGE = "ACI1204", "malformed-range", Error, Unsafe;
    /// Text that is no Ethernet address of an interface.
    MAC = "ACI1205", "malformed-mac", Error, Safe;
    /// An allowed address pair that covers more than its address says.
    PAIR_HOST_BITS = "ACI1206", "pair-host-bits", Warning;
    /// An allowed address pair with a multicast address.
    PAIR_MULTICAST = "ACI1207", "multicast-pair", Error;
    /// The same address, route or pair twice in one list.
    REPEATED_ADDRESS = "ACI1208", "repeated-address", Error, Safe;
    /// More allowed address pairs than Neutron takes.
    TOO_MANY_PAIRS = "ACI1209", "too-many-pairs", Error;
    /// IPv6 modes that differ, or that their subnet cannot have.
    IPV6_MODES = "ACI1210", "ipv6-modes", Error;
    /// Ports in a rule whose protocol has none.
    PORTS_WITHOUT_PROTOCOL = "ACI1451", "ports-without-protocol", Error;
    /// Ports that are no number or range from 1 to 65535.
    PORTS = "ACI1452", "malformed-ports", Error, Safe;
    /// ICMP type and code that do not make a match.
    ICMP = "ACI1453", "malformed-icmp", Error;
    /// An IPv6 protocol in an IPv4 rule.
    PROTOCOL_FAMILY = "ACI1454", "protocol-of-other-family", Error;
    /// A protocol that Neutron does not know.
    PROTOCOL = "ACI1455", "unknown-protocol", Error, Safe;
    /// A remote prefix of the other family than the rule.
    PREFIX_FAMILY = "ACI1456", "prefix-of-other-family", Error;
    /// A rule with a remote prefix and a remote group.
    SEVERAL_REMOTES = "ACI1457", "several-remotes", Error;
    /// A rule equal to another of its group.
    REPEATED_RULE = "ACI1458", "repeated-rule", Error;
    /// Security groups or address pairs on a port whose port security is off.
    NO_PORT_SECURITY = "ACI1459", "filter-without-port-security", Error;
}
