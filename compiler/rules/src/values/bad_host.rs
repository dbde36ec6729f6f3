#![doc = include_str!("bad_host.md")]

use std::net::{Ipv4Addr, Ipv6Addr};

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use crate::entries::{self, ITEM_LIMIT, Item};
use crate::grammar::odd_character::is_odd;
use crate::grammar::partial_quotes::is_quoted;
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI210", name: "bad-host", severity: Severity::Error, page: include_str!("bad_host.md") },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    // Files of the unified plugin have the login in `[apic]`, whichever of them holds the user name.
    let mut groups = vec![input.ini.plugin_group().name];
    groups.extend(input.ini.is_unified().then_some("apic").filter(|apic| !groups.contains(apic)));
    for group in groups {
        let Some(option) = input.ini.option(group, "apic_hosts") else { continue };
        let plain = |text: &str| !is_odd(text) && !is_quoted(text) && !is_bracket(text);
        let items = entries::items(&option).filter(|item| !option.secret && plain(item.text));
        let wrong = items.filter_map(|item| wrong(&item)).take(ITEM_LIMIT);
        for finding in wrong.filter(|finding| finding.primary().is_none_or(|place| !reported.within(place))) {
            diagnostics.push(finding);
        }
    }
}

/// Half of a bracketed list, which is a mistake of its own; `[::1]:443` is a host.
fn is_bracket(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[') else { return text.ends_with(']') };
    let is_address = inner.parse::<Ipv6Addr>().is_ok() || inner.contains("]:");
    !(is_address || inner.ends_with(']') && inner.contains(':'))
}

fn wrong(item: &Item<'_, '_>) -> Option<Diagnostic> {
    let text = item.text;
    let found = |message: String, better: String| {
        let fix =
            item.is_exact().then(|| Fix::safe(format!("write `{better}`"), vec![Edit::replace(item.place(), &better)]));
        let finding = Diagnostic::at(RULE.code, item.place(), message);
        Some(finding.help(format!("write `{better}`")).maybe_fix(fix))
    };
    if text.is_empty() || text.contains('\n') {
        // A list with the wrong shape.
        return None;
    }
    if text.contains('@') {
        // What stands in front of it may hold a password.
        return unfixed(item, "an item of `apic_hosts` has a login in front of the host".to_owned());
    }
    if text.contains(char::is_whitespace) {
        let hosts: Vec<&str> = text.split_whitespace().collect();
        let message = format!("`{text}` is one host with a blank in it");
        let apart = hosts.iter().all(|host| problem(host).is_none());
        return if apart { found(message, hosts.join(",")) } else { unfixed(item, message) };
    }
    if text.starts_with('[') && !text.contains(']') {
        return found(format!("`{text}` has no closing bracket"), format!("{text}]"));
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let host = rest.split('/').next().unwrap_or_default();
        let message = format!("`{text}` is a URL; a host has no scheme `{scheme}://`");
        return if problem(host).is_none() { found(message, host.to_owned()) } else { unfixed(item, message) };
    }
    if let Some((host, path)) = text.split_once('/') {
        let message = format!("`{text}` has the path `/{path}`, which a host has not");
        // A number behind the slash is rather the length of a network.
        let is_path = problem(host).is_none() && !path.starts_with(|c: char| c.is_ascii_digit());
        return if is_path { found(message, host.to_owned()) } else { unfixed(item, message) };
    }
    unfixed(item, problem(text)?)
}

fn unfixed(item: &Item<'_, '_>, message: String) -> Option<Diagnostic> {
    let finding = Diagnostic::at(RULE.code, item.place(), message);
    Some(finding.help("write `host` or `host:port`, as in `10.1.1.5` or `apic1.example.net:443`"))
}

/// What is wrong with `host` or `host:port`.
fn problem(text: &str) -> Option<String> {
    // IPv6: with brackets, or too many colons for a port. How the plugin takes the second is its business.
    if text.starts_with('[') || text.matches(':').count() > 1 {
        return None;
    }
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    if let Some(port) = port
        && !(port.bytes().all(|b| b.is_ascii_digit()) && port.parse().is_ok_and(|port: u16| port > 0))
    {
        return Some(format!("`{port}` is no port: it must be a number from 1 to 65535"));
    }
    if host.is_empty() {
        return Some(format!("`{text}` has no host in front of the port"));
    }
    if let Some(other) =
        host.chars().find(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_'))
    {
        return Some(format!("`{text}` holds `{other}`, which the name of a host cannot"));
    }
    let numeric = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (numeric && host.parse::<Ipv4Addr>().is_err()).then(|| format!("`{host}` is no IPv4 address"))
}
