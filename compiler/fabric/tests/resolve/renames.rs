//! Renames through a whole resolve: what the lock has follows, and what is new is new.

use std::collections::BTreeSet;

use crate::kit::{INI, OUT, Resolved, site};

const HOSTS: &str = "hosts: {c1: {roles: [compute, dhcp]}, c2: {}}
external_networks: {out: {shared: true, subnets: {fip: {cidr: 172.16.20.0/24}}}}
";

/// A project with networks, each with a subnet behind a router and an instance.
fn project(name: &str, networks: &[&str], renamed: &str) -> String {
    let of = |line: &dyn Fn(usize, &str) -> String| -> String {
        networks.iter().enumerate().map(|(at, network)| line(at, network)).collect()
    };
    format!(
        "{HOSTS}projects:\n  {name}:\n    networks:\n{}    routers: {{r: {{external_gateway: {{network: out}}, interfaces: [{}]}}}}\n    instances:\n{}{renamed}\n",
        of(&|at, network| format!(
            "      {network}: {{subnets: {{s: {{cidr: 10.1.{}.0/24}}}}}}\n",
            network.len() * 8 + at
        )),
        networks.join(", "),
        of(&|_, network| format!("      on-{network}: {{host: c2, ports: {{e: {{network: {network}}}}}}}\n")),
    )
}

fn compile(ini: &str, intent: &str, lock: &str) -> (Resolved, String) {
    let found = site(&format!("{ini}{OUT}"), &[intent], lock).clean();
    let text = found.ledger.render();
    (found, text)
}

/// The values of a lock, without their keys.
fn values(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(|line| line.strip_prefix("  ")?.rsplit_once(": ")).map(|(_, value)| value).collect()
}

#[test]
fn a_renamed_network_or_project_keeps_every_value_under_both_ways_to_map_names() {
    for mapping in ["use_name", "use_uuid"] {
        for contexts in ["False", "True"] {
            let ini = INI.replace("use_name", mapping);
            let ini = format!("{ini}per_tenant_context = {contexts}\n");
            let (_, first) = compile(&ini, &project("p", &["aa", "zz"], ""), "");
            for (name, networks, renamed) in [
                ("p", ["cc", "zz"], "renamed: {networks: {p/aa: p/cc}, instances: {p/on-aa: p/on-cc}}"),
                ("q", ["aa", "zz"], "renamed: {projects: {p: q}}"),
                (
                    "q",
                    ["cc", "zz"],
                    "renamed: {projects: {p: q}, networks: {p/aa: p/cc}, instances: {p/on-aa: q/on-cc}}",
                ),
            ] {
                let intent = project(name, &networks, renamed);
                let (found, second) = compile(&ini, &intent, &first);
                let told: Vec<_> = found.ledger.changes();
                assert!(told.is_empty(), "{mapping} {renamed}: {told:?}");
                assert_eq!(values(&first), values(&second));
                let (found, third) = compile(&ini, &intent, &second);
                assert!(!found.ledger.changed(), "{mapping} {renamed}");
                assert_eq!(second, third);
            }
        }
    }
}

#[test]
fn a_new_network_under_a_freed_name_leaves_a_lock_that_can_be_read() {
    // Under `use_name` the new network would get the bridge domain that the renamed one keeps, which is refused.
    let ini = INI.replace("use_name", "use_uuid");
    let (_, first) = compile(&ini, &project("p", &["aa"], ""), "");
    let (_, second) = compile(&ini, &project("p", &["cc"], "renamed: {networks: {p/aa: p/cc}}"), &first);
    let (found, third) = compile(&ini, &project("p", &["cc", "aa"], ""), &second);
    assert!(found.ledger.changes().iter().all(|change| !change.key.starts_with("network p/cc")));
    let (found, _) = compile(&ini, &project("p", &["cc", "aa"], ""), &third);
    assert!(!found.ledger.changed());
}

#[test]
fn a_rename_of_anything_that_the_intent_still_has_is_refused() {
    let intent = format!(
        "{HOSTS}projects: {{p: {{networks: {{n: {{subnets: {{s: {{cidr: 10.1.0.0/24}}}}}}}}, routers: {{r: {{}}}}, security_groups: {{g: {{rules: []}}}}, \
         instances: {{i: {{host: c2, ports: {{e: {{network: n}}}}}}}}, ports: {{v: {{network: n}}}}, floating_ips: {{f: {{network: out}}}}}}}}\n\
         renamed:\n  projects: {{p: q}}\n  networks: {{p/n: p/n2}}\n  subnets: {{p/n/s: p/n/s2, out/fip: out/fip2}}\n  routers: {{p/r: p/r2}}\n  \
         security_groups: {{p/g: p/g2, p/default: p/d2}}\n  instances: {{p/i: p/i2}}\n  ports: {{p/i/e: p/i/e2, p/v: p/v2}}\n  floating_ips: {{p/f: p/f2}}\n  \
         external_networks: {{out: out2}}\n  hosts: {{c1: c3}}\n"
    );
    let found = site(&format!("{INI}{OUT}"), &[&intent], "");
    let codes = found.codes(aciform_diagnostics::Severity::Error);
    assert_eq!(codes, ["ACI1517"; 13], "{}", found.findings());
}
