//! Names of the intent: where objects are declared, and what a value that names one leads to.

use std::collections::BTreeMap;

use super::outline::{Item, Outline, Step, unquoted};

/// Joins the steps to an object. Handles cannot hold it.
const JOIN: char = '\u{1f}';

/// What is declared in one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The items whose keys declare an object, by the way to it.
    objects: BTreeMap<String, Vec<usize>>,
    /// The way to an object by its id.
    ids: BTreeMap<String, String>,
}

/// What a value names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Project,
    Host,
    External,
    /// A network of a project, or an external one.
    Network(String),
    /// A network, or `NETWORK/SUBNET`.
    Segment(String),
    /// A subnet of the network that a port is on; that network as it is written there.
    Subnet(String, String),
    Group(String),
    Port(String),
}

impl Names {
    pub(crate) fn of(outline: &Outline, text: &str) -> Self {
        let mut names = Self::default();
        let mut ways: Vec<Option<String>> = Vec::with_capacity(outline.items.len());
        for (at, item) in outline.items.iter().enumerate() {
            let way = way(item, &ways);
            if let Some(way) = &way
                && is_object(way)
            {
                names.objects.entry(way.clone()).or_default().push(at);
            }
            if item.name() == Some("id")
                && let (Some(scalar), Some(Some(owner))) = (&item.scalar, item.parent.map(|parent| &ways[parent]))
            {
                names.ids.insert(unquoted(&text[scalar.clone()]).to_lowercase(), owner.clone());
            }
            ways.push(way);
        }
        names
    }

    /// The items that declare an object.
    pub(crate) fn declared(&self, way: &[&str]) -> &[usize] {
        self.objects.get(&joined(way)).map_or(&[], Vec::as_slice)
    }

    /// The names declared directly inside a way.
    pub(crate) fn inside(&self, way: &[&str]) -> impl Iterator<Item = &str> {
        let prefix = joined(way) + &JOIN.to_string();
        let found = self.objects.range(prefix.clone()..).map(|(way, _)| way.as_str());
        let length = prefix.len();
        found
            .take_while(move |way| way.starts_with(&prefix))
            .map(move |way| &way[length..])
            .filter(|name| !name.contains(JOIN))
    }

    /// The way to the object with an id.
    fn by_id(&self, id: &str) -> Option<Vec<&str>> {
        Some(self.ids.get(&id.to_lowercase())?.split(JOIN).collect())
    }
}

fn joined(way: &[&str]) -> String {
    way.join(&JOIN.to_string())
}

/// The keys from the top to an item, as far down as objects are declared.
fn way(item: &Item, ways: &[Option<String>]) -> Option<String> {
    let name = item.name()?;
    match item.parent {
        None => Some(name.to_owned()),
        Some(parent) => {
            let above = ways[parent].as_ref()?;
            (above.matches(JOIN).count() < 6).then(|| format!("{above}{JOIN}{name}"))
        }
    }
}

fn is_object(way: &str) -> bool {
    let parts: Vec<&str> = way.split(JOIN).collect();
    matches!(
        parts.as_slice(),
        ["hosts" | "external_networks" | "projects", _]
            | ["external_networks", _, "subnets", _]
            | ["projects", _, "networks" | "routers" | "security_groups" | "instances" | "ports" | "floating_ips", _]
            | ["projects", _, "networks", _, "subnets", _]
            | ["projects", _, "instances", _, "ports", _]
    )
}

