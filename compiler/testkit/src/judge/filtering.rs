//! Rules and sets, loaded with the real tools into a namespace, printed back, and compared by what they do to packets.

use std::collections::{BTreeMap, BTreeSet};

use super::Judgement;
use super::chain::{effects, sets};
use crate::mutate::Bundle;
use crate::netfilter::respelling::{RULES, SETS, normal};
use crate::netns::Namespace;

/// What the tools hold after loading: by file and table, and by set that a rule names.
pub(super) type Loaded = BTreeMap<String, Vec<String>>;

/// Compares the rules and sets of a host's or a namespace's folder with what they were.
pub(super) fn compare(before: &Loaded, mutant: &Bundle, folder: &str) -> Judgement {
    let after = match load(mutant, folder) {
        Ok(after) => after,
        Err(error) => {
            return Judgement::Changes(format!("does not load: {}", error.lines().next().unwrap_or_default()));
        }
    };
    let part = before.keys().chain(after.keys()).find(|part| before.get(*part) != after.get(*part));
    match part {
        Some(part) => Judgement::Changes(format!("{part} treats packets otherwise")),
        None => Judgement::Harmless("what is loaded treats every packet as before".to_owned()),
    }
}

const FAMILIES: [(&str, &str); 2] = [("iptables.v4", "iptables"), ("iptables.v6", "ip6tables")];

/// Loads a folder's sets and rules into a namespace of their own.
///
/// # Errors
/// A tool is missing, or refuses a file.
pub(super) fn load(bundle: &Bundle, folder: &str) -> Result<Loaded, String> {
    let namespace = Namespace::new()?;
    let mut held = BTreeMap::new();
    let mut named = BTreeSet::new();
    let own = bundle.files.get(&format!("{folder}ipset"));
    if let Some(text) = own {
        namespace.run(&["ipset", "restore"], text)?;
    }
    for (file, tool) in FAMILIES {
        let Some(text) = bundle.files.get(&format!("{folder}{file}")) else {
            held.insert(format!("{folder}{file}"), vec!["is not there".to_owned()]);
            continue;
        };
        namespace.run(&[&format!("{tool}-nft-restore")], text)?;
        let printed = namespace.run(&[&format!("{tool}-nft-save")], "")?;
        for (table, rules) in effects(&normal(&printed, RULES)) {
            named.extend(rules.iter().flat_map(|rule| named_sets(rule)));
            held.insert(format!("{folder}{file} {table}"), rules);
        }
    }
    if own.is_some() {
        let printed = namespace.run(&["ipset", "save"], "")?;
        for (set, members) in sets(&normal(&printed, SETS)) {
            if named.contains(&set) {
                held.insert(format!("set {set}"), members);
            }
        }
    } else if folder.split('/').count() == 3 {
        held.insert("sets".to_owned(), vec!["are not there".to_owned()]);
    }
    Ok(held)
}

fn named_sets(rule: &str) -> Vec<String> {
    let words: Vec<&str> = rule.split(' ').collect();
    words.windows(2).filter(|pair| pair[0] == "--match-set").map(|pair| pair[1].to_owned()).collect()
}
