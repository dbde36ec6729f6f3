//! Names and places on APIC under the options that change them.

use aciform_diagnostics::Severity;

use crate::kit::{INI, OUT, Resolved, resolve, site};

const TWO: &str = "hosts: {h1: {roles: [compute, dhcp]}}
external_networks: {out: {shared: true}}
projects:
  a:
    networks: {web: {subnets: {v4: {cidr: 10.1.0.0/24}}}}
    routers: {r: {interfaces: [web], external_gateway: {network: out}}}
  b:
    networks: {web: {subnets: {v4: {cidr: 10.2.0.0/24}}}}
    routers: {r: {interfaces: [web], external_gateway: {network: out}}}
";

fn under(options: &str) -> Resolved {
    let ini = INI.replace(
        "apic_name_mapping = use_name\n",
        if options.contains("mapping") { "" } else { "apic_name_mapping = use_name\n" },
    );
    site(&format!("{ini}{options}{OUT}"), &[TWO], "").clean()
}

fn l3outs(lab: &Resolved) -> Vec<String> {
    let fabric = &lab.fabric;
    fabric.l3outs.iter().map(|out| format!("{}/{}", fabric.tenants[out.tenant].name, out.name)).collect()
}

fn vrfs(lab: &Resolved) -> Vec<String> {
    let fabric = &lab.fabric;
    fabric
        .vrfs
        .iter()
        .map(|vrf| format!("{}/{} {}", fabric.tenants[vrf.tenant].name, vrf.name, vrf.routing_domain_file))
        .collect()
}

