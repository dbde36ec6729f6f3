//! Places in broken texts: what the outline makes of them, and what is offered there. `§` is the cursor.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;

use aciform_diagnostics::{Diagnostics, FileId};
use aciform_syntax::yaml;
use proptest::prelude::*;

use super::Facts;
use super::complete::{Around, complete};
use super::cursor;
use super::hover::hover;
use super::outline::Step;
use crate::subject::Kind;

const SITE: &str = "\
hosts:
  compute-1: {roles: [compute]}
  compute-2:
external_networks:
  internet: {subnets: {floating: {cidr: 100.64.16.0/24}}}
projects:
  demo:
    networks:
      web:
        subnets:
          v4: {cidr: 10.0.0.0/24}
          v6: {cidr: '2001:db8::/64'}
      db: {subnets: {v4: {cidr: 10.1.0.0/24}}}
    security_groups:
      ssh: {rules: [{protocol: tcp, port: 22}]}
    instances:
      a:
        host: compute-1
        ports: {eth0: {network: web}}
  other:
    networks:
      shared: {shared_with: [demo]}
";

/// What is offered at `§` in a text that is added to the site.
fn offered_in(kind: Kind, text: &str) -> Vec<String> {
    let offset = text.find('§').expect("a cursor");
    let text = text.replace('§', "");
    let facts = Rc::new(Facts::of(text.clone()));
    let files = vec![
        (PathBuf::from("site.yaml"), Rc::new(Facts::of(SITE.to_owned()))),
        (PathBuf::from("a.yaml"), Rc::clone(&facts)),
    ];
    let external = BTreeSet::from(["internet".to_owned(), "mpls".to_owned()]);
    let around = Around { kind, files: &files, external: &external, codes: &[] };
    let Some(proposals) = complete(&facts, offset, &around) else { return vec!["-".to_owned()] };
    let with = |insert: &str| {
        let mut after = text.clone();
        after.replace_range(proposals.replace.clone(), insert);
        after.lines().nth(text[..offset].matches('\n').count()).expect("the line").trim().to_owned()
    };
    proposals.items.iter().map(|item| with(&item.insert)).collect()
}

fn offered(text: &str) -> Vec<String> {
    offered_in(Kind::Yaml, text)
}

#[track_caller]
fn assert_offers(text: &str, lines: &[&str]) {
    assert_eq!(offered(text), lines, "{text}");
}

#[test]
fn keys_that_are_not_there_yet_are_offered_where_the_text_is_broken() {
    assert_offers("§", &["external_networks:", "fabric:", "hosts:", "projects:", "renamed:"]);
    assert_offers("hosts:\n  a: {}\nproj§\nfabric: {}\nrenamed:\n", &["external_networks:", "projects:"]);
    assert_offers("fabric:\n  §\n", &["anycast_tep:", "infra_vlan:", "tep_pool:"]);
    assert_offers("fabric:\n  infra_vlan: 7\n  §\nhosts:\n", &["anycast_tep:", "tep_pool:"]);
    assert_offers("fabric: {§", &["fabric: {anycast_tep:", "fabric: {infra_vlan:", "fabric: {tep_pool:"]);
    assert_offers(
        "fabric: {infra_vlan: 7, t§}\n",
        &["fabric: {infra_vlan: 7, anycast_tep: }", "fabric: {infra_vlan: 7, tep_pool: }"],
    );
    assert_offers(
        "fabric: {infra_vlan: 7, te§: 10.0.0.0/16\nhosts:\n",
        &["fabric: {infra_vlan: 7, anycast_tep: 10.0.0.0/16", "fabric: {infra_vlan: 7, tep_pool: 10.0.0.0/16"],
    );
    // What an open quote or bracket above swallows ends with the indentation.
    assert_offers("hosts:\n  a: {roles: [\n  b: \"x\nfabric:\n  §", &["anycast_tep:", "infra_vlan:", "tep_pool:"]);
    assert_offers(
        "projects:\n  p:\n    security_groups:\n      g:\n        rules:\n          - icmp:\n              §",
        &["code:", "type:"],
    );
    let rule = "projects:\n  p:\n    security_groups:\n      g:\n        rules:\n          - pro§";
    assert!(offered(rule).contains(&"- protocol:".to_owned()), "{:?}", offered(rule));
    // Not in texts, not in comments.
    assert_offers("fabric:\n  # §\n", &["-"]);
    assert_offers("fabric: 7\n  §", &["-"]);
}

