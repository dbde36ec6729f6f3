//! What `lint --fix` makes of the YAML files of a site.

use std::fs;

use aciform_diagnostics::Applicability;
use aciform_site::{Options, Reader, Subject, lint, mend};

/// An intent after its fixes, in a site that is otherwise in order.
fn mended(intent: &str, up_to: Applicability) -> String {
    mended_site("aciform: 1\n", intent, up_to).1
}

/// The site file and an intent after their fixes.
fn mended_site(site: &str, intent: &str, up_to: Applicability) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let ini = "[DEFAULT]\napic_system_id = lab\n[ml2_cisco_apic]\napic_hosts = 10.1.1.5\n[apic_external_network:x]\n\
               preexisting = True\nexternal_epg = e\nhost_pool_cidr = 172.16.1.1/24\n";
    let written = [("aciform.yaml", site), ("intent.yaml", intent), ("ml2_conf_cisco_apic.ini", ini)];
    for (name, text) in written {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let options = Options { is_on: &|rule| rule.on, is_looked_for: &|_| true, known: &|_| None, stage: &|_| () };
    let (_, _, fixed) = mend(up_to, |buffers| {
        let mut reader = Reader::over(buffers.clone());
        let linted = lint(&mut reader, &Subject::Site(folder.path().to_owned()), options);
        (reader, linted.verdict.kept.into_sorted())
    });
    let text = |name: &str, before: &str| {
        let change = fixed.files.iter().find(|(place, _)| place.ends_with(name));
        change.map_or_else(|| before.to_owned(), |(_, change)| change.after.clone())
    };
    (text("aciform.yaml", site), text("intent.yaml", intent))
}

/// Certain fixes make this of a text.
fn assert_safe(before: &str, after: &str) {
    assert_eq!(mended(before, Applicability::Safe), after);
}

/// Certain fixes leave the text, probable ones make something of it.
fn assert_unsafe(before: &str, after: &str) {
    assert_eq!(mended(before, Applicability::Safe), before);
    assert_eq!(mended(before, Applicability::Unsafe), after);
}

#[test]
fn what_can_only_mean_one_thing_is_written_so() {
    assert_safe(
        "projects: {p: {networks: {n: {subnets: {s: {cidr: 10.1.0.0/24, enable_dhcp: 'yes', gateway_ip: none}}}}}}\n",
        "projects: {p: {networks: {n: {subnets: {s: {cidr: 10.1.0.0/24, enable_dhcp: true, gateway_ip: null}}}}}}\n",
    );
    assert_safe(
        "projects:\n  p:\n    id: \"{6FCCD59E-76E0-49DE-9434-020FEF1C22D9}\"  # of the lab\n",
        "projects:\n  p:\n    id: \"6fccd59e-76e0-49de-9434-020fef1c22d9\"  # of the lab\n",
    );
    assert_safe(
        "projects: {p: {security_groups: {g: {rules: [{protocol: icmp6, direction: INGRESS}]}}}}\n",
        "projects: {p: {security_groups: {g: {rules: [{protocol: icmpv6, direction: ingress}]}}}}\n",
    );
    assert_safe(
        "projects:\n  p:\n    security_groups:\n      g:\n        rules:\n          - protocol: tcp\n            port: 80:90\n",
        "projects:\n  p:\n    security_groups:\n      g:\n        rules:\n          - protocol: tcp\n            port: 80-90\n",
    );
    let site = "aciform: 1\nallow: [{code: aci706, reason: the lab}]\n";
    let (site, _) = mended_site(site, "projects: {}\n", Applicability::Safe);
    assert_eq!(site, "aciform: 1\nallow: [{code: ACI706, reason: the lab}]\n");
}

