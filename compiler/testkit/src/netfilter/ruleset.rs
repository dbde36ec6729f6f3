//! The text of iptables-restore and iptables-save, table by table.

use std::collections::{BTreeMap, BTreeSet};

use similar::TextDiff;

use super::respelling::{RULES, SETS, normal};

/// Where two texts differ after every respelling; empty: nowhere.
#[must_use]
pub fn compare_rules(given: &str, printed: &str) -> Vec<String> {
    let (given, printed) = (tables(given), tables(printed));
    let names: BTreeSet<&String> = given.keys().chain(printed.keys()).collect();
    names.into_iter().filter_map(|name| difference(name, given.get(name), printed.get(name))).collect()
}

/// Where two texts of sets differ after every respelling; empty: nowhere.
#[must_use]
pub fn compare_sets(given: &str, printed: &str) -> Vec<String> {
    let sorted = |text: &str| {
        let mut lines = normal(text, SETS);
        lines.sort();
        lines
    };
    difference("sets", Some(&sorted(given)), Some(&sorted(printed))).into_iter().collect()
}

/// Every line under the name of its table, `COMMIT` included.
fn tables(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut current = "outside of any table".to_owned();
    for line in normal(text, RULES) {
        if let Some(name) = line.strip_prefix('*') {
            name.clone_into(&mut current);
        }
        tables.entry(current.clone()).or_default().push(line);
    }
    tables
}

fn difference(name: &str, given: Option<&Vec<String>>, printed: Option<&Vec<String>>) -> Option<String> {
    if given == printed {
        return None;
    }
    let text = |lines: Option<&Vec<String>>| lines.map_or_else(String::new, |lines| lines.join("\n") + "\n");
    let (given, printed) = (text(given), text(printed));
    let diff = TextDiff::from_lines(&given, &printed);
    Some(format!("{name}:\n{}", diff.unified_diff().context_radius(1).header("given", "printed")))
}
