//! Numbers and addresses: what is kept stays, what is fixed wins, and the rest is served from the gaps.
//!
//! A call costs the sort of its own scope: pools are walked gap by gap, never counted through, so that a /8 or a /64
//! costs no more than what is used of it.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::{Bound, RangeInclusive};

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_intent::scalar::AddressRange;

use super::codes::{EQUAL_FACTS, EVICTED_ALLOCATION, FACT_OUTSIDE_RANGE, FULL_POOL, FULL_RANGE, MOVED_ALLOCATION};
use super::kind::Kind;
use super::value::Value;
use super::{Choice, Ledger, Slots, Wanted};

impl Ledger {
    /// Numbers for `wanted` out of `range`, in the order of `wanted`.
    /// `scope` is put in front of each key (`<scope> <key>`) unless empty; numbers are unique within a scope.
    /// Kept entries keep theirs; a fixed number that an entry holds evicts the entry, which is served anew, with a finding;
    /// two equal fixed numbers are an error; unseen keys are served in byte order; a full range is an error.
    ///
    /// A fixed number outside `range` is an error too and gives `None`, as does the second of two equal ones.
    /// Fixed numbers are recorded, so that a fact that is taken out later moves nothing.
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
        let ranges = if range.is_empty() { Vec::new() } else { vec![(*range.start(), *range.end())] };
        let taken = HashSet::new();
        let request = Request { kind, scope, wanted, ranges, taken, choice, fixed: Fixed::Recorded };
        allocate(self.kinds.entry(kind).or_default(), &request, diagnostics)
    }

    /// Addresses for `wanted` out of `pools`, in the order of `wanted`, never one of `taken` (sorted or not).
    /// A kept entry that no longer lies in a pool, or is taken, is served anew. Otherwise as [`Ledger::numbers`],
    /// but a fixed address may lie outside the pools (a written address only has to lie in its subnet) and is not
    /// recorded. The lowest pool is used first, IPv4 before IPv6. SNAT addresses are served to hosts in natural order.
    pub fn addresses(
        &mut self,
        kind: Kind,
        scope: &str,
        wanted: &[Wanted<IpAddr>],
        pools: &[AddressRange],
        taken: &[IpAddr],
        diagnostics: &mut Diagnostics,
    ) -> Vec<Option<IpAddr>> {
        let ranges = disjoint(pools);
        let taken = taken.iter().copied().collect();
        let choice = Choice::LowestFree;
        let request = Request { kind, scope, wanted, ranges, taken, choice, fixed: Fixed::Written };
        allocate(self.kinds.entry(kind).or_default(), &request, diagnostics)
    }

    /// The addresses that the lock holds in a scope, tombstones included, by key: what another kind that draws from
    /// the same pools and is asked earlier must not take.
    #[must_use]
    pub fn kept_addresses(&self, kind: Kind, scope: &str) -> Vec<IpAddr> {
        let Some(slots) = self.kinds.get(&kind) else { return Vec::new() };
        let (from, to) = scope_bounds(scope);
        let values = slots.range::<str, _>((from.as_bound(), to.as_bound())).filter(|(_, slot)| !slot.dropped);
        values.filter_map(|(_, slot)| IpAddr::read(slot.after.as_ref().or(slot.before.as_ref())?)).collect()
    }
}

/// One call.
struct Request<'a, T> {
    kind: Kind,
    scope: &'a str,
    wanted: &'a [Wanted<T>],
    /// Disjoint, ascending.
    ranges: Vec<(T, T)>,
    taken: HashSet<T>,
    choice: Choice,
    fixed: Fixed,
}

/// What becomes of a fixed value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fixed {
    /// A fact: must lie in the range, and is kept in the lock.
    Recorded,
    /// Written in the intent, which stays its only home.
    Written,
}

/// What can be counted through.
trait Ordinal: Copy + Ord + Hash + Display {
    fn next(self) -> Option<Self>;
    fn read(value: &Value) -> Option<Self>;
    fn value(self) -> Value;
}

