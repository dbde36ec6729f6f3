//! What a person sees of a finding, at width 100 and without colour.

use expect_test::expect;

use super::kit::Lab;

const INI: &str = "ml2_conf_cisco_apic.ini";
const PROJECT: &str = "intent/NewWebApps.yaml";

#[test]
fn a_wrong_prefix_in_the_ini_is_underlined_with_what_would_be_right() {
    Lab::new().edit(INI, "172.16.10.1/24", "172.16.10.0/24").rendered(&expect![[r#"
        error[ACI307]: the first part of `host_pool_cidr` must be the gateway; 172.16.10.0 is the network address of 172.16.10.0/24
            ╭─[site/ml2_conf_cisco_apic.ini:24:18]
         23 │ external_epg = InternetAccess
         24 │ host_pool_cidr = 172.16.10.0/24
            ·                  ──────────────
            ╰────
          help: write `host_pool_cidr = 172.16.10.1/24`
        1 error
    "#]]);
}

#[test]
fn an_unknown_key_is_underlined_with_its_suggestion() {
    Lab::new().edit(PROJECT, "floating_ips:", "floating_ip:").rendered(&expect![[r#"
        error[ACI1020]: a project has no key `floating_ip`
            ╭─[site/intent/NewWebApps.yaml:66:5]
         65 │
         66 │     floating_ip:
            ·     ───────────
         67 │       web:
            ╰────
          help: write `floating_ips`
        1 error
    "#]]);
}

#[test]
fn a_known_wrong_form_is_underlined_with_the_right_one() {
    Lab::new().edit(PROJECT, "{cidr: 10.100.101.0/24}", "{cidr: 10.100.101.0/24, gateway: 10.100.101.1}").rendered(
        &expect![[r#"
            error[ACI1020]: a subnet has no key `gateway`
                ╭─[site/intent/NewWebApps.yaml:19:41]
             18 │         subnets:
             19 │           data: {cidr: 10.100.101.0/24, gateway: 10.100.101.1}
                ·                                         ───────
             20 │         facts: {vnid: 0x800003, mcast: 225.1.1.3}
                ╰────
              help: write `gateway_ip`
            1 error
        "#]],
    );
}

#[test]
fn a_reference_to_nothing_is_underlined_with_the_name_it_is_near() {
    Lab::new().edit(PROJECT, "interfaces: [MyWebApp, MyWebData]", "interfaces: [MyWebAp, MyWebData]").rendered(
        &expect![[r#"
        error[ACI1120]: no network is called `MyWebAp`
            ╭─[site/intent/NewWebApps.yaml:26:22]
         25 │         external_gateway: {network: OS_L3Out}
         26 │         interfaces: [MyWebAp, MyWebData]
            ·                      ───────
         27 │
            ╰────
          help: did you mean `MyWebApp`?
        1 error
    "#]],
    );
}

#[test]
fn two_places_that_disagree_are_both_shown() {
    Lab::new().write("intent/b.yaml", "hosts: {centos-02: {roles: [dhcp]}}\n").rendered(&expect![[r#"
        error[ACI1026]: host `centos-02` is written in two places
            ╭─[site/intent/fabric.yaml:9:3]
          8 │     uplinks: [enp8s0, enp9s0]
          9 │   centos-02:
            ·   ─────────
         10 │     uplinks: [enp8s0, enp9s0]
            ╰────
           ╭─[site/intent/b.yaml:1:9]
         1 │ hosts: {centos-02: {roles: [dhcp]}}
           ·         ────┬────
           ·             ╰── the other one
           ╰────
          help: keep one of the two
        1 error
    "#]]);
}

#[test]
fn an_address_that_two_ports_have_is_shown_at_both() {
    Lab::new().edit(PROJECT, "fixed_ips: [10.100.100.18]", "fixed_ips: [10.100.100.17]").rendered(&expect![[r#"
        error[ACI1223]: 10.100.100.17 is taken in network `MyWebApp`
            ╭─[site/intent/NewWebApps.yaml:45:25]
         44 │             network: MyWebApp
         45 │             fixed_ips: [10.100.100.17]
            ·                         ─────────────
         46 │             security_groups: [AllowPublicAccess, MyWebservers]
            ╰────
            ╭─[site/intent/NewWebApps.yaml:54:25]
         53 │             network: MyWebApp
         54 │             fixed_ips: [10.100.100.17]
            ·                         ──────┬──────
            ·                               ╰── by this
         55 │             security_groups: [AllowPublicAccess]
            ╰────
          help: write another, or `web` for any free one of the subnet
        1 error
    "#]]);
}

#[test]
fn a_pool_too_small_is_shown_with_one_that_is_not() {
    Lab::new().edit(INI, "172.16.10.1/24", "172.16.10.1/30").rendered(&expect![[r#"
        error[ACI310]: `host_pool_cidr` 172.16.10.1/30 of `OS_L3Out` has 1 address for 2 hosts
            ╭─[site/ml2_conf_cisco_apic.ini:24:18]
         23 │ external_epg = InternetAccess
         24 │ host_pool_cidr = 172.16.10.1/30
            ·                  ──────────────
            ╰────
          help: write `172.16.10.1/29`, which has 5
        1 error
    "#]]);
}

#[test]
fn a_half_merged_lock_is_shown_with_both_sides() {
    let lab = Lab::new();
    let ours = "  OS_L3Out centos-01: 172.16.10.2\n";
    let merged = format!("<<<<<<< HEAD\n{ours}=======\n  OS_L3Out centos-01: 172.16.10.4\n>>>>>>> other\n");
    lab.edit("aciform.lock", ours, &merged).rendered(&expect![[r#"
        error[ACI1501]: a merge of the lock is not finished
            ╭─[site/aciform.lock:32:1]
         31 │ snat:
         32 │ <<<<<<< HEAD
            · ──────┬─────
            ·       ╰── one side: 1 line
         33 │   OS_L3Out centos-01: 172.16.10.2
            ╰────
            ╭─[site/aciform.lock:36:1]
         35 │   OS_L3Out centos-01: 172.16.10.4
         36 │ >>>>>>> other
            · ──────┬──────
            ·       ╰── the other side: 1 line
         37 │   OS_L3Out centos-02: 172.16.10.3
            ╰────
          help: take either side whole (`git checkout --ours aciform.lock`, or `--theirs`), then run
                `aciform compile`, which adds what is missing
        1 error
    "#]]);
}

#[test]
fn a_password_in_the_site_file_is_shown_in_no_format() {
    let lab = Lab::new();
    let site = lab.read("site/aciform.yaml");
    for written in [
        "apic: {password: hunter2}\n",
        "apic: {pasword: hunter2}\n",
        "apic:\n  password: hunter2\n   user: x\n",
        "apic: {password: {value: hunter2}}\n",
        "apic: {password: {command: echo hunter2}}\n",
        "apic: {pwd: hunter2}\n",
        "apic: {pass: hunter2}\n",
        "apic: {passwrd: \"hunter2\", user: x}\n",
        "apic: hunter2\n",
        "apic: \"hunt\\x65r2\"\n",
        "apic: {hunter2}\n",
        "apic:\n  hunter2\n",
        "apic: {password:hunter2}\n",
        "apic: {password=hunter2}\n",
        "x: &p hunter2\napic: {password: *p}\n",
        "# apic_password: hunter2\nx: y\n",
    ] {
        // Something beside it that a fix changes.
        lab.write("aciform.yaml", format!("{site}{written}").replace("ini: [ml2_conf_cisco_apic.ini]", "inni: []"));
        let said = |args: &[&str]| {
            let run = lab.run(args);
            assert_ne!(run.code, 0, "{args:?}: {}{}", run.stdout, run.stderr);
            assert!(!(run.stdout.clone() + &run.stderr).contains("hunter2"), "{args:?} of {written}: {}", run.stdout);
        };
        for format in ["human", "json", "sarif", "github", "gitlab", "junit", "short"] {
            said(&["lint", "site", "--format", format]);
        }
        said(&["lint", "site", "--diff", "--unsafe-fixes"]);
        said(&["compile", "site", "-o", "out"]);
        said(&["show", "ini", "site"]);
    }
}
