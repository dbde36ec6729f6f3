//! Verifying a bundle: which one is read, what is said, and with which exit code.

use std::fs;
use std::os::unix::fs::symlink;

use expect_test::{Expect, expect};

use super::kit::{Lab, pipe};

#[test]
fn a_bundle_that_agrees_is_told_with_how_much_of_it_there_is() {
    let lab = Lab::new();
    let run = lab.run(&["verify", "out"]).success();
    expect![[r#"
        out: 2 hosts, 7 endpoints, 298 flows, 243 rules and 61 objects agree
    "#]]
    .assert_eq(&run.stdout);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_disagreement_names_both_witnesses() {
    let lab = Lab::new();
    let place = lab.place("out/hosts/centos-02/br-int.ports");
    let text = fs::read_to_string(&place).expect("the ports");
    fs::write(&place, text.replace("37 qvo", "38 qvo")).expect("they are changed");
    let run = lab.run(&["verify", "out"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    expect![[r#"
        error[ACI1637]: interface `qvo43591b4f-86` has OpenFlow number 38, and 37 in most flows of `centos-02`
           ╭─[out/hosts/centos-02/br-int.ports:5:1]
         4 │ 6 of-svc-ovsport
         5 │ 38 qvo43591b4f-86
           · ────────┬────────
           ·         ╰── another number
           ╰────
        1 error
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn of_a_site_the_bundle_is_read_that_was_compiled_last_or_else_the_reviewed_one() {
    let lab = Lab::new();
    let none = lab.run(&["verify", "site"]);
    assert_eq!((none.code, none.stdout.as_str()), (2, ""));
    expect![[r#"
        error: `site` has no bundle yet: `aciform compile site` makes one, `aciform golden accept site` a reviewed one
    "#]]
    .assert_eq(&none.stderr);
    lab.edit("aciform.yaml", "golden: ../../golden/rdo-lab", "golden: reviewed");
    let _ = lab.run(&["golden", "accept", "site"]).success();
    let reviewed = lab.run(&["verify", "site"]).success();
    assert!(reviewed.stdout.starts_with("site/reviewed: 2 hosts"), "{}", reviewed.stdout);
    let _ = lab.run(&["compile", "site"]).success();
    let compiled = lab.run(&["verify", "site"]).success();
    assert!(compiled.stdout.starts_with("site/bundle: 2 hosts"), "{}", compiled.stdout);
}

#[test]
fn the_digests_of_the_manifest_are_not_looked_at() {
    let lab = Lab::new();
    let place = lab.place("out/manifest.json");
    let text = fs::read_to_string(&place).expect("the manifest");
    fs::write(&place, text.replace("sha256:", "sha256:0")).expect("it is changed");
    let _ = lab.run(&["verify", "out"]).success();
}

#[test]
fn a_folder_that_is_no_bundle_cannot_be_verified() {
    let lab = Lab::new();
    fs::create_dir(lab.place("empty")).expect("a folder");
    for folder in ["empty", "nowhere"] {
        let run = lab.run(&["verify", folder]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    }
}

#[test]
fn a_part_of_a_bundle_is_told_as_one() {
    let lab = Lab::new();
    let verify = |selection: &[&str]| {
        let _ = lab.run(&[&["compile", "site", "-o", "part"], selection].concat()).success();
        lab.run(&["verify", "part"])
    };
    let part = verify(&["--host", "centos-02"]);
    assert_eq!((part.code, part.stdout.as_str()), (2, ""));
    expect![[r#"
        error: `part` holds a part of a bundle, without apic: only a whole one is verified, as `aciform compile` makes without --host and --target
    "#]].assert_eq(&part.stderr);
    assert_eq!(verify(&["--target", "apic"]).code, 1, "a whole bundle may have lost what is still lacking");
    let whole = verify(&[]);
    assert_eq!((whole.code, whole.stderr.as_str()), (0, ""));
    for (target, lacking) in [
        ("apic", "endpoint"),
        ("endpoint", "apic, iptables, openflow"),
        ("iptables", "apic, endpoint, openflow"),
        ("openflow", "apic, endpoint, iptables"),
    ] {
        fs::remove_dir_all(lab.place("part")).expect("the part goes");
        let part = verify(&["--target", target]);
        assert_eq!(part.code, 2, "{target}");
        assert!(part.stderr.contains(&format!("without {lacking}:")), "{target}: {}", part.stderr);
    }
    // With something beside it, it is held against its manifest like any bundle.
    fs::write(lab.place("part/notes"), "").expect("a file");
    assert_eq!(lab.run(&["verify", "part"]).code, 1);
}

#[test]
fn what_is_no_file_is_not_waited_for_and_a_link_is_called_one() {
    let lab = Lab::new();
    let endpoints = lab.place("out/hosts/centos-02/endpoints");
    let refused = |expected: &Expect| {
        let diff = lab.run(&["diff", "out", "out"]);
        let run = lab.run(&["verify", "out"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert_eq!((diff.code, &diff.stderr), (2, &format!("{0}{0}", run.stderr)));
        expected.assert_eq(&run.stderr);
    };
    fs::rename(endpoints.join("OS_L3Out.ep"), lab.place("elsewhere")).expect("it can be moved");
    symlink(lab.place("elsewhere"), endpoints.join("OS_L3Out.ep")).expect("a link");
    refused(&expect![[r#"
        error[ACI1614]: `out/hosts/centos-02/endpoints/OS_L3Out.ep` is a link, and a bundle holds its files itself
          help: put there what it leads to, or compile the bundle again
        1 error
    "#]]);
    fs::remove_file(endpoints.join("OS_L3Out.ep")).expect("it goes");
    pipe(&endpoints.join("OS_L3Out.ep"));
    refused(&expect![[r#"
        error[ACI1614]: `out/hosts/centos-02/endpoints/OS_L3Out.ep` is no regular file
          help: move it away, and compile the bundle again
        1 error
    "#]]);
    fs::remove_file(endpoints.join("OS_L3Out.ep")).expect("it goes");
    fs::rename(lab.place("elsewhere"), endpoints.join("OS_L3Out.ep")).expect("it can be moved");
    fs::rename(&endpoints, lab.place("folder")).expect("it can be moved");
    symlink(lab.place("folder"), &endpoints).expect("a link");
    refused(&expect![[r#"
        error[ACI1614]: `out/hosts/centos-02/endpoints` is a link, and a bundle holds its files itself
          help: put there what it leads to, or compile the bundle again
        1 error
    "#]]);
    fs::remove_file(lab.place("out/manifest.json")).expect("it goes");
    pipe(&lab.place("out/manifest.json"));
    refused(&expect![[r#"
        error[ACI1614]: `out/manifest.json` is no regular file
          help: move it away, and compile the bundle again
        1 error
    "#]]);
}

#[test]
fn one_of_something_is_not_told_as_several() {
    let lab = Lab::new();
    let size = "--projects 1 --networks 1 --routers 1 --hosts 1 --ports 1 --floating-ips 1 --seed 1";
    let arguments: Vec<&str> = ["generate", "-o", "one"].into_iter().chain(size.split(' ')).collect();
    let made = lab.run(&arguments).success();
    expect![[r#"
        one: 1 project, 1 network, 1 router, 1 host, 1 port, 1 floating IP
        next: aciform compile one
    "#]]
    .assert_eq(&made.stdout);
    let _ = lab.run(&["compile", "one"]).success();
    let verified = lab.run(&["verify", "one"]).success();
    assert!(verified.stdout.starts_with("one/bundle: 1 host, "), "{}", verified.stdout);
}

#[test]
fn networks_that_nobody_serves_may_be_meant() {
    let lab = Lab::new();
    let _ = lab.run(&["init", "site2"]).success();
    let fabric = lab.place("site2/intent/fabric.yaml");
    let text = fs::read_to_string(&fabric).expect("the hosts");
    let without = text.replace(", dhcp]", "]").replace("[dhcp, ", "[");
    assert_ne!(text, without);
    fs::write(&fabric, without).expect("no host serves DHCP");
    let compiled = lab.run(&["compile", "site2"]).success();
    assert!(compiled.stderr.contains("ACI1302"), "{}", compiled.stderr);
    assert_eq!(lab.run(&["verify", "site2"]).success().stderr, "");
}

#[test]
fn a_manifest_behind_a_link_is_no_manifest_of_the_bundle() {
    let lab = Lab::new();
    let manifest = lab.place("out/manifest.json");
    fs::rename(&manifest, lab.place("elsewhere.json")).expect("it moves");
    symlink("../elsewhere.json", &manifest).expect("a link");
    let refused = lab.run(&["verify", "out"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("`out/manifest.json` is a link"), "{}", refused.stderr);
    // A compile puts a file of its own in its place.
    let _ = lab.run(&["compile", "site", "-o", "out"]).success();
    assert!(fs::symlink_metadata(&manifest).expect("a manifest").is_file());
    assert!(lab.place("elsewhere.json").exists());
    let _ = lab.run(&["verify", "out"]).success();
}
