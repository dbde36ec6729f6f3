//! Verifying a bundle: which one is read, what is said, and with which exit code.

use std::fs;

use expect_test::expect;

use super::kit::Lab;

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
