//! Routers: their way out, their interfaces, their routes.

use std::collections::HashSet;

use aciform_diagnostics::Spanned;

use super::network::routes;
use super::node::{Node, Value};
use super::reader::{Path, Reader};
use super::scalars::{QUALIFIED, SUBNET};
use super::shapes;
use crate::model::{ExternalGateway, Router, RouterInterface};

pub(super) fn router(
    reader: &mut Reader<'_>,
    handle: Spanned<String>,
    node: Node<'_>,
    path: &Path<'_>,
) -> Option<Router> {
    let unknown_keys = reader.unknown_keys;
    let fields = shapes::Router::read(reader, Some(node))?;
    let misspelt = reader.unknown_keys > unknown_keys;
    let (interfaces, lost) = reader.whole_list(fields.interfaces, interface);
    let mut interfaces = interfaces.unwrap_or_default();
    let references: Vec<_> = interfaces.iter().map(|interface| interface.reference.clone()).collect();
    reader.repeated_entries("interfaces", &references);
    // A repeat is reported; the router joins once.
    let mut seen = HashSet::new();
    interfaces.retain(|interface| seen.insert(interface.reference.value.clone()));
    let external_gateway = external_gateway(reader, fields.external_gateway);
    if misspelt || lost || (fields.external_gateway.is_some() && external_gateway.is_none()) {
        reader.incomplete.insert_value(format!("routers/{path}/ways"));
    }
    Some(Router {
        handle,
        id: reader.id(fields.id),
        name: reader.some_text(fields.name),
        admin_state_up: reader.boolean(fields.admin_state_up),
        external_gateway,
        interfaces,
        routes: routes(reader, fields.routes),
    })
}

fn external_gateway(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> Option<ExternalGateway> {
    let span = node?.at();
    let fields = shapes::ExternalGateway::read(reader, node)?;
    let fixed_ip = reader.address(fields.fixed_ip);
    let enable_snat = reader.boolean(fields.enable_snat);
    let network = reader.reference(fields.network, QUALIFIED)?;
    Some(ExternalGateway { span, network, fixed_ip, enable_snat })
}

/// `network`, `network/subnet`, or the long form with an address of its own.
fn interface(reader: &mut Reader<'_>, node: Node<'_>) -> Option<RouterInterface> {
    if matches!(node.value, Value::Scalar(..)) {
        let reference = reader.reference(Some(node), SUBNET)?;
        return Some(RouterInterface { reference, subnet_only: false, ip: None });
    }
    let fields = shapes::Interface::read(reader, Some(node))?;
    let ip = reader.address(fields.ip);
    let reference = reader.reference(fields.subnet, SUBNET)?;
    Some(RouterInterface { reference, subnet_only: true, ip })
}
