//! External networks and sections of the ini whose names differ in case, blanks and hyphens alone.

use std::collections::HashMap;

use aciform_intent::ini::Config;
use aciform_intent::model::Intent;

/// The names of both sides by what is left of them without case, blanks and hyphens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alike<'a>(HashMap<String, Names<'a>>);

#[derive(Clone, Debug, Default)]
struct Names<'a> {
    sections: Vec<&'a str>,
    networks: Vec<&'a str>,
}

impl<'a> Alike<'a> {
    pub(crate) fn new(config: &'a Config, intent: &'a Intent) -> Self {
        let mut names: HashMap<String, Names<'a>> = HashMap::new();
        for name in config.external_networks.keys() {
            names.entry(plain(name)).or_default().sections.push(name);
        }
        for name in intent.external_networks.keys() {
            names.entry(plain(name)).or_default().networks.push(name);
        }
        Self(names)
    }

    /// The one section that is meant for a network and named otherwise.
    pub(crate) fn section(&self, network: &str) -> Option<&'a str> {
        self.pair(network).map(|(section, _)| section)
    }

    /// The one network that a section is meant for and that is named otherwise.
    pub(crate) fn network(&self, section: &str) -> Option<&'a str> {
        self.pair(section).map(|(_, network)| network)
    }

    fn pair(&self, name: &str) -> Option<(&'a str, &'a str)> {
        match self.0.get(&plain(name)).map(|names| (names.sections.as_slice(), names.networks.as_slice())) {
            Some(([section], [network])) if section != network => Some((section, network)),
            Some(_) | None => None,
        }
    }
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', '_', ' '], "")
}
