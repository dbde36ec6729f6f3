//! Output folders that are somebody else's, or that nobody can write to: neither the lock nor any file is touched.

use std::fs;
use std::os::unix::fs::symlink;

use expect_test::expect;

use super::kit::{Lab, pipe, tree};

/// A lab whose next compile would change lock and bundle.
fn changed() -> Lab {
    let lab = Lab::new();
    lab.edit("intent/fabric.yaml", "projects:\n", "projects:\n  more: {networks: {n: {}}}\n");
    lab
}

#[test]
fn a_folder_with_other_files_is_refused() {
    let lab = changed();
    fs::create_dir(lab.place("documents")).expect("a folder");
    fs::write(lab.place("documents/letter.txt"), "dear").expect("a file");
    lab.refused_with(
        &["compile", "site", "-o", "documents"],
        2,
        &expect!["error[ACI1613]: `documents` is not empty and holds no bundle"],
    );
    lab.refused_with(
        &["compile", "site", "-o", "site"],
        2,
        &expect!["error[ACI1613]: `site` is not empty and holds no bundle"],
    );
}

#[test]
fn a_manifest_of_another_program_is_no_bundle() {
    let lab = changed();
    fs::create_dir(lab.place("extension")).expect("a folder");
    fs::write(lab.place("extension/manifest.json"), "{\"manifest_version\": 3}").expect("a file");
    lab.refused_with(&["compile", "site", "-o", "extension"], 2, &expect!["error[ACI1614]: `extension` is not a bundle: its `manifest.json`: unknown field `manifest_version`, expected one of `format_version`, `profile`, `releases`, `templates`, `secrets`, `preexisting`, `artifacts` at line 1 column 19"]);
}

#[test]
fn a_manifest_that_leads_out_of_its_folder_is_no_bundle() {
    let lab = changed();
    let manifest = lab.read("out/manifest.json");
    fs::write(lab.place("out/manifest.json"), manifest.replace("hosts/centos-01/ipset", "../site/aciform.yaml"))
        .expect("a file");
    lab.refused_with(&["compile", "site", "-o", "out"], 2, &expect!["error[ACI1614]: `out` is not a bundle: its `manifest.json`: `../site/aciform.yaml` is not a path below the bundle"]);
}

#[test]
fn a_folder_that_cannot_be_made_is_refused() {
    let lab = changed();
    lab.refused_with(
        &["compile", "site", "-o", "/proc/bundle"],
        2,
        &expect!["error[ACI1083]: cannot create the folder `/proc/bundle`: No such file or directory (os error 2)"],
    );
    lab.refused_with(
        &["compile", "site", "-o", "site/aciform.yaml"],
        2,
        &expect!["error[ACI1083]: cannot open the folder `site/aciform.yaml`: Not a directory (os error 20)"],
    );
    lab.refused_with(
        &["compile", "site", "-o", "site/aciform.yaml/below"],
        2,
        &expect!["error[ACI1083]: cannot open the folder `site/aciform.yaml/below`: Not a directory (os error 20)"],
    );
}

#[test]
fn a_folder_that_lies_in_the_way_of_a_file_is_refused() {
    let lab = changed();
    fs::create_dir_all(lab.place("out/hosts/centos-02/br-int.flows.d")).expect("a folder");
    fs::remove_file(lab.place("out/hosts/centos-02/br-int.flows")).expect("it goes");
    fs::rename(lab.place("out/hosts/centos-02/br-int.flows.d"), lab.place("out/hosts/centos-02/br-int.flows"))
        .expect("it moves");
    lab.refused(2, &expect!["error[ACI1613]: `out/hosts/centos-02/br-int.flows` is in the way: no compile made it"]);
}

#[test]
fn a_folder_in_the_place_of_a_file_that_is_no_longer_made_is_refused() {
    let lab = changed();
    lab.edit("intent/fabric.yaml", "roles: [compute, dhcp]", "roles: [dhcp]");
    let project = lab.read("site/intent/NewWebApps.yaml");
    let (before, rest) = project.split_once("      web-server-1:\n").expect("the instance");
    let (_, after) = rest.split_once("\n    floating_ips:").expect("what follows");
    lab.write("intent/NewWebApps.yaml", format!("{before}    floating_ips:{after}"));
    let endpoints = lab.place("out/hosts/centos-02/endpoints");
    let gone = fs::read_dir(&endpoints).expect("endpoints").filter_map(Result::ok).map(|entry| entry.path());
    let gone = gone.filter(|place| place.extension().is_some_and(|ending| ending == "ep")).min().expect("an endpoint");
    fs::remove_file(&gone).expect("it goes");
    fs::create_dir(&gone).expect("a folder");
    let before = (lab.read("site/aciform.lock"), tree(&lab.place("out")));
    let run = lab.run(&["compile", "site", "-o", "out"]);
    assert!(run.code == 2 && run.stderr.contains("is in the way: no compile made it"), "{}", run.stderr);
    assert!((lab.read("site/aciform.lock"), tree(&lab.place("out"))) == before);
    fs::remove_dir(&gone).expect("it goes");
    let _ = lab.run(&["compile", "site", "-o", "out"]).success();
}

