//! What differs between two bundles, for people, programs and patch(1).

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use aciform_testkit::program::copy;
use expect_test::expect;
use serde_json::{Value, json};

use super::kit::{Lab, aciform, tree};

/// A lab whose changed intent is compiled into `new/`.
fn two_bundles() -> Lab {
    let lab = Lab::new();
    lab.edit("intent/NewWebApps.yaml", "{protocol: tcp, port: 80}", "{protocol: tcp, port: 8080}")
        .edit(
            "intent/NewWebApps.yaml",
            "subnets:\n          data: {cidr: 10.100.101.0/24}",
            "name: Data of the web\n        subnets:\n          data: {cidr: 10.100.101.0/24}",
        )
        .edit("intent/fabric.yaml", "  centos-02:\n", "  centos-03: {}\n  centos-02:\n");
    let _ = lab.run(&["compile", "site", "-o", "new"]).success();
    lab
}

#[test]
fn equal_bundles_are_equal_in_every_form() {
    let lab = Lab::new();
    for (format, said) in [("human", "no differences\n"), ("patch", "")] {
        let run = lab.run(&["diff", "out", "out", "--format", format]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, said, ""));
    }
    let run = lab.run(&["diff", "out", "out", "--format", "json"]);
    assert_eq!(run.code, 0);
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).expect("JSON")["files"], json!([]));
}

