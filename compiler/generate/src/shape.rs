//! What is asked for, and whether a site can be so.

use std::fmt;

/// The size of a site. Everything counts the whole site unless it says otherwise, and is spread evenly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Projects, at least 1.
    pub projects: u32,
    /// Project networks, each with an IPv4 subnet.
    pub networks: u32,
    /// Routers, each with the external network for its gateway; a network joins one at most.
    pub routers: u32,
    /// Compute hosts, at least 1; the first two serve DHCP.
    pub hosts: u32,
    /// Ports of instances.
    pub ports: u32,
    /// Security groups of each project.
    pub groups: u32,
    /// Rules of each security group, beside those that Neutron adds.
    pub rules: u32,
    /// Floating IPs; each needs a port behind a router.
    pub floating_ips: u32,
    /// Whether each network has an IPv6 subnet too.
    pub ipv6: bool,
    /// What names and placement are drawn from.
    pub seed: u64,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            projects: 1,
            networks: 4,
            routers: 1,
            hosts: 2,
            ports: 20,
            groups: 3,
            rules: 4,
            floating_ips: 0,
            ipv6: false,
            seed: 1,
        }
    }
}

/// Why a site cannot have a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit(pub(crate) String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Shape {
    pub(crate) fn check(&self) -> Result<(), Unfit> {
        let refuse = |what: String| Err(Unfit(what));
        if self.projects == 0 || self.hosts == 0 {
            return refuse("a site has at least one project and one host".to_owned());
        }
        if self.ports > 0 && self.networks < self.projects {
            return refuse(format!(
                "{} networks are too few for the ports of {} projects: each project needs one",
                self.networks, self.projects
            ));
        }
        if self.routers > self.networks {
            return refuse(format!(
                "{} routers are more than {} networks, and each joins one at least",
                self.routers, self.networks
            ));
        }
        for (many, most, what) in [
            (self.projects, 60_000, "projects"),
            (self.hosts, 60_000, "hosts"),
            (self.groups, 1_000, "security groups of a project"),
            (self.rules, 10_000, "rules of a security group"),
        ] {
            if many > most {
                return refuse(format!("{many} {what} are more than the {most} that can be generated"));
            }
        }
        // Ports of a host have OpenFlow numbers and zones of connection tracking, of each some 60,000; they are spread evenly.
        let on_a_host = self.ports.div_ceil(self.hosts);
        if on_a_host > 50_000 {
            return refuse(format!("{on_a_host} ports on a host are more than the 50000 that can be generated"));
        }
        if self.floating_ips > self.ports {
            return refuse(format!("{} floating IPs are more than {} ports", self.floating_ips, self.ports));
        }
        Ok(())
    }

    /// The part of a total that a project has: the first ones have one more where it does not come out even.
    pub(crate) fn share(&self, total: u32, project: u32) -> u32 {
        total / self.projects + u32::from(project < total % self.projects)
    }
}
