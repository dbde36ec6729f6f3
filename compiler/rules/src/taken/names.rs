//! What a line or a header takes, and how often each name is taken.

use std::collections::{HashMap, HashSet};

use aciform_intent::ini::PREFIXES;
use aciform_intent::ini::driver::{self, VpcPairs};
use aciform_intent::ini::options::{group_of_section, normalised};
use aciform_syntax::ini::Entry;

use super::effect::Effect;
use crate::Input;
use crate::topology::pairs;

/// What only one line or header can have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// A key of a section, which is merged over its repeats.
    Key(String, String),
    /// An interface of a host, in the driver's table.
    Link(String, String),
    /// A header of a named section; one that differs in blanks alone replaces it.
    Header(String),
}

/// The names of all files.
pub(super) struct Names {
    counts: HashMap<Name, usize>,
    headers: HashMap<String, HashSet<String>>,
    pairs: VpcPairs,
}

impl Names {
    pub(super) fn of(input: &Input<'_>) -> Self {
        let mut names = Self { counts: HashMap::new(), headers: HashMap::new(), pairs: pairs(input) };
        for section in input.ini.sections() {
            let text = section.name.value.as_str();
            if let Some(trimmed) = trimmed(text) {
                names.headers.entry(trimmed).or_default().insert(text.to_owned());
            }
            for entry in &section.entries {
                for name in names.taken_by(text, entry) {
                    *names.counts.entry(name).or_default() += 1;
                }
            }
        }
        names
    }

    /// What a line takes in a section of this text.
    pub(super) fn taken_by(&self, section: &str, entry: &Entry) -> Vec<Name> {
        let key = entry.key.value.as_str();
        let row = group_of_section(section).and_then(|group| group.row(key));
        let mut found = vec![Name::Key(identity(section), row.map_or(key, |row| row.name).to_owned())];
        let switch = section.strip_prefix("apic_switch:").filter(|_| key != "pod_id").map(str::trim);
        for link in switch.into_iter().flat_map(|_| driver::links(entry).unwrap_or_default()) {
            let own = link.interface.filter(|interface| interface != "static");
            // On a pair each member has a row of its own.
            let member = switch.filter(|switch| self.pairs.partner(switch).is_some());
            let interface = own.unwrap_or_else(|| member.unwrap_or_default().to_owned());
            found.push(Name::Link(link.host.value, interface));
        }
        found
    }

    /// Whether what a fix writes meets something else, or uncovers it.
    pub(super) fn is_taken(&self, effect: &Effect) -> bool {
        let left = |name: &Name| self.counts.get(name).copied().unwrap_or_default().saturating_sub(effect.gone(name));
        let meets = |name: &Name| match name {
            Name::Header(text) => {
                let texts = trimmed(text).and_then(|trimmed| self.headers.get(&trimmed));
                texts.is_some_and(|texts| texts.iter().any(|other| other != text))
            }
            Name::Key(..) | Name::Link(..) => left(name) > 0,
        };
        // Every key of a switch is read: where one goes, the next line of it counts.
        let uncovers = |name: &Name| matches!(name, Name::Key(section, _) if is_switch(section)) && left(name) > 0;
        !effect.made.is_empty() && (effect.made.iter().any(|(name, _)| meets(name)) || effect.lost().any(uncovers))
    }
}

/// What a section is merged by.
fn identity(section: &str) -> String {
    if section.contains(':') { section.to_owned() } else { normalised(section) }
}

fn is_switch(section: &str) -> bool {
    section.starts_with("apic_switch:")
}

/// `prefix:NAME` of a named section, the name without blanks around it.
fn trimmed(text: &str) -> Option<String> {
    let (prefix, name) = text.split_once(':').filter(|(prefix, _)| PREFIXES.contains(prefix))?;
    Some(format!("{prefix}:{}", name.trim()))
}
