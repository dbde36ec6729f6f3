//! Numbers and addresses: what is kept stays, what is fixed wins, and the rest is served from the gaps.
//!
//! A call costs the sort of its own scope: pools are walked gap by gap, never counted through, so that a /8 or a /64
//! costs no more than what is used of it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::{Bound, RangeInclusive};

use aciform_diagnostics::Diagnostics;
use aciform_intent::scalar::AddressRange;

use super::kind::Kind;
use super::value::Value;
use crate::map::{Map, Set};

use super::{Choice, Ledger, Slots, Standing, Wanted, report};

impl Ledger {
    /// Numbers for `wanted` out of `range`, in the order of `wanted`.
    /// `scope` is put in front of each key (`<scope> <key>`) unless empty; numbers are unique within a scope.
    /// Kept entries keep theirs; a fixed number that an entry holds evicts the entry, which is served anew, with a finding;
    /// two equal fixed numbers are an error; unseen keys are served in byte order; a full range is an error.
    ///
    /// A fixed number may lie outside `range` (a fabric numbers groups as it likes), but not outside what the kind can
    /// be on the wire: that is an error too and gives `None`, as does the second of two equal ones.
    /// Fixed numbers are recorded, so that a fact that is taken out later moves nothing if `range` has its number.
    /// Ask once per kind and scope: what a call does not name is free for its unseen keys.
    pub fn numbers(
        &mut self,
        kind: Kind,
        scope: &str,
        wanted: &[Wanted<u32>],
        range: RangeInclusive<u32>,
        choice: Choice,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Option<u32>> {
        let bounds = kind.bounds();
        debug_assert!(
            range.is_empty() || bounds.contains(range.start()) && bounds.contains(range.end()),
            "what is handed out can be read back"
        );
        let ranges = if range.is_empty() { Vec::new() } else { vec![(*range.start(), *range.end())] };
        let (taken, order, fixed) = (Set::default(), Order::Bytes, Fixed::Recorded);
        let request = Request { kind, scope, wanted, ranges, taken, choice, order, fixed };
        allocate(self.kinds.entry(kind).or_default(), &request, diagnostics)
    }

    /// Addresses for `wanted` out of `pools`, in the order of `wanted`, never one of `taken` (sorted or not).
    /// A kept entry that no longer lies in a pool, or is taken, is served anew. Otherwise as [`Ledger::numbers`],
    /// but a fixed address may lie outside the pools (a written address only has to lie in its subnet) and is not
    /// recorded. The lowest pool is used first, IPv4 before IPv6.
    pub fn addresses(
        &mut self,
        kind: Kind,
        scope: &str,
        wanted: &[Wanted<IpAddr>],
        pools: &[AddressRange],
        taken: &[IpAddr],
        diagnostics: &mut Diagnostics,
    ) -> Vec<Option<IpAddr>> {
        let request = from_pools(kind, scope, wanted, pools, taken);
        allocate(self.kinds.entry(kind).or_default(), &request, diagnostics)
    }

    /// As [`Ledger::addresses`], but unseen keys are served in the order of `wanted`: for hosts in natural order,
    /// whose addresses an operator reads off in a row.
    pub fn addresses_in_order(
        &mut self,
        kind: Kind,
        scope: &str,
        wanted: &[Wanted<IpAddr>],
        pools: &[AddressRange],
        taken: &[IpAddr],
        diagnostics: &mut Diagnostics,
    ) -> Vec<Option<IpAddr>> {
        let request = Request { order: Order::Asked, ..from_pools(kind, scope, wanted, pools, taken) };
        allocate(self.kinds.entry(kind).or_default(), &request, diagnostics)
    }

    /// How many values out of `pools` tombstones of a scope keep from everybody, once the scope has been asked for.
    #[must_use]
    pub fn tombstones(&self, kind: Kind, scope: &str, pools: &[AddressRange]) -> usize {
        let Some(slots) = self.kinds.get(&kind) else { return 0 };
        let (from, to) = scope_bounds(scope);
        let scope = slots.range::<str, _>((from.as_bound(), to.as_bound()));
        let removed = scope.filter_map(|(_, slot)| match slot.outcome(kind) {
            Standing::Removed(value) => IpAddr::read(value),
            Standing::Live(_) | Standing::Gone => None,
        });
        removed.filter(|address| pools.iter().any(|pool| pool.contains(*address))).count()
    }

    /// The value that a key has, as the file spells it: of this compile, or else of the lock as it was, tombstones
    /// included. For kinds that draw from one pool: what the one keeps, the other, asked earlier, must not take.
    #[must_use]
    pub fn kept(&self, kind: Kind, scope: &str, key: &str) -> Option<String> {
        let slot = self.slot(kind, &full_key(scope, key))?;
        let before = slot.before().filter(|_| !slot.dropped);
        slot.after.as_ref().or(before).map(ToString::to_string)
    }
}

/// One call.
pub(super) struct Request<'a, T> {
    pub(super) kind: Kind,
    pub(super) scope: &'a str,
    pub(super) wanted: &'a [Wanted<T>],
    /// Disjoint, ascending.
    pub(super) ranges: Vec<(T, T)>,
    pub(super) taken: Set<T>,
    choice: Choice,
    order: Order,
    pub(super) fixed: Fixed,
}

