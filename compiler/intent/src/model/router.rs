//! Routers.

use std::net::IpAddr;

use aciform_diagnostics::{Span, Spanned};
use uuid::Uuid;

use super::network::HostRoute;

/// A router.
#[derive(Clone, Debug)]
pub struct Router {
    /// The key.
    pub handle: Spanned<String>,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// Its name; default the handle.
    pub name: Option<Spanned<String>>,
    /// Default true; false takes the filter off its contract.
    pub admin_state_up: Option<Spanned<bool>>,
    /// Its way out.
    pub external_gateway: Option<ExternalGateway>,
    /// The subnets it joins.
    pub interfaces: Vec<RouterInterface>,
    /// Extra routes, which resolving refuses.
    pub routes: Vec<HostRoute>,
}

/// A router's gateway on an external network.
#[derive(Clone, Debug)]
pub struct ExternalGateway {
    /// Of the key.
    pub span: Span,
    /// The external network's handle or id.
    pub network: Spanned<String>,
    /// Its address there; default allocated.
    pub fixed_ip: Option<Spanned<IpAddr>>,
    /// Default true.
    pub enable_snat: Option<Spanned<bool>>,
}

/// One entry of `interfaces`.
#[derive(Clone, Debug)]
pub struct RouterInterface {
    /// A network (all its subnets) or `network/subnet`, each maybe with a project in front; or an id.
    pub reference: Spanned<String>,
    /// Whether the reference stood under `subnet:` and so names one subnet.
    pub subnet_only: bool,
    /// The router's address there, when not the subnet's gateway.
    pub ip: Option<Spanned<IpAddr>>,
}
