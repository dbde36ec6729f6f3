//! Big inputs: many files at once, alias bombs, a mistake in every line.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use aciform_diagnostics::{Diagnostics, SourceMap};
use aciform_intent::decode;
use aciform_intent::model::Intent;
use aciform_syntax::yaml::{self, Kind, Node, NodeId, Style, Tree};

/// Parses texts as files of one intent and decodes them; the time is that of decoding alone.
fn decode(texts: &[String]) -> (Intent, Diagnostics, Duration) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut trees = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let file = sources.add(format!("{n}.yaml"), text.as_str());
        trees.push(yaml::parse(file, text, &mut diagnostics));
    }
    let trees: Vec<&Tree> = trees.iter().collect();
    let begin = Instant::now();
    let intent = decode::intent(&trees, &mut diagnostics);
    (intent, diagnostics, begin.elapsed())
}

fn project_file(project: usize, ports: usize) -> String {
    let mut text =
        format!("projects:\n  p{project}:\n    networks:\n      web: {{subnets: {{v4: {{cidr: 10.0.0.0/16}}}}}}\n");
    text.push_str("    instances:\n");
    for n in 0..ports {
        let (high, low) = (n / 250, n % 250 + 2);
        let _ = write!(
            text,
            "      vm-{n}:\n        host: node-{n}\n        ports:\n          eth0: {{network: web, fixed_ips: [10.0.{high}.{low}], \
             security_groups: [default], allowed_address_pairs: [10.0.{high}.1]}}\n"
        );
    }
    text
}

#[test]
fn two_hundred_files_with_fifty_thousand_ports_decode_as_one_intent() {
    let files: Vec<String> = (0..200).map(|project| project_file(project, 250)).collect();
    let (intent, diagnostics, took) = decode(&files);
    assert!(diagnostics.is_empty());
    assert_eq!(intent.projects.values().map(|project| project.instances.len()).sum::<usize>(), 50_000);
    println!("decoded in {took:?}");
}

#[test]
fn aliases_over_many_files_end_in_one_finding() {
    // Each file stays below the reader's own limit.
    let file = |n: usize| {
        let mut text = format!("projects:\n  p{n}:\n    instances: &i\n");
        for vm in 0..100 {
            let _ = writeln!(
                text,
                "      vm-{vm}: &v{vm} {{host: h, ports: {{a: {{network: n, fixed_ips: [10.0.0.1]}}}}}}"
            );
        }
        for copy in 0..400 {
            let _ = writeln!(text, "  p{n}-{copy}: {{instances: *i}}");
        }
        text
    };
    let files: Vec<String> = (0..3).map(file).collect();
    let (_, diagnostics, _) = decode(&files);
    let codes: Vec<&str> = diagnostics.iter().map(|finding| finding.code.id).collect();
    assert_eq!(codes, ["ACI1028"]);
}

#[test]
fn a_tree_of_nothing_but_aliases_is_left_after_the_budget() {
    // By hand, because the reader of files refuses such a tree: ten levels of maps, each a hundred times the next.
    let mut sources = SourceMap::new();
    let file = sources.add("bomb.yaml", "x");
    let span = aciform_diagnostics::Span::start_of(file);
    let mut tree = Tree::default();
    let mut push = |kind: Kind| {
        tree.nodes.push(Node { span, kind });
        NodeId(u32::try_from(tree.nodes.len() - 1).expect("few nodes"))
    };
    let text = |text: String| Kind::Scalar { text, style: Style::Plain };
    let mut level = push(Kind::Mapping(Vec::new()));
    for name in ["subnets", "", "networks", "", "projects"] {
        let keys: Vec<NodeId> =
            (0..300).map(|n| push(text(if name.is_empty() { format!("k{n}") } else { name.to_owned() }))).collect();
        let count = if name.is_empty() { 300 } else { 1 };
        let pairs = keys.iter().take(count).map(|key| (*key, push(Kind::Alias(level)))).collect();
        level = push(Kind::Mapping(pairs));
    }
    tree.documents.push(level);
    let mut diagnostics = Diagnostics::new();
    let _ = decode::intent(&[&tree], &mut diagnostics);
    assert!(diagnostics.len() < 20, "{}", diagnostics.len());
}

#[test]
fn more_findings_than_anybody_reads_are_counted() {
    let mut text = String::from("projects:\n  lab:\n    ports:\n");
    for n in 0..30_000 {
        let _ = writeln!(text, "      p{n}: {{network: web, fixed_ip: 10.0.0.1}}");
    }
    let (_, diagnostics, _) = decode(&[text]);
    assert_eq!(diagnostics.len(), 10_001);
    let last = diagnostics.iter().last().expect("a last one");
    assert_eq!(last.message, "20000 more findings are not listed");
}
