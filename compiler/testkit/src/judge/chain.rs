//! Rule sets in a form that is the same where packets fare the same. What is taken for equal, and why that is proved:
//!
//! - comments and chains that nothing jumps to do nothing;
//! - behind a rule that ends every packet's way through a chain, nothing is reached, a policy included;
//! - a rule behind one that takes all its packets and ends their way, or behind one that is the same, does nothing;
//! - a jump to a chain without rules does nothing;
//! - at the end of a chain, a rule that does what happens there anyway does nothing: RETURN in a chain that is called, the
//!   policy in a built-in one and in chains that are called only from such ends;
//! - two neighbours that do the same, or that no packet can meet both, may change places.

use std::collections::{BTreeMap, BTreeSet};

use crate::mutate::rule_words;

/// A chain's rules in order, and what happens behind them.
#[derive(Clone, Debug, Default)]
struct Chain {
    policy: Option<String>,
    rules: Vec<Rule>,
}

/// Conditions, sorted, and the target with its options.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    conditions: BTreeSet<Vec<String>>,
    target: Vec<String>,
}

type Chains = BTreeMap<String, Chain>;

/// What each table does, as lines.
pub(super) fn effects(printed: &[String]) -> BTreeMap<String, Vec<String>> {
    let tables = read(printed).into_iter();
    tables.map(|(name, chains)| (name, written(&simplified(chains)))).filter(|(_, lines)| !lines.is_empty()).collect()
}

/// The members of each set, without those that another covers.
pub(super) fn sets(printed: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut sets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in printed {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["create", name, options @ ..] => sets.entry((*name).to_owned()).or_default().push(options.join(" ")),
            ["add", name, member, ..] => sets.entry((*name).to_owned()).or_default().push((*member).to_owned()),
            _ => {}
        }
    }
    for members in sets.values_mut() {
        members.sort();
        let all = members.clone();
        members.retain(|member| !all.iter().any(|other| other != member && covers(other, member)));
    }
    sets
}

fn read(printed: &[String]) -> BTreeMap<String, Chains> {
    let mut tables: BTreeMap<String, Chains> = BTreeMap::new();
    let mut table = String::new();
    for line in printed {
        if let Some(name) = line.strip_prefix('*') {
            name.clone_into(&mut table);
        } else if let Some(declared) = line.strip_prefix(':') {
            let mut words = declared.split(' ').map(str::to_owned);
            let (Some(name), Some(policy)) = (words.next(), words.next()) else { continue };
            let policy = (policy != "-").then_some(policy);
            tables.entry(table.clone()).or_default().insert(name, Chain { policy, rules: Vec::new() });
        } else if line.starts_with("-A ") {
            let words = rule_words(line);
            let chain = tables.entry(table.clone()).or_default().entry(words[1].clone()).or_default();
            chain.rules.push(rule(&words[2..]));
        }
    }
    tables
}

fn rule(words: &[String]) -> Rule {
    let end = words.iter().position(|word| matches!(word.as_str(), "-j" | "-g")).unwrap_or(words.len());
    let mut conditions: Vec<Vec<String>> = Vec::new();
    for word in &words[..end] {
        // `! -s X` is one condition; a module's name says nothing by itself.
        let begins = word == "!" || word.starts_with('-') && conditions.last().is_none_or(|last| *last != ["!"]);
        match conditions.last_mut() {
            Some(last) if !begins => last.push(word.clone()),
            _ => conditions.push(vec![word.clone()]),
        }
    }
    conditions.retain(|condition| !matches!(condition[0].as_str(), "-m" | "--comment"));
    Rule { conditions: conditions.into_iter().collect(), target: words[end..].to_vec() }
}

impl Rule {
    /// Where a packet's way through the chain ends.
    fn is_final(&self) -> bool {
        self.verdict().is_some()
    }

    fn verdict(&self) -> Option<&str> {
        let name = self.target.get(1)?;
        matches!(name.as_str(), "ACCEPT" | "DROP" | "RETURN" | "REJECT" | "SNAT").then_some(name)
    }