#[test]
fn names_are_offered_where_a_name_is_expected() {
    let port = |rest: &str| format!("projects:\n  demo:\n    instances:\n      b:\n{rest}");
    assert_offers(&port("        host: §"), &["host: compute-1", "host: compute-2"]);
    assert_offers(&port("        host:§\n        ports: {"), &["host: compute-1", "host: compute-2"]);
    assert_offers(
        &port("        ports:\n          eth0:\n            network: w§\n            fixed_ips: ["),
        &["network: db", "network: internet", "network: web"],
    );
    assert_offers(
        &port("        ports: {eth0: {network: web, security_groups: [§"),
        &[
            "ports: {eth0: {network: web, security_groups: [default",
            "ports: {eth0: {network: web, security_groups: [ssh",
        ],
    );
    assert_offers(
        &port("        ports: {eth0: {network: web, fixed_ips: [v§]}}"),
        &["ports: {eth0: {network: web, fixed_ips: [v4]}}", "ports: {eth0: {network: web, fixed_ips: [v6]}}"],
    );
    let project = |rest: &str| format!("projects:\n  demo:\n{rest}");
    assert_offers(
        &project("    routers:\n      r: {external_gateway: {network: §}}"),
        &["r: {external_gateway: {network: internet}}"],
    );
    assert_offers(
        &project("    routers:\n      r:\n        interfaces: [web, §]"),
        &[
            "interfaces: [web, db]",
            "interfaces: [web, db/v4]",
            "interfaces: [web, web]",
            "interfaces: [web, web/v4]",
            "interfaces: [web, web/v6]",
        ],
    );
    assert_offers(
        &project("    floating_ips:\n      f: {network: internet, port: §"),
        &["f: {network: internet, port: a/eth0"],
    );
    assert_offers(&project("    networks:\n      n:\n        dhcp_ports:\n          §"), &["compute-1:", "compute-2:"]);
    assert_offers("external_networks:\n  internet:\n  §", &["mpls:"]);
    assert_offers("external_networks:\n  mpls: {hosts: [§", &["mpls: {hosts: [compute-1", "mpls: {hosts: [compute-2"]);
}

#[test]
fn choices_are_offered_as_they_are_written() {
    let group = |rest: &str| format!("projects:\n  p:\n    security_groups:\n      g:\n{rest}");
    assert_offers(&group("        stateful: §"), &["stateful: true", "stateful: false"]);
    assert_offers(
        &group("        rules:\n        - direction: e§\n          port: 1"),
        &["- direction: ingress", "- direction: egress"],
    );
    assert_eq!(offered_in(Kind::Site, "aciform: 1\nreleases: {neutron: §"), ["releases: {neutron: \"29\""]);
    // What is planned for is a network of the intent, and a number has no names.
    for (text, lines) in [
        ("aciform: 1\ngrowth: {§", vec!["growth: {compute_hosts:", "growth: {floating_ips:", "growth: {ports:"]),
        ("aciform: 1\ngrowth:\n  floating_ips:\n    §", vec!["internet:"]),
        ("aciform: 1\ngrowth: {floating_ips: {i§: 40}}", vec!["growth: {floating_ips: {internet: 40}}"]),
        ("aciform: 1\ngrowth: {floating_ips: {internet: 40, §", vec![]),
        ("aciform: 1\ngrowth:\n  compute_hosts:\n    §", vec![]),
    ] {
        assert_eq!(offered_in(Kind::Site, text), lines, "{text}");
    }
    assert_eq!(
        offered_in(Kind::Site, "aciform: 1\napic: {password: {§"),
        ["apic: {password: {command:", "apic: {password: {env:", "apic: {password: {file:",]
    );
}

#[test]
fn keys_are_explained() {
    let explained = |text: &str| {
        let offset = text.find('§').expect("a cursor");
        let facts = Facts::of(text.replace('§', ""));
        hover(&facts, offset, Kind::Yaml)
            .map(|(doc, range)| (doc.lines().nth(2).unwrap_or_default().to_owned(), facts.text[range].to_owned()))
    };
    let some = |doc: &str, text: &str| Some((doc.to_owned(), text.to_owned()));
    assert_eq!(explained("hosts:\n  a: {up§links: [x"), some("Its physical interfaces towards the fabric.", "uplinks"));
    assert_eq!(explained("hosts:\n  a:\n    uplinks: [§x"), some("Its physical interfaces towards the fabric.", "x"));
    assert_eq!(
        explained("fabric: {tep_pool: 10.0§"),
        some("The pool of tunnel endpoints. Default: 10.0.0.0/16.", "10.0")
    );
    assert_eq!(explained("hosts:\n  §a:"), some("A host.", "a"));
    assert_eq!(explained("nothing: {x: §y}"), None);
    assert_eq!(explained("# §fabric"), None);
}

