//! Keys, names and addresses that cannot be right, each told where it is written; and many of them at once.

use expect_test::expect;

use super::kit::Lab;

const INI: &str = "ml2_conf_cisco_apic.ini";
const FABRIC: &str = "intent/fabric.yaml";
const PROJECT: &str = "intent/NewWebApps.yaml";

#[test]
fn a_key_that_nothing_has_is_refused_with_the_one_it_is_near() {
    Lab::new()
        .edit(PROJECT, "floating_ips:", "floating_ip:")
        .refused(1, &expect!["site/intent/NewWebApps.yaml:66:5: error[ACI1020]: a project has no key `floating_ip`"]);
    Lab::new()
        .edit("aciform.yaml", "golden:", "goldem:")
        .refused(1, &expect!["site/aciform.yaml:6:1: error[ACI1020]: the site file has no key `goldem`"]);
}

#[test]
fn a_form_that_is_known_to_be_meant_otherwise_is_refused_with_the_right_one() {
    Lab::new()
        .edit(PROJECT, "{cidr: 10.100.100.0/24}", "{cidr: 10.100.100.0/24, gateway: 10.100.100.1, dns: [9.9.9.9]}")
        .refused(
            1,
            &expect![[r#"
            site/intent/NewWebApps.yaml:9:40: error[ACI1020]: a subnet has no key `gateway`
            site/intent/NewWebApps.yaml:9:63: error[ACI1020]: a subnet has no key `dns`"#]],
        );
}

#[test]
fn what_neutron_has_and_nobody_lowers_is_known_and_not_supported() {
    Lab::new().edit(PROJECT, "    floating_ips:\n", "    trunks: {t: {}}\n    floating_ips:\n").refused(1, &expect!["site/intent/NewWebApps.yaml:66:5: error[ACI1021]: `trunks` is known from Neutron (trunks) and not supported"]);
}

#[test]
fn a_reference_to_nothing_is_refused_with_the_name_it_is_near() {
    Lab::new()
        .edit(PROJECT, "interfaces: [MyWebApp, MyWebData]", "interfaces: [MyWebAp, MyWebData]")
        .edit(PROJECT, "external_gateway: {network: OS_L3Out}", "external_gateway: {network: OS_L3out}")
        .edit(PROJECT, "        host: centos-01\n", "        host: centos-1\n")
        .refused(
            1,
            &expect![[r#"
            site/intent/NewWebApps.yaml:25:37: error[ACI1120]: no external network is called `OS_L3out`
            site/intent/NewWebApps.yaml:26:22: error[ACI1120]: no network is called `MyWebAp`
            site/intent/NewWebApps.yaml:57:15: error[ACI1120]: no host is called `centos-1`"#]],
        );
}

#[test]
fn two_things_with_one_name_in_one_file_are_told_with_both_places() {
    Lab::new()
        .edit(FABRIC, "  centos-02:\n", "  centos-02: {}\n  centos-02:\n")
        .refused(1, &expect!["site/intent/fabric.yaml:10:3: error[ACI1002]: the key `centos-02` is written twice"]);
}

#[test]
fn two_things_with_one_name_in_two_files_are_told_with_both_places() {
    Lab::new()
        .write("intent/b.yaml", "hosts: {centos-02: {roles: [dhcp]}}\n")
        .refused(1, &expect!["site/intent/fabric.yaml:9:3: error[ACI1026]: host `centos-02` is written in two places"]);
    Lab::new()
        .write("intent/z.yaml", "projects: {NewWebApps: {networks: {MyWebData: {subnets: {}}}}}\n")
        .refused(1, &expect!["site/intent/z.yaml:1:36: error[ACI1026]: network `MyWebData` is written in two places"]);
}

#[test]
fn a_prefix_of_the_ini_that_is_none_is_refused_in_the_ini() {
    for (written, refusal) in [
        (
            "172.16.10.1/33",
            expect![
                "site/ml2_conf_cisco_apic.ini:24:18: error[ACI306]: `/33` in `host_pool_cidr` is no length from 0 to 32"
            ],
        ),
        (
            "172.16.10.0/24",
            expect![
                "site/ml2_conf_cisco_apic.ini:24:18: error[ACI307]: the first part of `host_pool_cidr` must be the gateway; 172.16.10.0 is the network address of 172.16.10.0/24"
            ],
        ),
        (
            "172.16.300.1/24",
            expect![
                "site/ml2_conf_cisco_apic.ini:24:18: error[ACI306]: `172.16.300.1` in `host_pool_cidr` is no IP address"
            ],
        ),
        (
            "172.16.10.1",
            expect![
                "site/ml2_conf_cisco_apic.ini:24:18: error[ACI306]: `172.16.10.1` has no length; `host_pool_cidr` is `address/length`"
            ],
        ),
        (
            "",
            expect![
                "site/ml2_conf_cisco_apic.ini:24:17: error[ACI306]: `host_pool_cidr` is empty; creating the external network crashes"
            ],
        ),
    ] {
        Lab::new().edit(INI, "172.16.10.1/24", written).refused(1, &refusal);
    }
}

#[test]
fn a_prefix_of_the_intent_that_is_none_is_refused_there() {
    for (written, refusal) in [
        (
            "10.100.101.7/24",
            expect![
                "site/intent/NewWebApps.yaml:19:24: error[ACI1202]: `10.100.101.7/24` has host bits set behind its length"
            ],
        ),
        (
            "10.100.101.0/42",
            expect![
                "site/intent/NewWebApps.yaml:19:24: error[ACI1201]: `10.100.101.0/42` has a length that is no plain number from 0 to 32"
            ],
        ),
        (
            "10.100.101/24",
            expect![
                "site/intent/NewWebApps.yaml:19:24: error[ACI1201]: `10.100.101/24` does not begin with an address"
            ],
        ),
        (
            "2001:db8::/129",
            expect![
                "site/intent/NewWebApps.yaml:19:24: error[ACI1201]: `2001:db8::/129` has a length that is no plain number from 0 to 128"
            ],
        ),
    ] {
        Lab::new().edit(PROJECT, "10.100.101.0/24", written).refused(1, &refusal);
    }
}

#[test]
fn an_address_outside_every_subnet_of_its_network_is_refused() {
    Lab::new().edit(PROJECT, "fixed_ips: [10.100.100.18]", "fixed_ips: [10.100.110.18]").refused(
        1,
        &expect![
            "site/intent/NewWebApps.yaml:54:25: error[ACI1221]: 10.100.110.18 lies in no subnet of network `MyWebApp`"
        ],
    );
    Lab::new().edit(PROJECT, "address: 172.16.20.8", "address: 172.16.21.8").refused(1, &expect!["site/intent/NewWebApps.yaml:70:18: error[ACI1232]: 172.16.21.8 lies in no subnet of external network `OS_L3Out`"]);
}

#[test]
fn an_address_that_two_ports_have_is_told_with_both_places() {
    Lab::new().edit(PROJECT, "fixed_ips: [10.100.100.18]", "fixed_ips: [10.100.100.17]").refused(
        1,
        &expect!["site/intent/NewWebApps.yaml:45:25: error[ACI1223]: 10.100.100.17 is taken in network `MyWebApp`"],
    );
    Lab::new().edit(PROJECT, "fixed_ips: [10.100.100.18]", "fixed_ips: [10.100.100.1]").refused(
        1,
        &expect!["site/intent/NewWebApps.yaml:54:25: error[ACI1223]: 10.100.100.1 is taken in network `MyWebApp`"],
    );
}

#[test]
fn a_pool_too_small_for_the_hosts_is_told_in_the_ini() {
    Lab::new().edit(INI, "172.16.10.1/24", "172.16.10.1/30").refused(1, &expect!["site/ml2_conf_cisco_apic.ini:24:18: error[ACI310]: `host_pool_cidr` 172.16.10.1/30 of `OS_L3Out` has 1 address for 2 hosts"]);
}

#[test]
fn everything_that_is_wrong_with_a_site_is_told_in_one_run() {
    Lab::new()
        .edit(INI, "172.16.10.1/24", "172.16.10.1/33")
        .edit(INI, "encap_mode = vxlan", "encap_mode = vxlam")
        .edit(INI, "enable_aci_routing = True", "enable_aci_routing = yess")
        .edit(FABRIC, "infra_vlan: 4093", "infra_vlan: 4096")
        .edit(FABRIC, "roles: [compute, dhcp]", "roles: [compute, dhpc]")
        .edit(FABRIC, "cidr: 172.16.20.0/24", "cidr: 172.16.20.1/24")
        .edit(PROJECT, "fixed_ips: [10.100.100.18]", "fixed_ips: [10.100.110.18]")
        .edit(PROJECT, "interfaces: [MyWebApp, MyWebData]", "interfaces: [MyWebAp, MyWebData]")
        .edit(PROJECT, "{protocol: tcp, port: 80}", "{protocol: tpc, port: 80}")
        .edit(PROJECT, "\"fa:16:3e:10:00:14\"", "\"fa:16:3e:10:00\"")
        .write("intent/more.yaml", "hosts:\n  centos-02: {}\n  centos-03: {uplink: [eth0]}\n")
        .edit("aciform.lock", "  OS_L3Out centos-01: 172.16.10.2\n", "  OS_L3Out centos-01: 172.16.10\n")
        .refused(1, &expect![[r#"
            site/ml2_conf_cisco_apic.ini:12:14: error[ACI510]: `encap_mode` is `vxlam`; it must be `vlan` or `vxlan`, in lower case
            site/ml2_conf_cisco_apic.ini:14:22: error[ACI201]: `enable_aci_routing` is `yess`, which is no boolean; the service stops when it reads it
            site/ml2_conf_cisco_apic.ini:24:18: error[ACI306]: `/33` in `host_pool_cidr` is no length from 0 to 32
            site/intent/NewWebApps.yaml:26:22: error[ACI1120]: no network is called `MyWebAp`
            site/intent/NewWebApps.yaml:35:24: error[ACI1455]: `tpc` is no protocol that Neutron knows
            site/intent/NewWebApps.yaml:54:25: error[ACI1221]: 10.100.110.18 lies in no subnet of network `MyWebApp`
            site/intent/NewWebApps.yaml:61:26: error[ACI1205]: `fa:16:3e:10:00` is no MAC address
            site/intent/fabric.yaml:3:22: error[ACI1025]: `infra_vlan` takes a number from 1 to 4094, not `4096`
            site/intent/fabric.yaml:7:22: error[ACI1025]: `roles` takes `compute` or `dhcp`, not `dhpc`
            site/intent/fabric.yaml:22:19: error[ACI1202]: `172.16.20.1/24` has host bits set behind its length
            site/intent/more.yaml:2:3: error[ACI1026]: host `centos-02` is written in two places
            site/intent/more.yaml:3:15: error[ACI1020]: a host has no key `uplink`
            site/aciform.lock:32:23: error[ACI1506]: `172.16.10` of `OS_L3Out centos-01` is not an address such as `172.16.10.2`"#]]);
}
