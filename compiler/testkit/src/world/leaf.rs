//! The fabric between the hosts of a [`World`]: the stand-in leaf with what it would have learnt and been told.

use crate::expect::ROUTER;
use crate::ovs::Leaf;

use super::World;

impl World {
    /// The VRF of an external network's L3Out, as the leaf knows it.
    #[must_use]
    pub fn nat_vrf(&self, external: &str) -> String {
        let external = &self.externals[external];
        format!("{}/{}", external.tenant, external.vrf)
    }

    /// A leaf that knows every group, endpoint, floating IP and SNAT interface of the site.
    #[must_use]
    pub fn leaf(&self) -> Leaf {
        let mut leaf = Leaf::new(ROUTER, self.anycast_tep);
        for (name, net) in &self.networks {
            let joining = self.routers.iter().filter(|router| router.up && router.joins(name));
            let contracts: Vec<&str> = joining.map(|router| router.id.as_str()).collect();
            leaf.group(net.vnid, self.vrf(&name.0), net.mcast, &contracts);
            for port in &net.dhcp_ports {
                leaf.station(&port.host, net.vnid, &port.mac, &port.addresses);
            }
        }
        for (name, external) in &self.externals {
            leaf.group(external.vnid, &self.nat_vrf(name), external.mcast, &[]);
        }
        for port in &self.ports {
            leaf.station(&port.host, self.net(port).vnid, &port.mac, &port.addresses);
            for floating in &port.floating {
                let vnid = self.externals[&floating.external].vnid;
                leaf.station(&port.host, vnid, &port.mac, &[floating.public.into()]);
            }
        }
        for host in self.all_hosts.keys() {
            for name in self.snats(host) {
                let external = &self.externals[&name];
                let mac = self.host_mac(host, &crate::expect::snat_interface(&name));
                if let (Some(mac), Some(address)) = (mac, external.snat.get(host)) {
                    leaf.station(host, external.vnid, &mac, &[(*address).into()]);
                }
            }
        }
        leaf
    }
}
