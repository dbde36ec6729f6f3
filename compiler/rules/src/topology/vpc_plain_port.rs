#![doc = include_str!("vpc_plain_port.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::driver::VpcPairs;

use super::link::{Link, pairs, provisions, switches};
use crate::{Input, Rule};

/// The first link of each host on each switch.
type Ports<'l, 'a> = BTreeMap<(&'l str, &'l str), &'l Link<'a>>;

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
    let mut last = None;
    for link in links().filter(|link| link.has_port() && pairs.partner(link.switch).is_some()) {
        // Any other name may be that of a policy group which somebody made on APIC.
        if plain(link.port()).is_none() || last == Some(link.entry.whole) {
            continue;
        }
        last = Some(link.entry.whole);
        let (_, port) = link.port().split_once('/').unwrap_or_default();
        let message = format!(
            "`{}` hangs on a vPC pair, and ports are not programmed here: its path would be `pathep-[{port}]`",
            link.host
        );
        let finding = Diagnostic::at(RULE.code, link.entry.value.span, message);
        let finding = match made(link, &ports, &pairs) {
            Some(text) => {
                let fix =
                    Fix::unsafe_(format!("write `{text}`"), vec![Edit::replace(link.entry.value.span, text.as_str())]);
                finding.help(format!("write `{text}`, if that is the bundle on APIC")).fix(fix)
            }
            None => finding.help("write the bundle on APIC, as in `vpc-1-11/bundle-201-1-11-and-202-1-11`"),
        };
        diagnostics.push(finding);
    }
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

/// Module and port, where both are numbers.
fn plain(port: &str) -> Option<(&str, &str)> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    port.split_once('/').filter(|(module, port)| number(module) && number(port))
}