impl<T: Ordinal> Request<'_, T> {
    /// Whether a value is one to be handed out, if nobody has it.
    pub(super) fn hands_out(&self, value: T) -> bool {
        lies_in(&self.ranges, value) && !self.taken.contains(&value)
    }
}

fn from_pools<'a>(
    kind: Kind,
    scope: &'a str,
    wanted: &'a [Wanted<IpAddr>],
    pools: &[AddressRange],
    taken: &[IpAddr],
) -> Request<'a, IpAddr> {
    Request {
        kind,
        scope,
        wanted,
        ranges: disjoint(pools),
        taken: taken.iter().copied().collect(),
        choice: Choice::LowestFree,
        order: Order::Bytes,
        fixed: Fixed::Written,
    }
}

/// In which order unseen keys are served.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Of the keys' bytes.
    Bytes,
    /// Of the wishes.
    Asked,
}

/// What becomes of a fixed value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    /// A fact: is kept in the lock.
    Recorded,
    /// Written in the intent, which stays its only home.
    Written,
}

/// What can be counted through.
pub(super) trait Ordinal: Copy + Ord + Hash + Display {
    /// Whether values of the kind can be this at all.
    fn is_possible(self, kind: Kind) -> bool;
    fn next(self) -> Option<Self>;
    fn read(value: &Value) -> Option<Self>;
    fn value(self) -> Value;
}

impl Ordinal for u32 {
    fn is_possible(self, kind: Kind) -> bool {
        kind.bounds().contains(&self)
    }
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn read(value: &Value) -> Option<Self> {
        if let Value::Number(number) = value { Some(*number) } else { None }
    }
    fn value(self) -> Value {
        Value::Number(self)
    }
}

impl Ordinal for IpAddr {
    fn is_possible(self, _: Kind) -> bool {
        true
    }
    fn next(self) -> Option<Self> {
        match self {
            Self::V4(v4) => v4.to_bits().checked_add(1).map(|bits| Self::V4(Ipv4Addr::from_bits(bits))),
            Self::V6(v6) => v6.to_bits().checked_add(1).map(|bits| Self::V6(Ipv6Addr::from_bits(bits))),
        }
    }
    fn read(value: &Value) -> Option<Self> {
        if let Value::Address(address) = value { Some(*address) } else { None }
    }
    fn value(self) -> Value {
        Value::Address(self)
    }
}

/// An entry that lost its value.
pub(super) struct Loser<T> {
    pub(super) wanted: usize,
    pub(super) had: T,
    /// Who has it now; `None`: it lies outside the ranges, or is taken.
    pub(super) winner: Option<usize>,
}

/// What came of a call.
pub(super) struct Outcome<'a, T> {
    /// Full keys, as the wishes.
    pub(super) keys: &'a [String],
    pub(super) slots: &'a Slots,
    pub(super) given: &'a [Option<T>],
}

