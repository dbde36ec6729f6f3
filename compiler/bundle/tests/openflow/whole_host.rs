//! A whole host as the reference counts one, of any size.

use aciform_fabric::model::{ContractKind, EpgId, MappingKind};

use crate::site::{Site, dhcp4, mapping, route};

/// The reference's whole host: E usual instances, one router with N networks, F floating IPs and E-F SNAT mappings.
pub(crate) fn host(instances: usize, networks: usize, floating: usize) -> Site {
    let mut site = Site::new("h");
    let inside: Vec<String> =
        (0..networks).map(|n| format!("10.{n}.0.0/16")).chain(["169.254.0.0/16".into()]).collect();
    let inside: Vec<&str> = inside.iter().map(String::as_str).collect();
    let project = site.vrf("project", &inside);
    let common = site.vrf("common", &["172.16.10.0/24", "172.16.20.0/24"]);
    let groups: Vec<EpgId> =
        (0..networks).map(|n| site.network(project, &format!("n{n}"), None, &[&format!("10.{n}.0.1/16")])).collect();
    let nat = site.network(common, "nat", None, &["172.16.10.1/24", "172.16.20.1/24"]);
    site.fabric.vrfs[project].routes = vec![route("0.0.0.0/0", 1, Some(nat))];
    site.fabric.vrfs[common].routes = vec![route("0.0.0.0/0", 2, None)];
    site.contract(ContractKind::Router, &groups, &[1]);
    let through = site.snat(nat, 5, "fa:16:3e:5a:00:03", "172.16.10.3/24", "172.16.10.1");
    site.metadata(project, 6, "fa:16:3e:5c:00:06", "169.254.240.3");
    for at in 0..instances {
        let network = at % networks;
        let own = format!("10.{network}.{}.{}", 1 + at / 250, 1 + at % 250);
        let public = format!("172.16.{}.{}", 32 + at / 250, 1 + at % 250);
        let internal = format!("169.254.{}.{}", at / 250, 1 + at % 250);
        let server = format!("10.{network}.0.2");
        let number = u32::try_from(100 + at).unwrap();
        let mac = format!("fa:16:3e:10:{:02x}:{:02x}", at / 256, at % 256);
        let port = site.instance(groups[network], number, &mac, &[&own]);
        port.dhcp4 = Some(dhcp4(&own, Some(&server)));
        port.mappings = vec![if at < floating {
            mapping(&own, &public, nat, MappingKind::FloatingIp)
        } else {
            mapping(&own, &internal, nat, MappingKind::Snat(through))
        }];
    }
    site
}
