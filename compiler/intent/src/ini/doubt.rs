//! Keys of which nobody can tell what they are set to: misspelt, on a line that could not be read or that the value above
//! it swallowed, written twice with different values.
//!
//! Each of these is a finding of its own. Whoever concludes something from such a key, be it from its value or from its
//! absence, tells of one mistake twice, and takes lines away that are right once the mistake is mended.

use std::collections::BTreeMap;

use aciform_diagnostics::Span;
use aciform_syntax::ini::{Entry, Section};

use super::near::nearest;
use super::options::normalised;

/// So many keys that nothing knows are searched for the one that is meant; a section with more is not ours.
const MOST_UNKNOWN: usize = 1000;

/// The keys of one section that are in doubt, with the place that is to blame.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubt {
    whole: Option<Span>,
    keys: BTreeMap<&'static str, Span>,
}

impl Doubt {
    /// What is in doubt of the keys `names` by the lines of one section, in all its parts.
    pub(super) fn of(sections: &[&Section], names: &[&'static str]) -> Self {
        let mut doubt = Self { whole: sections.iter().find_map(|section| section.left_out), keys: BTreeMap::new() };
        let mut first: BTreeMap<&str, &Entry> = BTreeMap::new();
        let mut unknown = 0;
        for entry in sections.iter().flat_map(|section| &section.entries) {
            let key = entry.key.value.as_str();
            for (name, span) in swallowed(entry, names) {
                doubt.add(name, span);
            }
            if let Some(name) = names.iter().find(|name| **name == key) {
                let kept = first.entry(key).or_insert(entry);
                if kept.value != entry.value {
                    doubt.add(name, entry.key.span);
                }
                continue;
            }
            unknown += 1;
            if unknown > MOST_UNKNOWN {
                doubt.whole.get_or_insert(entry.key.span);
            } else if let Some(name) = meant(key, names) {
                doubt.add(name, entry.key.span);
            }
        }
        doubt
    }

    /// The place that puts an option in doubt which no line sets.
    pub(super) fn of_option<'s>(
        sections: impl Iterator<Item = &'s Section>,
        group: &str,
        name: &'static str,
    ) -> Option<Span> {
        let wanted = normalised(group);
        let parts: Vec<&Section> = sections.filter(|part| normalised(&part.name.value) == wanted).collect();
        Self::of(&parts, &[name]).cause(name)
    }

    /// Puts one more key in doubt.
    pub(super) fn add(&mut self, key: &'static str, cause: Span) {
        self.keys.entry(key).or_insert(cause);
    }

    /// Puts every key in doubt.
    pub(super) fn add_whole(&mut self, cause: Span) {
        self.whole.get_or_insert(cause);
    }

    /// The place that puts a key in doubt; `None`: it is set to what is written, or not set.
    pub(super) fn cause(&self, key: &str) -> Option<Span> {
        self.keys.get(key).copied().or(self.whole)
    }
}

/// The known key that an unknown one is meant for.
fn meant(key: &str, names: &[&'static str]) -> Option<&'static str> {
    let plain = key.to_lowercase().replace('-', "_");
    if let Some(name) = names.iter().find(|name| **name == plain) {
        return Some(name);
    }
    let near = nearest(key, names.iter().copied())?;
    names.iter().copied().find(|name| *name == near)
}

/// The keys whose lines became a part of the value of another one.
fn swallowed<'a>(entry: &'a Entry, names: &'a [&'static str]) -> impl Iterator<Item = (&'static str, Span)> + use<'a> {
    let lines = entry.value.value.split('\n').zip(&entry.lines).skip(1);
    lines.filter_map(|(line, span)| {
        let key = line.split_once(['=', ':'])?.0.trim();
        Some((names.iter().copied().find(|name| *name == key)?, *span))
    })
}

#[cfg(test)]
mod tests {
    use aciform_diagnostics::{Diagnostics, FileId};
    use aciform_syntax::ini::{Section, parse};

    use super::Doubt;

    const NAMES: &[&str] = &["preexisting", "external_epg", "switch"];

    /// The keys that a section's text puts in doubt.
    fn doubted(text: &str) -> Vec<&'static str> {
        let file = parse(FileId(0), &format!("[x]\n{text}"), &mut Diagnostics::new());
        let sections: Vec<&Section> = file.sections.iter().collect();
        let doubt = Doubt::of(&sections, NAMES);
        NAMES.iter().copied().filter(|name| doubt.cause(name).is_some()).collect()
    }

    #[test]
    fn a_key_is_in_doubt_when_a_line_may_be_meant_for_it() {
        assert!(doubted("preexisting = True\nexternal_epg = e\nsomething_else = 1\n").is_empty());
        assert_eq!(doubted("Preexisting = True\n"), ["preexisting"]);
        assert_eq!(doubted("external-epg = True\nprexisting = 1\n"), ["preexisting", "external_epg"]);
        assert_eq!(doubted("preexisting = 0\npreexisting = 1\n"), ["preexisting"]);
        assert!(doubted("preexisting = 1\npreexisting = 1\n").is_empty());
        assert_eq!(doubted("external_epg = e\n  preexisting = True\n"), ["preexisting"]);
        assert_eq!(doubted("preexisting True\n"), NAMES);
    }
}
