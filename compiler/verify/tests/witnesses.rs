//! What only one file of an agent says, and what `neutron.json` says of all of them: each changed in a reviewed bundle, and how
//! the finding reads.

#[path = "support/reviewed.rs"]
mod reviewed;

use std::fmt::Write as _;

use aciform_verify::{Verified, verify};
use expect_test::{Expect, expect};

use reviewed::{bundle, changed, replace, short};

/// Places and messages.
fn told(verified: &Verified) -> String {
    let places = short(verified);
    let messages = verified.findings.clone().into_sorted();
    let mut text = String::new();
    for (place, finding) in places.iter().zip(&messages) {
        let _ = writeln!(text, "{place}\n  {}", finding.message);
    }
    text
}

/// Each change by itself: file, what stands there, what stands there then.
fn each(name: &str, changes: &[(&str, &str, &str)], expected: &Expect) {
    let (files, manifest) = bundle(name);
    assert_eq!(told(&verify(files, &manifest, "out/")), "", "{name} as it is reviewed");
    let mut text = String::new();
    for (file, from, to) in changes {
        let found = told(&changed(name, file, from, to));
        let line = |text: &str| text.trim().lines().next().unwrap_or_default().to_owned();
        let _ = writeln!(text, "{file}: {} -> {}\n{found}", line(from), line(to));
    }
    expected.assert_eq(&text);
}

/// All changes at once: file, what stands there, what stands there then.
fn together(name: &str, changes: &[(&str, &str, &str)], expected: &Expect) {
    let (mut files, manifest) = bundle(name);
    for (file, from, to) in changes {
        replace(&mut files, file, from, to);
    }
    expected.assert_eq(&told(&verify(files, &manifest, "out/")));
}