#[test]
fn each_project_has_its_vrf_and_its_shadow() {
    let lab = under("");
    assert_eq!(l3outs(&lab), ["_lab_a/_lab_Shd-out", "_lab_b/_lab_Shd-out", "common/out"]);
    let files: Vec<_> = vrfs(&lab).iter().map(|vrf| vrf.split(' ').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(files, ["_lab_a/_lab_shared", "_lab_b/_lab_shared", "common/default"]);
    assert_eq!(lab.fabric.vrfs.iter().next().map(|vrf| vrf.routing_domain_file.len()), Some(32));
}

#[test]
fn without_per_tenant_context_all_share_one_vrf_and_one_shadow_in_common() {
    let lab = under("per_tenant_context = False\n");
    assert_eq!(vrfs(&lab), ["common/_lab_shared common-_lab_shared", "common/default common-default"]);
    assert_eq!(l3outs(&lab), ["common/_lab_Shd-out", "common/out"]);
    let shadow = lab.fabric.l3outs.iter().next().expect("the shadow");
    assert_eq!(shadow.external_epgs[0].contracts.len(), 2);
    let subnets: Vec<_> =
        lab.fabric.vrfs.iter().next().expect("the VRF").internal_subnets.iter().map(ToString::to_string).collect();
    assert_eq!(subnets, ["10.1.0.0/24", "10.2.0.0/24", "169.254.0.0/16"]);
}

#[test]
fn a_shared_context_name_is_taken_literally_and_scope_names_can_be_off() {
    assert!(vrfs(&under("shared_context_name = prod\n"))[0].starts_with("_lab_a/prod "));
    let plain = under("scope_names = False\n");
    assert_eq!(l3outs(&plain), ["a/Shd-out", "b/Shd-out", "common/out"]);
}

#[test]
fn use_uuid_hangs_the_beginning_of_the_id_on_projects_and_networks_only() {
    let lab = under("apic_name_mapping = use_uuid\n");
    let external = lab.fabric.networks.iter().find(|network| network.handle == "out").expect("the external network");
    let suffix = &external.id.to_string()[..4];
    let shadow = format!("_lab_Shd-out_{suffix}");
    assert!(l3outs(&lab)[0].ends_with(&shadow), "{:?}", l3outs(&lab));
    let tenant = &lab.fabric.tenants.iter().next().expect("a tenant").name;
    assert!(tenant.starts_with("_lab_a_") && tenant.len() == "_lab_a_".len() + 4, "{tenant}");
    assert!(lab.fabric.epgs.iter().any(|epg| epg.name == "EXT-epg-out"), "an L3Out's name is taken as it is");
}

#[test]
fn a_project_without_anything_has_no_tenant() {
    let lab = resolve("projects: {empty: {}, full: {security_groups: {a: {}}}}").clean();
    let tenants: Vec<_> = lab.fabric.tenants.iter().map(|tenant| tenant.name.as_str()).collect();
    assert_eq!(tenants, ["_lab_full"]);
    let groups: Vec<_> = lab.fabric.security_groups.iter().map(|group| group.handle.as_str()).collect();
    assert_eq!(groups, ["a", "default"]);
}

#[test]
fn names_that_apic_refuses_are_said_where_they_are_written() {
    let long = "x".repeat(60);
    let text = format!(
        "projects:\n  lab:\n    networks: {{web: {{name: 'a/b'}}}}\n  other:\n    name: {long}\n    networks: {{web: {{}}}}\n"
    );
    assert_eq!(resolve(&text).codes(Severity::Error), ["ACI604"]);
    let ini = INI.replace("apic_system_id = lab", "apic_system_id = sixteen-letters_");
    let found = site(&format!("{ini}{OUT}"), &[&text.replace("'a/b'", "ab")], "");
    assert_eq!(found.codes(Severity::Error), ["ACI603"], "{}", found.findings());
}

#[test]
fn a_router_that_is_down_keeps_its_contract_without_its_filter() {
    let text = "projects:\n  lab:\n    routers: {r: {admin_state_up: false, name: front door}}\n";
    let lab = resolve(text).clean();
    let contract = lab.fabric.contracts.iter().next().expect("the contract");
    assert!(!contract.active && contract.rule == 1);
    assert_eq!(contract.name_alias, None, "APIC takes no blank");
}

/// The VNID of each endpoint group by its name, and the group of a subnet's bridge domain.
fn groups(lab: &Resolved) -> Vec<(String, u32, Option<String>)> {
    let fabric = &lab.fabric;
    fabric.epgs.iter().map(|epg| (epg.name.clone(), epg.vnid, epg.name_alias.clone())).collect()
}

#[test]
fn a_newcomer_takes_nobodys_name_and_number() {
    let ini = INI.replace("apic_name_mapping = use_name\n", "");
    let old = "m: {name: web, id: abcd2000-0000-4000-8000-000000000001, subnets: {s: {cidr: 10.9.1.0/24}}}";
    let new = "a: {name: web, id: abcd1000-0000-4000-8000-000000000001, subnets: {s: {cidr: 10.9.2.0/24}}}";
    let first = site(&ini, &[&format!("projects: {{p: {{networks: {{{old}}}}}}}")], "").clean();
    let lock = first.ledger.render();
    let second = site(&ini, &[&format!("projects: {{p: {{networks: {{{new}, {old}}}}}}}")], &lock).clean();
    let (before, after) = (groups(&first), groups(&second));
    assert_eq!(before[0].0, "web_abcd");
    assert!(after.contains(&before[0]), "{after:?}");
    assert!(after.iter().any(|(name, ..)| name == "web_abcd1"), "{after:?}");
    let bridge = second.fabric.bridge_domains.iter().find(|bd| bd.name == "web_abcd").expect("the old one");
    assert_eq!(bridge.gateways[0].gateway.to_string(), "10.9.1.1");
}

#[test]
fn another_name_changes_the_alias_alone_and_so_does_a_rename() {
    let first =
        site(INI, &["projects: {p: {networks: {a: {name: before, subnets: {s: {cidr: 10.9.1.0/24}}}}}}"], "").clean();
    let lock = first.ledger.render();
    let renamed = "projects: {p: {networks: {a: {name: after, subnets: {s: {cidr: 10.9.1.0/24}}}}}}";
    let moved = "projects: {p: {networks: {b: {subnets: {s: {cidr: 10.9.1.0/24}}}}}}\nrenamed: {networks: {p/a: p/b}}";
    let (name, vnid, _) = groups(&first).remove(0);
    assert_eq!(name, "before");
    for (intent, alias) in [(renamed, "after"), (moved, "b")] {
        let second = site(INI, &[intent], &lock).clean();
        assert_eq!(groups(&second), [("before".to_owned(), vnid, Some(alias.to_owned()))]);
    }
}