    /// Whether no packet meets the conditions of both.
    fn excludes(&self, other: &Self) -> bool {
        self.conditions.iter().any(|one| other.conditions.iter().any(|two| one[0] == two[0] && disjoint(one, two)))
    }
}

fn disjoint(one: &[String], two: &[String]) -> bool {
    let ([option, one], [_, two]) = (one, two) else { return false };
    match option.as_str() {
        "-p" | "--physdev-in" | "--physdev-out" | "-i" | "-o" | "--mac-source" => one != two,
        "--sport" | "--dport" => one != two && !one.contains(':') && !two.contains(':'),
        "--state" => one.split(',').all(|state| two.split(',').all(|other| other != state)),
        "-s" | "-d" => !covers(one, two) && !covers(two, one),
        _ => false,
    }
}

/// Whether an address or prefix holds all addresses of another.
fn covers(outer: &str, inner: &str) -> bool {
    let bits = |text: &str| -> Option<(u128, u32, u32)> {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let (bits, width) = match address.parse::<std::net::IpAddr>().ok()? {
            std::net::IpAddr::V4(it) => (u128::from(u32::from(it)), 32),
            std::net::IpAddr::V6(it) => (u128::from(it), 128),
        };
        Some((bits, length.map_or(Some(width), |length| length.parse().ok())?, width))
    };
    let (Some((outer, length, width)), Some((inner, longer, other))) = (bits(outer), bits(inner)) else { return false };
    let shift = width.saturating_sub(length);
    width == other && length <= longer && (shift >= 128 || outer >> shift == inner >> shift)
}

/// Takes out what does nothing until there is nothing more to take out.
fn simplified(mut chains: Chains) -> Chains {
    loop {
        let before: usize = chains.values().map(|chain| chain.rules.len()).sum::<usize>() + chains.len();
        let empty: BTreeSet<String> = chains
            .iter()
            .filter(|(_, it)| it.policy.is_none() && it.rules.is_empty())
            .map(|(name, _)| name.clone())
            .collect();
        let ends: BTreeMap<String, String> = chains.keys().map(|name| (name.clone(), end(&chains, name, 0))).collect();
        for (name, chain) in &mut chains {
            chain.rules.retain(|rule| !rule.target.get(1).is_some_and(|target| empty.contains(target)));
            if let Some(at) = chain.rules.iter().position(|rule| rule.conditions.is_empty() && rule.is_final()) {
                chain.rules.truncate(at + 1);
            }
            let all = std::mem::take(&mut chain.rules);
            for rule in all {
                let dead = chain.rules.iter().any(|earlier| {
                    *earlier == rule || earlier.is_final() && earlier.conditions.is_subset(&rule.conditions)
                });
                if !dead {
                    chain.rules.push(rule);
                }
            }
            let verdict = |chain: &Chain| chain.rules.last().and_then(Rule::verdict).map(str::to_owned);
            while verdict(chain).is_some_and(|it| it == ends[name] || it == "RETURN") {
                chain.rules.pop();
            }
            // Without condition it is the policy that all packets meet.
            if let Some(last) = chain.rules.last().filter(|last| last.conditions.is_empty())
                && chain.policy.is_some()
                && let Some(verdict @ ("ACCEPT" | "DROP")) = last.verdict()
            {
                chain.policy = Some(verdict.to_owned());
                chain.rules.pop();
            }
        }
        let called: BTreeSet<String> =
            chains.values().flat_map(|chain| &chain.rules).filter_map(|rule| rule.target.get(1).cloned()).collect();
        chains.retain(|name, chain| chain.policy.is_some() || called.contains(name));
        if before == chains.values().map(|chain| chain.rules.len()).sum::<usize>() + chains.len() {
            return chains;
        }
    }
}

/// What happens to a packet that comes to the end of a chain: a verdict where all who call it end with one, else RETURN.
fn end(chains: &Chains, name: &str, depth: usize) -> String {
    let returned = || "RETURN".to_owned();
    if let Some(policy) = chains.get(name).and_then(|chain| chain.policy.clone()) {
        return policy;
    }
    let mut found = BTreeSet::new();
    for (caller, chain) in chains {
        for (at, rule) in chain.rules.iter().enumerate() {
            if rule.target.get(1).is_some_and(|target| target == name) {
                if at + 1 < chain.rules.len() || depth > 8 {
                    return returned();
                }
                found.insert(end(chains, caller, depth + 1));
            }
        }
    }
    if found.len() == 1 { found.pop_first().unwrap_or_else(returned) } else { returned() }
}

