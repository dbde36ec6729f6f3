//! What only one file of an agent says: shadows' names, DHCP that nobody asks for, identities, ports on no host.

use aciform_verify::verify;
use expect_test::expect;

use super::kit::{each, together, told};
use super::reviewed::{bundle, replace};

#[test]
fn a_shadow_is_called_after_its_network() {
    each(
        "two-projects",
        &[
            ("40-tn-_ost-west_shop", "out-_ost-west_Shd-Internet", "out-_ost-west_Shd-Intranet"),
            ("40-tn-_ost-west_shop", "out-_ost-west_Shd-Internet", "out-_west_Shd-Internet"),
            ("neutron.json", "\"mapped_name\": \"Internet\"", "\"mapped_name\": \"Partners\""),
            ("neutron.json", "\"mapped_name\": \"Internet\",\n", ""),
        ],
        &expect![[r#"
            40-tn-_ost-west_shop: out-_ost-west_Shd-Internet -> out-_ost-west_Shd-Intranet
            ACI1633 apic/40-tn-_ost-west_shop.json:267:13
              shadow `uni/tn-_ost-west_shop/out-_ost-west_Shd-Intranet` stands for network `Internet`, and is to be called `_ost-west_Shd-Internet`

            40-tn-_ost-west_shop: out-_ost-west_Shd-Internet -> out-_west_Shd-Internet
            ACI1633 apic/40-tn-_ost-west_shop.json:267:13
              shadow `uni/tn-_ost-west_shop/out-_west_Shd-Internet` stands for network `Internet`, and is to be called `_ost-west_Shd-Internet`
            ACI1633 apic/40-tn-_ost-west_shop.json:283:16
              `uni/tn-_ost-west_shop/out-_west_Shd-Internet/instP-_ost-west_Shd-AnyInternet` stands for the external group of its network, and is to be called `_west_Shd-AnyInternet`

            neutron.json: "mapped_name": "Internet" -> "mapped_name": "Partners"
            ACI1633 apic/40-tn-_ost-west_shop.json:267:13
              shadow `uni/tn-_ost-west_shop/out-_ost-west_Shd-Internet` stands for network `Internet`, and is to be called `_ost-west_Shd-Partners`

            neutron.json: "mapped_name": "Internet", -> 
            ACI1633 neutron.json:71:19
              network `Internet` is external and has no `mapped_name`

        "#]],
    );
    // Also where the group in it is called alike, and where all names lack the prefix.
    together(
        "rdo-lab",
        &[
            ("40-tn", "out-_RDO-ML2_Shd-OS_L3Out", "out-Shd-OS_L3Out"),
            ("40-tn", "instP-_RDO-ML2_Shd-InternetAccess", "instP-Shd-InternetAccess"),
        ],
        &expect![[r#"
            ACI1633 apic/40-tn-_RDO-ML2_NewWebApps.json:187:13
              shadow `uni/tn-_RDO-ML2_NewWebApps/out-Shd-OS_L3Out` stands for network `OS_L3Out`, and is to be called `_RDO-ML2_Shd-OS_L3Out`
        "#]],
    );
}

/// A subnet with one DHCP port, and no other.
const WORKERS: (&str, &str) =
    ("\"10.20.11.254\",\n          \"enable_dhcp\": true", "\"10.20.11.254\",\n          \"enable_dhcp\": false");

#[test]
fn dhcp_of_subnets_without_instances_is_held_against_the_ports_that_serve_it() {
    each(
        "two-projects",
        &[("net-1/endpoints/dcb00c56", "\"10.20.2.2\",", "\"10.20.3.2\","), ("neutron.json", WORKERS.0, WORKERS.1)],
        &expect![[r#"
            net-1/endpoints/dcb00c56: "10.20.2.2", -> "10.20.3.2",
            ACI1635 hosts/kvm-1/endpoints/ce9bb4b8-4cc5-403f-b04f-94acc148d64d_fa:16:3e:10:02:53.ep:15:24
              endpoint `dns-1` is told name servers [10.20.2.2], its subnet has []
            ACI1635 hosts/kvm-1/endpoints/ce9bb4b8-4cc5-403f-b04f-94acc148d64d_fa:16:3e:10:02:53.ep:19:22
              endpoint `dns-1` is served by another address than the first that DHCP ports of its network have on its subnet
            ACI1635 hosts/kvm-3/endpoints/9b6d6efb-38a1-4dbe-b92e-91ed16396b19_fa:16:3e:10:02:31.ep:15:24
              endpoint `db-1` is told name servers [10.20.2.2], its subnet has []
            ACI1635 hosts/kvm-3/endpoints/9b6d6efb-38a1-4dbe-b92e-91ed16396b19_fa:16:3e:10:02:31.ep:19:22
              endpoint `db-1` is served by another address than the first that DHCP ports of its network have on its subnet
            ACI1635 hosts/net-1/endpoints/dcb00c56-03c5-5234-8dbb-c8118913c0da_fa:16:3e:47:fc:7c.ep:9:11
              `dhcp|_ost-west_shop|ost-west|data` has no address on `10.20.2.0/24`, on which it serves DHCP
            ACI1635 hosts/net-1/endpoints/dcb00c56-03c5-5234-8dbb-c8118913c0da_fa:16:3e:47:fc:7c.ep:9:11
              endpoint `dhcp|_ost-west_shop|ost-west|data` has 10.20.3.2, which no subnet of its network holds
            ACI1635 hosts/net-1/endpoints/dcb00c56-03c5-5234-8dbb-c8118913c0da_fa:16:3e:47:fc:7c.ep:14:26
              endpoint `dhcp|_ost-west_shop|ost-west|data` gets answers of services at other addresses than its own
            ACI1635 hosts/net-1/endpoints/dcb00c56-03c5-5234-8dbb-c8118913c0da_fa:16:3e:47:fc:7c.ep:26:26
              the translation of 10.20.2.2 to 169.254.0.0 is of no address of endpoint `dhcp|_ost-west_shop|ost-west|data`

            neutron.json: "10.20.11.254", -> "10.20.11.254",
            ACI1635 hosts/kvm-1/endpoints/634dbb57-29c6-4ac7-b6f0-2276dd176e8b_fa:16:3e:20:08:01.ep:10:15
              endpoint `worker-1` is offered 10.20.8.11, which is not its first address on a subnet with DHCP
            ACI1635 hosts/kvm-1/endpoints/b51e130e-8162-54d9-bb86-412a12615121_fa:16:3e:aa:a3:aa.ep:6:13
              `dhcp|_ost-west_analytics|ost-west|workers` serves DHCP on network `workers`, whose subnets have none
            ACI1635 hosts/kvm-3/endpoints/e91e8002-b238-4c57-9a9f-6df8630ef3f2_fa:16:3e:20:08:02.ep:10:15
              endpoint `worker-2` is offered 10.20.8.12, which is not its first address on a subnet with DHCP

        "#]],
    );
}

#[test]
fn identities_are_made_as_they_are_documented() {
    each(
        "rdo-lab",
        &[
            ("centos-01/endpoints/OS_L3Out.ep", "\"uuid\": \"", "\"uuid\": \"0"),
            ("centos-01/endpoints/OS_L3Out.ep", "-5", "-4"),
            ("43591b4f", "\"5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20\"", "\"5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c2\""),
            ("43591b4f", "\"5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20\"", "\"80b5fba6-e1ef-581d-a33c-c84569855636\""),
            ("8c1f2d4a", "\"80b5fba6-e1ef-581d-a33c-c84569855636\"", "\"80b5fba6-e1ef-481d-a33c-c84569855636\""),
        ],
        &expect![[r#"
            centos-01/endpoints/OS_L3Out.ep: "uuid": " -> "uuid": "0
            ACI1635 hosts/centos-01/endpoints/OS_L3Out.ep:12:13
              SNAT endpoint `snat|centos-01|OS_L3Out` is known as `8fb12c96-fd1b-5921-be67-0df62fbe0047`

            centos-01/endpoints/OS_L3Out.ep: -5 -> -4
            ACI1635 hosts/centos-01/endpoints/OS_L3Out.ep:12:13
              SNAT endpoint `snat|centos-01|OS_L3Out` is known as `8fb12c96-fd1b-5921-be67-0df62fbe0047`

            43591b4f: "5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20" -> "5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c2"
            ACI1635 hosts/centos-02/endpoints/43591b4f-8635-4ad6-b8d7-c6510dd618ee_fa:16:3e:10:00:17.ep:42:21
              the translation of 10.100.100.17 to 172.16.20.8 is known as `5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c2`, which is not an id of Neutron's

            43591b4f: "5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20" -> "80b5fba6-e1ef-581d-a33c-c84569855636"
            ACI1640 hosts/centos-02/endpoints/8c1f2d4a-6b3e-4f5a-9d7c-1e2f3a4b5c6d_fa:16:3e:10:00:18.ep:42:21
              identity `80b5fba6-e1ef-581d-a33c-c84569855636` belongs to two

            8c1f2d4a: "80b5fba6-e1ef-581d-a33c-c84569855636" -> "80b5fba6-e1ef-481d-a33c-c84569855636"
            ACI1635 hosts/centos-02/endpoints/8c1f2d4a-6b3e-4f5a-9d7c-1e2f3a4b5c6d_fa:16:3e:10:00:18.ep:42:21
              the translation of 10.100.100.18 to 169.254.0.0 is known as `80b5fba6-e1ef-481d-a33c-c84569855636`, which is not a name-based id

        "#]],
    );
}

#[test]
fn ports_on_no_host_are_held_against_those_on_hosts() {
    each(
        "two-projects",
        &[
            ("security-groups.json", "\"10.20.0.100\"", "\"10.20.7.100\""),
            ("security-groups.json", "\"10.20.0.100\"", "\"10.20.0.21\""),
            ("security-groups.json", "\"fa:16:3e:10:00:64\"", "\"fa:16:3e:10:00:11\""),
            ("security-groups.json", "81643b6b-afc6-4963-84bf-f13bed6a54d7", "89e4dd00-670c-4933-9f8e-fdf6375dda44"),
        ],
        &expect![[r#"
            security-groups.json: "10.20.0.100" -> "10.20.7.100"
            ACI1639 hosts/kvm-1/ipset:9:1
              set `NIPv4f4ca7279-d639-41c2-8a0e-` lacks `10.20.7.100/32`, a device of its group has it
            ACI1639 hosts/kvm-2/ipset:1:1
              set `NIPv4f4ca7279-d639-41c2-8a0e-` lacks `10.20.7.100/32`, a device of its group has it
            ACI1639 hosts/kvm-3/ipset:19:1
              set `NIPv4f4ca7279-d639-41c2-8a0e-` lacks `10.20.7.100/32`, a device of its group has it
            ACI1635 security-groups.json:8:20
              port `virtual-ip` has 10.20.7.100, which no subnet of its network holds

            security-groups.json: "10.20.0.100" -> "10.20.0.21"
            ACI1639 hosts/kvm-1/ipset:9:1
              set `NIPv4f4ca7279-d639-41c2-8a0e-` lacks `10.20.0.21/32`, a device of its group has it
            ACI1639 hosts/kvm-2/ipset:1:1
              set `NIPv4f4ca7279-d639-41c2-8a0e-` lacks `10.20.0.21/32`, a device of its group has it
            ACI1639 hosts/kvm-3/ipset:19:1
              set `NIPv4f4ca7279-d639-41c2-8a0e-` lacks `10.20.0.21/32`, a device of its group has it
            ACI1640 security-groups.json:9:9
              10.20.0.21 has two owners in VRF `uni/tn-_ost-west_shop/ctx-_ost-west_shared`

            security-groups.json: "fa:16:3e:10:00:64" -> "fa:16:3e:10:00:11"
            ACI1640 security-groups.json:7:22
              MAC fa:16:3e:10:00:11 has two owners in `uni/tn-_ost-west_shop/BD-front`

            security-groups.json: 81643b6b-afc6-4963-84bf-f13bed6a54d7 -> 89e4dd00-670c-4933-9f8e-fdf6375dda44
            ACI1635 security-groups.json:4:17
              port `virtual-ip` is on no host here, and a device of `kvm-1` there

        "#]],
    );
}

#[test]
fn a_group_that_only_ports_on_no_host_hold_says_what_neutron_takes() {
    let held = ("security-groups.json", "\"security_groups\": [\n", "\"security_groups\": [\n\"0-only-here\",\n");
    let with = |rules: &str| {
        let group = format!(
            "\"security_groups\": [\n{{\"id\": \"0-only-here\", \"stateful\": true, \"rules\": [{rules}]}},\n    {{"
        );
        let (mut files, manifest) = bundle("two-projects");
        replace(&mut files, held.0, "\"security_groups\": [\n    {", &group);
        replace(&mut files, held.0, held.1, held.2);
        told(&verify(files, &manifest, "out/"))
    };
    let rule = |rest: &str| format!("{{\"direction\": \"ingress\", \"ethertype\": \"IPv4\"{rest}}}");
    let taken = [
        "",
        ", \"protocol\": \"tcp\", \"port_range_min\": 80, \"port_range_max\": 80",
        ", \"protocol\": \"icmp\", \"port_range_min\": 8, \"port_range_max\": 0, \"remote_ip_prefix\": \"10.0.0.0/8\"",
        ", \"protocol\": \"51\", \"remote_group_id\": \"0-only-here\"",
    ];
    assert_eq!(with(&taken.map(rule).join(", ")), "");
    let refused = [
        ", \"port_range_min\": 80, \"port_range_max\": 80",
        ", \"protocol\": \"tpc\"",
        ", \"protocol\": \"udp\", \"port_range_min\": 81, \"port_range_max\": 80",
        ", \"protocol\": \"udp\", \"port_range_min\": 81",
        ", \"protocol\": \"icmp\", \"port_range_min\": 256",
        ", \"remote_ip_prefix\": \"10.0.0.0/33\"",
        ", \"remote_ip_prefix\": \"fd00::/8\"",
        ", \"remote_ip_prefix\": \"10.0.0.0/8\", \"remote_group_id\": \"0-only-here\"",
    ];
    expect![[r#"
        ACI1635 security-groups.json:21:115
          Neutron has no such rule as one of security group `0-only-here`: ports are of a protocol
        ACI1635 security-groups.json:22:59
          Neutron has no such rule as one of security group `0-only-here`: `tpc` is no protocol
        ACI1635 security-groups.json:23:84
          Neutron has no such rule as one of security group `0-only-here`: 81 is above 80
        ACI1635 security-groups.json:24:59
          Neutron has no such rule as one of security group `0-only-here`: a range of ports has two ends, and a code a type
        ACI1635 security-groups.json:25:85
          Neutron has no such rule as one of security group `0-only-here`: a type or a code is one byte
        ACI1635 security-groups.json:26:67
          Neutron has no such rule as one of security group `0-only-here`: `10.0.0.0/33` is no prefix
        ACI1635 security-groups.json:27:67
          Neutron has no such rule as one of security group `0-only-here`: `fd00::/8` is of the other family
        ACI1635 security-groups.json:28:100
          Neutron has no such rule as one of security group `0-only-here`: the other side is a prefix or a group, and not both
    "#]].assert_eq(&with(&refused.map(rule).join(",\n")));
}
