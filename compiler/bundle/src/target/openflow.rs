//! The integration bridge: flows, groups and port numbers, as agent-ovs 2.7 programs them with VXLAN towards the leaf.
//!
//! A packet enters at [`Table::Entry`](table::Table), is checked against its port (`table_port_security`), gets the numbers of its group (`table_source`),
//! is bridged (`table_bridge`), routed (`table_route`) and, coming back from outside, given its external group (`table_nat_in`).
//! Contracts are looked up last (`table_policy`); `table_output` then does what the metadata says: port, tunnel, translation or flood.
//! Metadata for instances takes a way of its own that passes no contract (`table_service`).
//!
//! Three files per host:
//! - `br-int.flows`: one flow a line exactly as `ovs-ofctl -O OpenFlow13 dump-flows --no-stats --no-names` prints it without the leading blank,
//!   by table, then priority from the highest, then bytes. Register writes are spelled `load:`, which is how OpenFlow 1.3 prints them.
//! - `br-int.groups`: one group a line as `dump-groups` prints it, by id.
//! - `br-int.ports`: `<OpenFlow port> <interface>` a line, by number. Flows carry numbers; whoever makes the bridge asks for these with `ofport_request`.

mod action;
mod contract;
mod group;
mod matching;
mod meta;
mod owner;
mod scene;
mod sheet;
mod table;
mod table_base;
mod table_bridge;
mod table_bridge_mapping;
mod table_nat_in;
mod table_output;
mod table_policy;
mod table_port_security;
mod table_route;
mod table_service;
mod table_source;
mod text;

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_fabric::model::{Fabric, HostId};

use super::{Emit, Target};
use crate::artifact::{Artifact, Content};
use crate::codes::TEMPLATE_REFUSED;
use crate::frame::{Frames, Template};
use scene::Scene;
use sheet::Sheet;

/// The `openflow` target.
#[derive(Clone, Copy, Debug)]
pub struct OpenFlow;

/// A file of a host with its frame.
struct Part {
    file: &'static str,
    template: Template,
    block: &'static str,
}

const FLOWS: Part = Part {
    file: "br-int.flows",
    template: Template {
        name: "openflow/br-int.flows.j2",
        text: include_str!("../../../../templates/openflow/br-int.flows.j2"),
    },
    block: "flows",
};

const GROUPS: Part = Part {
    file: "br-int.groups",
    template: Template {
        name: "openflow/br-int.groups.j2",
        text: include_str!("../../../../templates/openflow/br-int.groups.j2"),
    },
    block: "groups",
};

const PORTS: Part = Part {
    file: "br-int.ports",
    template: Template {
        name: "openflow/br-int.ports.j2",
        text: include_str!("../../../../templates/openflow/br-int.ports.j2"),
    },
    block: "ports",
};

impl Target for OpenFlow {
    fn name(&self) -> &'static str {
        "openflow"
    }

    fn site(&self, _: &Fabric, _: &Frames, _: Emit<'_>, _: &mut Diagnostics) {}

    fn host(&self, fabric: &Fabric, host: HostId, frames: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics) {
        let scene = Scene::of(fabric, host);
        let parts = [
            (FLOWS, flows(&scene, diagnostics)),
            (GROUPS, group::groups(&scene).into()),
            (PORTS, group::ports(&scene).into()),
        ];
        for (part, lines) in parts {
            match frames.render(part.template, [(part.block, lines)]) {
                Ok(content) => emit(Artifact {
                    path: format!("hosts/{}/{}", scene.host.name, part.file),
                    content,
                    target: self.name(),
                }),
                Err(message) => diagnostics.push(Diagnostic::new(&TEMPLATE_REFUSED, message)),
            }
        }
    }
}

/// Every flow of the host, table by table.
fn flows(scene: &Scene<'_>, diagnostics: &mut Diagnostics) -> Content {
    let mut sheet = Sheet::with_capacity(scene.expected_lines());
    table_base::emit(scene, &mut sheet);
    table_port_security::emit(scene, &mut sheet);
    table_source::emit(scene, &mut sheet);
    table_bridge::emit(scene, &mut sheet);
    table_bridge_mapping::emit(scene, &mut sheet);
    table_route::emit(scene, &mut sheet);
    table_nat_in::emit(scene, &mut sheet);
    table_service::emit(scene, &mut sheet);
    table_policy::emit(scene, &mut sheet);
    table_output::emit(scene, &mut sheet);
    sheet.finish(scene, diagnostics)
}