/// Lines: each chain with its rules, of those that may change places the smallest first.
fn written(chains: &Chains) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, Chain { policy, rules }) in chains {
        let policy = policy.as_deref().unwrap_or("-");
        if policy == "ACCEPT" && rules.is_empty() {
            continue;
        }
        lines.push(format!(":{name} {policy}"));
        let mut left: Vec<&Rule> = rules.iter().collect();
        while !left.is_empty() {
            let free = |at: &usize| left[..*at].iter().all(|earlier| commute(earlier, left[*at]));
            let Some(at) = (0..left.len()).filter(free).min_by_key(|at| left[*at]) else { break };
            let rule = left.remove(at);
            let conditions: Vec<String> = rule.conditions.iter().map(|words| words.join(" ")).collect();
            lines.push(format!("-A {name} {} {}", conditions.join(" "), rule.target.join(" ")));
        }
    }
    lines
}

/// The same verdict on both, or no packet for both.
fn commute(one: &Rule, two: &Rule) -> bool {
    one.target == two.target || one.excludes(two)
}

#[cfg(test)]
mod tests {
    use super::{effects, sets};

    /// Whether two lists of rules of a chain called `c`, which FORWARD jumps to twice, do the same.
    fn same(one: &[&str], two: &[&str]) -> bool {
        let text = |rules: &[&str]| {
            let head = [
                "*filter",
                ":FORWARD ACCEPT [0:0]",
                ":c - [0:0]",
                ":d - [0:0]",
                "-A FORWARD -j c",
                "-A FORWARD -i x -j d",
            ];
            let all = head.iter().map(|line| (*line).to_owned());
            let rules = rules.iter().map(|rule| format!("-A {rule}"));
            effects(&all.chain(rules).chain(["-A d -j DROP".to_owned()]).collect::<Vec<_>>())
        };
        text(one) == text(two)
    }

    #[test]
    fn what_no_packet_can_tell_apart_is_the_same() {
        assert!(same(&["c -p tcp -j DROP", "c -p udp -j DROP"], &["c -p udp -j DROP", "c -p tcp -j DROP"]));
        assert!(same(&["c -j DROP", "c -p udp -j ACCEPT"], &["c -j DROP"]));
        assert!(same(&["c -p udp -j DROP", "c -j RETURN"], &["c -p udp -j DROP"]));
        assert!(same(
            &["c -p tcp -m tcp --dport 1 -m comment --comment \"a b\" -j DROP"],
            &["c -p tcp -m tcp --dport 1 -j DROP"]
        ));
    }

    #[test]
    fn what_a_packet_can_tell_apart_is_not() {
        assert!(!same(&["c -p tcp -j DROP"], &["c -p udp -j DROP"]));
        assert!(!same(
            &["c -p tcp -j ACCEPT", "c -s 10.0.0.1/32 -j DROP"],
            &["c -s 10.0.0.1/32 -j DROP", "c -p tcp -j ACCEPT"]
        ));
        assert!(!same(&["c -p tcp -j DROP"], &[]));
        assert!(!same(&["FORWARD -i y -j DROP"], &["FORWARD -i z -j DROP"]));
    }

    #[test]
    fn a_member_inside_another_adds_nothing() {
        let lines = |members: &[&str]| {
            let members = members.iter().map(|member| format!("add s {member}"));
            sets(&std::iter::once("create s hash:net family inet".to_owned()).chain(members).collect::<Vec<_>>())
        };
        assert_eq!(lines(&["10.0.0.0/24", "10.0.0.7"]), lines(&["10.0.0.0/24"]));
        assert_ne!(lines(&["10.0.0.0/24", "10.0.1.7"]), lines(&["10.0.0.0/24"]));
    }
}
