//! How fast a host's flows are made, sorted and framed, on one core: `cargo bench -p aciform-bundle --bench openflow`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    dead_code,
    reason = "a bench prints, and builds its input with what the tests use"
)]

#[path = "../tests/openflow/site.rs"]
mod site;
#[path = "../tests/openflow/whole_host.rs"]
mod whole_host;

use std::time::Instant;

fn main() {
    for (instances, networks, floating) in [(50, 5, 10), (1_000, 10, 100)] {
        let host = whole_host::host(instances, networks, floating);
        let lines = host.files().flows.lines().count();
        let rounds = 1_000_000 / lines;
        let start = Instant::now();
        let bytes: usize = (0..rounds).map(|_| host.files().flows.len()).sum();
        let seconds = start.elapsed().as_secs_f64();
        let made = (rounds * lines) as f64;
        println!(
            "{lines} lines a host: {:.2} million lines/s, {:.0} MB/s",
            made / seconds / 1e6,
            bytes as f64 / seconds / 1e6
        );
    }
}
