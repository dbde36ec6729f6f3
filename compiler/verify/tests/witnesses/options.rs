//! Options of the whole cloud, held against all that follow them, also where that is one.

use expect_test::expect;

use super::kit::{each, together};

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