/// What the value at a place names, where it names something.
pub(crate) fn target(outline: &Outline, text: &str, item: usize) -> Option<Target> {
    let path = outline.path(Some(item));
    let words: Vec<&str> = path.iter().map(step_word).collect();
    let project = || (*words.get(1).unwrap_or(&"")).to_owned();
    Some(match words.as_slice() {
        ["external_networks", _, "project"] | ["external_networks", _, "subnets", _, "project"] => Target::Project,
        ["projects", _, "networks", _, "shared_with", "#"] => Target::Project,
        ["external_networks", _, "hosts", "#"] | ["projects", _, "instances", _, "host"] => Target::Host,
        ["projects", _, "routers", _, "external_gateway", "network"]
        | ["projects", _, "floating_ips", _, "network"] => Target::External,
        ["projects", _, "routers", _, "interfaces", "#"]
        | ["projects", _, "routers", _, "interfaces", "#", "subnet"] => Target::Segment(project()),
        ["projects", _, "security_groups", _, "rules", "#", "remote_group"] => Target::Group(project()),
        ["projects", _, "floating_ips", _, "port"] => Target::Port(project()),
        ["projects", _, "ports", _, rest @ ..] | ["projects", _, "instances", _, "ports", _, rest @ ..] => match rest {
            ["network"] => Target::Network(project()),
            ["security_groups", "#"] => Target::Group(project()),
            ["fixed_ips", "#"] | ["fixed_ips", "#", "subnet"] => {
                let port = ancestor(outline, item, rest.len())?;
                let network = outline.child(Some(port), "network")?.scalar.clone()?;
                Target::Subnet(project(), unquoted(&text[network]))
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// Whether the keys at a place are names of hosts or of the ini's external networks.
pub(crate) fn key_target(path: &[Step]) -> Option<Target> {
    let words: Vec<&str> = path.iter().map(step_word).collect();
    match words.as_slice() {
        ["projects", _, "networks", _, "dhcp_ports"] => Some(Target::Host),
        ["external_networks"] => Some(Target::External),
        _ => None,
    }
}

/// Whether the keys at a place of the site file are external networks that something is planned for.
pub(crate) fn is_plan(path: &[Step]) -> bool {
    path.iter().map(step_word).eq(["growth", "floating_ips"])
}

pub(crate) fn step_word(step: &Step) -> &str {
    match step {
        Step::Key(name) => name,
        Step::Index(_) => "#",
        Step::Word => "",
    }
}

fn ancestor(outline: &Outline, item: usize, up: usize) -> Option<usize> {
    let mut at = item;
    for _ in 0..up {
        at = outline.items[at].parent?;
    }
    Some(at)
}

impl Target {
    /// The ways that a text may mean, the first that is declared counts; by the rules of the compiler.
    pub(crate) fn ways(&self, text: &str, files: &[&Names]) -> Vec<Vec<String>> {
        let parts: Vec<&str> = text.split('/').collect();
        let mut ways: Vec<Vec<&str>> = Vec::new();
        match self {
            Self::Project => ways.push(vec!["projects", text]),
            Self::Host => ways.push(vec!["hosts", text]),
            Self::External => ways.push(vec!["external_networks", text]),
            Self::Network(project) => networks(project, &parts, &mut ways),
            Self::Segment(project) => {
                match parts.as_slice() {
                    [network, subnet] => ways.push(vec!["projects", project, "networks", network, "subnets", subnet]),
                    [owner, network, subnet] => {
                        ways.push(vec!["projects", owner, "networks", network, "subnets", subnet])
                    }
                    _ => {}
                }
                networks(project, &parts, &mut ways);
            }
            Self::Subnet(project, network) => {
                let parts: Vec<&str> = network.split('/').collect();
                networks(project, &parts, &mut ways);
                ways.iter_mut().for_each(|way| way.extend(["subnets", text]));
            }
            Self::Group(project) => match parts.as_slice() {
                [group] => ways.push(vec!["projects", project, "security_groups", group]),
                [owner, group] => ways.push(vec!["projects", owner, "security_groups", group]),
                _ => {}
            },
            Self::Port(project) => match parts.as_slice() {
                [port] => ways.push(vec!["projects", project, "ports", port]),
                [owner, port] => {
                    ways.push(vec!["projects", project, "instances", owner, "ports", port]);
                    ways.push(vec!["projects", owner, "ports", port]);
                }
                [owner, instance, port] => ways.push(vec!["projects", owner, "instances", instance, "ports", port]),
                _ => {}
            },
        }
        if text.len() == 36 {
            ways.extend(files.iter().filter_map(|names| names.by_id(text)));
        }
        ways.into_iter().map(|way| way.into_iter().map(str::to_owned).collect()).collect()
    }

    /// The names that could stand here, as they would be written.
    pub(crate) fn names(&self, files: &[&Names]) -> Vec<String> {
        let inside = |way: &[&str]| -> Vec<String> {
            files.iter().flat_map(|names| names.inside(way)).map(str::to_owned).collect()
        };
        let below = |way: &[&str], last: &str| -> Vec<String> {
            let owners = inside(way);
            owners
                .iter()
                .flat_map(|owner| {
                    let names = inside(&[way, &[owner.as_str(), last]].concat());
                    names.into_iter().map(move |name| format!("{owner}/{name}"))
                })
                .collect()
        };
        let mut names = match self {
            Self::Project => inside(&["projects"]),
            Self::Host => inside(&["hosts"]),
            Self::External => inside(&["external_networks"]),
            Self::Network(project) => {
                [inside(&["projects", project, "networks"]), inside(&["external_networks"])].concat()
            }
            Self::Segment(project) => {
                let own = ["projects", project, "networks"];
                [inside(&own), below(&own, "subnets")].concat()
            }
            Self::Subnet(project, network) => {
                let ways = Self::Network(project.clone()).ways(network, files);
                let mut names = Vec::new();
                for way in ways {
                    let way: Vec<&str> = way.iter().map(String::as_str).chain(["subnets"]).collect();
                    names.extend(inside(&way));
                }
                names
            }
            Self::Group(project) => {
                let mut names = inside(&["projects", project, "security_groups"]);
                names.push("default".to_owned());
                names
            }
            Self::Port(project) => {
                let own = ["projects", project, "instances"];
                [inside(&["projects", project, "ports"]), below(&own, "ports")].concat()
            }
        };
        names.sort();
        names.dedup();
        names
    }
}

fn networks<'t>(project: &'t str, parts: &[&'t str], ways: &mut Vec<Vec<&'t str>>) {
    match *parts {
        [network] => {
            ways.push(vec!["projects", project, "networks", network]);
            ways.push(vec!["external_networks", network]);
        }
        [owner, network] => ways.push(vec!["projects", owner, "networks", network]),
        _ => {}
    }
}