#[test]
fn a_changed_rule_is_shown_by_what_changed_on_each_host_it_is_on() {
    let lab = Lab::new();
    lab.edit("intent/NewWebApps.yaml", "{protocol: tcp, port: 80}", "{protocol: tcp, port: 8080}");
    let _ = lab.run(&["compile", "site", "-o", "new"]).success();
    let run = lab.run(&["diff", "out", "new"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    expect![[r#"
        4 artifacts differ: 0 added, 4 changed, 0 removed
        hosts/centos-01/iptables.v4: +1 -1
        hosts/centos-01/security-groups.json: +0 -0 ~2
        hosts/centos-02/iptables.v4: +1 -1
        hosts/centos-02/security-groups.json: +0 -0 ~2

        hosts/centos-01/iptables.v4
        - -A neutron-opflex-a-ib7e4c1d2-3 -p tcp -m tcp --dport 80 -j RETURN
        + -A neutron-opflex-a-ib7e4c1d2-3 -p tcp -m tcp --dport 8080 -j RETURN

        hosts/centos-01/security-groups.json
        ~ hosts/centos-01/security-groups.json security_groups 703a4d3e-258e-587b-862d-f1052356e177.rules[2].port_range_max 80 -> 8080
        ~ hosts/centos-01/security-groups.json security_groups 703a4d3e-258e-587b-862d-f1052356e177.rules[2].port_range_min 80 -> 8080

        hosts/centos-02/iptables.v4
        - -A neutron-opflex-a-i43591b4f-8 -p tcp -m tcp --dport 80 -j RETURN
        + -A neutron-opflex-a-i43591b4f-8 -p tcp -m tcp --dport 8080 -j RETURN

        hosts/centos-02/security-groups.json
        ~ hosts/centos-02/security-groups.json security_groups 703a4d3e-258e-587b-862d-f1052356e177.rules[2].port_range_max 80 -> 8080
        ~ hosts/centos-02/security-groups.json security_groups 703a4d3e-258e-587b-862d-f1052356e177.rules[2].port_range_min 80 -> 8080
    "#]]
    .assert_eq(&run.stdout);
}

#[test]
fn a_rule_that_comes_goes_or_moves_is_shown_alone() {
    let lab = Lab::new();
    copy(&lab.place("out"), &lab.place("new"));
    let path = "hosts/centos-01/security-groups.json";
    let mut groups: Value = serde_json::from_str(&lab.read(&format!("out/{path}"))).expect("JSON");
    let rules = groups["security_groups"][0]["rules"].as_array_mut().expect("rules");
    rules.swap(0, 1);
    rules.push(json!({"direction": "ingress", "ethertype": "IPv4", "protocol": "icmp"}));
    rules.remove(2);
    rules.push(json!({"direction": "ingress", "ethertype": "IPv6", "protocol": "udp"}));
    let device = &mut groups["devices"][0];
    device["fixed_ips"].as_array_mut().expect("addresses").push(json!("10.100.100.99"));
    fs::write(lab.place("new").join(path), format!("{groups:#}\n")).expect("a file");
    let run = lab.run(&["diff", "out", "new"]);
    assert_eq!(run.code, 1);
    expect![[r#"
        1 artifact differs: 0 added, 1 changed, 0 removed
        hosts/centos-01/security-groups.json: +3 -1 ~1

        hosts/centos-01/security-groups.json
        + hosts/centos-01/security-groups.json devices b7e4c1d2-3a5f-4e6b-8c9d-0a1b2c3d4e5f.fixed_ips[1] 10.100.100.99
        ~ hosts/centos-01/security-groups.json security_groups 703a4d3e-258e-587b-862d-f1052356e177.rules[1] moved to [0]: {"direction":"egress","ethertype":"IPv6"}
        - hosts/centos-01/security-groups.json security_groups 703a4d3e-258e-587b-862d-f1052356e177.rules[2] {"direction":"ingress","ethertype":"IPv4","port_range_max":80,"port_range_min":80,"protocol":"tcp"}
        + hosts/centos-01/security-groups.json security_groups 703a4d3e-258e-587b-862d-f1052356e177.rules[2] {"direction":"ingress","ethertype":"IPv4","protocol":"icmp"}
        + hosts/centos-01/security-groups.json security_groups 703a4d3e-258e-587b-862d-f1052356e177.rules[3] {"direction":"ingress","ethertype":"IPv6","protocol":"udp"}
    "#]].assert_eq(&run.stdout);
}

#[test]
fn the_json_of_a_difference_names_what_the_text_shows() {
    let lab = two_bundles();
    let human = lab.run(&["diff", "out", "new"]);
    let run = lab.run(&["diff", "out", "new", "--format", "json"]);
    assert_eq!((human.code, run.code), (1, 1));
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let files = report["files"].as_array().expect("files");
    let summary = &report["summary"];
    let first = format!(
        "{} artifacts differ: {} added, {} changed, {} removed\n",
        files.len(),
        summary["added"],
        summary["changed"],
        summary["removed"]
    );
    assert!(human.stdout.starts_with(&first), "{first}{}", human.stdout);
    for file in files {
        assert!(human.stdout.contains(file["path"].as_str().expect("a path")));
    }
}

#[test]
fn a_folder_that_is_no_bundle_is_trouble() {
    let lab = Lab::new();
    for (old, new) in [("out", "site"), ("site", "out"), ("out", "nowhere"), ("out", "out/manifest.json")] {
        let run = lab.run(&["diff", old, new]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{old} {new}: {}", run.stderr);
    }
}

/// Writes a bundle of one tenant: so many bridge domains with a subnet each.
fn tenant(folder: &Path, domains: impl Iterator<Item = u32>, edit: impl Fn(u32) -> bool) {
    let children: Vec<Value> = domains
        .map(|at| {
            let arp = if edit(at) { "yes" } else { "no" };
            let subnet = json!({"fvSubnet": {"attributes": {"rn": format!("subnet-[10.{}.{}.1/24]", at / 250, at % 250)}}});
            json!({"fvBD": {"attributes": {"rn": format!("BD-{at}"), "name": at.to_string(), "arpFlood": arp}, "children": [subnet]}})
        })
        .collect();
    let root = json!({"fvTenant": {"attributes": {"dn": "uni/tn-t", "name": "t"}, "children": children}});
    fs::create_dir_all(folder.join("apic")).expect("a folder");
    fs::write(folder.join("apic/40-tn-t.json"), format!("{root:#}\n")).expect("a file");
    let manifest = json!({
        "format_version": "1.0", "profile": "ml2",
        "releases": {"opflex_agent": "L", "agent_ovs": "2.7", "neutron": "29", "apic": "5.2"},
        "templates": [], "secrets": [], "artifacts": {},
    });
    fs::write(folder.join("manifest.json"), manifest.to_string()).expect("a file");
}

#[test]
fn children_in_another_order_are_no_change_and_an_attribute_is_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    tenant(&old, 0..2500, |_| false);
    tenant(&new, (0..2500).rev(), |_| false);
    let run = aciform(folder.path(), &["diff", "old", "new"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "no differences\n"));
    tenant(&new, (0..2500).rev(), |at| at % 100 == 7);
    let run = aciform(folder.path(), &["diff", "old", "new"]);
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[..2], ["1 artifact differs: 0 added, 1 changed, 0 removed", "apic/40-tn-t.json: +0 -0 ~25"]);
    assert_eq!(lines.len(), 4 + 25, "{}", run.stdout);
    assert!(lines.contains(&"~ uni/tn-t/BD-1007.arpFlood no -> yes"), "{}", run.stdout);
}

#[test]
fn a_number_that_becomes_a_text_is_a_change() {
    let lab = Lab::new();
    copy(&lab.place("out"), &lab.place("new"));
    let path = tree(&lab.place("out"))
        .into_keys()
        .find(|path| path.ends_with(".ep") && lab.read(&format!("out/{path}")).contains("true"))
        .expect("an endpoint file with a truth value");
    let text = lab.read(&format!("out/{path}"));
    fs::write(lab.place("new").join(&path), text.replacen("true", "\"true\"", 1)).expect("a file");
    let run = lab.run(&["diff", "out", "new"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains(" true -> \"true\"\n"), "{}", run.stdout);
}

/// Applies a patch to a copy of the old folder.
fn patched(lab: &Lab, program: &[&str], text: &str) {
    let target = tempfile::tempdir().expect("a folder");
    copy(&lab.place("out"), target.path());
    let mut child = Command::new(program[0])
        .args(&program[1..])
        .current_dir(target.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program:?}: {error}"));
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{program:?}: {}", String::from_utf8_lossy(&output.stdout));
    assert!(tree(target.path()) == tree(&lab.place("new")), "{program:?}: not the new bundle");
}

#[test]
fn the_patch_of_two_bundles_makes_the_old_one_the_new_one() {
    let lab = two_bundles();
    for _ in ["there", "and back"] {
        let run = lab.run(&["diff", "out", "new", "--format", "patch"]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""));
        assert!(run.stdout.contains("/dev/null"), "no file comes or goes");
        patched(&lab, &["patch", "-p1"], &run.stdout);
        patched(&lab, &["git", "apply"], &run.stdout);
        for (from, to) in [("out", "was-out"), ("new", "out"), ("was-out", "new")] {
            fs::rename(lab.place(from), lab.place(to)).expect("it moves");
        }
    }
}

#[test]
fn the_patch_says_files_that_are_empty_odd_or_end_without_a_newline() {
    let lab = Lab::new();
    copy(&lab.place("out"), &lab.place("new"));
    let put = |path: &str, content: &str| {
        let place = lab.place(path);
        fs::create_dir_all(place.parent().expect("below")).expect("a folder");
        fs::write(place, content).expect("a file");
    };
    put("out/empty-goes", "");
    put("new/empty/comes", "");
    put("out/emptied", "a\nb\n");
    put("new/emptied", "");
    put("out/filled", "");
    put("new/filled", "a\n");
    put("out/ends", "a\nb");
    put("new/ends", "a\nb\n");
    put("out/stops", "a\nb\n");
    put("new/stops", "a\nb");
    put("new/hosts/a b/port_fa:16:3e:00:00:01.ep", "{}\n");
    put("out/returns", "a\r\nb\rc\nd\n");
    put("new/returns", "a\nb\rc\r\nd\n");
    let numbers = |skip: usize| (0..400).filter(|at| at % skip != 3).map(|at| format!("{at}\n")).collect::<String>();
    put("out/long", &numbers(50));
    put("new/long", &numbers(70));
    let run = lab.run(&["diff", "out", "new", "--format", "patch"]);
    assert_eq!(run.code, 1);
    patched(&lab, &["patch", "-p1"], &run.stdout);
    patched(&lab, &["git", "apply"], &run.stdout);
}
