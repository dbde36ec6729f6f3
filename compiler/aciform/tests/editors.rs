//! What other programs are told about the files of a site: YAML editors by the line at the top, pre-commit by its manifest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aciform_schemas::Schema;
use aciform_testkit::program::{repository, run};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

/// What the YAML language server looks for.
const MARK: &str = "# yaml-language-server: $schema=";

#[test]
fn the_first_line_of_every_yaml_leads_to_the_schema_that_it_fits() {
    let folder = tempfile::tempdir().expect("a folder");
    let _ = run(PROGRAM, folder.path(), &["init", "site"]).success();
    let mut sites: Vec<PathBuf> = vec![folder.path().join("site")];
    let examples = fs::read_dir(repository().join("examples")).expect("the examples");
    sites.extend(examples.map(|entry| entry.expect("an entry").path()));
    assert!(sites.len() > 2);
    for site in sites {
        let mut checked = 0;
        for entry in walkdir::WalkDir::new(&site).sort_by_file_name() {
            let path = entry.expect("the site can be read").into_path();
            if path.extension().is_some_and(|end| end == "yaml") {
                fits(&path);
                checked += 1;
            }
        }
        assert!(checked > 1, "{}", site.display());
    }
}

fn fits(path: &Path) {
    let text = fs::read_to_string(path).expect("a text");
    let name = text.lines().next().and_then(|line| line.strip_prefix(MARK));
    let name = name.unwrap_or_else(|| panic!("{} names no schema", path.display()));
    let schema = path.parent().expect("a folder").join(name);
    let schema = fs::read_to_string(&schema).unwrap_or_else(|error| panic!("{}: {error}", schema.display()));
    let expected = if path.ends_with("aciform.yaml") { "aciform" } else { "intent" };
    assert_eq!(Some(schema.as_str()), aciform_schemas::text(expected), "{}", path.display());
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let value: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(Schema::new(&schema).expect("a schema").check(&value), [], "{}", path.display());
}

/// pre-commit with a repository of its own that holds our manifest, over another with files to lint.
struct Hooks {
    folder: tempfile::TempDir,
}

impl Hooks {
    fn over(files: &[(&str, &str)]) -> Self {
        let hooks = Self { folder: tempfile::tempdir().expect("a folder") };
        let manifest = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).expect("the manifest");
        hooks.commit("hooks", &[(".pre-commit-hooks.yaml", &manifest)]);
        hooks.commit("linted", files);
        hooks
    }

    fn commit(&self, name: &str, files: &[(&str, &str)]) {
        let folder = self.folder.path().join(name);
        for (name, text) in files {
            let place = folder.join(name);
            fs::create_dir_all(place.parent().expect("a folder")).expect("a folder can be made");
            fs::write(place, text).expect("a file can be written");
        }
        for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", "x"]] {
            let identity = ["-c", "user.name=x", "-c", "user.email=x@example.net"];
            let done = Command::new("git").current_dir(&folder).args(identity).args(arguments).status();
            assert!(done.expect("git runs").success(), "{arguments:?}");
        }
    }

    /// Whether a hook passes, and what was printed.
    fn run(&self, hook: &str, config: &str) -> (bool, String) {
        let linted = self.folder.path().join("linted");
        let hooks = self.folder.path().join("hooks");
        let head = Command::new("git").current_dir(&hooks).args(["rev-parse", "HEAD"]).output().expect("git runs");
        let head = String::from_utf8(head.stdout).expect("text");
        let text = format!(
            "repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - {{id: {hook}{config}}}\n",
            hooks.display(),
            head.trim()
        );
        fs::write(linted.join(".pre-commit-config.yaml"), text).expect("the configuration can be written");
        let python = std::env::var("ACIFORM_ORACLE_PYTHON")
            .expect("ACIFORM_ORACLE_PYTHON names a Python with pre-commit; .ci/test sets it");
        let program = Path::new(PROGRAM).parent().expect("a folder").display().to_string();
        let path = std::env::var("PATH").expect("a path");
        let ran = Command::new(python)
            .current_dir(&linted)
            .args(["-m", "pre_commit", "run", "--all-files", "--color", "never"])
            .env("PATH", format!("{program}:{path}"))
            .env("PRE_COMMIT_HOME", self.folder.path().join("home"))
            .output()
            .expect("pre-commit runs");
        let printed = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
        (ran.status.success(), printed)
    }
}

const SOUND: &str = "[ml2_cisco_apic]\napic_hosts = 10.0.0.1\napic_username = ops\napic_password = hunter2\n";
const UNSOUND: &str = "[ml2_cisco_apic]\nenable_aci_routing = perhaps\n";

#[test]
fn pre_commit_lints_each_ini_by_itself() {
    // Read together the second would take over what the first says; and the third is none of ours.
    let hooks = Hooks::over(&[
        ("east/ml2_conf_cisco_apic.ini", SOUND),
        ("west side/ml2_conf_cisco_apic.ini", SOUND),
        ("php.ini", "[ml2_cisco_apic]\nenable_aci_routing = perhaps\n"),
    ]);
    let (passed, printed) = hooks.run("aciform-lint", "");
    assert!(passed, "{printed}");
    let (passed, printed) = hooks.run("aciform-lint", ", args: [--fail-level=warning]");
    assert!(!passed && printed.matches("ACI701").count() == 2 && !printed.contains("hunter2"), "{printed}");
    let hooks = Hooks::over(&[("a/ml2_conf_cisco_apic.ini", UNSOUND), ("b/ml2_conf_cisco_apic.ini", SOUND)]);
    let (passed, printed) = hooks.run("aciform-lint", "");
    assert!(!passed && printed.contains("a/ml2_conf_cisco_apic.ini:2"), "{printed}");
}

#[test]
fn pre_commit_lints_sites_as_wholes() {
    let site = [("s/aciform.yaml", "aciform: 1\n"), ("s/ml2_conf_cisco_apic.ini", SOUND)];
    let sound = ("s/intent.yaml", "hosts: {a: {}}\n");
    let (passed, printed) = Hooks::over(&[&site[..], &[sound]].concat()).run("aciform-lint-site", "");
    assert!(passed, "{printed}");
    let unsound = ("s/intent.yaml", "projects: {p: {instances: {i: {host: b}}}}\n");
    let hooks = Hooks::over(&[&site[..], &[unsound]].concat());
    let (passed, printed) = hooks.run("aciform-lint-site", ", args: [s]");
    assert!(!passed && printed.contains("s/intent.yaml:1"), "{printed}");
}
