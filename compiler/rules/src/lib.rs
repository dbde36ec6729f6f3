//! What would load and still is wrong, risky or wasted: one file a rule, with its page beside it.
//!
//! A rule sees what the stages before it made of the files and changes nothing. What a stage cannot go on without is
//! reported by that stage; rules look at the rest, and say nothing about what was reported already: an option whose value
//! could not be read is not there for them. What comes of a line that is not what it looks like goes at the end.

mod agent;
mod entries;
mod family;
mod input;
mod list;
mod reported;
mod table;
mod taken;
mod usage;

mod addressing;
mod credentials;
mod encapsulation;
mod external_networks;
mod grammar;
mod host_agents;
mod names;
pub mod pools;
mod sections;
mod security;
mod topology;
mod values;

use std::collections::BTreeSet;

use aciform_diagnostics::{Applicability, Code, Diagnostics};

pub use agent::{AgentEncap, AgentFile, is_agent_text};
pub use family::Family;
pub use input::{Input, Nothing, SiteInput, Surroundings};
pub use table::rules;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its code, name, severity and page.
    pub code: &'static Code,
    /// The best fix it can offer.
    pub fix: Option<Applicability>,
    /// Whether it runs unless it is asked for.
    pub on: bool,
    /// Looks, and reports.
    pub check: fn(&Input<'_>, &mut Diagnostics),
}

/// Runs the rules that are switched on over one input.
pub fn check(input: &Input<'_>, is_on: &dyn Fn(&Rule) -> bool, diagnostics: &mut Diagnostics) {
    // Files of another driver mean something else.
    if input.ini.foreign {
        return;
    }
    for rule in rules().chain(table::further()).filter(|rule| is_on(rule)) {
        (rule.check)(input, diagnostics);
    }
    aciform_intent::ini::settle(diagnostics);
    taken::check(input, diagnostics);
}

/// Every code of this crate. Some rules look on where a stage before them cannot, under a code of that stage.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let stages: BTreeSet<&str> =
        aciform_intent::CODES.iter().chain(aciform_fabric::CODES).copied().flatten().map(|code| code.id).collect();
    rules().map(|rule| rule.code).filter(move |code| !stages.contains(code.id))
}
