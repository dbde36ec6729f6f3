//! The site file, the ini, the hosts and the external network.

use std::fmt::Write as _;

use crate::space::Plan;
use crate::{Shape, SiteFiles};

/// The password is drawn like everything else, so it is nobody's.
const SITE: &str = "aciform: 1\nallow:\n  - {code: ACI701, reason: a generated site has no cloud behind it}\n";

/// The files that are no project's.
pub(crate) fn files(shape: &Shape, plan: &Plan) -> SiteFiles {
    let ini = format!(
        "[DEFAULT]\napic_system_id = cloud\n\n[ml2_cisco_apic]\napic_hosts = 172.31.0.7\napic_username = aciform\n\
         certificate_name = aciform\nprivate_key_file = /etc/neutron/apic.key\n\
         verify_ssl_certificate = /etc/neutron/apic-ca.pem\nopenstack_password = generated-{:08x}\n\
         apic_name_mapping = use_name\nencap_mode = vxlan\n\n[apic_external_network:inet]\npreexisting = True\n\
         external_epg = internet\nhost_pool_cidr = {}\n",
        crate::Dice::new(shape.seed).below_u32(u32::MAX),
        plan.host_pool()
    );
    // Project subnets begin where most fabrics have theirs.
    let mut fabric = "fabric: {tep_pool: 172.30.0.0/16}\nhosts:\n".to_owned();
    for host in 0..shape.hosts {
        let roles = if host < 2 { "{roles: [compute, dhcp]}" } else { "{}" };
        let _ = writeln!(fabric, "  {}: {roles}", host_name(host));
    }
    let _ = write!(
        fabric,
        "external_networks:\n  inet:\n    project: admin\n    shared: true\n    subnets: {{v4: {{cidr: {}}}}}\n\
         projects:\n  admin: {{}}\n",
        plan.floating()
    );
    SiteFiles::from([
        ("aciform.yaml".to_owned(), SITE.to_owned()),
        ("ml2_conf_cisco_apic.ini".to_owned(), ini),
        ("intent/fabric.yaml".to_owned(), fabric),
    ])
}

pub(crate) fn host_name(host: u32) -> String {
    format!("node-{:04}", host + 1)
}
