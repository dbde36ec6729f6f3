#![doc = include_str!("mcast_overlap.md")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_intent::ini::{EncapMode, Setting};
use aciform_intent::scalar::Prefix;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI509",
        name: "mcast-overlap",
        severity: Severity::Warning,
        page: include_str!("mcast_overlap.md"),
    },
    fix: None,
    on: true,
    check,
};

/// The multicast side of a VMM domain.
struct Domain {
    name: Setting<String>,
    address: Setting<Option<Ipv4Addr>>,
    pool: Setting<Option<(Ipv4Addr, Ipv4Addr)>>,
}

/// The groups of a domain.
type Pool<'d> = ((Ipv4Addr, Ipv4Addr), &'d Domain);

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let domains = domains(input);
    for domain in &domains {
        own(domain, diagnostics);
    }
    let mut pools: Vec<_> = domains.iter().filter_map(|domain| Some((domain.pool.value?, domain))).collect();
    pools.sort_by_key(|((low, _), domain)| (*low, domain.name.span));
    let mut farthest: Option<&Pool<'_>> = None;
    // Of each pool and all in front of it: the one that ends last.
    let mut ends: Vec<&Pool<'_>> = Vec::new();
    let mut told = BTreeSet::new();
    for pool in &pools {
        let ((low, high), domain) = pool;
        if let Some(((_, end), other)) = farthest.filter(|((_, end), _)| low <= end) {
            let shared = *high.min(end);
            let (first, second) = if place(other) <= place(domain) { (*other, *domain) } else { (*domain, *other) };
            let message = format!(
                "the domains `{}` and `{}` share the multicast addresses {low} to {shared}",
                first.name.value, second.name.value
            );
            if let Some(span) = place(second) {
                let mut finding = Diagnostic::at(RULE.code, span, message);
                if let Some(other) = place(first) {
                    finding = finding.label(other, "the other domain");
                }
                diagnostics.push(finding.help("give each domain `mcast_ranges` of its own"));
            }
            told.insert(second.name.span);
        }
        if farthest.is_none_or(|((_, end), _)| high > end) {
            farthest = Some(pool);
        }
        ends.extend(farthest);
    }
    let mut first: BTreeMap<Ipv4Addr, &Domain> = BTreeMap::new();
    for domain in &domains {
        let Some(address) = domain.address.value else { continue };
        let finding = match first.get(&address) {
            // That nothing is written in either is one cause.
            Some(other) if domain.address.span.or(other.address.span).is_none() && told.contains(&domain.name.span) => {
                None
            }
            Some(other) => one_address(address, other, domain),
            None => within(address, domain, &pools[..], &ends),
        };
        first.entry(address).or_insert(domain);
        finding.into_iter().for_each(|finding| diagnostics.push(finding));
    }
}

/// Two domains with one address.
fn one_address(address: Ipv4Addr, other: &Domain, domain: &Domain) -> Option<Diagnostic> {
    // The one that is written can be changed where it stands.
    let swap = domain.address.span.is_none() && other.address.span.is_some();
    let (other, domain) = if swap { (domain, other) } else { (other, domain) };
    let message =
        format!("the domains `{}` and `{}` share the multicast address {address}", other.name.value, domain.name.value);
    let mut finding = Diagnostic::at(RULE.code, domain.address.span.or(domain.name.span)?, message);
    if let Some(place) = other.address.span.or(other.name.span) {
        finding = finding.label(place, "the other domain");
    }
    Some(finding.help("give each domain a `multicast_address` of its own"))
}

/// An address in the pool of another domain; one in its own pool is reported with it.
fn within(address: Ipv4Addr, domain: &Domain, pools: &[Pool<'_>], ends: &[&Pool<'_>]) -> Option<Diagnostic> {
    if domain.pool.value.is_some_and(|(low, high)| (low..=high).contains(&address)) {
        return None;
    }
    let before = pools.partition_point(|((low, _), _)| *low <= address);
    let ((low, high), other) = ends.get(before.checked_sub(1)?).filter(|((_, high), _)| address <= *high)?;
    let message = format!(
        "`multicast_address` of `{}`, {address}, lies in the pool {low}:{high} of the domain `{}`",
        domain.name.value, other.name.value
    );
    let mut finding = Diagnostic::at(RULE.code, domain.address.span.or(domain.name.span)?, message);
    if let Some(place) = place(other) {
        finding = finding.label(place, "the pool");
    }
    Some(finding.help("write a `multicast_address` outside the pools of all domains"))
}

