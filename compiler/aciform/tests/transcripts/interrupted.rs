//! A compile that is stopped while it writes: the old bundle stays whole, and the next compile is as if nothing had been.

use std::fs;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::kit::{aciform, tree};

/// A site that takes long enough to be stopped, compiled into `out/`, and then changed in all its files.
fn cloud() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let shape = ["--hosts", "60", "--networks", "120", "--ports", "1500", "--groups", "6", "--rules", "12"];
    let _ = aciform(folder.path(), &[&["generate", "-o", "site"], &shape[..]].concat()).success();
    let _ = aciform(folder.path(), &["compile", "site", "-o", "out"]).success();
    let site = fs::read_to_string(folder.path().join("site/aciform.yaml")).expect("the site");
    assert!(!site.contains("releases"), "{site}");
    let ini = folder.path().join("site/ml2_conf_cisco_apic.ini");
    let text = fs::read_to_string(&ini).expect("the ini");
    let renamed = text.replace("apic_system_id = ", "apic_system_id = other-");
    assert_ne!(text, renamed);
    fs::write(ini, renamed).expect("a file");
    folder
}

/// Starts a compile and waits until the first file lies in the staging folder.
fn writing(folder: &TempDir) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_aciform"))
        .args(["compile", "site", "-o", "out"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let staged = folder.path().join("out/.aciform-staging/hosts");
    let since = Instant::now();
    while !staged.exists() {
        assert!(since.elapsed() < Duration::from_secs(60), "nothing is staged");
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

fn send(signal: &str, child: &mut Child) -> ExitStatus {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    child.wait().expect("it ends")
}

#[test]
fn an_interrupt_leaves_the_old_bundle_and_the_lock_as_they_were() {
    let folder = cloud();
    let before = tree(folder.path());
    for signal in ["-INT", "-TERM"] {
        let status = send(signal, &mut writing(&folder));
        assert_eq!(status.code(), Some(130), "{signal}");
        assert!(tree(folder.path()) == before, "{signal}: something changed");
    }
}

#[test]
fn a_compile_that_is_killed_is_put_right_by_the_next() {
    let folder = cloud();
    let before = tree(&folder.path().join("out"));
    let status = send("-KILL", &mut writing(&folder));
    assert_eq!(status.code(), None);
    let mut left = tree(&folder.path().join("out"));
    left.retain(|path, _| !path.starts_with(".aciform-staging/"));
    assert!(left == before, "the old bundle is not whole");
    let _ = aciform(folder.path(), &["diff", "out", "out"]).success();
    let _ = aciform(folder.path(), &["compile", "site", "-o", "out"]).success();
    let _ = aciform(folder.path(), &["compile", "site", "-o", "fresh"]).success();
    assert!(tree(&folder.path().join("out")) == tree(&folder.path().join("fresh")));
}

#[test]
fn two_compiles_into_one_folder_do_not_mix() {
    let folder = cloud();
    let mut first = writing(&folder);
    let second = aciform(folder.path(), &["compile", "site", "-o", "out", "--message-format", "short"]);
    assert_eq!(second.code, 2, "{}", second.stderr);
    assert!(second.stderr.contains("error[ACI1615]: another compile is writing into `out`"), "{}", second.stderr);
    assert!(first.wait().expect("it ends").success());
}
