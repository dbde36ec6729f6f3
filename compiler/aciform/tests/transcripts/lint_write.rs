//! What `aciform lint --fix` does to the file system: who owns the file, what lies beside it, what cannot be written.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use aciform_testkit::program::Run;
use tempfile::TempDir;

use crate::kit::aciform;

const BEFORE: &str = "[ml2_cisco_apic]\nencap_mode = VXLAN\n";
const AFTER: &str = "[ml2_cisco_apic]\nencap_mode = vxlan\n";

/// Belongs to nobody that a file here belongs to.
const NOBODY: u32 = 65534;

/// A folder that everybody may read, with `a.ini`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
    fs::write(folder.path().join("a.ini"), BEFORE).expect("a file");
    folder
}

fn read(place: &Path) -> String {
    fs::read_to_string(place).expect("the file")
}

/// Runs the program as somebody whom permissions stop, which root is not.
fn unprivileged(folder: &Path, arguments: &[&str]) -> Run {
    // Whoever may not enter the folder that the program was built in may run a copy.
    let program = tempfile::tempdir().expect("a folder");
    fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
    let copy = program.path().join("aciform");
    // Written by another process: what this one has open for writing, a program that another test starts at this
    // moment has open too, and what is open for writing cannot be run ("Text file busy").
    let made = Command::new("cp").arg(env!("CARGO_BIN_EXE_aciform")).arg(&copy).status().expect("cp runs");
    assert!(made.success(), "cp: {made}");
    let mut command = Command::new(copy);
    if is_root(program.path()) {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.current_dir(folder).env_remove("GITHUB_ACTIONS").args(arguments).output();
    let output = output.expect("the program runs");
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn is_root(own: &Path) -> bool {
    fs::metadata(own).expect("a folder").uid() == 0
}

#[test]
fn a_mended_file_keeps_its_owner_and_mode() {
    let folder = folder();
    let place = folder.path().join("a.ini");
    fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).expect("a mode");
    if is_root(folder.path()) {
        chown(&place, Some(1), Some(2)).expect("another owner");
    }
    let facts = fs::metadata(&place).expect("the file");
    let _ = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    let now = fs::metadata(&place).expect("the file");
    assert_eq!(read(&place), AFTER);
    assert_eq!((now.uid(), now.gid(), now.mode()), (facts.uid(), facts.gid(), facts.mode()));
    assert_ne!(now.ino(), facts.ino(), "it is a new file in the place of the old one");
}

#[test]
fn a_file_that_would_lose_its_owner_is_written_over_in_place() {
    let folder = folder();
    let place = folder.path().join("a.ini");
    fs::set_permissions(&place, fs::Permissions::from_mode(0o666)).expect("a mode");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("a mode");
    let facts = fs::metadata(&place).expect("the file");
    let run = unprivileged(folder.path(), &["lint", "a.ini", "--fix"]);
    let now = fs::metadata(&place).expect("the file");
    assert_eq!(read(&place), AFTER, "{}{}", run.stdout, run.stderr);
    assert_eq!((now.uid(), now.gid(), now.mode()), (facts.uid(), facts.gid(), facts.mode()));
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1, "nothing is left beside it");
}

#[test]
fn a_file_of_two_names_stays_one_file() {
    let folder = folder();
    fs::hard_link(folder.path().join("a.ini"), folder.path().join("b.ini")).expect("a link");
    let _ = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    assert_eq!([read(&folder.path().join("a.ini")), read(&folder.path().join("b.ini"))], [AFTER, AFTER]);
    // A shorter text leaves nothing of the longer one.
    let long = format!("{BEFORE}apic_hosts = https://10.1.1.5\n");
    fs::write(folder.path().join("a.ini"), long).expect("a file");
    let _ = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    assert_eq!(read(&folder.path().join("b.ini")), format!("{AFTER}apic_hosts = 10.1.1.5\n"));
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 2, "nothing is left beside them");
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_keeps_its_extended_attributes() {
    let folder = folder();
    let place = folder.path().join("a.ini");
    let set = rustix::fs::setxattr(&place, "user.origin", b"puppet", rustix::fs::XattrFlags::empty());
    let _ = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    assert_eq!(read(&place), AFTER);
    let mut value = [0u8; 16];
    let kept = rustix::fs::getxattr(&place, "user.origin", &mut value[..]);
    assert_eq!(kept.is_ok(), set.is_ok(), "{kept:?}");
}

