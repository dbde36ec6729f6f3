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
fn a_floating_ip_is_an_endpoint_and_the_mac_of_an_address_pair_is_none() {
    let run = aciform(&repository(), &["pools", "examples/two-projects"]).success();
    let line = run.stdout.lines().find(|line| line.starts_with("APIC endpoints")).expect("the endpoints' line");
    // 17 ports of instances, 6 of DHCP, 6 SNAT interfaces, 3 floating IPs; not the VRRP MAC that two ports may take.
    assert_eq!(line.split_whitespace().nth(5), Some("32"), "{line}");
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
        SNAT OS_L3Out 172.16.10.1/24 256 3 2 251 12 241 251 more hosts /28, better /27 site/ml2_conf_cisco_apic.ini:24
        12 pools, 2 compute hosts, 12 planned: 0 full, 0 short of what is planned
        first to run out as hosts are added: `SNAT OS_L3Out`, after 251 more hosts
    "#]]
    .assert_eq(&first(&["pools", "site"]));
    expect![[r#"
        SNAT OS_L3Out 172.16.10.1/24 256 3 2 251 300 -47 251 more hosts /23 site/ml2_conf_cisco_apic.ini:24
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
fn planned_floating_ips_and_ports_stand_in_the_table() {
    let lab = Lab::new();
    let settings = lab.read("site/aciform.yaml");
    let table = |growth: &str| {
        lab.write("aciform.yaml", format!("{settings}growth: {growth}\n"));
        let run = lab.run(&["pools", "site"]);
        let lines = run.stdout.lines().filter(|line| ["floating", "subnet"].iter().any(|kind| line.starts_with(kind)));
        let lines: Vec<String> = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let endpoints = run.stdout.lines().find(|line| line.starts_with("APIC endpoints")).unwrap_or_default();
        let endpoints: Vec<&str> = endpoints.split_whitespace().skip(3).take(6).collect();
        format!("{}\nendpoints {}\n{}", lines.join("\n"), endpoints.join(" "), run.stderr)
    };
    expect![[r#"
        floating OS_L3Out/fip 172.16.20.0/24 256 3 2 251 41 212 251 more addresses /26 site/intent/fabric.yaml:22
        subnet NewWebApps/MyWebApp/web 10.100.100.0/24 256 3 4 249 7 246 249 more ports /28 site/intent/NewWebApps.yaml:9
        subnet NewWebApps/MyWebData/data 10.100.101.0/24 256 3 1 252 1 252 252 more ports /30, better /29 site/intent/NewWebApps.yaml:19
        endpoints 180000 0 8 179992 50 179950
    "#]].assert_eq(&table("{floating_ips: 40, ports: '+100%'}"));
    expect![[r#"
        subnet NewWebApps/MyWebApp/web 10.100.100.0/24 256 3 4 249 304 -51 249 more ports /23 site/intent/NewWebApps.yaml:9
        floating OS_L3Out/fip 172.16.20.0/24 256 3 2 251 302 -49 251 more addresses /23 site/intent/fabric.yaml:22
        subnet NewWebApps/MyWebData/data 10.100.101.0/24 256 3 1 252 1 252 252 more ports /30, better /29 site/intent/NewWebApps.yaml:19
        endpoints 180000 0 8 179992 611 179389
    "#]].assert_eq(&table("{compute_hosts: '+3', floating_ips: {OS_L3Out: '+300'}, ports: '+10000%'}"));
    // A slip in the name is shown where it stands.
    expect![[r#"

        endpoints 
        error[ACI1120]: no external network is called `OS_L3out`
           ╭─[site/aciform.yaml:7:25]
         6 │ golden: ../../golden/rdo-lab
         7 │ growth: {floating_ips: {OS_L3out: 40}}
           ·                         ────────
           ╰────
          help: did you mean `OS_L3Out`?
        1 error
    "#]]
    .assert_eq(&table("{floating_ips: {OS_L3out: 40}}"));
    expect![[r#"

        endpoints 
        error[ACI1120]: no external network is called `e0e0e0e0-1111-2222-3333-444455556666`
           ╭─[site/aciform.yaml:7:25]
         6 │ golden: ../../golden/rdo-lab
         7 │ growth: {floating_ips: {e0e0e0e0-1111-2222-3333-444455556666: 40, inside: 3}}
           ·                         ────────────────────────────────────
           ╰────
          help: did you mean `OS_L3Out`?

        error[ACI1120]: no external network is called `inside`
           ╭─[site/aciform.yaml:7:67]
         6 │ golden: ../../golden/rdo-lab
         7 │ growth: {floating_ips: {e0e0e0e0-1111-2222-3333-444455556666: 40, inside: 3}}
           ·                                                                   ──────
           ╰────
          help: declare it under `external_networks`
        2 errors
    "#]]
    .assert_eq(&table("{floating_ips: {e0e0e0e0-1111-2222-3333-444455556666: 40, inside: 3}}"));
    expect![[r#"

        endpoints 
        error[ACI1025]: `OS_L3Out` takes a total as `40`, or growth as `"+8"` or `"+25%"`, not `40%%`
           ╭─[site/aciform.yaml:7:35]
         6 │ golden: ../../golden/rdo-lab
         7 │ growth: {floating_ips: {OS_L3Out: 40%%}, ports: 25%}
           ·                                   ────
           ╰────
          help: write a total as `40`, or growth as `"+8"` or `"+25%"`

        error[ACI1025]: `ports` takes a share of the ports on each subnet, as `"+25%"`, not `25%`
           ╭─[site/aciform.yaml:7:49]
         6 │ golden: ../../golden/rdo-lab
         7 │ growth: {floating_ips: {OS_L3Out: 40%%}, ports: 25%}
           ·                                                 ───
           ╰────
          help: write `ports: "+25%"`
        2 errors
    "#]]
    .assert_eq(&table("{floating_ips: {OS_L3Out: 40%%}, ports: 25%}"));
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
        "SNAT OS_L3Out 172.16.10.1/30 4 3 2 -1 2 -1 full /29 site/ml2_conf_cisco_apic.ini:24"
    );
    assert!(run.stdout.ends_with("the next host finds no address in `SNAT OS_L3Out`\n"), "{}", run.stdout);
}

#[test]
fn what_finds_a_subnet_full_is_wanted_all_the_same_and_reported_once() {
    let lab = Lab::new();
    lab.edit("intent/fabric.yaml", "172.16.20.0/24", "172.16.20.0/28");
    let more: String = (0..14).map(|at| format!("\n      f{at}: {{network: OS_L3Out}}")).collect();
    lab.edit("intent/NewWebApps.yaml", "    floating_ips:", &format!("    floating_ips:{more}"));
    let ports: String = (0..6).map(|at| format!("      p{at}: {{network: tight}}\n")).collect();
    let tight = "\n      tight: {subnets: {v4: {cidr: 10.9.0.0/29, enable_dhcp: false}}}";
    lab.edit("intent/NewWebApps.yaml", "    networks:", &format!("    ports:\n{ports}    networks:{tight}"));
    let settings = lab.read("site/aciform.yaml");
    lab.write("aciform.yaml", format!("{settings}growth: {{floating_ips: '+1', ports: '+50%'}}\n"));
    let run = lab.run(&["pools", "site"]);
    let rows: Vec<String> =
        run.stdout.lines().skip(1).take(2).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    expect![[r#"
        subnet NewWebApps/tight/v4 10.9.0.0/29 8 3 6 -1 9 -4 full /28 site/intent/NewWebApps.yaml:13
        floating OS_L3Out/fip 172.16.20.0/28 16 3 16 -3 17 -4 full /27 site/intent/fabric.yaml:22"#]]
    .assert_eq(&rows.join("\n"));
    let found = lab.run(&["lint", "site", "--format", "short"]).stdout;
    let found: Vec<&str> = found.lines().filter(|line| line.contains("ACI13")).collect();
    expect![[r#"
        site/intent/NewWebApps.yaml:11:7: error[ACI1309]: the fixed addresses 10.9.0.2-10.9.0.6 of `NewWebApps/tight/v4` are used up: `NewWebApps/tight/v4 NewWebApps/p5` gets none
        site/intent/NewWebApps.yaml:82:7: error[ACI1309]: the floating IP addresses 172.16.20.2-172.16.20.14 of `OS_L3Out` are used up: 3 get none, the first is `OS_L3Out NewWebApps/f7`"#]].assert_eq(&found.join("\n"));
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
        "VLANs OS_L3Out 1001:1003,1003:1004 4 0 3 1 3 1 1 more VRF - site/ml2_conf_cisco_apic.ini:23"
    );
    assert!(!run.stdout.contains("SNAT "), "{}", run.stdout);
}
