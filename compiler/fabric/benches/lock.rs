//! How long the lock takes on a large site: `cargo bench -p aciform-fabric --bench lock`.
//!
//! 1,000 hosts with 50 ports each: ids, MACs, OpenFlow ports and zones, and one pool that all of them draw from.

#![allow(clippy::print_stdout, reason = "a bench says its times")]

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_fabric::lock::{Choice, Kind, Ledger, Wanted};
use aciform_intent::scalar::AddressRange;

const HOSTS: usize = 1_000;
const PORTS: usize = 50;

fn main() {
    let text = compile("", "fresh");
    let again = compile(&text, "kept");
    assert_eq!(text, again, "a second compile changes nothing");
    println!("the lock has {} lines, {} KiB", text.lines().count(), text.len() / 1024);
}

fn compile(text: &str, what: &str) -> String {
    let mut diagnostics = Diagnostics::new();
    let mut ledger = step(what, "parse", || Ledger::parse(FileId(0), text, &mut diagnostics));
    let mut paths = Vec::with_capacity(HOSTS * PORTS);
    for host in 0..HOSTS {
        paths.extend((0..PORTS).map(|port| format!("p/instance-{host}/eth{port}")));
    }
    step(what, "port ids", || {
        for path in &paths {
            ledger.port_id("system", path, None);
        }
    });
    step(what, "MACs", || {
        for path in &paths {
            ledger.mac("system", &format!("port {path}"), None);
        }
    });
    step(what, "numbers, a scope per host", || {
        for (host, paths) in paths.chunks(PORTS).enumerate() {
            let scope = format!("host-{host}");
            let wanted = wishes::<u32>(paths);
            let (low, high) = (Choice::LowestFree, Choice::AboveHighest);
            ledger.numbers(Kind::OfPort, &scope, &wanted, 1..=65279, low, &mut diagnostics);
            ledger.numbers(Kind::Zone, &scope, &wanted, 4097..=65535, high, &mut diagnostics);
        }
    });
    step(what, "addresses, one scope", || {
        let all = AddressRange::new(Ipv4Addr::new(10, 0, 0, 2).into(), Ipv4Addr::new(10, 255, 255, 254).into());
        let pools = [all.expect("a range")];
        ledger.addresses(Kind::FixedIp, "p/n/s", &wishes::<IpAddr>(&paths), &pools, &[], &mut diagnostics);
    });
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    step(what, "render", || ledger.render())
}

fn wishes<T>(keys: &[String]) -> Vec<Wanted<T>> {
    keys.iter().map(|key| Wanted { key: key.clone(), fixed: None, span: None }).collect()
}

fn step<T>(what: &str, name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{what:6} {name:26} {:8.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    result
}
