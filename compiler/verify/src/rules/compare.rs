//! The rules that are there against those that are made of the devices, chain by chain and in order.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::Table;
use crate::codes::RULES_DISAGREE;
use crate::finding::{Finding, Place};
use crate::read::host::Host;

/// A chain as it stands: its policy, and its rules with their places.
#[derive(Debug, Default)]
struct Chain<'a> {
    policy: Option<(&'a str, Range<usize>)>,
    rules: Vec<(&'a str, Range<usize>)>,
}

type Found<'a> = BTreeMap<(&'a str, &'a str), Chain<'a>>;

/// Compares a file of rules, and says how many it holds. With a template of the site's own, lines that are not the agent's
/// may stand there too.
pub(super) fn compare(
    host: &Host<'_>,
    file: &str,
    wanted: &BTreeMap<&'static str, Table>,
    lenient: bool,
    findings: &mut Vec<Finding>,
) -> usize {
    let Some((path, text)) = host.text(file) else { return 0 };
    let (mut found, strays) = read(text);
    if let Some(range) = strays.first().filter(|_| !lenient) {
        let message = format!("`{path}` is not what iptables-restore reads: table, chains, rules, COMMIT");
        findings.push(Finding::new(&RULES_DISAGREE, message).at(Place::new(path, range.clone()), "out of place"));
    }
    let count = found.values().map(|chain| chain.rules.len()).sum();
    let none = Vec::new();
    for (name, table) in wanted {
        for (chain, policy) in &table.chains {
            let rules = table.rules.get(chain).unwrap_or(&none);
            let Some(there) = found.remove(&(*name, chain.as_str())) else {
                let message = format!("`{path}` lacks chain `{chain}` of table `{name}`");
                findings.push(Finding::new(&RULES_DISAGREE, message).at(Place::file(path), "not in these rules"));
                continue;
            };
            findings.extend(chain_differs(path, name, chain, policy, rules, &there));
        }
    }
    for ((table, chain), there) in found {
        let place =
            there.policy.map(|(_, range)| range).or_else(|| there.rules.first().map(|(_, range)| range.clone()));
        let Some(place) = place.filter(|_| !lenient) else { continue };
        let message = format!("no device of `{}` has chain `{chain}` of table `{table}`", host.name);
        findings.push(Finding::new(&RULES_DISAGREE, message).at(Place::new(path, place), "made for nothing"));
    }
    count
}

/// The first thing in which a chain is not what it is to be.
fn chain_differs(
    path: &str,
    table: &str,
    chain: &str,
    policy: &str,
    wanted: &[String],
    there: &Chain<'_>,
) -> Option<Finding> {
    let at = |range: &Range<usize>| Place::new(path, range.clone());
    match &there.policy {
        None => {
            let message = format!("chain `{chain}` of table `{table}` is not declared, so its rules have no place");
            let range = there.rules.first().map(|(_, range)| range.clone()).unwrap_or_default();
            return Some(Finding::new(&RULES_DISAGREE, message).at(at(&range), "its first rule"));
        }
        Some((stated, range)) if *stated != format!("{policy} [0:0]") => {
            let message = format!("chain `{chain}` of table `{table}` has `{stated}`, and not `{policy} [0:0]`");
            return Some(Finding::new(&RULES_DISAGREE, message).at(at(range), "another policy"));
        }
        Some(_) => {}
    }
    let differs = (0..wanted.len().max(there.rules.len()))
        .find(|at| wanted.get(*at).map(String::as_str) != there.rules.get(*at).map(|(rule, _)| *rule))?;
    let mut spare: HashMap<&str, isize> = HashMap::new();
    wanted.iter().for_each(|rule| *spare.entry(rule).or_default() += 1);
    there.rules.iter().for_each(|(rule, _)| *spare.entry(rule).or_default() -= 1);
    let missing = wanted.iter().find(|rule| spare[rule.as_str()] > 0);
    let strange = there.rules.iter().find(|(rule, _)| spare[rule] < 0);
    let (message, range, label) = match (missing, strange) {
        (Some(rule), Some((_, range))) => {
            (format!("chain `{chain}` lacks `{rule}`, which its devices' groups ask for"), range, "stands in its place")
        }
        (Some(rule), None) => {
            let next = there.rules.get(differs).or(there.rules.last()).map(|(_, range)| range);
            let range = next.or(there.policy.as_ref().map(|(_, range)| range))?;
            (format!("chain `{chain}` lacks `{rule}`, which its devices' groups ask for"), range, "missing here")
        }
        (None, Some((rule, range))) => (
            format!("no group of the chain's devices asks for `{rule}` in chain `{chain}`"),
            range,
            "asked for by nothing",
        ),
        (None, None) => {
            let (_, range) = there.rules.get(differs)?;
            (format!("the rules of chain `{chain}` are not in the order of its groups"), range, "out of order")
        }
    };
    Some(Finding::new(&RULES_DISAGREE, message).at(at(range), label))
}

/// Reads what iptables-restore takes; what it would not take is a stray.
fn read(text: &str) -> (Found<'_>, Vec<Range<usize>>) {
    let mut found = Found::new();
    let mut strays = Vec::new();
    let mut table = None;
    // A rule may name any chain that is declared by then, so the chains of a table come before its rules.
    let mut has_rules = false;
    let mut seen = BTreeSet::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let range = start..start + content.len();
        start += line.len();
        match (content.as_bytes().first(), table) {
            (None | Some(b'#'), _) => {}
            (Some(b'*'), None) if seen.insert(&content[1..]) => (table, has_rules) = (Some(&content[1..]), false),
            (Some(b'C'), Some(_)) if content == "COMMIT" => table = None,
            (Some(b':'), Some(table)) => {
                let (chain, policy) = content[1..].split_once(' ').unwrap_or((&content[1..], ""));
                let twice = found.entry((table, chain)).or_default().policy.replace((policy, range.clone()));
                strays.extend((twice.is_some() || has_rules).then_some(range));
            }
            (Some(b'-'), Some(table)) if content.starts_with("-A ") => {
                has_rules = true;
                let (chain, rule) = content[3..].split_once(' ').unwrap_or((&content[3..], ""));
                found.entry((table, chain)).or_default().rules.push((rule, range));
            }
            _ => strays.push(range),
        }
    }
    if table.is_some() {
        strays.push(start.saturating_sub(1)..start);
    }
    (found, strays)
}
