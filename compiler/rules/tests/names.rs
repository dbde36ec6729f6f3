//! Names that only show on APIC: with prefixes, after mapping, and in headers.

mod kit;

use kit::lint;

fn ini(text: &str, code: &str) -> Vec<String> {
    let found = lint(&[("ml2.ini", text)], &[code]);
    found.into_iter().map(|line| line.trim_start_matches("ml2.ini:").to_owned()).collect()
}

fn external(name: &str, more: &str) -> String {
    format!(
        "[apic_external_network:{name}]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.16.10.1/24\n{more}"
    )
}

#[test]
fn an_l3out_may_have_56_characters_where_hosts_translate() {
    let long = "o".repeat(57);
    let found = ini(&external(&long, ""), "ACI603");
    assert_eq!(
        found,
        [format!("1 ACI603 error endpoint group `EXT-epg-{long}` would have 65 characters, APIC takes 64")]
    );
    assert!(ini(&external(&"o".repeat(56), ""), "ACI603").is_empty());
    // Nothing is put in front of it where the border translates, or nobody does.
    let edge = "edge_nat = True\nvlan_range = 100:199\n";
    assert!(ini(&external(&long, edge), "ACI603").is_empty());
    assert!(ini(&external(&long, "enable_nat = False\n"), "ACI603").is_empty());
    assert_eq!(ini(&external(&"o".repeat(65), "enable_nat = False\n"), "ACI603").len(), 1);
}

#[test]
fn the_prefix_of_the_cloud_counts() {
    let head = "[DEFAULT]\napic_system_id = sixteen-letters-\n";
    let name = "o".repeat(46);
    let text = format!("{head}{}", external(&name, ""));
    let whole = format!("_sixteen-letters-_Shd-{name}");
    assert_eq!(
        ini(&text, "ACI603"),
        [format!(
            "3 ACI603 error L3Out `{whole}` would have 68 characters with the prefix of the cloud, APIC takes 64"
        )]
    );
    let off = format!("{head}[ml2_cisco_apic]\nscope_names = False\n{}", external(&name, ""));
    assert!(ini(&off, "ACI603").is_empty());
    let epg = format!(
        "{head}[apic_external_network:out]\npreexisting = True\nexternal_epg = {}\nhost_pool_cidr = 172.16.10.1/24\n",
        "e".repeat(43)
    );
    assert_eq!(ini(&epg, "ACI603").len(), 1);
}

#[test]
fn headers_hold_what_apic_takes() {
    assert_eq!(
        ini(&external("my out", ""), "ACI604"),
        ["1 ACI604 error the name of external network `my out` holds a blank, which APIC refuses"]
    );
    assert!(ini(&external("my-out_1.a", ""), "ACI604").is_empty());
    // The mapper takes blanks out of what is not verbatim.
    let own = "[apic_external_network:my out]\nswitch = 203\nport = 1/34\ncidr_exposed = 192.168.34.2/30\ngateway_ip = 192.168.34.1\nhost_pool_cidr = 172.16.10.1/24\n";
    assert!(ini(own, "ACI604").is_empty());
    assert_eq!(ini(&own.replace("my out", "naïve"), "ACI604").len(), 1);
    let domains = "[apic]\napic_username = u\n[apic_vmdom:cloud a]\n[apic_physdom:pdom/1]\n";
    assert_eq!(ini(domains, "ACI604").len(), 2);
    // Old style: the sections are not read.
    assert!(ini("[apic_vmdom:cloud a]\n", "ACI604").is_empty());
}

#[test]
fn a_site_measures_a_name_once() {
    let (long, ini) = ("o".repeat(57), "[DEFAULT]\napic_system_id = c\n");
    let text = format!("{ini}{}", external(&long, ""));
    let intent = format!("external_networks:\n  {long}: {{shared: true}}\n");
    let files = [("ml2_conf_cisco_apic.ini", text.as_str()), ("intent.yaml", intent.as_str())];
    assert_eq!(lint(&files, &["ACI603", "ACI604"]).len(), 1);
}

#[test]
fn names_that_become_one() {
    let two = format!("{}{}", external("dmz--a", ""), external("dmz-a", ""));
    let by_name = format!("[ml2_cisco_apic]\napic_name_mapping = use_name\n{two}");
    assert_eq!(
        ini(&by_name, "ACI605"),
        ["7 ACI605 warning `dmz--a` and `dmz-a` both become `dmz-a`: a project that uses both has one L3Out for them"]
    );
    assert!(ini(&two, "ACI605").is_empty());
}

#[test]
fn names_of_apic_itself() {
    let single = |name: &str, mode: &str| {
        ini(&format!("[ml2_cisco_apic]\nsingle_tenant_mode = {mode}\nsingle_tenant_name = {name}\n"), "ACI608")
    };
    assert_eq!(single("common", "True").len(), 1);
    assert!(single("common", "False").is_empty());
    assert!(single("commons", "True").is_empty());
    for option in ["apic_domain_name", "apic_app_profile_name"] {
        assert_eq!(ini(&format!("[ml2_cisco_apic]\n{option} = __ui_x\n"), "ACI608").len(), 1, "{option}");
    }
}

#[test]
fn the_default_name_of_a_cloud() {
    let login = "apic_hosts = 10.1.1.5\n";
    assert_eq!(ini(&format!("[ml2_cisco_apic]\n{login}"), "ACI606").len(), 1);
    // A fragment is not a whole, a template says nothing, and a name that cannot be read is a finding already.
    assert!(ini("[ml2_cisco_apic]\nencap_mode = vxlan\n", "ACI606").is_empty());
    assert!(ini(&format!("[ml2_cisco_apic]\n{{% if x %}}\n{login}"), "ACI606").is_empty());
    assert!(
        ini(&format!("[DEFAULT]\napic_system_id = much-too-long-for-it\n[ml2_cisco_apic]\n{login}"), "ACI606")
            .is_empty()
    );
    assert!(ini(&format!("[apic]\napic_username = u\n{login}[aim]\naim_system_id = a\n"), "ACI606").is_empty());
}

#[test]
fn names_that_use_name_changes_are_one_finding() {
    let text =
        format!("[ml2_cisco_apic]\napic_name_mapping = use_name\n{}{}", external("a--b", ""), external("c--d", ""));
    assert_eq!(
        ini(&text, "ACI610"),
        [
            "2 ACI610 info `a--b` becomes `a-b` and 1 more name is changed; `use_name` does not look whether two become one"
        ]
    );
}
