//! The proof of a host's iptables and ipset files: the real tools load them into a network namespace of their own and print
//! them back, and real packets meet the rules there.
//!
//! Nothing here shares code with the compiler: files are read from a bundle's folder, what is expected from a site's YAML.

pub mod hypervisor;
pub mod intent;
pub mod mutation;
pub mod packet;
pub mod probe;
pub mod respelling;
pub mod ruleset;
pub mod snat;
pub mod socket;
pub mod verdict;

use std::fmt;
use std::fs;
use std::path::Path;

use crate::netns::Namespace;

/// Something that a proof found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file below the bundle's folder, or the port.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl Problem {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// The two implementations behind iptables; a host has either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Over nf_tables: Debian's default.
    Nft,
    /// Over ip_tables.
    Legacy,
}

impl Backend {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Nft, Self::Legacy];

    fn word(self) -> &'static str {
        match self {
            Self::Nft => "nft",
            Self::Legacy => "legacy",
        }
    }
}

/// A family's tools and file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `iptables`.
    V4,
    /// `ip6tables`.
    V6,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// The name of the family's rule file.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::V4 => "iptables.v4",
            Self::V6 => "iptables.v6",
        }
    }

    fn tool(self, backend: Backend, verb: &str) -> String {
        let name = match self {
            Self::V4 => "iptables",
            Self::V6 => "ip6tables",
        };
        format!("{name}-{}-{verb}", backend.word())
    }
}

/// Loads a host's sets and rules, and those of its SNAT namespaces, with both backends, compares what is printed back, and
/// sends packets through each SNAT namespace. An empty list: the proof holds.
#[must_use]
pub fn check_host(bundle: &Path, host: &str) -> Vec<Problem> {
    let folder = format!("hosts/{host}");
    let mut problems = Vec::new();
    for backend in Backend::ALL {
        check_loading(bundle, &folder, backend, Sets::Present, &mut problems);
        problems.extend(snat::check(bundle, &folder, backend));
    }
    problems
}

/// Whether a folder has a file of sets beside its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sets {
    Present,
    Absent,
}

fn check_loading(bundle: &Path, folder: &str, backend: Backend, sets: Sets, problems: &mut Vec<Problem>) {
    let place = |file: &str| format!("{folder}/{file} ({})", backend.word());
    let namespace = match Namespace::new() {
        Ok(namespace) => namespace,
        Err(error) => return problems.push(Problem::new(folder, error)),
    };
    if sets == Sets::Present {
        let checked = load_sets(&namespace, &bundle.join(folder)).and_then(|given| {
            let printed = namespace.run(&["ipset", "save"], "")?;
            Ok(ruleset::compare_sets(&given, &printed))
        });
        report(problems, &place("ipset"), checked);
    }
    for family in Family::ALL {
        let checked = load_rules(&namespace, &bundle.join(folder), backend, family).and_then(|given| {
            let printed = namespace.run(&[&family.tool(backend, "save")], "")?;
            Ok(ruleset::compare_rules(&given, &printed))
        });
        report(problems, &place(family.file()), checked);
    }
}

fn report(problems: &mut Vec<Problem>, place: &str, checked: Result<Vec<String>, String>) {
    let found = checked.unwrap_or_else(|error| vec![error]);
    problems.extend(found.into_iter().map(|what| Problem::new(place, what)));
}

/// Loads a host's sets; gives back the text.
fn load_sets(namespace: &Namespace, folder: &Path) -> Result<String, String> {
    let text = read(folder, "ipset")?;
    namespace.run(&["ipset", "restore"], &text)?;
    Ok(text)
}

/// Tries a family's rules, then loads them; gives back the text.
fn load_rules(namespace: &Namespace, folder: &Path, backend: Backend, family: Family) -> Result<String, String> {
    let text = read(folder, family.file())?;
    let restore = family.tool(backend, "restore");
    namespace.run(&[&restore, "--test"], &text)?;
    namespace.run(&[&restore], &text)?;
    Ok(text)
}

fn read(folder: &Path, file: &str) -> Result<String, String> {
    fs::read_to_string(folder.join(file)).map_err(|error| format!("{file}: {error}"))
}
