//! The property of the fuzz target, over texts spoilt on purpose.
//!
//! The test takes a fixed number of rounds, a few seconds; `fuzz/` holds the same property for cargo-fuzz.

#[path = "../fuzz/effect.rs"]
mod effect;
#[path = "../fuzz/fixer.rs"]
mod fixer;
#[path = "../../syntax/fuzz/hostile.rs"]
mod hostile;
#[path = "../fuzz/rounds.rs"]
mod rounds;
#[path = "../../intent/fuzz/secret.rs"]
mod secret;
#[path = "../fuzz/yaml_fixer.rs"]
mod yaml_fixer;

#[test]
fn mending_hostile_texts_ends_and_breaks_nothing() {
    let seeds = ["fuzz/seeds/fixer", "../syntax/fuzz/seeds/ini", "../intent/fuzz/seeds/options", "../intent/tests/ini"];
    hostile::holds(fixer::holds, &seeds, "../syntax/fuzz/ini.dict", 100);
}

#[test]
fn mending_hostile_yaml_ends_and_breaks_nothing() {
    let seeds = [
        "fuzz/seeds/yaml_fixer",
        "../../examples/rdo-lab/aciform.yaml",
        "../../examples/rdo-lab/intent",
        "../../examples/minimal/intent.yaml",
        "../../examples/minimal/aciform.yaml",
        "../intent/fuzz/seeds/intent",
    ];
    hostile::holds(yaml_fixer::holds, &seeds, "../syntax/fuzz/yaml.dict", 150);
}

/// Written into a name by a fix, joined with the line above, taken for the port of a host.
#[test]
fn a_password_that_got_out_once_stays_in() {
    for text in [
        "[DEFAULT]\napic_system_id = ${apic.apic_password}\n[apic]\napic_username = a\napic_password = s3cr3tM4rk\n",
        "[apic_switch:101]\n  apic_password = s3cr3tM4rk\n",
        "[apic_switch:101]\nhost-1 = 33\n  apic_password = s3cr3tM4rk\n",
        "[DEFAULT]\ncore_plugin = ml2 plus\"\n  apic_password = s3cr3tM4rk\n",
        "[apic_switch:101]\npod_id = x\n  apic_password = s3cr3tM4rk\n",
        "[opflex_external_segment:a]\nip_gateway = x\n  apic_password = s3cr3tM4rk\n",
        "[apic_external_network:a]\nrouter_id = x\n  apic_password = s3cr3tM4rk\n",
    ] {
        fixer::holds(text.as_bytes());
    }
    for text in [
        "[apic]\napic_username = a\napic_password = s3cr3tM4rk\napic_domain_name = ${apic_password}_x\nopenstack_user = $apic_password\napic_vlan_ns_name = ${apic_domain_name}\n",
        "[ml2_cisco_apic]\napic_hosts = h\napic_username = a\napic_password = s3cr3tM4rk\napic_domain_name = ${apic_password}_x\n",
        "[ml2_cisco_apic]\napic_hosts = h\napic_password = s3cr3tM4rk\napic_domain_name = ${apic_password}_x\nencap_mode = vlan\nshared_context_name = ${apic_domain_name}\n",
        "[DEFAULT]\napic_system_id = $apic_password\n[ml2_cisco_apic]\napic_password = s3cr3tM4rk\nuse_vmm = True\n",
        "[ml2_cisco_apic]\napic_hosts = h\napic_password = x\napic_domain_name = d\n  apic_password = s3cr3tM4rk\nencap_mode = vlan\n",
        "[apic]\napic_username = a\n[apic_vmdom:x]\nopenstack_user = d\n  apic_password = s3cr3tM4rk\nencap_mode = vlan\n",
        "[ml2_cisco_apic]\napic_hosts = https://admin:s3cr3tM4rk@10.1.1.1\napic_vpc_pairs = https://admin:s3cr3tM4rk@10.1.1.1,b\n",
        "[ml2_cisco_apic]\napic_hosts = https://admin:x,s3cr3tM4rk@10.1.1.1\n",
        "[apic_external_network:x]\nexternal_epg = https://admin:s3cr3tM4rk@10.1.1.1\n[apic_physical_network:x]\nhosts = https://admin:s3cr3tM4rk@a,b\n",
        "[apic_switch:101]\napic_password = s3cr3tM4rk\n",
        "[apic_switch:101]\nhost,apic_password = s3cr3tM4rk\nhost , apic_password = s3cr3tM4rk\n",
        "[apic]\napic_password =\n\n s3cr3tM4rk\n",
        "[apic]\napic_password =\n\n# x\n  # y\n s3cr3tM4rk and more\ns3cr3tM4rk\n",
        "[apic]\napic_password =\ns3cr3tM4rk\n",
        "[apic_external_network:x] apic_password = s3cr3tM4rk\n",
        "[apic_external_network:x] # apic_password = s3cr3tM4rk\n",
        "[apic_external_network:x] apic_password =\n s3cr3tM4rk\n",
        "[apic_password = s3cr3tM4rk\n[apic_password: s3cr3tM4rk\n[apic_password s3cr3tM4rk\n",
        "[apic_password = s3cr3tM4rk]\n[apic_password: s3cr3tM4rk]\n[apic_password = a]s3cr3tM4rk\n[apic_password =\n s3cr3tM4rk\n",
        "[ml2_cisco_apic]\npasword = s3cr3tM4rk\napic_private_key = s3cr3tM4rk\nauth_encryption_key = s3cr3tM4rk\n",
        "[ml2_cisco_apic]\npasword = s3cr3tM4rk\nuse_vmm = t\napic_private_key = s3cr3tM4rk\nuse_vm = t\nauth_encryption_key = s3cr3tM4rk\nuse_mm = t\n",
        "apic_password s3cr3tM4rk=x\n[ml2_cisco_apic]\napic_password s3cr3tM4rk=x\n",
        "[ml2_cisco_apic]\napic_passwords3cr3tM4rk\napic_passwords3cr3tM4rk = x\n  apic_passwords3cr3tM4rk\n",
        "apic_passwords3cr3tM4rk\n[apic_passwords3cr3tM4rk]\n[apic_switch:1]\napic_passwords3cr3tM4rk\n",
        "[ml2_cisco_apic]\nApic-Passwords3cr3tM4rk=\n",
        "[ml2_cisco_apic]\napic_use_ssl = True # apic_password = s3cr3tM4rk\napic_username = ops; apic_password = s3cr3tM4rk\n",
        "[ml2_cisco_apic]\napic_hosts = a, apic_password=s3cr3tM4rk\napic_pwd = s3cr3tM4rk\napic_pass = s3cr3tM4rk\n",
        "[ml2_cisco_apic]\nprivate_key_file = -----BEGIN PRIVATE KEY-----\n  s3cr3tM4rk\n[apic_password]\ns3cr3tM4rk\n",
        "{\"opflex\": {\"ssl\": {\"mode\": \"x\"}, \"password\":\"s3cr3tM4rk\"}, \"log\": ",
        "{\"opflex\": {\"ssl\": {\"p\\u0061ssword\": \"s3cr3tM4rk\", \"token\": [\"s3cr3tM4rk\"]}, \"domain\": 3}}",
        "[opflex]\nstats = $apic_password\n[ml2_cisco_apic]\napic_password = s3cr3tM4rk\n",
    ] {
        fixer::keeps(text.as_bytes());
    }
}
