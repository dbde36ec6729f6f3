//! An intent file: the fabric's facts, hosts, external networks, projects, renames.

use schemars::JsonSchema;

use super::instance::{FloatingIp, Instance, Port};
use super::network::{ExternalSubnet, GroupFacts, Network, Router};
use super::scalars::{Cidr, Handles, Id, Ipv4, Mac, Name, Named, Renames, Text};
use super::security::SecurityGroup;

/// An intent file: what the cloud has, in Neutron's words. Several files read as one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct IntentFile {
    /// The infra side of the fabric.
    fabric: Option<Fabric>,
    /// The hosts, by the name that their agents report.
    hosts: Option<Handles<Host>>,
    /// The networks that lead out of the fabric, by their name in the ini.
    external_networks: Option<Handles<ExternalNetwork>>,
    /// The projects and all they own.
    projects: Option<Handles<Project>>,
    /// Handles that changed since the lock was written: the old path to the new one, by kind.
    renamed: Option<Renamed>,
}

/// The infra side of the fabric.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Fabric {
    /// The infrastructure VLAN. Default: 4093.
    #[schemars(range(min = 1, max = 4094))]
    infra_vlan: Option<u16>,
    /// The pool of tunnel endpoints. Default: 10.0.0.0/16.
    tep_pool: Option<Cidr>,
    /// The anycast tunnel endpoint that hosts send to. Default: 10.0.0.32.
    anycast_tep: Option<Ipv4>,
}

/// A host.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Host {
    /// What it does. Default: `[compute]`.
    roles: Option<Vec<Role>>,
    /// Its physical interfaces towards the fabric.
    uplinks: Option<Vec<Text>>,
    /// What only the live host can tell; may stand in a file of its own.
    facts: Option<HostFacts>,
}

/// What a host does.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Role {
    /// Runs instances; has SNAT addresses.
    Compute,
    /// Runs the DHCP agent.
    Dhcp,
}

/// Numbers and addresses read from a live host.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct HostFacts {
    /// OpenFlow port numbers by the name of the port on `br-int`.
    ofports: Option<Named<Ofport>>,
    /// MACs by the name of the interface.
    macs: Option<Named<Mac>>,
    /// Conntrack zones by the id of the port.
    zones: Option<Named<Zone>>,
}

/// An OpenFlow port number.
#[derive(JsonSchema)]
struct Ofport(#[schemars(range(min = 1, max = 65279))] u32);

/// A conntrack zone.
#[derive(JsonSchema)]
struct Zone(#[schemars(range(min = 4097, max = 65535))] u32);

/// A network that leads out of the fabric; its handle is its name in the ini.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ExternalNetwork {
    /// Its Neutron id. Default: derived.
    id: Option<Id>,
    /// Its name in Neutron. Default: the handle.
    name: Option<Text>,
    /// The project that owns it.
    project: Option<Name>,
    /// Whether every project may use it. Default: false.
    shared: Option<bool>,
    /// Where a pre-existing L3Out lies.
    l3out: Option<L3Out>,
    /// Its subnets for floating IPs.
    subnets: Option<Handles<ExternalSubnet>>,
    /// The compute hosts that need an address of its SNAT pool. Default: every one.
    hosts: Option<Vec<Name>>,
    /// Its MTU.
    #[schemars(range(min = 68, max = 65535))]
    mtu: Option<u16>,
    /// Its DNS domain in Neutron; DHCP gives out `dhcp_domain` of the ini instead.
    dns_domain: Option<Text>,
    /// Whether its ports are filtered. Default: true.
    port_security_enabled: Option<bool>,
    /// What APIC decided about its NAT endpoint group; may stand in a file of its own.
    facts: Option<GroupFacts>,
}

/// Where a pre-existing L3Out lies.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct L3Out {
    /// The APIC tenant. Default: common.
    tenant: Option<Text>,
    /// The VRF in that tenant. Default: default.
    vrf: Option<Text>,
}

/// A project and all it owns.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Project {
    /// Its Keystone id. Default: derived.
    id: Option<Id>,
    /// Its name. Default: the handle.
    name: Option<Text>,
    /// Its networks.
    networks: Option<Handles<Network>>,
    /// Its routers.
    routers: Option<Handles<Router>>,
    /// Its security groups; `default` always exists, written out or not.
    security_groups: Option<Handles<SecurityGroup>>,
    /// Its instances.
    instances: Option<Handles<Instance>>,
    /// Its ports on no instance.
    ports: Option<Handles<Port>>,
    /// Its floating IPs.
    floating_ips: Option<Handles<FloatingIp>>,
}

/// Handles that changed since the lock was written: the old path to the new one, by kind.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Renamed {
    /// `OLD: NEW`.
    projects: Option<Renames<1, 1>>,
    /// `PROJECT/OLD: PROJECT/NEW`.
    networks: Option<Renames<2, 2>>,
    /// `PROJECT/NETWORK/OLD: PROJECT/NETWORK/NEW`.
    subnets: Option<Renames<2, 3>>,
    /// `PROJECT/OLD: PROJECT/NEW`.
    routers: Option<Renames<2, 2>>,
    /// `PROJECT/OLD: PROJECT/NEW`.
    security_groups: Option<Renames<2, 2>>,
    /// `PROJECT/OLD: PROJECT/NEW`.
    instances: Option<Renames<2, 2>>,
    /// `PROJECT/INSTANCE/OLD: PROJECT/INSTANCE/NEW`.
    ports: Option<Renames<2, 3>>,
    /// `PROJECT/OLD: PROJECT/NEW`.
    floating_ips: Option<Renames<2, 2>>,
    /// `OLD: NEW`.
    external_networks: Option<Renames<1, 1>>,
    /// `OLD: NEW`.
    hosts: Option<Renames<1, 1>>,
}