#[test]
fn an_entry_that_stands_there_twice_goes_and_comments_stay() {
    assert_safe(
        "hosts: {h: {roles: [compute, dhcp, compute, dhcp , dhcp], uplinks: [a, \"a\"]}}\n",
        "hosts: {h: {roles: [compute, dhcp], uplinks: [a]}}\n",
    );
    assert_safe(
        "hosts:\r\n  h:\r\n    uplinks:\r\n      - a\r\n      - b\r\n      - a  # again\r\n      - c",
        "hosts:\r\n  h:\r\n    uplinks:\r\n      - a\r\n      - b  # again\r\n      - c",
    );
    assert_safe("hosts:\n  h:\n    uplinks:\n      - a\n      - a", "hosts:\n  h:\n    uplinks:\n      - a");
    // A comment or an anchor stands between.
    for text in [
        "hosts:\n  h:\n    uplinks:\n      - a  # left\n      - a  # right\n",
        "hosts: {h: {uplinks: [a, &a a]}, i: {uplinks: [*a]}}\n",
    ] {
        assert_safe(text, text);
    }
    // The last of the ini files that sets an option decides.
    let site = "aciform: 1\nini: [ml2_conf_cisco_apic.ini, ml2_conf_cisco_apic.ini]\n";
    assert_eq!(mended_site(site, "projects: {}\n", Applicability::Safe).0, site);
    let (site, _) = mended_site(site, "projects: {}\n", Applicability::Unsafe);
    assert_eq!(site, "aciform: 1\nini: [ml2_conf_cisco_apic.ini]\n");
}

#[test]
fn a_reference_with_one_near_name_is_written_on_request() {
    let text = |host: &str, network: &str, group: &str, port: &str| {
        format!(
            "hosts: {{node-1: {{}}}}\nexternal_networks: {{x: {{shared: true, subnets: {{a: {{cidr: 172.16.2.0/24}}}}}}}}\nprojects:\n  p:\n    networks: {{web: {{subnets: {{a: {{cidr: 10.1.0.0/24}}}}}}}}\n    \
             security_groups: {{front: {{}}}}\n    instances:\n      vm:\n        host: {host}\n        ports:\n          \
             eth0: {{network: {network}, security_groups: [{group}]}}\n    floating_ips: {{f: {{network: x, port: {port}}}}}\n"
        )
    };
    let wrong = text("nodd-1", "\"wbe\"", "frnt", "vm");
    assert_unsafe(&wrong, &text("node-1", "\"web\"", "front", "vm/eth0"));
    // Two names are equally near.
    let text = "hosts: {h1: {}, h2: {}}\nprojects: {p: {networks: {n: {subnets: {s: {cidr: 10.1.0.0/24}}}}, \
                instances: {i: {host: h3}}}}\n";
    assert_unsafe(text, text);
}

#[test]
fn what_is_probably_meant_is_written_on_request() {
    assert_unsafe(
        "projects: {p: {routers: {r: {external_gateway: out}}}}\n",
        "projects: {p: {routers: {r: {external_gateway: {network: out}}}}}\n",
    );
    assert_unsafe(
        "projects: {p: {security_groups: {g: {rules: [{protocol: tpc, port: 90:80}, {protocol: all}]}}}}\n",
        "projects: {p: {security_groups: {g: {rules: [{protocol: tcp, port: 80-90}, {protocol: any}]}}}}\n",
    );
    assert_unsafe("hosts:\n  h:\n    roles: compute,dhcp\n", "hosts:\n  h:\n    roles: [compute,dhcp]\n");
    let site = "aciform: 1\ngrowth: {compute_hosts: 25%}\n";
    let (site, _) = mended_site(site, "projects: {}\n", Applicability::Unsafe);
    assert_eq!(site, "aciform: 1\ngrowth: {compute_hosts: \"+25%\"}\n");
}

#[test]
fn a_value_that_other_places_read_too_is_left() {
    for text in [
        "projects: {p: {name: &x yes, networks: {n: {port_security_enabled: *x}}}}\n",
        "projects: {p: {networks: {n: {port_security_enabled: &x 'yes'}}, name: *x}}\n",
    ] {
        assert_eq!(mended(text, Applicability::Unsafe).matches("true").count(), 0);
    }
}
