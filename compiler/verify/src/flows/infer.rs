//! Asking the flows for the numbers that they alone know.
//!
//! A flow that an artifact asks for is found among the host's by what is no such number: a MAC, an address, a port. What
//! stands at the unknowns' places there is a vote. Numbers that have become known find further flows, and over all hosts
//! the most votes win, so that one changed flow does not change what the others are held against.

use std::collections::{BTreeMap, HashMap};

use super::pattern::{Pattern, number, split, unknown};
use super::sheet::{Sheet, Unknown};

/// How often each number was seen for each unknown.
pub(crate) type Votes = BTreeMap<Unknown, BTreeMap<u64, u32>>;
/// What each unknown is.
pub(crate) type Assignment = HashMap<Unknown, u64>;

/// More rounds than there are steps from an address over a group to a multicast address.
const ROUNDS: usize = 6;

/// The votes of one host's flows; `ports` are those of its list of ports.
pub(crate) fn vote(sheet: &Sheet, flows: &[&str], ports: &BTreeMap<&str, u32>) -> Votes {
    let mut tally: Vec<BTreeMap<u64, u32>> = vec![BTreeMap::new(); sheet.unknowns.len()];
    for (at, unknown) in sheet.unknowns.iter().enumerate() {
        if let Unknown::Port(name) = unknown
            && let Some(port) = ports.get(name.as_str())
        {
            *tally[at].entry(u64::from(*port)).or_default() += 1;
        }
    }
    let expected: Vec<Pattern<'_>> = sheet.flows.iter().map(|(flow, _)| split(flow)).collect();
    let found: Vec<Pattern<'_>> = flows.iter().map(|flow| split(flow)).collect();
    let mut buckets: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (at, pattern) in expected.iter().enumerate().filter(|(_, pattern)| !pattern.values.is_empty()) {
        buckets.entry(&pattern.shape).or_default().0.push(at);
    }
    for (at, pattern) in found.iter().enumerate() {
        if let Some(bucket) = buckets.get_mut(pattern.shape.as_str()) {
            bucket.1.push(at);
        }
    }
    let mut open: Vec<(Vec<usize>, Vec<usize>)> = buckets.into_values().collect();
    // The order of a hash is nobody's business.
    open.sort();
    for _ in 0..ROUNDS {
        let known: Vec<Option<u64>> = tally.iter().map(most).collect();
        let mut learnt = false;
        for (wanted, there) in &mut open {
            let pairs = pairs(wanted, there, &expected, &found, &known);
            learnt |= !pairs.is_empty();
            for (want, have) in &pairs {
                for (value, seen) in expected[*want].values.iter().zip(&found[*have].values) {
                    if let (Some(unknown), Some(number)) = (unknown(value), number(seen)) {
                        *tally[unknown].entry(number).or_default() += 1;
                    }
                }
            }
            wanted.retain(|want| !pairs.iter().any(|(paired, _)| paired == want));
        }
        open.retain(|(wanted, _)| !wanted.is_empty());
        if !learnt {
            break;
        }
    }
    sheet.unknowns.iter().cloned().zip(tally).collect()
}

/// Which of the flows of one shape are certainly which.
fn pairs(
    wanted: &[usize],
    there: &[usize],
    expected: &[Pattern<'_>],
    found: &[Pattern<'_>],
    known: &[Option<u64>],
) -> Vec<(usize, usize)> {
    if let ([want], [have]) = (wanted, there) {
        return vec![(*want, *have)];
    }
    let value = |want: usize, place: usize| match unknown(expected[want].values[place]) {
        Some(unknown) => known[unknown],
        None => number(expected[want].values[place]),
    };
    let places = expected[wanted.first().copied().unwrap_or_default()].values.len();
    // The place whose numbers tell most flows apart; then each flow is looked up, and not compared with each.
    let tells = |place: &usize| {
        let mut values: Vec<u64> = wanted.iter().filter_map(|want| value(*want, *place)).collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let Some(place) = (0..places).max_by_key(|place| (tells(place), usize::MAX - place)) else { return Vec::new() };
    let mut by_value: HashMap<Option<u64>, Vec<usize>> = HashMap::new();
    for have in there {
        by_value.entry(number(found[*have].values[place])).or_default().push(*have);
    }
    let mut paired = Vec::new();
    for want in wanted {
        let Some(at) = value(*want, place) else { continue };
        let fits = |have: &usize| {
            (0..places).all(|place| {
                value(*want, place).is_none_or(|wanted| Some(wanted) == number(found[*have].values[place]))
            })
        };
        let mut candidates = by_value.get(&Some(at)).into_iter().flatten().filter(|have| fits(have));
        if let (Some(have), None) = (candidates.next(), candidates.next()) {
            paired.push((*want, *have));
        }
    }
    paired
}

fn most(votes: &BTreeMap<u64, u32>) -> Option<u64> {
    votes.iter().max_by_key(|(number, votes)| (**votes, std::cmp::Reverse(**number))).map(|(number, _)| *number)
}

/// What the votes of all hosts come to. Ports are each host's own.
pub(crate) fn global<'a>(votes: impl Iterator<Item = &'a Votes>) -> Assignment {
    let mut all = Votes::new();
    for (unknown, counted) in votes.flatten().filter(|(unknown, _)| !matches!(unknown, Unknown::Port(_))) {
        let sum = all.entry(unknown.clone()).or_default();
        for (number, count) in counted {
            *sum.entry(*number).or_default() += count;
        }
    }
    all.into_iter().filter_map(|(unknown, votes)| Some((unknown, most(&votes)?))).collect()
}

/// One host's numbers: everybody's, and its own ports.
pub(crate) fn local(sheet: &Sheet, votes: &Votes, global: &Assignment) -> Vec<Option<u64>> {
    let of = |unknown: &Unknown| {
        if matches!(unknown, Unknown::Port(_)) {
            return votes.get(unknown).and_then(most);
        }
        global.get(unknown).copied()
    };
    sheet.unknowns.iter().map(of).collect()
}

/// A flow with its numbers put in.
pub(crate) fn fill(flow: &str, numbers: &[Option<u64>]) -> String {
    let mut filled = String::with_capacity(flow.len() + 16);
    let mut rest = flow;
    while let Some(at) = rest.find(['$', '#']) {
        let (before, behind) = rest.split_at(at);
        filled.push_str(before);
        let end = behind.find(';').unwrap_or(behind.len() - 1);
        match unknown(&behind[..=end]).and_then(|unknown| numbers[unknown]) {
            Some(number) if behind.starts_with('$') => filled.push_str(&super::sheet::hex(number)),
            Some(number) => filled.push_str(&number.to_string()),
            None => filled.push('?'),
        }
        rest = &behind[end + 1..];
    }
    filled.push_str(rest);
    filled
}
