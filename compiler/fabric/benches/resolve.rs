//! How long resolving takes as a site grows: `cargo bench -p aciform-fabric --bench resolve`.
//!
//! Hosts with 50 instances each, ten projects a hundred hosts, everything allocated; a slope of 1 is linear.

#![allow(clippy::print_stdout, reason = "a bench says its times")]

use std::fmt::Write as _;
use std::time::Instant;

use aciform_diagnostics::{Diagnostics, Span};
use aciform_fabric::lock::Ledger;
use aciform_intent::model::{Growth, Intent, Releases, Site};
use aciform_intent::{decode, ini};
use aciform_syntax::{ini as ini_syntax, yaml};

const PORTS: usize = 50;

fn main() {
    let mut last: Option<f64> = None;
    for hosts in [10, 100, 1000] {
        let took = measure(hosts);
        let slope = last.map_or_else(String::new, |before| format!("slope {:.2}", (took / before).log10()));
        println!("{hosts:>5} hosts, {:>6} ports: {took:>9.1} ms {slope}", hosts * PORTS);
        last = Some(took);
    }
}

/// Milliseconds of a second resolve, with the lock of the first.
fn measure(hosts: usize) -> f64 {
    let text = "[DEFAULT]\napic_system_id = lab\n[ml2_cisco_apic]\napic_name_mapping = use_name\n\
                encap_mode = vxlan\nenable_optimized_metadata = True\n[apic_external_network:out]\n\
                preexisting = True\nexternal_epg = Internet\nhost_pool_cidr = 172.16.0.1/16\n";
    let mut diagnostics = Diagnostics::new();
    let file = aciform_diagnostics::FileId(0);
    let read = ini_syntax::parse(file, text, &mut diagnostics);
    let config = ini::load(&[(file, &read)], &mut diagnostics);
    let tree = yaml::parse(file, &site(hosts), &mut diagnostics);
    let intent = decode::intent(&[&tree], &mut diagnostics);
    let settings = Site {
        span: Span::start_of(file),
        ini: Vec::new(),
        intent: None,
        golden: None,
        releases: Releases::default(),
        growth: Growth::default(),
        allow: Vec::new(),
        apic_password: None,
    };
    let mut ledger = Ledger::default();
    resolve(&settings, &config, &intent, &mut ledger);
    let lock = ledger.render();
    let mut kept = Ledger::parse(file, &lock, &mut diagnostics);
    let start = Instant::now();
    resolve(&settings, &config, &intent, &mut kept);
    let took = start.elapsed().as_secs_f64() * 1000.0;
    assert!(!kept.changed(), "the lock is a fixed point");
    took
}

fn resolve(settings: &Site, config: &ini::Config, intent: &Intent, ledger: &mut Ledger) {
    let mut diagnostics = Diagnostics::new();
    let fabric = aciform_fabric::resolve(settings, config, intent, ledger, &|_| String::new(), &mut diagnostics);
    let first = diagnostics.iter().find(|finding| finding.severity == aciform_diagnostics::Severity::Error);
    assert!(first.is_none(), "{first:?}");
    assert_eq!(fabric.hosts.len(), intent.hosts.len());
}

fn site(hosts: usize) -> String {
    let projects = (hosts / 10).max(1);
    let mut out = "fabric: {tep_pool: 10.254.0.0/16}\nexternal_networks: {out: {shared: true, subnets: {fip: {cidr: 100.64.0.0/10}}}}\nhosts:\n".to_owned();
    for host in 0..hosts {
        let roles = if host % 10 == 0 { "[compute, dhcp]" } else { "[compute]" };
        let _ = writeln!(out, "  h{host}: {{roles: {roles}}}");
    }
    out.push_str("projects:\n");
    let each = hosts * PORTS / projects;
    for project in 0..projects {
        let _ = writeln!(
            out,
            "  p{project}:\n    networks: {{web: {{subnets: {{v4: {{cidr: 10.0.0.0/20}}, v6: {{cidr: '2001:db8::/64'}}}}}}, data: {{subnets: {{v4: {{cidr: 10.1.0.0/20}}}}}}}}"
        );
        let _ = writeln!(out, "    routers: {{r: {{interfaces: [web, data], external_gateway: {{network: out}}}}}}");
        let _ = writeln!(
            out,
            "    security_groups: {{a: {{rules: [{{protocol: tcp, port: 22, remote_group: a}}]}}}}\n    instances:"
        );
        for instance in 0..each {
            let (host, network) = ((project * each + instance) % hosts, if instance % 3 == 0 { "data" } else { "web" });
            let _ = writeln!(
                out,
                "      i{instance}: {{host: h{host}, ports: {{eth0: {{network: {network}, security_groups: [a, default]}}}}}}"
            );
        }
        out.push_str("    floating_ips:\n");
        for floating in 0..each / 10 {
            let _ = writeln!(out, "      f{floating}: {{network: out, port: i{floating}/eth0}}");
        }
    }
    out
}
