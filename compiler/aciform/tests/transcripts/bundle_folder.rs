//! Writing a bundle over an older one: what changed is rewritten, what is gone goes, and nothing else is touched.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::kit::{Lab, tree};

/// The inode and the time of change of each file.
fn inodes(folder: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    let facts = |path: &String| fs::metadata(folder.join(path)).expect("it is there");
    let of = |path: String| {
        let facts = facts(&path);
        (path, (facts.ino(), facts.ctime(), facts.ctime_nsec()))
    };
    tree(folder).into_keys().map(of).collect()
}

fn compile(lab: &Lab) -> String {
    lab.run(&["compile", "site", "-o", "out"]).success().stdout
}

/// What the lab compiles to from nothing.
fn fresh(lab: &Lab) -> BTreeMap<String, Vec<u8>> {
    let _ = lab.run(&["compile", "site", "-o", "fresh"]).success();
    tree(&lab.place("fresh"))
}

#[test]
fn a_second_compile_touches_no_file() {
    let lab = Lab::new();
    let before = (inodes(&lab.place("out")), inodes(&lab.place("site")));
    let said = compile(&lab);
    assert!(said.starts_with("out: 37 artifacts (37 unchanged)\n"), "{said}");
    assert_eq!((inodes(&lab.place("out")), inodes(&lab.place("site"))), before);
}

#[test]
fn only_what_changed_is_rewritten() {
    let lab = Lab::new();
    let before = inodes(&lab.place("out"));
    lab.edit("intent/NewWebApps.yaml", "{protocol: tcp, port: 80}", "{protocol: tcp, port: 8080}");
    let said = compile(&lab);
    let after = inodes(&lab.place("out"));
    let changed: Vec<&String> = after.keys().filter(|path| after.get(*path) != before.get(*path)).collect();
    let expected = [
        "hosts/centos-01/iptables.v4",
        "hosts/centos-01/security-groups.json",
        "hosts/centos-02/iptables.v4",
        "hosts/centos-02/security-groups.json",
        "manifest.json",
    ];
    assert_eq!(changed, expected);
    assert!(said.starts_with("out: 37 artifacts (4 changed, 33 unchanged)\n"), "{said}");
    assert_eq!(tree(&lab.place("out")), fresh(&lab));
}

