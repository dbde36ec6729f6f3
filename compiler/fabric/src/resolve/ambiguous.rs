//! Handles that are ids of other objects: a reference could mean either.

use std::collections::HashMap;

use aciform_diagnostics::{Diagnostic, Span};
use uuid::Uuid;

use super::context::Context;
use super::reference::{Catalogue, uuid};
use crate::codes;

/// One object that can be named: its handle, its id, and where it stands.
struct Named<'a> {
    handle: &'a str,
    id: Uuid,
    span: Span,
}

/// Refuses a handle that is the id of another object of its kind; derived ids count like written ones.
pub(crate) fn check(cx: &mut Context<'_>, catalogue: &Catalogue<'_>) {
    let (fabric, intent) = (&cx.fabric, cx.intent);
    let projects = catalogue.projects.iter().filter_map(|(handle, id)| {
        let span = intent.projects.get(*handle)?.handle.as_ref()?.span;
        Some(Named { handle, id: *id, span })
    });
    let networks = fabric.networks.iter().map(|row| Named { handle: &row.handle, id: row.id, span: row.source });
    let subnets = fabric.subnets.iter().map(|row| Named { handle: &row.handle, id: row.id, span: row.source });
    // The group that every project has without writing it has no place, and `default` for its handle.
    let groups = fabric.security_groups.iter();
    let groups = groups.filter_map(|row| Some(Named { handle: &row.handle, id: row.id, span: row.source? }));
    // A port of an instance is named by its path, which no id is.
    let ports = fabric.ports.iter().map(|row| Named { handle: &row.path, id: row.id, span: row.source });
    let mut found = Vec::new();
    kind("project", projects, &mut found);
    kind("network", networks, &mut found);
    kind("subnet", subnets, &mut found);
    kind("security group", groups, &mut found);
    kind("port", ports, &mut found);
    for finding in found {
        cx.report(finding);
    }
}

fn kind<'a>(noun: &str, objects: impl Iterator<Item = Named<'a>> + Clone, found: &mut Vec<Diagnostic>) {
    let handles: Vec<(Uuid, Named<'a>)> =
        objects.clone().filter_map(|object| Some((uuid(object.handle)?, object))).collect();
    if handles.is_empty() {
        return;
    }
    let ids: HashMap<Uuid, Named<'a>> = objects.map(|object| (object.id, object)).collect();
    for (handle, object) in handles {
        let Some(other) = ids.get(&handle).filter(|other| other.span != object.span) else { continue };
        let message = format!("{noun} `{}` is called by the id of {noun} `{}`", object.handle, other.handle);
        let finding = Diagnostic::at(&codes::HANDLE_IS_ID, object.span, message);
        found.push(finding.label(other.span, "whose id it is").help("give it another handle"));
    }
}
