//! `aciform lint --config-dir`: what the service reads of such a folder is linted, and an ini file that it does not read
//! is said to be none of it.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The findings of a folder, as `place: severity[code]` without the folder.
fn lint(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let out = Command::new(env!("CARGO_BIN_EXE_aciform"))
        .current_dir(folder)
        .args(["lint", "--message-format", "short", "--color", "never"])
        .args(arguments)
        .output()
        .expect("the binary runs");
    let text = String::from_utf8(out.stdout).expect("text") + &String::from_utf8(out.stderr).expect("text");
    let findings = text.lines().filter_map(|line| Some(line.split_once(']')?.0.to_owned() + "]"));
    findings.filter(|finding| finding.contains("[ACI017]") || finding.contains("[ACI201]")).collect()
}

#[test]
fn an_ini_file_in_a_configuration_folder_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("conf.d");
    fs::create_dir_all(place.join("deeper")).expect("a folder");
    for name in ["a.conf", "b.ini", "c.ini", "d.ini.bak", "deeper/e.ini"] {
        fs::write(place.join(name), "[ml2_cisco_apic]\nscope_names = nope\n").expect("a file");
    }
    let read = "conf.d/a.conf:2:15: error[ACI201]";
    let not_read = |name: &str| format!("conf.d/{name}:1:1: warning[ACI017]");
    let both = [read.to_owned(), not_read("b.ini"), not_read("c.ini")];
    assert_eq!(lint(folder.path(), &["--config-dir", "conf.d"]), both);
    // Named by itself, it is read.
    let named = lint(folder.path(), &["conf.d/b.ini", "--config-dir", "conf.d"]);
    assert!(!named.contains(&not_read("b.ini")) && named.contains(&not_read("c.ini")), "{named:?}");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("c.ini", place.join("z.conf")).expect("a link");
        let linked = lint(folder.path(), &["--config-dir", "conf.d"]);
        assert!(linked.contains(&not_read("b.ini")) && !linked.contains(&not_read("c.ini")), "{linked:?}");
    }
}