#[test]
fn what_is_no_longer_made_goes_with_the_folders_it_leaves_empty() {
    let lab = Lab::new();
    let project = lab.read("site/intent/NewWebApps.yaml");
    let (before, rest) = project.split_once("      web-server-1:\n").expect("the instance");
    let (_, after) = rest.split_once("\n    floating_ips:").expect("what follows");
    lab.write("intent/NewWebApps.yaml", format!("{before}    floating_ips:{after}"));
    lab.edit("intent/fabric.yaml", "roles: [compute, dhcp]", "roles: [dhcp]");
    let said = compile(&lab);
    assert!(said.contains(" removed"), "{said}");
    assert_eq!(tree(&lab.place("out")), fresh(&lab));
    let empty = |entry: &walkdir::DirEntry| {
        entry.file_type().is_dir() && fs::read_dir(entry.path()).expect("it can be read").next().is_none()
    };
    let left: Vec<_> = walkdir::WalkDir::new(lab.place("out"))
        .into_iter()
        .map(|entry| entry.expect("an entry"))
        .filter(empty)
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_file_whose_name_is_no_text_is_told_like_any_other() {
    let lab = Lab::new();
    let name = std::ffi::OsStr::from_bytes(b"hosts/\xff.txt");
    fs::write(lab.place("out").join(name), "mine").expect("a file");
    let run = lab.run(&["verify", "out"]);
    assert!(run.code == 1 && run.stderr.contains("`hosts/\u{fffd}.txt` is there and not listed"), "{}", run.stderr);
    let _ = lab.run(&["compile", "site", "-o", "whole"]).success();
    let run = lab.run(&["diff", "whole", "out"]);
    assert!(run.code == 1 && run.stdout.contains("hosts/\u{fffd}.txt: +1 -0 (new)"), "{}", run.stdout);
}

#[test]
fn a_file_that_nobody_made_stays_where_it_is() {
    let lab = Lab::new();
    let notes = ["out/NOTES", "out/hosts/centos-01/.keep", "out/hosts/centos-09/mine"];
    for note in notes {
        fs::create_dir_all(lab.place(note).parent().expect("below")).expect("a folder");
        fs::write(lab.place(note), "mine").expect("a file");
    }
    lab.edit("intent/NewWebApps.yaml", "{protocol: tcp, port: 80}", "{protocol: tcp, port: 8080}");
    let _ = compile(&lab);
    for note in notes {
        assert_eq!(lab.read(note), "mine");
    }
}

#[test]
fn a_part_of_a_bundle_leaves_the_other_files_and_their_entries() {
    for selection in [["--host", "centos-02"], ["--target", "iptables"]] {
        let lab = Lab::new();
        let before = tree(&lab.place("out"));
        // Changes rules on both hosts, flows and payloads.
        lab.edit("intent/NewWebApps.yaml", "{protocol: tcp, port: 80}", "{protocol: tcp, port: 8080}")
            .edit("intent/NewWebApps.yaml", "fixed_ips: [10.100.100.18]", "fixed_ips: [10.100.100.19]")
            .edit("intent/NewWebApps.yaml", "cidr: 10.100.101.0/24", "cidr: 10.100.102.0/24");
        let _ = lab.run(&[&["compile", "site", "-o", "out"], &selection[..]].concat()).success();
        let (after, whole) = (tree(&lab.place("out")), fresh(&lab));
        let covered = |path: &str| match selection {
            ["--host", host] => path.starts_with(&format!("hosts/{host}/")),
            _ => {
                let made = ["/iptables.", "/ipset", "/security-groups.json", "/netns/"];
                path.starts_with("hosts/") && made.iter().any(|part| path.contains(part))
            }
        };
        let mut touched = 0;
        for (path, content) in after.iter().filter(|(path, _)| *path != "manifest.json") {
            let expected = if covered(path) { &whole[path] } else { &before[path] };
            assert!(content == expected, "{selection:?}: {path}");
            touched += usize::from(before.get(path) != Some(content));
        }
        assert!(touched > 0, "{selection:?} changed nothing");
        let entries = |manifest: &[u8]| -> serde_json::Value {
            serde_json::from_slice::<serde_json::Value>(manifest).expect("a manifest")["artifacts"].clone()
        };
        let (merged, old, new) =
            (entries(&after["manifest.json"]), entries(&before["manifest.json"]), entries(&whole["manifest.json"]));
        for (target, paths) in merged.as_object().expect("targets") {
            for (path, digest) in paths.as_object().expect("paths") {
                let source = if covered(path) { &new } else { &old };
                assert_eq!(digest, &source[target][path], "{selection:?}: {path}");
            }
        }
        // The rest of the compile brings the rest.
        let _ = compile(&lab);
        assert_eq!(tree(&lab.place("out")), whole);
    }
}

#[test]
fn a_part_of_a_bundle_can_be_the_first_thing_in_a_folder() {
    let lab = Lab::new();
    let said =
        lab.run(&["compile", "site", "-o", "part", "--host", "centos-02", "--target", "openflow"]).success().stdout;
    let files: Vec<String> = tree(&lab.place("part")).into_keys().collect();
    let flows = ["br-int.flows", "br-int.groups", "br-int.ports"].map(|name| format!("hosts/centos-02/{name}"));
    assert_eq!(files, [&flows[..], &["manifest.json".to_owned()]].concat());
    assert!(said.starts_with("part: 3 artifacts (3 new)\n"), "{said}");
}

/// What a compile leaves that was killed after it renamed some of its files: the note of intent, one new file in place,
/// one in the staging folder, the old manifest.
fn interrupt(lab: &Lab) {
    let whole = fresh(lab);
    fs::write(lab.place("out/.manifest.json.next"), &whole["manifest.json"]).expect("a file");
    let before = tree(&lab.place("out"));
    let new: Vec<&String> =
        whole.keys().filter(|path| before.get(*path) != whole.get(*path) && *path != "manifest.json").collect();
    assert!(new.len() > 3, "{new:?}");
    for (at, path) in new.iter().enumerate() {
        let place = lab.place("out").join(path);
        let staged = lab.place("out/.aciform-staging").join(path);
        for place in [&place, &staged] {
            fs::create_dir_all(place.parent().expect("below")).expect("a folder");
        }
        match at % 3 {
            0 => fs::write(place, &whole[*path]),
            1 => fs::write(staged, &whole[*path][..whole[*path].len() / 2]),
            _ => Ok(()),
        }
        .expect("a file");
    }
    fs::remove_dir_all(lab.place("fresh")).expect("it goes");
}

#[test]
fn an_interrupted_compile_is_put_right_by_the_next() {
    let lab = Lab::new();
    lab.edit("intent/fabric.yaml", "  centos-02:\n", "  centos-03: {}\n  centos-02:\n").edit(
        "intent/NewWebApps.yaml",
        "{protocol: tcp, port: 80}",
        "{protocol: tcp, port: 8080}",
    );
    interrupt(&lab);
    // The operator takes the host out again: nothing of it may stay.
    lab.edit("intent/fabric.yaml", "  centos-03: {}\n", "");
    let refused = lab.run(&["diff", "out", "out"]);
    assert_eq!(refused.code, 2, "half a bundle was taken for a whole one");
    assert!(refused.stderr.contains("half-written"), "{}", refused.stderr);
    let _ = compile(&lab);
    assert_eq!(tree(&lab.place("out")), fresh(&lab));
}

#[test]
fn an_interrupted_first_compile_is_put_right_by_the_next() {
    let lab = Lab::new();
    fs::remove_dir_all(lab.place("out")).expect("it goes");
    fs::create_dir(lab.place("out")).expect("a folder");
    interrupt(&lab);
    assert_eq!(lab.run(&["diff", "out", "out"]).code, 2);
    let _ = compile(&lab);
    assert_eq!(tree(&lab.place("out")), fresh(&lab));
}

#[test]
fn a_compile_that_was_killed_before_its_note_was_whole_left_nothing_to_mind() {
    let lab = Lab::new();
    fs::create_dir_all(lab.place("new/.aciform-staging/apic")).expect("a folder");
    fs::write(lab.place("new/.aciform-staging/.manifest.json.next"), "{\"format_ver").expect("a file");
    fs::write(lab.place("new/.aciform-staging/apic/10-infra.json"), "{").expect("a file");
    let _ = lab.run(&["compile", "site", "-o", "new"]).success();
    assert_eq!(tree(&lab.place("new")), tree(&lab.place("out")));
}

#[test]
fn what_a_part_left_when_it_was_interrupted_does_not_outlive_the_next_part() {
    let lab = Lab::new();
    lab.edit("intent/fabric.yaml", "  centos-02:\n", "  centos-03: {}\n  centos-02:\n");
    interrupt(&lab);
    lab.edit("intent/fabric.yaml", "  centos-03: {}\n", "");
    let _ = lab.run(&["compile", "site", "-o", "out", "--host", "centos-02"]).success();
    let left: Vec<String> = tree(&lab.place("out"))
        .into_keys()
        .filter(|path| path.contains("centos-03") || path.contains("staging"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