proptest! {
    /// Items nest, and lie in the text on boundaries of characters, whatever it is.
    #[test]
    fn no_text_is_too_broken(text in "([a-c]: |[-{}\\[\\],:#'\"|>&*!é ]|\\n *|\\r\\n|[a-c]){0,40}", at in 0usize..80) {
        let facts = Facts::of(text.clone());
        for (number, item) in facts.outline.items.iter().enumerate() {
            prop_assert!(item.parent.is_none_or(|parent| parent < number));
            for range in [&item.key, &item.value, &item.extent].into_iter().chain(&item.scalar) {
                prop_assert!(text.get(range.clone()).is_some(), "{:?}", item);
            }
        }
        let offset = crate::text::floor(&text, at);
        if let Some(cursor::Place::Key { replace, .. } | cursor::Place::Value { replace, .. }) = cursor::place(&facts.outline, &text, offset) {
            prop_assert!(text.get(replace.clone()).is_some());
            prop_assert!(replace.start <= offset && offset <= replace.end);
        }
        hover(&facts, offset, Kind::Yaml);
    }
}

#[test]
fn every_key_of_a_whole_text_is_found() {
    let facts = Facts::of(SITE.to_owned());
    let mut names: Vec<&str> = facts.names.inside(&["projects", "demo", "networks"]).collect();
    names.extend(facts.names.inside(&["projects", "demo", "networks", "web", "subnets"]));
    names.extend(facts.names.inside(&["projects", "demo", "instances", "a", "ports"]));
    names.extend(facts.names.inside(&["external_networks", "internet", "subnets"]));
    assert_eq!(names, ["db", "web", "v4", "v6", "eth0", "floating"]);
}

/// Where the language's own reader reads a text, the outline sees the same keys and items in the same places.
#[test]
fn whole_texts_are_read_as_the_language_reads_them() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut open: Vec<PathBuf> = ["examples", "templates/init", "compiler/intent/cases", "compiler/fabric/tests"]
        .map(|at| root.join(at))
        .to_vec();
    let mut compared = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let ending = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
        let Some(text) = std::fs::read_to_string(&path).ok().filter(|_| matches!(ending, "yaml" | "json")) else {
            continue;
        };
        let mut found = Diagnostics::new();
        let tree = yaml::parse(FileId(0), &text, &mut found);
        // One document, and no name for a part of it: aliases and merges are read where they are used.
        if !found.is_empty() || tree.documents.len() != 1 || text.contains(['&', '*']) {
            continue;
        }
        let mut expected = BTreeSet::new();
        walk(&tree, tree.documents[0], &mut Vec::new(), &mut expected);
        // A word alone between brackets is a key to the language, and to the outline one that is being typed.
        let is_word = |at: usize| text[at..].trim_start_matches(|c: char| c.is_alphanumeric()).starts_with('}');
        expected.retain(|(_, at)| !is_word(*at));
        let outline = Facts::of(text.clone()).outline;
        let seen: BTreeSet<(Vec<String>, usize)> = outline
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.name().is_some())
            .map(|(at, item)| (outline.path(Some(at)).iter().map(|step| format!("{step:?}")).collect(), item.key.start))
            .collect();
        assert_eq!(seen, expected, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
}

fn walk(tree: &yaml::Tree, at: yaml::NodeId, path: &mut Vec<String>, found: &mut BTreeSet<(Vec<String>, usize)>) {
    match &tree.node(at).kind {
        yaml::Kind::Mapping(pairs) => {
            for (key, value) in pairs {
                let yaml::Kind::Scalar { text, .. } = &tree.node(*key).kind else { continue };
                path.push(format!("{:?}", Step::Key(text.clone())));
                found.insert((path.clone(), tree.node(*key).span.range().start));
                walk(tree, *value, path, found);
                path.pop();
            }
        }
        yaml::Kind::Sequence(items) => {
            for (number, item) in items.iter().enumerate() {
                path.push(format!("{:?}", Step::Index(number)));
                walk(tree, *item, path, found);
                path.pop();
            }
        }
        yaml::Kind::Scalar { .. } | yaml::Kind::Alias(_) => {}
    }
}
