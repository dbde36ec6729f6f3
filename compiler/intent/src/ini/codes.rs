//! What is wrong with options and sections of an ini file; the numbers are those of the field's catalogue.
//!
//! Made where the thing is read: names of sections and keys (ACI008 to ACI121) in `spelling`, `former.rs` and
//! `foreign.rs`, named sections in `named.rs`, one option on several lines or in several files in `repeated.rs` and
//! `overridden.rs`, the generation and its domains in `vmm.rs` and `left_out.rs`; comments in values in `judge.rs`; what
//! oslo.config refuses and references (ACI201 to ACI220) in `refused.rs` and `given_away.rs`; external networks (ACI3xx,
//! ACI4xx) in `external_network.rs`, their addresses in `cidr.rs`; ranges (ACI5xx) in `range.rs`; other options in
//! `check.rs` and `choices.rs`.

use aciform_diagnostics::{Applicability, Code, Severity};

macro_rules! codes {
    ($($constant:ident $id:literal $name:literal $severity:ident $($fix:ident)?;)*) => {
        $(#[doc = concat!("`", $name, "`.")]
        #[allow(unreachable_pub, reason = "a few are used where names are made too")]
        pub static $constant: Code = Code {
            id: $id,
            name: $name,
            severity: Severity::$severity,
            page: include_str!(concat!("codes/", $id, ".md")),
        };)*

        /// The findings about options and sections.
        pub static CODES: &[&Code] = &[$(&$constant),*];

        /// The best fix that findings of a code can have; what is not listed has none.
        pub static FIXES: &[(&Code, Applicability)] = &[$($((&$constant, Applicability::$fix),)?)*];
    };
}

codes! {
    SWALLOWED_LINE "ACI008" "swallowed-line" Warning Unsafe;
    SWALLOWED_COMMENT "ACI009" "swallowed-comment" Warning Safe;
    INLINE_COMMENT "ACI010" "inline-comment" Warning Safe;
    UNKNOWN_SECTION "ACI101" "unknown-section" Warning Unsafe;
    UNKNOWN_KEY "ACI102" "unknown-key" Warning Unsafe;
    NEAR_NAMED_SECTION "ACI103" "near-named-section" Error Safe;
    CRASHING_SECTION "ACI104" "crashing-section" Error;
    EMPTY_NAME "ACI105" "empty-name" Error;
    DUPLICATE_SECTION "ACI106" "duplicate-section" Warning Unsafe;
    DUPLICATE_KEY_FIRST "ACI108" "duplicate-key-first" Error Unsafe;
    WRONG_SECTION "ACI109" "wrong-section" Error Unsafe;
    RENAMED_KEY "ACI110" "renamed-key" Warning Safe;
    REMOVED_KEY "ACI111" "removed-key" Info Safe;
    KEY_SPELLING "ACI112" "key-spelling" Error Safe;
    MIXED_GENERATIONS "ACI113" "mixed-generations" Error Unsafe;
    NO_DOMAIN "ACI114" "no-domain" Error Unsafe;
    DEFAULT_CASE "ACI116" "default-case" Error Safe;
    CROSS_FILE_CONFLICT "ACI117" "cross-file-conflict" Warning;
    PLUGIN_MISMATCH "ACI121" "plugin-mismatch" Error;
    BAD_BOOL "ACI201" "bad-bool" Error Safe;
    BAD_NUMBER "ACI202" "bad-number" Error Safe;
    BAD_CHOICE "ACI203" "bad-choice" Error Safe;
    TEXT_BOOL "ACI204" "text-bool" Error Unsafe;
    UNKNOWN_REFERENCE "ACI205" "unknown-reference" Error Safe;
    REFERENCE_NOT_EXPANDED "ACI207" "reference-not-expanded" Warning Unsafe;
    BAD_DICT "ACI208" "bad-dict" Error Unsafe;
    EMPTY_VALUE "ACI211" "empty-value" Warning Unsafe;
    REFERENCE_RING "ACI212" "reference-ring" Error;
    LEADING_ZERO "ACI213" "leading-zero" Error Unsafe;
    SECRET_REFERENCE "ACI220" "secret-reference" Error;
    NO_EXTERNAL_EPG "ACI301" "no-external-epg" Error;
    IGNORED_KEY "ACI302" "ignored-key" Warning Safe;
    MISSING_L3OUT_KEY "ACI303" "missing-l3out-key" Error;
    NAT_WITHOUT_POOL "ACI304" "nat-without-pool" Warning;
    POOL_WITHOUT_NAT "ACI305" "pool-without-nat" Warning;
    POOL_NOT_CIDR "ACI306" "pool-not-cidr" Error Unsafe;
    POOL_NETWORK_ADDRESS "ACI307" "pool-network-address" Error Unsafe;
    POOL_BROADCAST "ACI308" "pool-broadcast" Error Unsafe;
    POOL_TOO_LONG "ACI309" "pool-too-long" Error;
    GATEWAY_OUTSIDE "ACI319" "gateway-outside" Error Unsafe;
    EXPOSED_NOT_INTERFACE "ACI320" "exposed-not-interface" Error Unsafe;
    EDGE_INCOMPLETE "ACI322" "edge-incomplete" Error;
    NAT_DISABLED_GLOBALLY "ACI323" "nat-disabled-globally" Error;
    NETMASK_FORM "ACI328" "netmask-form" Warning Safe;
    ENCAP "ACI331" "bad-encap" Error Safe;
    BLANK_IN_CIDR "ACI334" "blank-in-cidr" Error Safe;
    HALF_CIDR "ACI335" "half-cidr" Error;
    PORT "ACI401" "bad-port" Error Unsafe;
    SWITCH_ID "ACI410" "bad-switch-id" Error;
    RANGE_SYNTAX "ACI501" "range-syntax" Error Safe;
    RANGE_BOUNDS "ACI502" "range-bounds" Error Safe;
    SEVERAL_GLOBAL_RANGES "ACI503" "several-global-ranges" Error;
    MCAST_RANGE "ACI507" "mcast-range" Error Safe;
    MCAST_ADDRESS "ACI508" "mcast-address" Error;
    ENCAP_CHOICE "ACI510" "encap-choice" Error Safe;
    ENCAP_WITHOUT_RANGE "ACI512" "encap-without-range" Error;
    SYSTEM_ID_LONG "ACI601" "system-id-long" Error;
    SYSTEM_ID_CHARS "ACI602" "system-id-chars" Error Unsafe;
    NAME_LONG "ACI603" "name-long" Error;
    NAME_CHARS "ACI604" "name-chars" Error;
    OPFLEX_NETWORKS_KEY "ACI805" "opflex-networks-key" Warning Safe;
    INTERNAL_POOL "ACI807" "internal-pool" Error;
}
