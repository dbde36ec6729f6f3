//! The table of pools against a program that counts them from the files alone (`testkit/oracle/pools.py`), and of a
//! thousand hosts.
//!
//! Needs Python with the package PyYAML; `ACIFORM_ORACLE_PYTHON` names the interpreter (default `python3`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aciform_testkit::closed::{Openings, assert_schema_is_closed};
use aciform_testkit::generate;
use aciform_testkit::program::{copy, repository, run};
use serde_json::{Map, Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

/// The kinds that the other program counts, and the figures of each.
const COUNTED: [&str; 3] = ["snat", "floating", "subnet"];
const FIGURES: [&str; 7] =
    ["size", "reserved", "used", "planned", "free_after_growth", "smallest_prefix", "recommended_prefix"];

/// What sites plan for, beside hosts.
const GROWTH: [&str; 8] = [
    "",
    "growth: {ports: '+25%'}",
    "growth: {floating_ips: 9}",
    "growth: {floating_ips: '+40', ports: '+100%'}",
    "growth: {floating_ips: '+33%', ports: '+1%'}",
    "growth: {floating_ips: '+300', ports: '+5000%'}",
    "growth: {floating_ips: {}, ports: '+0%'}",
    "growth: {floating_ips: 0}",
];

#[test]
fn the_figures_are_those_that_another_program_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sites = Vec::new();
    for seed in 1..=40 {
        let site = folder.path().join(format!("seed-{seed}"));
        generate::write(&generate::site(seed), &site).expect("the site can be written");
        let kind = usize::try_from(seed).expect("small") % GROWTH.len();
        plan(&site, GROWTH[kind]);
        sites.push(site);
    }
    for name in ["rdo-lab", "minimal"] {
        let site = folder.path().join(name);
        copy(&repository().join("examples").join(name), &site);
        sites.push(site);
    }
    for (at, growth) in GROWTH.into_iter().chain([NAMED]).enumerate() {
        let site = odd(&folder.path().join(format!("odd-{at}")));
        plan(&site, growth);
        sites.push(site);
    }
    let mut compared = 0;
    for planned in [0, 7, 300] {
        let counted = count(planned, &sites);
        for site in &sites {
            let shown = pools(site, planned);
            assert_eq!(shown, counted[site.to_str().expect("a plain path")], "{}, {planned} hosts", site.display());
            compared += shown.as_object().expect("pools by name").len();
        }
    }
    assert!(compared > 500, "{compared} pools compared");
}

#[test]
fn a_thousand_hosts_have_a_row_for_every_pool() {
    let folder = tempfile::tempdir().expect("a folder");
    generate::write(&generate::labs(500), folder.path()).expect("the site can be written");
    let shown = run(PROGRAM, folder.path(), &["pools", "--format", "json"]).success();
    let table: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    assert_eq!(table["hosts"]["declared"], 1000);
    let rows = table["pools"].as_array().expect("pools");
    for (kind, used, number) in [("snat", 2, 500), ("floating", 2, 500), ("subnet", 4, 500), ("subnet", 1, 500)] {
        let found = rows.iter().filter(|row| row["kind"] == kind && row["used"] == used).count();
        assert_eq!(found, number, "{kind} with {used} used");
    }
    // A list of two hosts does not grow with the site.
    let planned = run(PROGRAM, folder.path(), &["pools", "--hosts", "5000", "--format", "json"]).success();
    let table: Value = serde_json::from_str(&planned.stdout).expect("JSON");
    assert_eq!((&table["summary"]["short"], &table["summary"]["first"]), (&0.into(), &Value::Null));
}

#[test]
fn the_schema_of_the_table_is_closed_at_every_level() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = odd(&folder.path().join("odd"));
    let shown = run(PROGRAM, &site, &["pools", "--format", "json"]).success();
    let schema: Value = serde_json::from_str(aciform_schemas::text("pools").expect("a schema")).expect("JSON");
    let table: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let mixed = ["/pools/*/place", "/pools/*/smallest_prefix", "/pools/*/recommended_prefix", "/summary/first"];
    let openings = Openings { mixed: &mixed, optional: &mixed, ..Openings::default() };
    assert_schema_is_closed(&schema, &table, openings);
}

/// By network, as the odd site calls them.
const NAMED: &str = "growth: {floating_ips: {all: '+9', some: 13, two: '+17', each: 0}}";

/// Adds what a site plans for.
fn plan(site: &Path, growth: &str) {
    let file = site.join("aciform.yaml");
    let text = fs::read_to_string(&file).expect("the site's file");
    fs::write(file, format!("{text}{growth}\n")).expect("a file");
}