#[test]
fn a_file_that_no_compile_made_is_never_overwritten() {
    let lab = changed();
    let place = lab.place("out/apic/40-tn-_RDO-ML2_more.json");
    fs::write(&place, "mine").expect("a file");
    lab.refused(2, &expect!["error[ACI1613]: `out/apic/40-tn-_RDO-ML2_more.json` is in the way: no compile made it"]);
    fs::remove_file(place).expect("it goes");
    let _ = lab.run(&["compile", "site", "-o", "out"]).success();
    assert!(tree(&lab.place("out")).contains_key("apic/40-tn-_RDO-ML2_more.json"));
}

#[test]
fn a_link_inside_a_bundle_is_not_written_through() {
    let lab = changed();
    fs::rename(lab.place("out/hosts"), lab.place("elsewhere")).expect("it moves");
    symlink(lab.place("elsewhere"), lab.place("out/hosts")).expect("a link");
    lab.refused(2, &expect!["error[ACI1613]: `out/hosts` is a link, and a bundle is not written through links"]);
}

#[test]
fn a_link_where_files_lie_until_all_are_whole_is_not_written_through() {
    let lab = changed();
    fs::create_dir_all(lab.place("victim/apic")).expect("a folder");
    fs::write(lab.place("victim/apic/mine"), "mine").expect("a file");
    symlink(lab.place("victim"), lab.place("out/.aciform-staging")).expect("a link");
    lab.refused(
        2,
        &expect!["error[ACI1613]: `out/.aciform-staging` is a link, and a bundle is not written through links"],
    );
    assert_eq!(lab.read("victim/apic/mine"), "mine");
    fs::remove_file(lab.place("out/.aciform-staging")).expect("it goes");
    // A link among what lies there is nobody's whom the next compile could clear away after.
    fs::create_dir(lab.place("out/.aciform-staging")).expect("a folder");
    symlink(lab.place("victim"), lab.place("out/.aciform-staging/apic")).expect("a link");
    lab.refused(2, &expect!["error[ACI1613]: `out/.aciform-staging/apic` is in the way: no compile made it"]);
    assert_eq!(lab.read("victim/apic/mine"), "mine");
}

#[test]
fn what_no_compile_left_where_files_lie_until_all_are_whole_is_not_taken_away() {
    let lab = changed();
    fs::write(lab.place("out/.aciform-staging"), "mine").expect("a file");
    lab.refused(2, &expect!["error[ACI1613]: `out/.aciform-staging` is in the way: no compile made it"]);
    fs::remove_file(lab.place("out/.aciform-staging")).expect("it goes");
    for path in ["notes", "hosts/centos-01/notes", "lock/notes"] {
        let place = lab.place("out/.aciform-staging").join(path);
        fs::create_dir_all(place.parent().expect("below")).expect("a folder");
        fs::write(&place, "mine").expect("a file");
        let run = lab.run(&["compile", "site", "-o", "out"]);
        assert_eq!(run.code, 2, "{path}: {}", run.stderr);
        assert!(run.stderr.contains("is in the way: no compile made it"), "{path}: {}", run.stderr);
        assert_eq!(fs::read_to_string(&place).expect("it stays"), "mine");
        fs::remove_dir_all(lab.place("out/.aciform-staging")).expect("it goes");
    }
    // What a compile that died left is taken away.
    fs::create_dir_all(lab.place("out/.aciform-staging/hosts/centos-01")).expect("a folder");
    for left in ["lock", "manifest.json", "hosts/centos-01/br-int.flows"] {
        fs::write(lab.place("out/.aciform-staging").join(left), "left").expect("a file");
    }
    let _ = lab.run(&["compile", "site", "-o", "out"]).success();
    assert!(!lab.place("out/.aciform-staging").exists());
}

#[test]
fn a_pipe_is_not_waited_for() {
    for path in ["manifest.json", ".manifest.json.next", ".aciform-staging/lock"] {
        let lab = changed();
        let place = lab.place("out").join(path);
        fs::create_dir_all(place.parent().expect("below")).expect("a folder");
        let _ = fs::remove_file(&place);
        pipe(&place);
        let run = lab.run(&["compile", "site", "-o", "out"]);
        assert_eq!(run.code, 2, "{path}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("out/{path}` is ")), "{path}: {}", run.stderr);
        assert!(fs::symlink_metadata(&place).is_ok(), "{path} stays");
    }
}

#[test]
fn a_link_to_a_bundle_is_the_bundle() {
    let lab = changed();
    symlink(lab.place("out"), lab.place("current")).expect("a link");
    let _ = lab.run(&["compile", "site", "-o", "current"]).success();
    assert!(lab.place("out/apic/40-tn-_RDO-ML2_more.json").exists());
}

#[test]
fn a_lock_that_cannot_be_written_leaves_the_bundle_alone() {
    let lab = changed();
    // Permissions would not stop root.
    lab.remove("aciform.lock");
    symlink("nowhere", lab.place("site/aciform.lock")).expect("a link");
    lab.refused(2, &expect!["error[ACI1083]: cannot write `site/aciform.lock`: it is a link that leads nowhere"]);
}
