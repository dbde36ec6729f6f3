//! What could be written at a place of the intent or the site file: keys not written yet, choices, names.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;

use aciform_diagnostics::Code;
use lsp_types::CompletionItemKind;

use super::Facts;
use super::cursor::{Place, place};
use super::names::{Names, Target, is_plan, key_target, step_word, target};
use super::outline::{Holds, Step};
use super::schema::Schema;
use crate::proposal::{Proposal, Proposals};
use crate::subject::Kind;

/// What else is known of the deployment.
pub(crate) struct Around<'a> {
    pub(crate) kind: Kind,
    /// The YAML files of it, the one at hand among them.
    pub(crate) files: &'a [(PathBuf, Rc<Facts>)],
    /// The names of the ini's external networks.
    pub(crate) external: &'a BTreeSet<String>,
    pub(crate) codes: &'static [&'static Code],
}

/// What fits at an offset.
pub(crate) fn complete(facts: &Facts, offset: usize, around: &Around<'_>) -> Option<Proposals> {
    let names: Vec<&Names> = around.files.iter().map(|(_, facts)| &facts.names).collect();
    match place(&facts.outline, &facts.text, offset)? {
        Place::Key { container, replace, colon } => {
            let own = facts.text[replace.clone()].to_owned();
            let behind = if colon { "" } else { ": " };
            let items = keys(facts, container, &own, behind, around, &names);
            Some(Proposals { replace, items })
        }
        Place::Value { item, replace } => {
            let path = facts.outline.path(Some(item));
            let mut items: Vec<Proposal> = Vec::new();
            if let Some(target) = target(&facts.outline, &facts.text, item) {
                items.extend(references(&target, &names));
            }
            items.extend(values(&path, around));
            if matches!(path.last(), Some(Step::Index(_))) && facts.outline.items[item].holds != Holds::Flow {
                let flow = facts.outline.items[item].flow;
                // Between brackets a key would need brackets of its own.
                items.extend(if flow { Vec::new() } else { keys(facts, Some(item), "", ": ", around, &names) });
            }
            let blank = facts.text[..replace.start].ends_with([':', '-']);
            if blank {
                items.iter_mut().for_each(|item| item.insert.insert(0, ' '));
            }
            Some(Proposals { replace, items })
        }
    }
}

fn keys(
    facts: &Facts,
    container: Option<usize>,
    own: &str,
    behind: &str,
    around: &Around<'_>,
    names: &[&Names],
) -> Vec<Proposal> {
    let path = facts.outline.path(container);
    let children = facts.outline.children(container).filter_map(|(_, child)| child.name());
    let written: BTreeSet<&str> = children.filter(|name| *name != own).collect();
    let mut items = Vec::new();
    for (name, key) in Schema::of(around.kind).keys(&path) {
        if !written.contains(name) {
            let behind = if key.nests && behind == ": " && !is_flow(facts, container) { ":" } else { behind };
            let item = Proposal::new(name, CompletionItemKind::PROPERTY).insert(format!("{name}{behind}"));
            items.push(item.doc(key.doc));
        }
    }
    let handles: Vec<String> = match (around.kind, key_target(&path)) {
        // What is planned for is a network of the intent.
        (Kind::Site, _) if is_plan(&path) => Target::External.names(names),
        (Kind::Site, _) | (_, None) => Vec::new(),
        (_, Some(Target::External)) => around.external.iter().cloned().collect(),
        (_, Some(target)) => target.names(names),
    };
    for name in handles.into_iter().filter(|name| !written.contains(name.as_str())) {
        items.push(Proposal::new(&name, CompletionItemKind::REFERENCE).insert(format!("{name}{behind}")));
    }
    items
}

fn is_flow(facts: &Facts, container: Option<usize>) -> bool {
    container.is_some_and(|at| facts.outline.items[at].flow || facts.outline.items[at].holds == Holds::Flow)
}

fn references(target: &Target, names: &[&Names]) -> Vec<Proposal> {
    let what = match target {
        Target::Project => "project",
        Target::Host => "host",
        Target::External => "external network",
        Target::Network(_) => "network",
        Target::Segment(_) => "network or subnet",
        Target::Subnet(..) => "subnet",
        Target::Group(_) => "security group",
        Target::Port(_) => "port",
    };
    let item = |name: String| Proposal::new(name, CompletionItemKind::REFERENCE).detail(what);
    target.names(names).into_iter().map(item).collect()
}

fn values(path: &[Step], around: &Around<'_>) -> Vec<Proposal> {
    let words: Vec<&str> = path.iter().map(step_word).collect();
    if around.kind == Kind::Site && words == ["allow", "#", "code"] {
        let item = |code: &&'static Code| Proposal::new(code.id, CompletionItemKind::CONSTANT).detail(code.name);
        return around.codes.iter().map(item).collect();
    }
    let values = Schema::of(around.kind).values(path);
    values.into_iter().map(|value| Proposal::new(value, CompletionItemKind::VALUE)).collect()
}