/// What generated sites lack: tombstones, lists of hosts, allocation pools, addresses beside them, a gateway inside.
fn odd(site: &Path) -> PathBuf {
    fs::create_dir_all(site).expect("a folder");
    let write = |name: &str, text: &str| fs::write(site.join(name), text).expect("a file");
    write("aciform.yaml", "aciform: 1\n");
    write(
        "ml2_conf_cisco_apic.ini",
        "[DEFAULT]\napic_system_id = odd\n[ml2_cisco_apic]\napic_name_mapping = use_name\nencap_mode = vxlan\n\
         [apic_external_network:all]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.16.10.1/22\n\
         [apic_external_network:some]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.17.0.127/24\n\
         [apic_external_network:each]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.18.0.5/28\n\
         [apic_external_network:two]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.19.0.1/24\n",
    );
    write(
        "intent.yaml",
        "hosts: {h1: {roles: [compute, dhcp]}, h2: {}, h3: {}, d1: {roles: [dhcp]}}
external_networks:
  all: {shared: true, subnets: {fip: {cidr: 100.64.0.0/24, gateway_ip: 100.64.0.200, allocation_pools: [100.64.0.10-100.64.0.19]}}}
  some: {shared: true, hosts: [h1, h3], subnets: {fip: {cidr: 100.65.0.0/28}}}
  each: {shared: true, hosts: [h1, h2, h3, d1]}
  two: {shared: true, subnets: {a: {cidr: 100.66.0.0/29, project: lab}, b: {cidr: 100.66.1.0/29}, c: {cidr: 100.66.2.0/30}, d: {cidr: '2001:db8:1::/120'}}}
projects:
  lab:
    networks:
      web:
        subnets:
          low: {cidr: 10.1.0.0/25, allocation_pools: [10.1.0.50-10.1.0.59, 10.1.0.20-10.1.0.29]}
          six: {cidr: '2001:db8::/120', enable_dhcp: false}
        dhcp_ports: {d1: {fixed_ips: [10.1.0.21]}}
      lone:
        subnets:
          host: {cidr: 10.2.0.4/30, gateway_ip: null, enable_dhcp: false}
          one: {cidr: 10.2.1.1/32, gateway_ip: null, enable_dhcp: false}
          two: {cidr: 10.2.1.2/31, gateway_ip: null, enable_dhcp: false}
          way: {cidr: 10.2.1.4/31, enable_dhcp: false}
          six: {cidr: '2001:db8:2::/127', gateway_ip: null, enable_dhcp: false}
    routers:
      r: {external_gateway: {network: all, fixed_ip: 100.64.0.12}, interfaces: [web]}
      q: {interfaces: [{subnet: web/low, ip: 10.1.0.55}]}
    ports:
      in: {network: web, fixed_ips: [10.1.0.20, '2001:db8::7']}
      beside: {network: web, fixed_ips: [10.1.0.99]}
      both: {network: lone, fixed_ips: [10.2.1.1, 10.2.1.2, '2001:db8:2::']}
    floating_ips:
      one: {network: all, address: 100.64.0.10}
      beside: {network: all, address: 100.64.0.99}
      two: {network: some, address: 100.65.0.3}
      three: {network: two, address: 100.66.1.3}
      four: {network: two, address: 100.66.0.3}
",
    );
    write(
        "aciform.lock",
        "version: 1\nsnat_removed:\n  all h8: 172.16.8.9\n  all h9: 172.16.8.10\n  each h9: 172.18.0.9\n  gone h9: 172.19.0.9\n",
    );
    site.to_owned()
}

/// The figures as the command prints them, by pool.
fn pools(site: &Path, planned: u32) -> Value {
    let hosts = planned.to_string();
    let shown = run(PROGRAM, site, &["pools", "--hosts", &hosts, "--format", "json"]).success();
    let table: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let rows = table["pools"].as_array().expect("pools").iter();
    let rows = rows.filter(|row| COUNTED.iter().any(|kind| row["kind"] == *kind));
    let figures =
        |row: &Value| FIGURES.iter().map(|name| ((*name).to_owned(), row[*name].clone())).collect::<Map<_, _>>();
    let by_name: Map<String, Value> =
        rows.map(|row| (row["name"].as_str().expect("a name").to_owned(), json!(figures(row)))).collect();
    Value::Object(by_name)
}

/// The figures as the other program counts them, by site and pool.
fn count(planned: u32, sites: &[PathBuf]) -> Value {
    let python = std::env::var("ACIFORM_ORACLE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(&python)
        .arg(repository().join("compiler/testkit/oracle/pools.py"))
        .arg(planned.to_string())
        .args(sites)
        .output()
        .unwrap_or_else(|error| panic!("`{python}` cannot be run ({error}); set ACIFORM_ORACLE_PYTHON"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the figures are JSON")
}
