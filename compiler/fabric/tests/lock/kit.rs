//! Short ways to make ledgers, wishes and renames, and to read findings.

use std::net::IpAddr;

use aciform_diagnostics::{Diagnostics, FileId, SourceMap, Span, Spanned};
use aciform_fabric::lock::{Choice, Kind, Ledger, Wanted};
use aciform_intent::model::{Rename, Renamed};
use aciform_intent::scalar::AddressRange;

/// A ledger read from text that has nothing to complain about.
pub(crate) fn read(text: &str) -> Ledger {
    let mut diagnostics = Diagnostics::new();
    let ledger = Ledger::parse(FileId(0), text, &mut diagnostics);
    assert_eq!(findings(text, diagnostics), "");
    ledger
}

/// The text of a lock without its comments.
pub(crate) fn body(ledger: &Ledger) -> String {
    ledger.render().lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

/// A lock with some maps.
pub(crate) fn lock(maps: &str) -> String {
    format!("version: 1\n{maps}")
}

/// Findings as `line:column code message [label at line:column]… = help`.
pub(crate) fn findings(text: &str, diagnostics: Diagnostics) -> String {
    let mut sources = SourceMap::new();
    sources.add("lock", text);
    let place = |span: Span| sources.place(span).trim_start_matches("lock:").to_owned();
    let mut out = String::new();
    for finding in diagnostics.into_sorted() {
        let at = finding.primary().map_or_else(|| "-".to_owned(), place);
        out += &format!("{at} {} {} {}\n", finding.severity.word(), finding.code.id, finding.message);
        for label in finding.labels.iter().filter(|label| !label.text.is_empty()) {
            out += &format!("  {}: {}\n", place(label.span), label.text);
        }
        if let Some(help) = &finding.help {
            out += &format!("  = {help}\n");
        }
    }
    out
}

/// The findings of reading a text.
pub(crate) fn complaints(text: &str) -> String {
    let mut diagnostics = Diagnostics::new();
    Ledger::parse(FileId(0), text, &mut diagnostics);
    findings(text, diagnostics)
}

/// Wishes without an override.
pub(crate) fn wanted<T>(keys: &[&str]) -> Vec<Wanted<T>> {
    keys.iter().map(|key| Wanted { key: (*key).to_owned(), fixed: None, span: None }).collect()
}

/// A wish with an override, written at a byte of a file of its own.
pub(crate) fn fixed<T>(key: &str, value: T, at: usize) -> Wanted<T> {
    let span = Span::new(FileId(0), at, at);
    Wanted { key: key.to_owned(), fixed: Some(Spanned::new(value, span)), span: None }
}

/// OpenFlow ports on `host` that have nothing to complain about.
pub(crate) fn ofports(ledger: &mut Ledger, wanted: &[Wanted<u32>]) -> Vec<u32> {
    let mut diagnostics = Diagnostics::new();
    let given = ledger.numbers(Kind::OfPort, "host", wanted, 1..=65279, Choice::LowestFree, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    given.into_iter().map(|number| number.expect("there is room")).collect()
}

/// Zones on `host` out of a range.
pub(crate) fn zones(ledger: &mut Ledger, keys: &[&str], last: u32) -> Vec<Option<u32>> {
    let mut diagnostics = Diagnostics::new();
    ledger.numbers(Kind::Zone, "host", &wanted(keys), 4097..=last, Choice::AboveHighest, &mut diagnostics)
}

/// SNAT addresses of `OS_L3Out` for hosts, out of 172.16.10.2 to .254.
pub(crate) fn snat(ledger: &mut Ledger, hosts: &[&str]) -> Vec<String> {
    let mut diagnostics = Diagnostics::new();
    let pools = [pool("172.16.10.2", "172.16.10.254")];
    let given = ledger.addresses_in_order(Kind::Snat, "OS_L3Out", &wanted(hosts), &pools, &[], &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    given.into_iter().map(|address| address.expect("there is room").to_string()).collect()
}

/// A range of addresses.
pub(crate) fn pool(first: &str, last: &str) -> AddressRange {
    AddressRange::new(ip(first), ip(last)).expect("a range")
}

/// An address.
pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Renames of kinds, from and to; each written at a byte that is its position.
pub(crate) fn renamed(list: &[(&str, &str, &str)]) -> Renamed {
    let mut renamed = Renamed::default();
    for (at, (kind, from, to)) in list.iter().enumerate() {
        let at = |text: &str| Spanned::new(text.to_owned(), Span::new(FileId(0), at, at));
        renamed.kinds.entry((*kind).to_owned()).or_default().push(Rename { from: at(from), to: at(to) });
    }
    renamed
}
