//! How files are written: repeated keys, and the line ends of another system.

use aciform_verify::verify;
use expect_test::expect;

use super::kit::{each, told};
use super::reviewed::{bundle, replace, short};

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
