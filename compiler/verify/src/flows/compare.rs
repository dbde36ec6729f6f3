//! The flows that are there against those that the other artifacts ask for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::infer::{Assignment, Votes, fill, local};
use super::sheet::{Scene, Sheet, TUNNEL, Unknown};
use crate::codes::{FLOWS_DISAGREE, PORTS_DISAGREE};
use crate::finding::{Finding, Place};

/// More lines that nothing asks for than these have no single cause each.
const MANY: usize = 100;

/// Compares one host's flows, groups and ports.
pub(crate) fn compare(scene: &Scene<'_>, sheet: &Sheet, votes: &Votes, global: &Assignment) -> Vec<Finding> {
    let numbers = local(sheet, votes, global);
    let mut findings = ports(scene, sheet, &numbers);
    if let Some((path, text)) = scene.host.text("br-int.flows") {
        let mut wanted: Vec<(String, u32)> =
            sheet.flows.iter().map(|(flow, owner)| (fill(flow, &numbers), *owner)).collect();
        one_for_a_match(&mut wanted);
        findings.extend(differences(sheet, path, text, &wanted));
    }
    if let Some((path, text)) = scene.host.text("br-int.groups") {
        let wanted = groups(sheet, &numbers);
        findings.extend(differences(sheet, path, text, &wanted));
    }
    findings
}

/// Of flows that differ in nothing but what they do or their cookie, the switch has one: that of the lowest cookie.
fn one_for_a_match(wanted: &mut Vec<(String, u32)>) {
    wanted.sort();
    wanted.dedup_by(|a, b| a.0 == b.0);
    let mut kept: HashMap<String, usize> = HashMap::with_capacity(wanted.len());
    let mut out: Vec<(String, u32)> = Vec::with_capacity(wanted.len());
    for (flow, owner) in wanted.drain(..) {
        let Some(at) = kept.get(key(&flow)) else {
            kept.insert(key(&flow).to_owned(), out.len());
            out.push((flow, owner));
            continue;
        };
        if cookie(&flow) < cookie(&out[*at].0) {
            out[*at] = (flow, owner);
        }
    }
    *wanted = out;
}

fn cookie(flow: &str) -> u64 {
    flow.strip_prefix("cookie=0x")
        .and_then(|rest| u64::from_str_radix(rest.split(',').next()?, 16).ok())
        .unwrap_or_default()
}

/// Table, priority and match.
fn key(flow: &str) -> &str {
    let matched = flow.split(" actions=").next().unwrap_or(flow);
    match matched.strip_prefix("cookie=") {
        Some(rest) => rest.split_once(", ").map_or(rest, |(_, rest)| rest),
        None => matched,
    }
}

/// `br-int.groups`: of each flood domain with a port here, all its ports and the tunnel.
fn groups(sheet: &Sheet, numbers: &[Option<u64>]) -> Vec<(String, u32)> {
    let of = |unknown: &Unknown| sheet.unknowns.iter().position(|known| known == unknown).and_then(|at| numbers[at]);
    let shown = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let tunnel = shown(of(&Unknown::Port(TUNNEL.to_owned())));
    let mut wanted = Vec::new();
    for (domain, interfaces) in &sheet.floods {
        let mut ports: Vec<Option<u64>> =
            interfaces.iter().map(|interface| of(&Unknown::Port(interface.clone()))).collect();
        ports.sort_unstable();
        ports.dedup();
        let mut line = format!("group_id={},type=all", shown(of(&Unknown::Flood(domain.clone()))));
        for port in ports {
            line.push_str(",bucket=actions=output:");
            line.push_str(&shown(port));
        }
        line.push_str(
            ",bucket=actions=move:NXM_NX_REG0[]->NXM_NX_TUN_ID[0..31],move:NXM_NX_REG7[]->NXM_NX_TUN_IPV4_DST[],output:",
        );
        line.push_str(&tunnel);
        let owner = sheet.owners.iter().position(|owner| owner.what.contains(domain.as_str()));
        wanted.push((line, owner.and_then(|at| u32::try_from(at).ok()).unwrap_or_default()));
    }
    wanted
}