fn allocate<T: Ordinal>(slots: &mut Slots, request: &Request<'_, T>, diagnostics: &mut Diagnostics) -> Vec<Option<T>> {
    let Request { kind, scope, wanted, .. } = *request;
    let keys: Vec<String> = wanted.iter().map(|one| full_key(scope, &one.key)).collect();
    debug_assert_eq!(keys.iter().collect::<Set<_>>().len(), keys.len(), "keys are unique in a call");

    let mut given: Vec<Option<T>> = vec![None; wanted.len()];
    let fixed = fixed_values(request, &mut given, diagnostics);

    // What others in the scope hold for good, and the highest that was in use before this compile.
    let mut held: Set<T> = request.taken.clone();
    held.extend(fixed.keys());
    let mut highest = None;
    // What was asked for has its slot found here and is not looked up again: a scope may have every port of a host.
    let mut kept: Vec<Option<T>> = vec![None; wanted.len()];
    let mut wanted_by: Vec<Option<usize>> = Vec::new();
    let (from, to) = scope_bounds(scope);
    let known = slots.range_mut::<str, _>((from.as_bound(), to.as_bound()));
    let mut known = known.peekable();
    // Of a scope that is new, which all are in a compile without a lock, nothing has to be looked up.
    let is_new = known.peek().is_none();
    let asked: Map<&str, usize> =
        if is_new { Map::default() } else { keys.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect() };
    for (key, slot) in known {
        let before = slot.before().and_then(T::read);
        highest = highest.max(before.filter(|value| lies_in(&request.ranges, *value)));
        let at = asked.get(key.as_str()).copied();
        wanted_by.push(at);
        if let Some(at) = at {
            kept[at] = slot.value().and_then(T::read);
            continue;
        }
        if let Some(after) = slot.after.as_ref().and_then(T::read) {
            held.insert(after);
        } else if let Some(before) = before.filter(|_| kind.leaves_tombstones() && !slot.dropped) {
            // A written value beats a tombstone: whoever wrote it knows that the address is free.
            slot.dropped = fixed.contains_key(&before);
            held.insert(before);
        }
    }

    let mut order: Vec<usize> = (0..wanted.len()).filter(|at| wanted[*at].fixed.is_none()).collect();
    if request.order == Order::Bytes {
        order.sort_unstable_by_key(|at| keys[*at].as_str());
    }
    let mut unseen = Vec::new();
    let mut losers = Vec::new();
    for at in order {
        let Some(value) = kept[at] else {
            unseen.push(at);
            continue;
        };
        let outside = !request.hands_out(value);
        if !outside && held.insert(value) {
            given[at] = Some(value);
            continue;
        }
        let winner = fixed.get(&value).copied();
        // A value that two entries of the lock share was reported where it stands.
        if outside || winner.is_some() {
            losers.push(Loser { wanted: at, had: value, winner });
        }
        unseen.push(at);
    }
    // Losers are served like the unseen, in the one order.
    serve(request, &mut given, &unseen, &held, highest);

    // Nearly every call has nothing to tell, and its keys can move into the slots.
    let quiet = losers.is_empty() && unseen.iter().all(|at| given[*at].is_some());
    let told = if quiet { Vec::new() } else { keys.clone() };
    let outcome = |at: usize| {
        let written = wanted[at].fixed.is_some() && request.fixed == Fixed::Written;
        given[at].filter(|_| !written).map(T::value)
    };
    let mut is_known = vec![false; wanted.len()];
    for (slot, at) in slots.range_mut::<str, _>((from.as_bound(), to.as_bound())).map(|(_, slot)| slot).zip(wanted_by) {
        let Some(at) = at else { continue };
        is_known[at] = true;
        match outcome(at) {
            Some(value) => slot.after = Some(value),
            None => slot.dropped = true,
        }
    }
    for (at, key) in keys.into_iter().enumerate().filter(|(at, _)| !is_known[*at]) {
        if let Some(value) = outcome(at) {
            slots.entry(key).or_default().after = Some(value);
        }
    }
    if !quiet {
        let outcome = Outcome { keys: &told, slots, given: &given };
        report::losers(request, &outcome, &losers, diagnostics);
        report::full(request, &outcome, &unseen, diagnostics);
    }
    given
}

