//! Whether a file has anything to do with the plugins. A folder holds files of many services, some of which only look
//! like ini; what such a file means is not ours to judge.

use aciform_syntax::ini::IniFile;

use super::named::{Header, header};
use super::near::plain;
use super::options::group_of_section;
use super::{former, spelling};

/// Options that make `[DEFAULT]` one of a Neutron that may run the plugins.
const OF_NEUTRON: &[&str] = &["core_plugin", "service_plugins"];
/// The option of a file with network constraints; all its other names are those of projects.
const OF_CONSTRAINTS: &str = "subnet_scope";
/// How sections and options of the plugins begin, also misspelt ones.
const BEGINNINGS: &[&str] = &["apic_", "opflex_", "aim_", "cisco_apic", "ml2_cisco_apic", "ml2_apic", "ml2_type_apic"];
/// What a template or a file's name says of the plugins.
const MARKS: &[&str] = &["cisco_apic", "ml2_apic_aim", "opflex", "apic_hosts", "apic_system_id", "network_constraints"];

/// Whether a section or an option of ours stands in a file, or its name says that it is ours.
#[must_use]
pub fn is_ours(name: &str, text: &str, file: &IniFile) -> bool {
    let marked = |text: &str| MARKS.iter().any(|mark| text.contains(mark));
    let name = name.rsplit('/').next().unwrap_or(name);
    if marked(name) || file.template && marked(text) {
        return true;
    }
    file.sections.iter().any(|section| {
        let section_is_ours = is_section(&section.name.value);
        section_is_ours || section.entries.iter().any(|entry| is_option(&entry.key.value))
    })
}

fn is_section(name: &str) -> bool {
    // Every service has a `[DEFAULT]`.
    if name == "DEFAULT" {
        return false;
    }
    let plain = plain(name.trim());
    group_of_section(name).is_some()
        || !matches!(header(name), Header::Other)
        || former::is_section(name)
        || BEGINNINGS.iter().any(|beginning| plain.starts_with(beginning))
}

fn is_option(key: &str) -> bool {
    let plain = plain(key);
    OF_NEUTRON.contains(&key)
        || key == OF_CONSTRAINTS
        || spelling::is_option_of_ours(key)
        || BEGINNINGS.iter().any(|beginning| plain.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use aciform_diagnostics::{Diagnostics, FileId};
    use aciform_syntax::ini::parse;

    use super::is_ours;

    #[test]
    fn files_of_other_services_are_not_ours_and_slips_are() {
        for (name, text, expected) in [
            ("dnsmasq-neutron.conf", "dhcp-option-force=26,1450\n", false),
            ("wsgi-keystone.conf", "Listen 10.0.0.5:5000\n<VirtualHost *:5000>\n    A / b\n", false),
            ("nova.conf", "[DEFAULT]\ndebug = True\ntransport_url = rabbit://a:b@c\n", false),
            ("l3_agent.ini", "[DEFAULT]\nagent_mode = dvr_snat\n[agent]\nextensions = x\n", false),
            ("supervisord.conf", "[program:opflex-agent]\ncommand = /bin/x\n", false),
            ("haproxy.conf", "", false),
            ("neutron.conf", "[DEFAULT]\ncore_plugin = ml2\n", true),
            ("a.conf", "[DEFAULT]\napic_system_id = a\n", true),
            ("a.conf", "[ml2]\n", true),
            ("a.conf", "[Opflex]\nnetworks = *\n", true),
            ("a.ini", "[Apic_switch:1]\nh = 1/1\n", true),
            ("a.ini", "[apic_external_networks:a]\n", true),
            ("a.ini", "[ML2-cisco-apci]\nuse_vmm = x\n", true),
            ("a.ini", "apic-hosts = 10.1.1.1\n", true),
            ("a.ini", "[ovs]\nfabric_bridge = br-fabric\n", true),
            ("a.ini", "[switch:101]\nh = 1/1\n", true),
            ("a.ini", "[DEFAULT]\nsubnet_scope = deny\n", true),
            ("ml2_conf_cisco_apic.ini", "", true),
            ("a.ini.j2", "{% if x %}\n[{{ s }}]\napic_hosts = {{ h }}\n{% endif %}\n", true),
            ("a.ini.j2", "{% if x %}\n[{{ s }}]\nhosts = {{ h }}\n{% endif %}\n", false),
        ] {
            let file = parse(FileId(0), text, &mut Diagnostics::new());
            assert_eq!(is_ours(name, text, &file), expected, "{name}: {text}");
        }
    }
}