#[test]
fn a_key_that_stands_twice_is_told_with_its_place() {
    each(
        "two-projects",
        &[
            ("40-tn-_ost-west_shop", "\"arpFlood\": \"yes\",", "\"arpFlood\": \"yes\", \"arpFlood\": \"yes\","),
            ("40-tn-_ost-west_shop", "\"fvTenant\": {", "\"fvTenant\": {\"attributes\": {},"),
            ("kvm-1/endpoints/634d", "\"mac\": ", "\"mac\": \"fa:16:3e:00:00:01\", \"mac\": "),
            ("kvm-1/endpoints/634d", "\"vm-name\": ", "\"vm-name\": \"other\",\n\"vm-name\": "),
            ("neutron.json", "\"enable_dhcp\": true", "\"enable_dhcp\": true,\n\"enable_dhcp\": false"),
            ("kvm-1/security-groups.json", "\"stateful\": true", "\"stateful\": true, \"stateful\": false"),
            ("netns.json", "\"bridge\": \"br-int\"", "\"bridge\": \"br-int\", \"bridge\": \"br-int\""),
        ],
        &expect![[r#"
            40-tn-_ost-west_shop: "arpFlood": "yes", -> "arpFlood": "yes", "arpFlood": "yes",
            ACI1631 apic/40-tn-_ost-west_shop.json:22:26
              `apic/40-tn-_ost-west_shop.json` has key `arpFlood` twice in one object, of which readers keep one

            40-tn-_ost-west_shop: "fvTenant": { -> "fvTenant": {"attributes": {},
            ACI1631 apic/40-tn-_ost-west_shop.json:3:3
              `apic/40-tn-_ost-west_shop.json` has key `attributes` twice in one object, of which readers keep one

            kvm-1/endpoints/634d: "mac": -> "mac": "fa:16:3e:00:00:01", "mac":
            ACI1631 hosts/kvm-1/endpoints/634dbb57-29c6-4ac7-b6f0-2276dd176e8b_fa:16:3e:20:08:01.ep:32:33
              `hosts/kvm-1/endpoints/634dbb57-29c6-4ac7-b6f0-2276dd176e8b_fa:16:3e:20:08:01.ep` has key `mac` twice in one object, of which readers keep one

            kvm-1/endpoints/634d: "vm-name": -> "vm-name": "other",
            ACI1631 hosts/kvm-1/endpoints/634dbb57-29c6-4ac7-b6f0-2276dd176e8b_fa:16:3e:20:08:01.ep:38:1
              `hosts/kvm-1/endpoints/634dbb57-29c6-4ac7-b6f0-2276dd176e8b_fa:16:3e:20:08:01.ep` has key `vm-name` twice in one object, of which readers keep one

            neutron.json: "enable_dhcp": true -> "enable_dhcp": true,
            ACI1631 neutron.json:41:1
              `neutron.json` has key `enable_dhcp` twice in one object, of which readers keep one

            kvm-1/security-groups.json: "stateful": true -> "stateful": true, "stateful": false
            ACI1631 hosts/kvm-1/security-groups.json:97:25
              `hosts/kvm-1/security-groups.json` has key `stateful` twice in one object, of which readers keep one

            netns.json: "bridge": "br-int" -> "bridge": "br-int", "bridge": "br-int"
            ACI1631 hosts/kvm-1/netns/of-c8205c7636e7/netns.json:2:23
              `hosts/kvm-1/netns/of-c8205c7636e7/netns.json` has key `bridge` twice in one object, of which readers keep one

        "#]],
    );
    let (files, manifest) = bundle("rdo-lab");
    let manifest = String::from_utf8(manifest).expect("a manifest is text");
    let twice = manifest.replacen("\"apic\": {", "\"apic\": {}, \"apic\": {", 2);
    expect![[r#"
        ACI1631 manifest.json:24:17
          `manifest.json` has key `apic` twice in one object, of which readers keep one
    "#]]
    .assert_eq(&told(&verify(files, twice.as_bytes(), "out/")));
}

#[test]
fn carriage_returns_are_told_once_for_each_file() {
    let (files, manifest) = bundle("rdo-lab");
    for path in files.keys() {
        let mut converted = files.clone();
        let text = String::from_utf8(files[path].clone()).expect("an artifact is text");
        converted.insert(path.clone(), text.replace('\n', "\r\n").into_bytes());
        let found = short(&verify(converted, &manifest, ""));
        let place = if text.is_empty() { Vec::new() } else { vec![format!("ACI1631 {path}:1:1")] };
        assert_eq!(found, place, "{path}");
    }
    let converted = String::from_utf8(manifest).expect("a manifest is text").replace('\n', "\r\n");
    assert_eq!(short(&verify(files, converted.as_bytes(), "")), ["ACI1631 manifest.json:1:1"]);
}

#[test]
fn a_template_of_the_sites_own_may_have_lines_of_any_kind() {
    let (mut files, manifest) = bundle("rdo-lab");
    let manifest = String::from_utf8(manifest).expect("a manifest is text");
    let manifest = manifest.replace("\"templates\": []", "\"templates\": [\"openflow/br-int.flows.j2\"]");
    replace(&mut files, "centos-01/br-int.flows", "priority=0 ", "# ours\r\npriority=0 ");
    assert_eq!(short(&verify(files, manifest.as_bytes(), "")), Vec::<String>::new());
}

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

const BRIDGE_DOMAINS: &str = ",
    \"bridge_domains\": {
      \"arp_flood\": true,
      \"unknown_mac_unicast\": \"proxy\",
      \"unicast_route\": true,
      \"ep_move_detect\": \"garp\",
      \"limit_ip_learn\": false,
      \"subnet_scope\": \"public\"
    }";

#[test]
fn every_option_of_the_cloud_is_held_against_what_follows_it() {
    each(
        "rdo-lab",
        &[
            ("neutron.json", BRIDGE_DOMAINS, ""),
            ("neutron.json", ",\n      \"subnet_scope\": \"public\"", ""),
            ("neutron.json", "\"arp_flood\": true", "\"arp_flood\": false"),
            ("neutron.json", "\"unknown_mac_unicast\": \"proxy\"", "\"unknown_mac_unicast\": \"flood\""),
            ("neutron.json", "\"unicast_route\": true", "\"unicast_route\": false"),
            ("neutron.json", "\"ep_move_detect\": \"garp\"", "\"ep_move_detect\": \"\""),
            ("neutron.json", "\"limit_ip_learn\": false", "\"limit_ip_learn\": true"),
            ("neutron.json", "\"subnet_scope\": \"public\"", "\"subnet_scope\": \"private\""),
            ("neutron.json", "\"anycast_tep\": \"10.0.0.32\"", "\"anycast_tep\": \"10.0.0.33\""),
            ("neutron.json", "\"multicast_address\": \"225.1.2.3\"", "\"multicast_address\": \"225.1.2.4\""),
            ("neutron.json", "\"controller_host\": \"openstack\"", "\"controller_host\": \"elsewhere\""),
            ("neutron.json", "\"user\": \"admin\"", "\"user\": \"root\""),
            ("neutron.json", "\"name\": \"RDO-ML2\"", "\"name\": \"RDO\""),
            ("neutron.json", "\"dhcp_domain\": \"openstacklocal\"", "\"dhcp_domain\": \"example.net\""),
            ("neutron.json", "\"advertise_mtu\": false", "\"dhcp_lease_time\": 600, \"advertise_mtu\": false"),
            ("neutron.json", "\"advertise_mtu\": false", "\"advertise_mtu\": false, \"nat_mtu\": 1400"),
        ],
        &expect![[r#"
            neutron.json: , -> 
            ACI1633 neutron.json:6:14
              `options` lacks `bridge_domains`, and payloads make bridge domains

            neutron.json: , -> 
            ACI1633 neutron.json:16:23
              `options` lacks `bridge_domains.subnet_scope`, and payloads make subnets

            neutron.json: "arp_flood": true -> "arp_flood": false
            ACI1633 apic/30-tn-common.json:105:19
              `uni/tn-common/BD-EXT-bd-OS_L3Out` has `arpFlood` `yes`, the options of the cloud say `no`

            neutron.json: "unknown_mac_unicast": "proxy" -> "unknown_mac_unicast": "flood"
            ACI1633 apic/30-tn-common.json:106:25
              `uni/tn-common/BD-EXT-bd-OS_L3Out` has `unkMacUcastAct` `proxy`, the options of the cloud say `flood`

            neutron.json: "unicast_route": true -> "unicast_route": false
            ACI1633 apic/40-tn-_RDO-ML2_NewWebApps.json:24:23
              `uni/tn-_RDO-ML2_NewWebApps/BD-MyWebApp` has `unicastRoute` `yes`, the options of the cloud say `no`

            neutron.json: "ep_move_detect": "garp" -> "ep_move_detect": ""
            ACI1633 apic/30-tn-common.json:108:27
              `uni/tn-common/BD-EXT-bd-OS_L3Out` has `epMoveDetectMode` `garp`, the options of the cloud say ``

            neutron.json: "limit_ip_learn": false -> "limit_ip_learn": true
            ACI1633 apic/30-tn-common.json:109:32
              `uni/tn-common/BD-EXT-bd-OS_L3Out` has `limitIpLearnToSubnets` `no`, the options of the cloud say `yes`

            neutron.json: "subnet_scope": "public" -> "subnet_scope": "private"
            ACI1633 apic/30-tn-common.json:134:19
              `uni/tn-common/BD-EXT-bd-OS_L3Out/subnet-[172.16.10.1/24]` has `scope` `public`, the options of the cloud say `private`

            neutron.json: "anycast_tep": "10.0.0.32" -> "anycast_tep": "10.0.0.33"
            ACI1633 neutron.json:7:20
              hosts tunnel to another address than 10.0.0.33, what they do not know

            neutron.json: "multicast_address": "225.1.2.3" -> "multicast_address": "225.1.2.4"
            ACI1633 apic/20-vmmp-OpenStack.json:7:17
              `uni/vmmp-OpenStack/dom-RDO-ML2` has `mcastAddr` `225.1.2.3`, the options of the cloud say `225.1.2.4`

            neutron.json: "controller_host": "openstack" -> "controller_host": "elsewhere"
            ACI1633 apic/20-vmmp-OpenStack.json:28:19
              `uni/vmmp-OpenStack/dom-RDO-ML2/ctrlr-RDO-ML2` has `hostOrIp` `openstack`, the options of the cloud say `elsewhere`

            neutron.json: "user": "admin" -> "user": "root"
            ACI1633 apic/20-vmmp-OpenStack.json:17:14
              `uni/vmmp-OpenStack/dom-RDO-ML2/usracc-RDO-ML2` has `usr` `admin`, the options of the cloud say `root`

            neutron.json: "name": "RDO-ML2" -> "name": "RDO"
            ACI1633 neutron.json:8:20
              VMM domain `RDO-ML2` is among the options or among the payloads, and not among both
            ACI1633 neutron.json:8:20
              VMM domain `RDO` is among the options or among the payloads, and not among both

            neutron.json: "dhcp_domain": "openstacklocal" -> "dhcp_domain": "example.net"
            ACI1635 hosts/centos-01/endpoints/b7e4c1d2-3a5f-4e6b-8c9d-0a1b2c3d4e5f_fa:16:3e:10:00:14.ep:18:19
              endpoint `web-server-1` has `openstacklocal` as its domain, `neutron.json` has `example.net`

            neutron.json: "advertise_mtu": false -> "dhcp_lease_time": 600, "advertise_mtu": false
            ACI1635 hosts/centos-01/endpoints/b7e4c1d2-3a5f-4e6b-8c9d-0a1b2c3d4e5f_fa:16:3e:10:00:14.ep:9:14
              endpoint `web-server-1` has none as its lease time, `neutron.json` has 600

            neutron.json: "advertise_mtu": false -> "advertise_mtu": false, "nat_mtu": 1400
            ACI1641 hosts/centos-01/netns/of-c5c3ee166c7b/netns.json:1:1
              namespace `of-c5c3ee166c7b` of `centos-01` has none as its MTU, `neutron.json` has 1400

        "#]],
    );
}

#[test]
fn one_instance_alone_is_held_against_the_options() {
    each(
        "minimal",
        &[
            ("2b0ab3a5", "\"domain\": \"openstacklocal\"", "\"domain\": \"example.net\""),
            ("2b0ab3a5", "\"domain\": ", "\"lease-time\": 600, \"domain\": "),
            ("2b0ab3a5", "\"domain\": ", "\"interface-mtu\": 1400, \"domain\": "),
            ("neutron.json", "\"enable_dhcp\": true", "\"enable_dhcp\": false"),
        ],
        &expect![[r#"
            2b0ab3a5: "domain": "openstacklocal" -> "domain": "example.net"
            ACI1635 hosts/node-1/endpoints/2b0ab3a5-ca37-52c6-8c66-a34ab4871a0f_fa:16:3e:49:2b:58.ep:18:19
              endpoint `first` has `example.net` as its domain, `neutron.json` has `openstacklocal`

            2b0ab3a5: "domain": -> "lease-time": 600, "domain":
            ACI1635 hosts/node-1/endpoints/2b0ab3a5-ca37-52c6-8c66-a34ab4871a0f_fa:16:3e:49:2b:58.ep:18:23
              endpoint `first` has 600 as its lease time, `neutron.json` has none

            2b0ab3a5: "domain": -> "interface-mtu": 1400, "domain":
            ACI1635 hosts/node-1/endpoints/2b0ab3a5-ca37-52c6-8c66-a34ab4871a0f_fa:16:3e:49:2b:58.ep:18:26
              endpoint `first` has 1400 as its MTU to tell, `neutron.json` has none

            neutron.json: "enable_dhcp": true -> "enable_dhcp": false
            ACI1635 hosts/node-1/endpoints/0bf72c4f-3ef2-529d-9a91-97f259ba8a16_fa:16:3e:b9:67:c2.ep:6:13
              `dhcp|_small_demo|small|private` serves DHCP on network `private`, whose subnets have none
            ACI1635 hosts/node-1/endpoints/2b0ab3a5-ca37-52c6-8c66-a34ab4871a0f_fa:16:3e:49:2b:58.ep:10:15
              endpoint `first` is offered 192.168.0.2, which is not its first address on a subnet with DHCP

        "#]],
    );
    let told_mtu = |mtu: &'static str| {
        [
            ("neutron.json", "\"advertise_mtu\": false", "\"advertise_mtu\": true"),
            ("neutron.json", "\"external\": false,", "\"external\": false, \"mtu\": 1450,"),
            ("2b0ab3a5", "\"domain\": ", mtu),
        ]
    };
    together("minimal", &told_mtu("\"interface-mtu\": 1450, \"domain\": "), &expect![[r#""#]]);
    together(
        "minimal",
        &told_mtu("\"interface-mtu\": 1400, \"domain\": "),
        &expect![[r#"
        ACI1635 hosts/node-1/endpoints/2b0ab3a5-ca37-52c6-8c66-a34ab4871a0f_fa:16:3e:49:2b:58.ep:18:26
          endpoint `first` has 1400 as its MTU to tell, `neutron.json` has 1450
    "#]],
    );
    together(
        "minimal",
        &told_mtu("\"domain\": "),
        &expect![[r#"
        ACI1635 hosts/node-1/endpoints/2b0ab3a5-ca37-52c6-8c66-a34ab4871a0f_fa:16:3e:49:2b:58.ep:9:14
          endpoint `first` has none as its MTU to tell, `neutron.json` has 1450
    "#]],
    );
}

#[test]
fn one_namespace_alone_is_held_against_the_options() {
    let mtu = ("netns.json", "\"type\": \"internal\"", "\"type\": \"internal\", \"mtu\": 1400");
    each(
        "rdo-lab",
        &[mtu],
        &expect![[r#"
        netns.json: "type": "internal" -> "type": "internal", "mtu": 1400
        ACI1641 hosts/centos-01/netns/of-c5c3ee166c7b/netns.json:4:30
          namespace `of-c5c3ee166c7b` of `centos-01` has 1400 as its MTU, `neutron.json` has none

    "#]],
    );
    let there = ("neutron.json", "\"advertise_mtu\"", "\"nat_mtu\": 1400, \"advertise_mtu\"");
    let centos_02 = ("centos-02/netns/of-c5c3ee166c7b/netns.json", mtu.1, mtu.2);
    together("rdo-lab", &[mtu, centos_02, there], &expect![[r#""#]]);
}

/// A subnet with one DHCP port, and no other.
const WORKERS: (&str, &str) =
    ("\"10.20.11.254\",\n          \"enable_dhcp\": true", "\"10.20.11.254\",\n          \"enable_dhcp\": false");

#[test]
fn dhcp_of_subnets_without_instances_is_held_against_the_ports_that_serve_it() {
    each(
        "two-projects",
        &[
            // Without DHCP, and a network that nobody serves.
            (
                "neutron.json",
                "\"cidr\": \"10.20.3.0/24\",\n          \"enable_dhcp\": false",
                "\"cidr\": \"10.20.3.0/24\",\n          \"enable_dhcp\": true",
            ),
            ("net-1/endpoints/dcb00c56", "\"10.20.2.2\",", "\"10.20.3.2\","),
            ("neutron.json", WORKERS.0, WORKERS.1),
        ],
        &expect![[r#"
            neutron.json: "cidr": "10.20.3.0/24", -> "cidr": "10.20.3.0/24",
            ACI1635 neutron.json:92:26
              network `storage` has DHCP, and no host has a DHCP port of it

            net-1/endpoints/dcb00c56: "10.20.2.2", -> "10.20.3.2",
            ACI1635 hosts/kvm-1/endpoints/ce9bb4b8-4cc5-403f-b04f-94acc148d64d_fa:16:3e:10:02:53.ep:15:24
              endpoint `dns-1` is told name servers {10.20.2.2}, its subnet has {}
            ACI1635 hosts/kvm-1/endpoints/ce9bb4b8-4cc5-403f-b04f-94acc148d64d_fa:16:3e:10:02:53.ep:19:22
              endpoint `dns-1` is served by another address than the DHCP ports of its network have on its subnet
            ACI1635 hosts/kvm-3/endpoints/9b6d6efb-38a1-4dbe-b92e-91ed16396b19_fa:16:3e:10:02:31.ep:15:24
              endpoint `db-1` is told name servers {10.20.2.2}, its subnet has {}
            ACI1635 hosts/kvm-3/endpoints/9b6d6efb-38a1-4dbe-b92e-91ed16396b19_fa:16:3e:10:02:31.ep:19:22
              endpoint `db-1` is served by another address than the DHCP ports of its network have on its subnet
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