#[test]
fn nothing_that_lies_beside_a_file_is_touched() {
    let folder = folder();
    let place = |name: &str| folder.path().join(name);
    fs::write(place("victim"), "mine\n").expect("a file");
    fs::write(place(".a.ini.tmp"), "mine too\n").expect("a file");
    symlink("victim", place(".a.ini.aciform")).expect("a link");
    let _ = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    assert!(fs::symlink_metadata(place("a.ini")).expect("the file").is_file());
    assert_eq!(read(&place("a.ini")), AFTER);
    assert_eq!([read(&place("victim")), read(&place(".a.ini.tmp"))], ["mine\n", "mine too\n"]);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 4);
}

#[test]
fn a_baseline_is_written_for_all_to_read_and_never_over_a_device() {
    let folder = folder();
    let place = folder.path().join("known.json");
    let _ = aciform(folder.path(), &["lint", "a.ini", "--write-baseline", "known.json"]).success();
    let mode = |place: &Path| fs::metadata(place).expect("the file").mode() & 0o777;
    assert_eq!(mode(&place), mode(&folder.path().join("a.ini")), "as any file that is made here");
    symlink("/dev/null", folder.path().join("device")).expect("a link");
    let run = aciform(folder.path(), &["lint", "a.ini", "--write-baseline", "device"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, "error: `device` cannot be written: it is no regular file\n"));
    assert!(!fs::metadata("/dev/null").expect("the device").is_file());
}

#[test]
fn files_that_can_be_written_are_and_each_that_cannot_is_named() {
    let folder = folder();
    let place = |name: &str| folder.path().join(name);
    for name in ["d", "d/a", "d/b", "d/c"] {
        fs::create_dir(place(name)).expect("a folder");
        let file = place(name).join("x.ini");
        fs::write(&file, BEFORE).expect("a file");
        // What is written over in place may belong to anybody; nothing can lie beside a file in `b`.
        fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("a mode");
        fs::set_permissions(place(name), fs::Permissions::from_mode(0o777)).expect("a mode");
    }
    fs::remove_file(place("d/x.ini")).expect("it goes");
    fs::set_permissions(place("d/b"), fs::Permissions::from_mode(0o555)).expect("a mode");
    let run = unprivileged(folder.path(), &["lint", "d", "--fix", "--format", "short", "--select", "ACI510"]);
    assert_eq!(
        run.stderr,
        "error: `d/b/x.ini` cannot be written: permission denied\n`d/a/x.ini` was mended\n`d/c/x.ini` was mended\n"
    );
    assert_eq!(["a", "b", "c"].map(|name| read(&place("d").join(name).join("x.ini"))), [AFTER, BEFORE, AFTER]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.starts_with("d/b/x.ini:2:14: ") && run.stdout.lines().count() == 1, "{}", run.stdout);
}

#[test]
fn a_folder_that_cannot_be_looked_into_is_one_finding_among_the_others() {
    let folder = folder();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir(place("locked")).expect("a folder");
    fs::set_permissions(place("locked"), fs::Permissions::from_mode(0o000)).expect("a mode");
    let run = unprivileged(folder.path(), &["lint", ".", "--format", "short"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, ""));
    assert!(run.stdout.contains("error[ACI1082]: `locked` cannot be opened: permission is denied\n"), "{}", run.stdout);
    assert!(run.stdout.contains("a.ini:2:14: "), "{}", run.stdout);
}