impl Ordinal for u32 {
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
struct Loser<T> {
    wanted: usize,
    had: T,
    /// Who has it now; `None`: it lies outside the ranges, or is taken.
    winner: Option<usize>,
}

fn allocate<T: Ordinal>(slots: &mut Slots, request: &Request<'_, T>, diagnostics: &mut Diagnostics) -> Vec<Option<T>> {
    let Request { kind, scope, wanted, .. } = *request;
    let keys: Vec<String> = wanted.iter().map(|one| full_key(scope, &one.key)).collect();
    let asked: HashSet<&str> = keys.iter().map(String::as_str).collect();
    debug_assert_eq!(asked.len(), keys.len(), "keys are unique in a call");

    let mut given: Vec<Option<T>> = vec![None; wanted.len()];
    let fixed = fixed_values(request, &mut given, diagnostics);

    // What others in the scope hold for good, and the highest that was in use before this compile.
    let mut held: HashSet<T> = request.taken.clone();
    held.extend(fixed.keys());
    let mut highest = None;
    let (from, to) = scope_bounds(scope);
    for (key, slot) in slots.range_mut::<str, _>((from.as_bound(), to.as_bound())) {
        let before = slot.before.as_ref().and_then(T::read);
        highest = highest.max(before.filter(|value| lies_in(&request.ranges, *value)));
        if asked.contains(key.as_str()) {
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
    order.sort_by(|a, b| kind.order(&keys[*a], &keys[*b]));
    let mut unseen = Vec::new();
    let mut losers = Vec::new();
    for at in order {
        let kept = slots.get(&keys[at]).and_then(|slot| T::read(slot.after.as_ref().or(slot.before.as_ref())?));
        let Some(value) = kept else {
            unseen.push(at);
            continue;
        };
        let outside = request.taken.contains(&value) || !lies_in(&request.ranges, value);
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

    for ((at, key), value) in keys.iter().enumerate().zip(&given) {
        let written = wanted[at].fixed.is_some() && request.fixed == Fixed::Written;
        match value {
            Some(value) if !written => slots.entry(key.clone()).or_default().after = Some(value.value()),
            _ => {
                if let Some(slot) = slots.get_mut(key.as_str()) {
                    slot.dropped = true;
                }
            }
        }
    }
    report_losers(request, &keys, slots, &given, &losers, diagnostics);
    report_full(request, &keys, slots, &given, &unseen, diagnostics);
    given
}

/// Gives the fixed values out and says who holds which.
fn fixed_values<T: Ordinal>(
    request: &Request<'_, T>,
    given: &mut [Option<T>],
    diagnostics: &mut Diagnostics,
) -> BTreeMap<T, usize> {
    let mut fixed = BTreeMap::new();
    let nouns = request.kind.nouns();
    for (at, one) in request.wanted.iter().enumerate() {
        let Some(value) = one.fixed else { continue };
        if request.fixed == Fixed::Recorded && !lies_in(&request.ranges, value.value) {
            let message =
                format!("{} of `{}` is not among the {nouns} {}", value.value, one.key, spell(&request.ranges));
            diagnostics.push(
                Diagnostic::at(&FACT_OUTSIDE_RANGE, value.span, message)
                    .help(format!("write one of {}, or leave it out to have one handed out", spell(&request.ranges))),
            );
            continue;
        }
        let first = *fixed.entry(value.value).or_insert(at);
        if first == at {
            given[at] = Some(value.value);
            continue;
        }
        let other = &request.wanted[first];
        let message = format!("{} is written for both `{}` and `{}`", value.value, other.key, one.key);
        let mut finding = Diagnostic::at(&EQUAL_FACTS, value.span, message);
        if let Some(place) = other.fixed {
            finding = finding.label(place.span, "the same here");
        }
        diagnostics.push(finding.help(format!("{nouns} differ {}: correct one of the two", within(request.scope))));
    }
    fixed
}

/// Serves `unseen`, which are in order, from what nobody holds.
fn serve<T: Ordinal>(
    request: &Request<'_, T>,
    given: &mut [Option<T>],
    unseen: &[usize],
    held: &HashSet<T>,
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

fn report_losers<T: Ordinal>(
    request: &Request<'_, T>,
    keys: &[String],
    slots: &Slots,
    given: &[Option<T>],
    losers: &[Loser<T>],
    diagnostics: &mut Diagnostics,
) {
    let gets = |at: usize| given[at].map_or_else(|| "gets none".to_owned(), |value| format!("gets {value}"));
    let entry = |at: usize| slots.get(&keys[at]).and_then(|slot| slot.span);
    for loser in losers {
        let Some(winner) = loser.winner else { continue };
        let (key, had) = (&keys[loser.wanted], loser.had);
        let message = format!("{had} is written for `{}`; `{key}` had it and {}", keys[winner], gets(loser.wanted));
        let mut finding = Diagnostic::new(&EVICTED_ALLOCATION, message);
        if let Some(fixed) = &request.wanted[winner].fixed {
            finding = finding.label(fixed.span, "written here");
        }
        if let Some(span) = entry(loser.wanted) {
            finding = finding.label(span, "handed out here");
        }
        diagnostics.push(finding);
    }
    // One finding per scope: a pool that moves takes every entry with it.
    let moved: Vec<&Loser<T>> = losers.iter().filter(|loser| loser.winner.is_none()).collect();
    let Some(first) = moved.first() else { return };
    let (key, had) = (&keys[first.wanted], first.had);
    let why = if request.taken.contains(&had) {
        "is taken".to_owned()
    } else {
        format!("lies outside {}", spell(&request.ranges))
    };
    let more = match moved.len() - 1 {
        0 => String::new(),
        1 => "; so does another".to_owned(),
        more => format!("; so do {more} others"),
    };
    let message = format!("{had} of `{key}` {why}: the entry {}{more}", gets(first.wanted));
    let mut finding = Diagnostic::new(&MOVED_ALLOCATION, message);
    if let Some(span) = entry(first.wanted).or(request.wanted[first.wanted].span) {
        finding = finding.label(span, "handed out here");
    }
    diagnostics.push(finding);
}

fn report_full<T: Ordinal>(
    request: &Request<'_, T>,
    keys: &[String],
    slots: &Slots,
    given: &[Option<T>],
    unseen: &[usize],
    diagnostics: &mut Diagnostics,
) {
    let without: Vec<usize> = unseen.iter().copied().filter(|at| given[*at].is_none()).collect();
    let Some(first) = without.first() else { return };
    let nouns = request.kind.nouns();
    let owner = if request.scope.is_empty() { "the site".to_owned() } else { format!("`{}`", request.scope) };
    let lack = match without.len() {
        1 => format!("`{}` gets none", keys[*first]),
        lack => format!("{lack} get none, the first is `{}`", keys[*first]),
    };
    let ranges = if request.ranges.is_empty() { String::new() } else { format!(" {}", spell(&request.ranges)) };
    let message = format!("the {nouns}{ranges} of {owner} are used up: {lack}");
    let (from, to) = scope_bounds(request.scope);
    let scope = slots.range::<str, _>((from.as_bound(), to.as_bound()));
    let tombstones = scope.filter(|(_, slot)| slot.after.is_none() && !slot.dropped).count();
    let (code, help) = match request.fixed {
        Fixed::Recorded => (&FULL_RANGE, "remove what is no longer needed there".to_owned()),
        Fixed::Written if request.kind.leaves_tombstones() && tombstones > 0 => (
            &FULL_POOL,
            format!("widen the pool, or free the {tombstones} reserved for removed hosts: `aciform lock compact`"),
        ),
        Fixed::Written => (&FULL_POOL, "widen the pool, or write an address".to_owned()),
    };
    let mut finding = Diagnostic::new(code, message);
    if let Some(span) = request.wanted[*first].span {
        finding = finding.label(span, "");
    }
    diagnostics.push(finding.help(help));
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

/// Up to three ranges, and how many more there are.
fn spell<T: Ordinal>(ranges: &[(T, T)]) -> String {
    let shown: Vec<String> = ranges
        .iter()
        .take(3)
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    match ranges.len() {
        0 => "an empty range".to_owned(),
        1..=3 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), more - 3),
    }
}

fn within(scope: &str) -> String {
    if scope.is_empty() { "within a site".to_owned() } else { format!("within `{scope}`") }
}

fn full_key(scope: &str, key: &str) -> String {
    if scope.is_empty() { key.to_owned() } else { format!("{scope} {key}") }
}

/// One end of the keys of a scope.
enum Edge {
    Open,
    From(String),
    Before(String),
}

impl Edge {
    fn as_bound(&self) -> Bound<&str> {
        match self {
            Self::Open => Bound::Unbounded,
            Self::From(key) => Bound::Included(key),
            Self::Before(key) => Bound::Excluded(key),
        }
    }
}

/// The keys that start with the scope and a blank; `!` is the character behind the blank.
fn scope_bounds(scope: &str) -> (Edge, Edge) {
    if scope.is_empty() {
        (Edge::Open, Edge::Open)
    } else {
        (Edge::From(format!("{scope} ")), Edge::Before(format!("{scope}!")))
    }
}