/// Where the pool of a domain is written, or the domain.
fn place(domain: &Domain) -> Option<Span> {
    domain.pool.span.or(domain.name.span)
}

/// One domain by itself. What is not written is the driver's choice, not the operator's.
fn own(domain: &Domain, diagnostics: &mut Diagnostics) {
    if let (Some(address), Some((low, high))) = (domain.address.value, domain.pool.value)
        && (low..=high).contains(&address)
    {
        if let Some(span) = domain.address.span.or(domain.pool.span) {
            let origin = if domain.address.span.is_some() { "" } else { "the default " };
            let message =
                format!("`multicast_address`, {origin}{address}, lies in the pool {low}:{high} of the groups");
            let mut finding = Diagnostic::at(RULE.code, span, message);
            if let Some(pool) = domain.pool.span.filter(|pool| *pool != span) {
                finding = finding.label(pool, "the pool");
            }
            let help = match domain.address.span {
                Some(_) => "write an address outside the pool",
                None => "write `multicast_address = ` and an address outside the pool",
            };
            diagnostics.push(finding.help(help));
        }
        return;
    }
    // Writing the default says no more than leaving it out.
    let default = Ipv4Addr::new(225, 1, 2, 3);
    if let (Some(address), Some(span)) = (domain.address.value, domain.address.span)
        && address != default
    {
        reserved("multicast_address", address, address, span, diagnostics);
    }
    if let (Some((low, high)), Some(span)) = (domain.pool.value, domain.pool.span) {
        reserved("mcast_ranges", low, high, span, diagnostics);
    }
}

fn reserved(key: &str, low: Ipv4Addr, high: Ipv4Addr, span: Span, diagnostics: &mut Diagnostics) {
    let ranges = [
        (Prefix::containing(Ipv4Addr::new(224, 0, 0, 0).into(), 24), "routing protocols on a link talk there"),
        (
            Prefix::containing(Ipv4Addr::new(225, 0, 0, 0).into(), 15),
            "the fabric's own groups have their addresses there by default",
        ),
    ];
    let hit = ranges.into_iter().find(|(range, _)| range.network() <= high && low <= range.last());
    let Some((range, why)) = hit else { return };
    let message = format!("`{key}` shares addresses with {range}: {why}");
    let finding = Diagnostic::at(RULE.code, span, message);
    diagnostics.push(finding.help("choose addresses from 225.2.0.0 to 238.255.255.255"));
}

/// The VXLAN domains.
fn domains(input: &Input<'_>) -> Vec<Domain> {
    let parsed = |text: &str| text.trim().parse::<Ipv4Addr>().ok();
    if !input.ini.is_unified() {
        let domains = input.config.vmm().into_iter().filter(|domain| domain.encap_mode.value == EncapMode::Vxlan);
        return domains
            .map(|domain| Domain {
                name: domain.name,
                address: Setting {
                    value: parsed(&domain.multicast_address.value),
                    span: domain.multicast_address.span,
                },
                pool: Setting {
                    value: parsed(&domain.mcast_range.value.0).zip(parsed(&domain.mcast_range.value.1)),
                    span: domain.mcast_range.span,
                },
            })
            .collect();
    }
    let sections = input.ini.named("apic_vmdom").iter();
    let vxlan = sections.filter(|section| section.get("encap_mode").is_none_or(|entry| entry.value.value != "vlan"));
    vxlan
        .map(|section| {
            let (address, pool) = (section.get("multicast_address"), section.get("mcast_ranges"));
            Domain {
                name: Setting::written(section.name.value.clone(), section.name.span),
                address: Setting {
                    value: address.and_then(|entry| parsed(&entry.value.value)),
                    span: address.map(|entry| entry.value.span),
                },
                pool: Setting {
                    value: pool
                        .and_then(|entry| entry.value.value.split_once(':'))
                        .and_then(|(low, high)| parsed(low).zip(parsed(high)))
                        .filter(|(low, high)| low <= high),
                    span: pool.map(|entry| entry.value.span),
                },
            }
        })
        .collect()
}