/// `br-int.ports`: the interfaces that flows name, each once, with the number that the flows have for it.
fn ports(scene: &Scene<'_>, sheet: &Sheet, numbers: &[Option<u64>]) -> Vec<Finding> {
    let Some((path, text)) = scene.host.text("br-int.ports") else { return Vec::new() };
    let mut findings = Vec::new();
    let mut wanted: BTreeMap<&str, Option<u64>> = BTreeMap::new();
    for (unknown, number) in sheet.unknowns.iter().zip(numbers) {
        if let Unknown::Port(name) = unknown {
            wanted.insert(name, *number);
        }
    }
    let mut names: HashSet<&str> = HashSet::new();
    let mut taken: HashMap<u32, Range<usize>> = HashMap::new();
    for line in &scene.host.ports {
        let here = || Place::new(path, line.range.clone());
        if !names.insert(line.name) {
            findings.push(
                Finding::new(&PORTS_DISAGREE, format!("`{path}` names interface `{}` twice", line.name))
                    .at(here(), "once more"),
            );
        } else if let Some(other) = taken.insert(line.number, line.range.clone()) {
            let message = format!("two interfaces of `{}` have OpenFlow number {}", scene.host.name, line.number);
            findings.push(
                Finding::new(&PORTS_DISAGREE, message)
                    .at(here(), "has it too")
                    .at(Place::new(path, other), "has it already"),
            );
        } else {
            match wanted.get(line.name) {
                None => findings.push(
                    Finding::new(
                        &PORTS_DISAGREE,
                        format!("no endpoint or service of `{}` uses interface `{}`", scene.host.name, line.name),
                    )
                    .at(here(), "used by nothing"),
                ),
                Some(Some(number)) if *number != u64::from(line.number) => findings.push(
                    Finding::new(
                        &PORTS_DISAGREE,
                        format!(
                            "interface `{}` has OpenFlow number {}, and {number} in most flows of `{}`",
                            line.name, line.number, scene.host.name
                        ),
                    )
                    .at(here(), "another number"),
                ),
                Some(_) => {}
            }
        }
    }
    for name in wanted.keys().filter(|name| !names.contains(*name)) {
        let message = format!("`{path}` has no number for interface `{name}`, which flows use");
        let end = text.trim_end().len();
        findings.push(Finding::new(&PORTS_DISAGREE, message).at(Place::new(path, end..end), "missing behind this"));
    }
    findings
}

/// Two sets of lines: what is there and not asked for, and what is asked for and not there, by what asks for it.
fn differences(sheet: &Sheet, path: &str, text: &str, wanted: &[(String, u32)]) -> Vec<Finding> {
    let lines = lines(text);
    let asked: HashSet<&str> = wanted.iter().map(|(line, _)| line.as_str()).collect();
    let mut there: HashSet<&str> = HashSet::with_capacity(lines.len());
    let mut strange: Vec<(&str, &Range<usize>)> = Vec::new();
    for (line, range) in &lines {
        if !there.insert(line) || !asked.contains(line) {
            strange.push((line, range));
        }
    }
    let mut missing: BTreeMap<(Option<&str>, &str), Vec<&str>> = BTreeMap::new();
    for (line, owner) in wanted.iter().filter(|(line, _)| !there.contains(line.as_str())) {
        let owner = &sheet.owners[*owner as usize];
        missing.entry((owner.path.as_deref(), &owner.what)).or_default().push(line);
    }
    let endpoints = path.rsplit_once('/').map_or(String::new(), |(host, _)| format!("{host}/endpoints/"));
    let mut findings = Vec::new();
    for ((source, what), flows) in missing {
        let mut replaced: Option<&Range<usize>> = None;
        for flow in &flows {
            // Where everything differs, nothing is what became of anything.
            if strange.len() <= MANY
                && let Some(at) = strange.iter().position(|(line, _)| alike(line, flow))
            {
                let (_, range) = strange.remove(at);
                replaced = replaced.or(Some(range));
            }
        }
        let more = match flows.len() - 1 {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        let message = format!("`{path}` lacks what {what} needs: `{}`{more}", shorten(flows[0]));
        let finding = Finding::new(&FLOWS_DISAGREE, message);
        let finding = match replaced {
            Some(range) => finding.at(Place::new(path, range.clone()), "stands in its place"),
            None => finding.at(Place::new(path, beside(&lines, flows[0])), "missing beside this"),
        };
        findings.push(match source {
            Some(source) => finding.at(Place::file(source), "asked for by this").follows(source),
            None => finding.follows(&endpoints).follows("apic/").follows("neutron.json"),
        });
    }
    if let Some((first, range)) = strange.first() {
        let more = match strange.len() - 1 {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        let message = format!("nothing else in the bundle asks for `{}`{more}", shorten(first));
        findings.push(
            Finding::new(&FLOWS_DISAGREE, message)
                .at(Place::new(path, (*range).clone()), "asked for by nothing")
                .follows(&endpoints)
                .follows("apic/")
                .follows("neutron.json"),
        );
    }
    findings
}

fn lines(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        if !content.is_empty() && !content.starts_with('#') {
            lines.push((content, start..start + content.len()));
        }
        start += line.len();
    }
    lines
}

/// Whether one line is what became of another: the same but for one place.
fn alike(line: &str, flow: &str) -> bool {
    let table = |text: &str| text.split_once("table=").map(|(_, rest)| rest.split(',').next().map(str::to_owned));
    let front = line.bytes().zip(flow.bytes()).take_while(|(a, b)| a == b).count();
    let back = line.bytes().rev().zip(flow.bytes().rev()).take_while(|(a, b)| a == b).count();
    key(line) == key(flow) || table(line) == table(flow) && (front + back) * 10 >= line.len().max(flow.len()) * 7
}

/// The line that begins most like it.
fn beside(lines: &[(&str, Range<usize>)], flow: &str) -> Range<usize> {
    let common = |line: &str| line.bytes().zip(flow.bytes()).take_while(|(a, b)| a == b).count();
    lines.iter().max_by_key(|(line, _)| common(line)).map_or(0..0, |(_, range)| range.clone())
}

fn shorten(flow: &str) -> String {
    match flow.char_indices().nth(160) {
        Some((at, _)) => format!("{}…", &flow[..at]),
        None => flow.to_owned(),
    }
}
