//! The proof, tried: without any one rule or member of a set, some packet must meet another fate.

use std::path::Path;

use super::hypervisor::{Hypervisor, Plug};
use super::intent::PortPolicy;
use super::verdict::try_port;
use super::{Backend, Family, read};

/// A line that no packet misses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unnoticed {
    /// The file's name.
    pub file: &'static str,
    /// The table it is in; empty for sets.
    pub table: String,
    /// The line.
    pub line: String,
}

/// Takes out each rule and each member once, sends the probes of the ports that it is about, and tells which lines no probe
/// misses. A line is about the ports whose ids it holds the beginning of, else about all.
///
/// # Errors
/// The rules as they are do not load, or already meet a packet wrongly.
pub fn unnoticed(
    bundle: &Path,
    host: &str,
    policies: &[&PortPolicy],
    backend: Backend,
) -> Result<Vec<Unnoticed>, String> {
    let folder = bundle.join("hosts").join(host);
    let hypervisor = Hypervisor::new(bundle, host, backend)?;
    let plugs: Vec<(&PortPolicy, Plug)> =
        policies.iter().map(|policy| Ok((*policy, hypervisor.plug(&policy.id)?))).collect::<Result<_, String>>()?;
    let missed = |line: &str| -> Result<Option<String>, String> {
        hypervisor.forget_connections().map_err(|error| error.to_string())?;
        let about = |policy: &PortPolicy| line.contains(&policy.id[..10]);
        let named = plugs.iter().any(|(policy, _)| about(policy));
        let tried = plugs.iter().filter(|(policy, _)| !named || about(policy));
        Ok(tried.flat_map(|(policy, plug)| try_port(plug, policy)).next())
    };
    if let Some(problem) = missed("")? {
        return Err(problem);
    }
    let mut unnoticed = Vec::new();
    for family in Family::ALL {
        let text = read(&folder, family.file())?;
        for (table, line, without) in each_without(&text, "-A ") {
            hypervisor.load(family, &without)?;
            if missed(line)?.is_none() {
                unnoticed.push(Unnoticed { file: family.file(), table: table.to_owned(), line: line.to_owned() });
            }
        }
        hypervisor.load(family, &text)?;
    }
    let text = read(&folder, "ipset")?;
    for (table, line, without) in each_without(&text, "add ") {
        hypervisor.load_sets(&without)?;
        if missed(line)?.is_none() {
            unnoticed.push(Unnoticed { file: "ipset", table: table.to_owned(), line: line.to_owned() });
        }
    }
    Ok(unnoticed)
}

/// Each line with a beginning: its table, itself, and the text without it.
fn each_without<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = (&'a str, &'a str, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut table = "";
    let mut chosen: Vec<(&str, usize)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        table = line.strip_prefix('*').unwrap_or(table);
        if line.starts_with(start) {
            chosen.push((table, at));
        }
    }
    chosen.into_iter().map(move |(table, at)| {
        let rest = lines.iter().enumerate().filter(|(other, _)| *other != at);
        (table, lines[at], rest.flat_map(|(_, line)| [*line, "\n"]).collect())
    })
}
