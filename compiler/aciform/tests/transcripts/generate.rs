//! Synthetic sites: they compile without a finding, hold what was asked for, and are the same each time.

use std::fs;

use serde_json::Value;

use super::kit::{aciform, tree};

/// How many objects of a class the payloads of a bundle hold.
fn count(value: &Value, class: &str) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| count(item, class)).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| usize::from(name == class) + count(value, class)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[test]
fn a_generated_site_compiles_without_a_finding_into_what_was_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let size = "--projects 3 --networks 11 --routers 4 --hosts 5 --ports 120 --floating-ips 7 --ipv6 --seed 5";
    let arguments: Vec<&str> = ["generate", "-o", "site"].into_iter().chain(size.split(' ')).collect();
    let run = aciform(folder.path(), &arguments).success();
    assert_eq!(
        run.stdout,
        "site: 3 projects, 11 networks, 4 routers, 5 hosts, 120 ports, 7 floating IPs\nnext: aciform compile site\n"
    );
    let run = aciform(folder.path(), &["compile", "site", "--message-format", "short"]).success();
    assert!(!run.stderr.contains('['), "{}", run.stderr);
    let run = aciform(folder.path(), &["lint", "site", "--message-format", "short"]).success();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let made = tree(&folder.path().join("site/bundle"));
    let endpoints = made.keys().filter(|name| name.ends_with(".ep")).count();
    // Beside the ports: one DHCP port for each network, and a SNAT interface on each host.
    assert_eq!(endpoints, 120 + 11 + 5, "{:?}", made.keys().collect::<Vec<_>>());
    let payloads = made.iter().filter(|(name, _)| name.starts_with("apic/40-"));
    let payloads: Vec<Value> = payloads.map(|(_, content)| serde_json::from_slice(content).expect("JSON")).collect();
    assert_eq!(payloads.iter().map(|payload| count(payload, "fvBD")).sum::<usize>(), 11);

    let mut again = arguments.clone();
    again[2] = "again";
    let _ = aciform(folder.path(), &again).success();
    let site = tree(&folder.path().join("again"));
    for (name, content) in &site {
        assert_eq!(&fs::read(folder.path().join("site").join(name)).expect("made before"), content, "{name}");
    }
}

#[test]
fn what_no_site_can_be_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    for (wrong, why) in [
        ("--hosts 0", "a site has at least one project and one host"),
        ("--projects 5 --networks 4", "4 networks are too few for the ports of 5 projects: each project needs one"),
        ("--networks 2 --routers 3", "3 routers are more than 2 networks, and each joins one at least"),
        ("--networks 70000", "70000 networks of a project, each a /24, do not fit into 10.0.0.0/8"),
        ("--ports 20 --floating-ips 21", "21 floating IPs are more than 20 ports"),
        ("--ports 130000", "65000 ports on a host are more than the 50000 that can be generated"),
        (
            "--networks 1 --hosts 60000 --ports 20000000",
            "20000000 ports on one network are more than 10.0.0.0/8 has addresses",
        ),
        ("--rules 4000000000", "4000000000 rules of a security group are more than the 10000 that can be generated"),
    ] {
        let arguments: Vec<&str> = ["generate", "-o", "site"].into_iter().chain(wrong.split(' ')).collect();
        let run = aciform(folder.path(), &arguments);
        assert_eq!((run.code, run.stderr), (2, format!("error: {why}\n")), "{wrong}");
        assert!(!folder.path().join("site").exists());
    }
    fs::create_dir(folder.path().join("full")).expect("a folder");
    fs::write(folder.path().join("full/file"), "mine").expect("a file");
    let run = aciform(folder.path(), &["generate", "-o", "full"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, "error: `full` is not empty; name a new folder\n"));
}
