//! `aciform pools`: the table, what it is planned for, and how it ends on sites that are wrong.

use std::fs;

use aciform_testkit::program::repository;
use expect_test::expect;

use super::kit::{Lab, aciform, tree};

const INI: &str = "ml2_conf_cisco_apic.ini";

#[test]
fn the_readme_shows_the_table_of_the_lab() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("the README");
    let command = "$ aciform pools examples/rdo-lab\n";
    let (_, shown) = readme.split_once(command).expect("the README shows the command");
    let (shown, _) = shown.split_once("```").expect("the block is closed");
    let run = aciform(&repository(), &["pools", "examples/rdo-lab"]).success();
    assert_eq!(shown, run.stdout);
}

#[test]
fn what_is_planned_on_the_command_line_beats_the_site() {
    let lab = Lab::new();
    let settings = lab.read("site/aciform.yaml");
    lab.write("aciform.yaml", format!("{settings}growth: {{compute_hosts: '+10'}}\n"));
    let first = |arguments: &[&str]| {
        let run = lab.run(arguments).success();
        let line = run.stdout.lines().find(|line| line.starts_with("SNAT")).expect("the pool's line");
        let last: Vec<&str> = run.stdout.lines().rev().take(2).collect();
        format!("{}\n{}\n{}\n", line.split_whitespace().collect::<Vec<_>>().join(" "), last[1], last[0])
    };
    expect![[r#"
        SNAT OS_L3Out 172.16.10.1/24 256 3 2 251 241 251 more hosts /28, better /27 site/ml2_conf_cisco_apic.ini:24
        12 pools, 2 compute hosts, 12 planned: 0 full, 0 short of what is planned
        first to run out as hosts are added: `SNAT OS_L3Out`, after 251 more hosts
    "#]]
    .assert_eq(&first(&["pools", "site"]));
    expect![[r#"
        SNAT OS_L3Out 172.16.10.1/24 256 3 2 251 -47 251 more hosts /23 site/ml2_conf_cisco_apic.ini:24
        12 pools, 2 compute hosts, 300 planned: 0 full, 1 short of what is planned
        first to run out as hosts are added: `SNAT OS_L3Out`, after 251 more hosts
    "#]]
    .assert_eq(&first(&["pools", "site", "--hosts", "300"]));
    // Nobody plans for fewer hosts than there are.
    assert!(first(&["pools", "site", "--hosts", "1"]).contains(", 2 compute hosts: "));
    assert_eq!(lab.run(&["pools", "site", "--hosts", "-1"]).code, 2);
    assert_eq!(lab.run(&["pools", "site", "--hosts", "4294967296"]).code, 2);
}

#[test]
fn a_pool_that_is_too_small_is_an_error_and_stands_in_the_table() {
    let lab = Lab::new();
    lab.edit(INI, "172.16.10.1/24", "172.16.10.1/30");
    let run = lab.run(&["pools", "site"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("error[ACI310]"), "{}", run.stderr);
    let line = run.stdout.lines().nth(1).expect("the worst pool");
    assert_eq!(
        line.split_whitespace().collect::<Vec<_>>().join(" "),
        "SNAT OS_L3Out 172.16.10.1/30 4 3 2 -1 -1 full /29 site/ml2_conf_cisco_apic.ini:24"
    );
    assert!(run.stdout.ends_with("the next host finds no address in `SNAT OS_L3Out`\n"), "{}", run.stdout);
}

#[test]
fn a_site_with_other_errors_has_no_table() {
    let lab = Lab::new();
    lab.edit("intent/NewWebApps.yaml", "interfaces: [MyWebApp, MyWebData]", "interfaces: [MyWebAp, MyWebData]");
    let run = lab.run(&["pools", "site"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(run.stderr.contains("error[ACI1120]"), "{}", run.stderr);
    let nowhere = lab.run(&["pools", "nowhere"]);
    assert_eq!((nowhere.code, nowhere.stdout.as_str()), (2, ""), "{}", nowhere.stderr);
}

#[test]
fn a_lock_that_would_change_is_mentioned_and_left_alone() {
    let lab = Lab::new();
    lab.edit("intent/fabric.yaml", "  centos-02:\n", "  centos-03: {}\n  centos-02:\n");
    let before = tree(lab.path());
    let run = lab.run(&["pools", "site"]).success();
    assert_eq!(run.stderr, "aciform.lock is not up to date; the figures are those after the next `aciform compile`\n");
    assert!(run.stdout.contains("3 compute hosts"), "{}", run.stdout);
    assert!(tree(lab.path()) == before);
    // The host goes again, and its address is kept.
    let _ = lab.run(&["compile", "site", "-o", "out"]).success();
    lab.edit("intent/fabric.yaml", "  centos-03: {}\n", "");
    let run = lab.run(&["pools", "site", "--format", "json"]).success();
    let table: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let pools = table["pools"].as_array().expect("pools");
    let snat = pools.iter().find(|pool| pool["kind"] == "snat").expect("the pool");
    assert_eq!(snat["uses"], serde_json::json!([{"by": "hosts", "count": 2}, {"by": "removed-hosts", "count": 1}]));
    assert_eq!((&snat["used"], &snat["free"]), (&3.into(), &250.into()));
}

#[test]
fn edge_networks_are_counted_though_they_cannot_be_compiled_yet() {
    let lab = Lab::new();
    lab.edit(INI, "enable_nat = True\n", "edge_nat = True\nvlan_range = 1001:1003, 1003:1004\n");
    let intent = lab.read("site/intent/NewWebApps.yaml").replace("    floating_ips:", "  other:\n    routers: {r: {external_gateway: {network: OS_L3Out}}}\n  third:\n    routers: {r: {external_gateway: {network: e0e0e0e0-1111-2222-3333-444455556666}}}\n  fourth:\n    floating_ips:");
    lab.write(
        "intent/NewWebApps.yaml",
        intent.replace("port: test-instance/eth0", "port: NewWebApps/test-instance/eth0"),
    );
    let run = lab.run(&["pools", "site"]).success();
    assert!(run.stderr.contains("info[ACI1601]"), "{}", run.stderr);
    let line = run.stdout.lines().nth(1).expect("the worst pool");
    assert_eq!(
        line.split_whitespace().collect::<Vec<_>>().join(" "),
        "VLANs OS_L3Out 1001:1003,1003:1004 4 0 3 1 1 1 more VRF - site/ml2_conf_cisco_apic.ini:23"
    );
    assert!(!run.stdout.contains("SNAT "), "{}", run.stdout);
}
