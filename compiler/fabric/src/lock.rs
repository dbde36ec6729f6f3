//! `aciform.lock`: what was handed out once and must not move between two compiles.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;

use aciform_diagnostics::{Diagnostics, FileId, Span, Spanned};
use aciform_intent::model::Renamed;
use aciform_intent::scalar::{AddressRange, MacAddr};
use uuid::Uuid;

/// A kind of allocation: one flat map of the lock file.
/// Kinds with a scope (a host, a pool, a network) carry it as the first word of their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Neutron ids, by `<kind> <project>/<handle path>`.
    Id,
    /// MACs, by `<kind> <project>/<handle path>` or `<host> <interface>`.
    Mac,
    /// Fixed addresses that were not written, by `<project>/<network>/<subnet> <port path>`.
    FixedIp,
    /// The host that serves DHCP for a network without pins, by network path.
    DhcpHost,
    /// Router gateway addresses, by `<external network> <router path>`.
    RouterGateway,
    /// Floating IP addresses that were not written, by `<external network> <floating IP path>`.
    FloatingIp,
    /// SNAT addresses, by `<external network> <host>`; removed ones stay as tombstones.
    Snat,
    /// Internal NAT addresses, by `<host> <external network> <address owner>`.
    InternalNat,
    /// VXLAN network ids of endpoint groups, by DN.
    Vnid,
    /// Bridge domains' local numbers, by DN.
    BridgeDomain,
    /// Flood domains' local numbers, by DN.
    FloodDomain,
    /// VRFs' local numbers, by DN.
    Vrf,
    /// External groups' local numbers, by DN.
    ExternalNetwork,
    /// Contract rules' local numbers, by DN.
    Rule,
    /// OpenFlow ports, by `<host> <interface>`.
    OfPort,
    /// Conntrack zones, by `<host> <port id>`.
    Zone,
    /// Metadata next hops, by `<host> <VRF DN>`, counted from 0.
    MetadataNextHop,
}

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
#[derive(Debug, Default)]
pub struct Ledger {
    old: BTreeMap<Kind, BTreeMap<String, String>>,
    new: BTreeMap<Kind, BTreeMap<String, String>>,
}

#[allow(unused_variables, reason = "the signatures are agreed on before the bodies are written")]
impl Ledger {
    /// Reads a lock file. Conflict markers are one finding with both sides; a line that cannot be read is a finding.
    pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Self {
        Self::default()
    }

    /// Moves the entries of renamed things to their new paths, before anything is allocated.
    pub fn rename(&mut self, renamed: &Renamed, diagnostics: &mut Diagnostics) {}

    /// Numbers for `wanted` out of `range`, in the order of `wanted`.
    /// `scope` is put in front of each key (`<scope> <key>`) unless empty; numbers are unique within a scope.
    /// Kept entries keep theirs; a fixed number that an entry holds evicts the entry, which is served anew, with a finding;
    /// two equal fixed numbers are an error; unseen keys are served in byte order; a full range is an error.
    pub fn numbers(
        &mut self,
        kind: Kind,
        scope: &str,
        wanted: &[Wanted<u32>],
        range: RangeInclusive<u32>,
        choice: Choice,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Option<u32>> {
        Vec::new()
    }

    /// Addresses for `wanted` out of `pools`, in the order of `wanted`, never one of `taken` (sorted or not).
    /// A kept entry that no longer lies in a pool, or is taken, is served anew. Otherwise as [`Ledger::numbers`].
    pub fn addresses(
        &mut self,
        kind: Kind,
        scope: &str,
        wanted: &[Wanted<IpAddr>],
        pools: &[AddressRange],
        taken: &[IpAddr],
        diagnostics: &mut Diagnostics,
    ) -> Vec<Option<IpAddr>> {
        Vec::new()
    }

    /// The id of a thing: written, or kept, or UUIDv5 over `<system id>/<kind>/<project>/<handle path>`.
    pub fn id(&mut self, system: &str, kind: &str, path: &str, written: Option<Uuid>) -> Uuid {
        Uuid::nil()
    }

    /// The MAC of a thing: written, or kept, or `fa:16:3e` plus 24 bits of a digest, rehashed while taken.
    /// Written ones have to be announced first with [`Ledger::reserve_mac`].
    pub fn mac(&mut self, system: &str, key: &str, written: Option<MacAddr>) -> MacAddr {
        MacAddr([0; 6])
    }

    /// Announces a written MAC, so that no derived one takes it.
    pub fn reserve_mac(&mut self, mac: MacAddr) {}

    /// A text kept under a key, or `fresh` put there.
    pub fn text(
        &mut self,
        kind: Kind,
        key: &str,
        keep: impl FnOnce(&str) -> bool,
        fresh: impl FnOnce() -> String,
    ) -> String {
        String::new()
    }

    /// The lock file's text after this compile, SNAT tombstones included.
    #[must_use]
    pub fn render(&self) -> String {
        String::new()
    }

    /// Whether this compile changed anything.
    #[must_use]
    pub fn changed(&self) -> bool {
        false
    }
}
