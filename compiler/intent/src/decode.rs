//! From spanned trees to the model: each object by itself, with everything that is wrong with it.
//!
//! Nothing stops at a mistake: what cannot be read is left out and remembered as incomplete, and reading goes on.
//! Plain scalars are typed by the key they stand under, never by their looks.

mod addresses;
mod fabric;
mod growth;
mod instance;
mod merge;
mod network;
mod node;
mod part;
mod plain;
pub(crate) mod protocol;
mod reader;
mod router;
mod scalars;
mod secret;
mod security;
pub(crate) mod shapes;
mod site;
mod unknown;

pub use part::{Part, part, whole};
pub use secret::{secret_spans, secrets, stray_secret_spans};
pub use site::site;

use aciform_diagnostics::{Diagnostics, Spanned};
use aciform_syntax::yaml::Tree;

use crate::model::{Intent, Rename};
use merge::Merge;
use node::Node;
use reader::{Path, Reader};

/// Reads any number of intent files as one intent; every document of a file counts like a file.
///
/// Projects, their collections, `fabric`, `renamed` and facts merge; any other object that stands in two places is reported with both.
/// Objects that are written but cannot be made are listed in [`Intent::incomplete`], so that a reference to them is not a second finding.
#[must_use]
pub fn intent(trees: &[&Tree], diagnostics: &mut Diagnostics) -> Intent {
    let mut reader = Reader::new(diagnostics);
    let mut merge = Merge::default();
    for tree in trees {
        file(&mut reader, &mut merge, tree);
    }
    let mut intent = merge.finish(&mut reader);
    intent.incomplete = reader.finish();
    intent
}

fn file(reader: &mut Reader<'_>, merge: &mut Merge, tree: &Tree) {
    merge.begin_file();
    reader.incomplete.anything |= tree.incomplete;
    for root in &tree.documents {
        let root = reader.document(tree, *root);
        if !root.is_null() {
            document(reader, merge, root);
        }
    }
}

fn document(reader: &mut Reader<'_>, merge: &mut Merge, root: Node<'_>) {
    let Some(fields) = shapes::IntentFile::read(reader, Some(root)) else { return };
    let facts = fabric::fabric(reader, fields.fabric);
    merge.fabric(reader, facts);
    let hosts = reader
        .handles(fields.hosts, "hosts", &Path::ROOT, |reader, handle, node, _| fabric::host(reader, handle, node));
    merge.hosts(reader, hosts);
    let external = reader.handles(fields.external_networks, "external_networks", &Path::ROOT, fabric::external_network);
    merge.external_networks(reader, external);
    reader.handles(fields.projects, "projects", &Path::ROOT, |reader, handle, node, path| {
        project(reader, merge, handle, node, path)
    });
    renamed(reader, merge, fields.renamed);
}

/// A project, or the part of it that this file holds.
fn project(
    reader: &mut Reader<'_>,
    merge: &mut Merge,
    handle: Spanned<String>,
    node: Node<'_>,
    path: &Path<'_>,
) -> Option<()> {
    let fields = shapes::Project::read(reader, Some(node))?;
    let name = handle.value.clone();
    let id = reader.id(fields.id);
    let shown = reader.some_text(fields.name);
    merge.project(reader, handle, id, shown);
    let networks = reader.handles(fields.networks, "networks", path, network::network);
    merge.networks(reader, &name, networks);
    let routers = reader.handles(fields.routers, "routers", path, router::router);
    merge.leaves(reader, &name, routers, |project| &mut project.routers);
    let groups = reader.handles(fields.security_groups, "security_groups", path, |reader, handle, node, _| {
        security::security_group(reader, handle, node)
    });
    merge.leaves(reader, &name, groups, |project| &mut project.security_groups);
    let instances = reader.handles(fields.instances, "instances", path, instance::instance);
    merge.leaves(reader, &name, instances, |project| &mut project.instances);
    let ports = reader.handles(fields.ports, "ports", path, instance::port);
    merge.leaves(reader, &name, ports, |project| &mut project.ports);
    let floating_ips = reader.handles(fields.floating_ips, "floating_ips", path, |reader, handle, node, _| {
        instance::floating_ip(reader, handle, node)
    });
    merge.leaves(reader, &name, floating_ips, |project| &mut project.floating_ips);
    Some(())
}

/// How many handles the path of a kind has, and how it is written.
fn rename_form(kind: &str) -> (std::ops::RangeInclusive<usize>, &'static str) {
    match kind {
        "projects" | "hosts" | "external_networks" => (1..=1, "NAME"),
        "subnets" => (2..=3, "PROJECT/NETWORK/NAME"),
        "ports" => (2..=3, "PROJECT/INSTANCE/NAME"),
        _ => (2..=2, "PROJECT/NAME"),
    }
}

fn renamed(reader: &mut Reader<'_>, merge: &mut Merge, node: Option<Node<'_>>) {
    let Some(fields) = shapes::Renamed::read(reader, node) else { return };
    let kinds = [
        fields.projects,
        fields.networks,
        fields.subnets,
        fields.routers,
        fields.security_groups,
        fields.instances,
        fields.ports,
        fields.floating_ips,
        fields.external_networks,
        fields.hosts,
    ];
    for kind in kinds.into_iter().flatten() {
        let (parts, form) = rename_form(kind.name);
        for (from, span, style, to) in reader.entries(Some(kind)) {
            let from = reader.handle_path(from, span, style, &parts, form);
            let to = reader.rename_target(to, &parts, form);
            if let (Some(from), Some(to)) = (from, to) {
                merge.rename(reader, kind.name, Rename { from, to });
            }
        }
    }
}
