#![doc = include_str!("vpc_plain_port.md")]

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::driver::VpcPairs;

use super::bundle::plain;
use super::link::{Link, pairs, provisions, switches};
use crate::{Input, Rule};

/// The first link of each host on each switch.
type Ports<'l, 'a> = BTreeMap<(&'l str, &'l str), &'l Link<'a>>;

/// So many further lines are pointed to.
const MOST_SHOWN: usize = 8;

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI424",
        name: "vpc-plain-port",
        severity: Severity::Error,
        page: include_str!("vpc_plain_port.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    if provisions(input) {
        return;
    }
    let (switches, pairs) = (switches(input), pairs(input));
    let links = || switches.iter().flat_map(|switch| &switch.links);
    let mut ports: Ports<'_, '_> = BTreeMap::new();
    for link in links() {
        ports.entry((link.switch, &link.host)).or_insert(link);
    }
    // The lines of each pair: that ports are not programmed is one cause for all of them.
    let mut plainly: BTreeMap<(&str, &str), Vec<&Link<'_>>> = BTreeMap::new();
    for link in links().filter(|link| link.has_port()) {
        let Some(partner) = pairs.partner(link.switch) else { continue };
        let lines = plainly.entry((link.switch.min(partner), link.switch.max(partner))).or_default();
        // Any other name may be that of a policy group which somebody made on APIC.
        if plain(link.port()).is_some() && lines.last().is_none_or(|last| last.entry.whole != link.entry.whole) {
            lines.push(link);
        }
    }
    for lines in plainly.values().filter(|lines| !lines.is_empty()) {
        diagnostics.push(finding(lines, &ports, &pairs));
    }
}

/// One finding for the lines of a pair, at the first of them.
fn finding(lines: &[&Link<'_>], ports: &Ports<'_, '_>, pairs: &VpcPairs) -> Diagnostic {
    let first = lines[0];
    let path = |link: &Link<'_>| format!("`pathep-[{}]`", link.port().split_once('/').unwrap_or_default().1);
    let hosts = lines.iter().map(|link| link.host.as_str()).collect::<BTreeSet<_>>().len();
    let who = match hosts {
        1 => format!("`{}` hangs", first.host),
        2 => format!("`{}` and 1 more host hang", first.host),
        more => format!("`{}` and {} more hosts hang", first.host, more - 1),
    };
    let of = if hosts == 1 { "its path" } else { "the first path" };
    let message = format!("{who} on a vPC pair, and ports are not programmed here: {of} would be {}", path(first));
    let mut finding = Diagnostic::at(RULE.code, first.entry.value.span, message);
    for further in lines.iter().skip(1).take(MOST_SHOWN) {
        finding = finding.label(further.entry.value.span, format!("and here {}", path(further)));
    }
    let made: Vec<_> =
        lines.iter().filter_map(|link| Some((link.entry.value.span, made(link, ports, pairs)?))).collect();
    let Some((_, text)) = made.first() else {
        return finding.help("write the bundle on APIC, as in `vpc-1-11/bundle-201-1-11-and-202-1-11`");
    };
    let help = format!("write `{text}`, if that is the bundle on APIC");
    let title = if made.len() == 1 { format!("write `{text}`") } else { "write the bundles".to_owned() };
    let edits = made.iter().map(|(span, text)| Edit::replace(*span, text.as_str())).collect();
    finding.help(help).fix(Fix::unsafe_(title, edits))
}

/// The text of the bundle that the driver would make of the ports on both members.
fn made(link: &Link<'_>, ports: &Ports<'_, '_>, pairs: &VpcPairs) -> Option<String> {
    let partner = pairs.partner(link.switch)?;
    let other = ports.get(&(partner, link.host.as_str())).filter(|other| other.has_port())?;
    let (module, port) = plain(link.port())?;
    let (other_module, other_port) = plain(other.port())?;
    let (own, there) = (format!("{}-{module}-{port}", link.switch), format!("{partner}-{other_module}-{other_port}"));
    let (first, second) = if link.switch < partner { (own, there) } else { (there, own) };
    Some(format!("vpc-{module}-{port}/bundle-{first}-and-{second}"))
}