/// Gives the fixed values out and says who holds which.
fn fixed_values<T: Ordinal>(
    request: &Request<'_, T>,
    given: &mut [Option<T>],
    diagnostics: &mut Diagnostics,
) -> BTreeMap<T, usize> {
    let mut fixed = BTreeMap::new();
    for (at, one) in request.wanted.iter().enumerate() {
        let Some(value) = one.fixed else { continue };
        if !value.value.is_possible(request.kind) && !lies_in(&request.ranges, value.value) {
            diagnostics.push(report::outside(request, at, value));
            continue;
        }
        let first = *fixed.entry(value.value).or_insert(at);
        if first == at {
            given[at] = Some(value.value);
        } else {
            diagnostics.push(report::equal(request, first, at, value));
        }
    }
    fixed
}

/// Serves `unseen`, which are in order, from what nobody holds.
fn serve<T: Ordinal>(
    request: &Request<'_, T>,
    given: &mut [Option<T>],
    unseen: &[usize],
    held: &Set<T>,
    highest: Option<T>,
) {
    if unseen.is_empty() {
        return;
    }
    let mut used: Vec<T> = held.iter().copied().filter(|value| lies_in(&request.ranges, *value)).collect();
    used.sort_unstable();
    let ranges = &request.ranges;
    let ordered = match (request.choice, highest.max(used.last().copied())) {
        (Choice::LowestFree, _) | (Choice::AboveHighest, None) => ranges.clone(),
        (Choice::AboveHighest, Some(highest)) => {
            let above = ranges.iter().filter(|(_, last)| *last > highest);
            let above = above.filter_map(|(first, last)| Some(((*first).max(highest.next()?), *last)));
            let below = ranges.iter().filter(|(first, _)| *first <= highest);
            let below = below.map(|(first, last)| (*first, (*last).min(highest)));
            above.chain(below).collect()
        }
    };
    let free = ordered.into_iter().flat_map(|range| gaps(range, &used));
    for (at, value) in unseen.iter().zip(free) {
        given[*at] = Some(value);
    }
}

/// The values of a range that are not in `used`, which is sorted.
fn gaps<T: Ordinal>((first, last): (T, T), used: &[T]) -> impl Iterator<Item = T> {
    let mut used = used[used.partition_point(|value| *value < first)..].iter().copied().peekable();
    let mut cursor = Some(first);
    std::iter::from_fn(move || {
        loop {
            let value = cursor.filter(|value| *value <= last)?;
            cursor = value.next();
            if used.next_if_eq(&value).is_none() {
                return Some(value);
            }
        }
    })
}

/// The pools, ascending and joined where they touch, so that no address is served twice.
fn disjoint(pools: &[AddressRange]) -> Vec<(IpAddr, IpAddr)> {
    let mut sorted: Vec<(IpAddr, IpAddr)> = pools.iter().map(|pool| (pool.first, pool.last)).collect();
    sorted.sort_unstable();
    let mut joined: Vec<(IpAddr, IpAddr)> = Vec::with_capacity(sorted.len());
    for (first, last) in sorted {
        match joined.last_mut() {
            Some((_, end)) if first.is_ipv4() == end.is_ipv4() && first <= *end => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    joined
}

fn lies_in<T: Ordinal>(ranges: &[(T, T)], value: T) -> bool {
    let behind = ranges.partition_point(|(first, _)| *first <= value);
    behind > 0 && value <= ranges[behind - 1].1
}

fn full_key(scope: &str, key: &str) -> String {
    if scope.is_empty() { key.to_owned() } else { [scope, " ", key].concat() }
}

/// One end of the keys of a scope.
pub(super) enum Edge {
    Open,
    From(String),
    Before(String),
}

impl Edge {
    pub(super) fn as_bound(&self) -> Bound<&str> {
        match self {
            Self::Open => Bound::Unbounded,
            Self::From(key) => Bound::Included(key),
            Self::Before(key) => Bound::Excluded(key),
        }
    }
}

/// The keys that start with the scope and a blank; `!` is the character behind the blank.
pub(super) fn scope_bounds(scope: &str) -> (Edge, Edge) {
    if scope.is_empty() {
        (Edge::Open, Edge::Open)
    } else {
        (Edge::From(format!("{scope} ")), Edge::Before(format!("{scope}!")))
    }
}
