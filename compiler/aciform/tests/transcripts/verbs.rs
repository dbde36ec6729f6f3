//! Each command as a user tries it: what it prints, where, and how it ends.

use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};

use aciform_testkit::closed::{Openings, assert_schema_is_closed};
use aciform_testkit::program::Run;
use expect_test::expect;
use serde_json::Value;

use super::kit::{Lab, aciform, tree};

/// Every command with its own help.
const COMMANDS: &[&[&str]] = &[
    &["init"],
    &["generate"],
    &["compile"],
    &["diff"],
    &["golden"],
    &["golden", "check"],
    &["golden", "accept"],
    &["show"],
    &["show", "ini"],
    &["show", "fabric"],
    &["show", "lock"],
    &["pools"],
    &["lock"],
    &["lock", "compact"],
    &["explain"],
    &["schema"],
    &["completions"],
    &["man"],
];

fn ended(run: &Run, code: i32) {
    assert_eq!(run.code, code, "stdout:\n{}\nstderr:\n{}", run.stdout, run.stderr);
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn init_makes_a_site_that_compiles_without_a_finding_and_nothing_over_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = aciform(folder.path(), &["init", "site"]);
    ended(&run, 0);
    assert!(run.stdout.ends_with("next: aciform compile site\n"), "{}", run.stdout);
    let run = aciform(folder.path(), &["compile", "site", "--message-format", "short"]);
    ended(&run, 0);
    assert!(!run.stderr.contains('['), "{}", run.stderr);
    assert!(folder.path().join("site/bundle/manifest.json").exists());
    let before = tree(folder.path());
    let again = aciform(folder.path(), &["init", "site"]);
    ended(&again, 2);
    assert_eq!(again.stderr, "error: `site` is not empty; name a new folder\n");
    assert!(tree(folder.path()) == before);
    ended(&aciform(folder.path(), &["init", "/proc/site"]), 2);
    let nested = aciform(folder.path(), &["init", "a/b/c"]);
    ended(&nested, 0);
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    ended(&aciform(folder.path(), &["init", "empty"]), 0);
}

#[test]
fn a_compile_says_what_a_reviewer_asks_first() {
    let lab = Lab::new();
    let fresh = lab.run(&["compile", "site", "-o", "fresh"]).success();
    expect![[r#"
        fresh: 37 artifacts (37 new)
          apic                             5 files      12.9 kB
          hosts/centos-01                 16 files      47.0 kB
          hosts/centos-02                 15 files      46.3 kB
          neutron.json                     1 file        2.1 kB
    "#]]
    .assert_eq(&fresh.stdout);
    assert_eq!(fresh.stderr, "");
    lab.edit("intent/NewWebApps.yaml", "{protocol: tcp, port: 80}", "{protocol: tcp, port: 8080}").edit(
        "intent/fabric.yaml",
        "  centos-02:\n",
        "  centos-03: {}\n  centos-02:\n",
    );
    let changed = lab.run(&["compile", "site", "-o", "fresh"]).success();
    expect![[r#"
        fresh: 43 artifacts (6 new, 5 changed, 32 unchanged)
          apic                             5 files      12.9 kB
          hosts/centos-01                 16 files      47.0 kB  2 changed
          hosts/centos-02                 15 files      46.3 kB  2 changed
          hosts/centos-03                  6 files       5.0 kB  6 new
          neutron.json                     1 file        2.2 kB  1 changed
    "#]]
    .assert_eq(&changed.stdout);
    expect![[r#"
        site/aciform.lock: 2 added; review and commit it
    "#]]
    .assert_eq(&changed.stderr);
}

#[test]
fn a_name_that_goes_while_another_comes_is_told_how_to_keep_its_ids() {
    let lab = Lab::new();
    let project = lab.read("site/intent/NewWebApps.yaml");
    lab.write("intent/NewWebApps.yaml", project.replace("MyWebservers", "WebServers"));
    let run = lab.run(&["compile", "site", "-o", "out"]).success();
    expect![[r#"
        site/aciform.lock: 1 added, 1 removed; review and commit it
        `NewWebApps/MyWebservers` is gone and `NewWebApps/WebServers` is new, with other ids and addresses;
          if it was renamed, restore the lock and write `renamed: {security_groups: {NewWebApps/MyWebservers: NewWebApps/WebServers}}`
    "#]].assert_eq(&run.stderr);
    let lab = Lab::new();
    let project = lab.read("site/intent/NewWebApps.yaml").replace("MyWebservers", "WebServers");
    let renamed = "renamed: {security_groups: {NewWebApps/MyWebservers: NewWebApps/WebServers}}\n";
    let id = |lab: &Lab| {
        let lock = lab.read("site/aciform.lock");
        let line = lock.lines().find(|line| line.contains("security_group NewWebApps/") && line.contains("eb"));
        line.and_then(|line| line.rsplit(' ').next().map(str::to_owned)).expect("an id")
    };
    let kept = id(&lab);
    lab.write("intent/NewWebApps.yaml", format!("{project}{renamed}"));
    let run = lab.run(&["compile", "site", "-o", "out"]).success();
    assert!(!run.stderr.contains("is gone"), "{}", run.stderr);
    assert_eq!(id(&lab), kept);
}

#[test]
fn a_selection_of_nothing_is_a_mistake_of_the_command_line() {
    let lab = Lab::new();
    lab.refused_with(
        &["compile", "site", "-o", "out", "--host", "centos-2"],
        2,
        &expect!["error[ACI1612]: the site has no host `centos-2`"],
    );
    let run = lab.run(&["compile", "site", "--target", "flows"]);
    ended(&run, 2);
    assert!(run.stderr.contains("[possible values: apic, endpoint, iptables, openflow]"), "{}", run.stderr);
}

#[test]
fn golden_accept_writes_what_golden_check_compares_with() {
    let lab = Lab::new();
    lab.edit("aciform.yaml", "../../golden/rdo-lab", "reviewed");
    let missing = lab.run(&["golden", "check", "site"]);
    ended(&missing, 1);
    expect![[r#"
        there is no reviewed bundle `site/reviewed`; `aciform golden accept site` writes it
    "#]]
    .assert_eq(&missing.stderr);
    let accepted = lab.run(&["golden", "accept", "site"]).success();
    assert_eq!(accepted.stdout, "site/reviewed: 37 new, 0 changed, 0 unchanged, 0 removed\n");
    assert!(tree(&lab.place("site/reviewed")) == tree(&lab.place("out")));
    let same = lab.run(&["golden", "check", "site"]);
    assert_eq!((same.code, same.stdout.as_str()), (0, "no differences\n"));
    // Somebody edits the reviewed bundle by hand, and adds a file.
    let payload = lab.read("site/reviewed/apic/10-infra.json");
    lab.write("reviewed/apic/10-infra.json", payload.replace("225.1.255.255", "225.1.255.254"));
    lab.write("reviewed/apic/mine", "x\n");
    let edited = lab.run(&["golden", "check", "site"]);
    ended(&edited, 1);
    expect![[r#"
        2 artifacts differ: 0 added, 1 changed, 1 removed
        apic/10-infra.json: +1 -1
        apic/mine: +0 -1 (gone)

        apic/10-infra.json
        - uni/infra/maddrns-RDO-ML2_mcast_ns/fromaddr-[225.1.1.1]-toaddr-[225.1.255.254] fvnsMcastAddrBlk
        + uni/infra/maddrns-RDO-ML2_mcast_ns/fromaddr-[225.1.1.1]-toaddr-[225.1.255.255] fvnsMcastAddrBlk {annotation: orchestrator:aciform:RDO-ML2, from: 225.1.1.1, to: 225.1.255.255}

        apic/mine
        - x
    "#]].assert_eq(&edited.stdout);
    lab.remove("reviewed/apic/mine");
    // White space alone is no difference in meaning, and still not what was reviewed.
    lab.write("reviewed/apic/10-infra.json", payload.replacen('{', "{ ", 1));
    let spelt = lab.run(&["golden", "check", "site"]);
    ended(&spelt, 1);
    expect![[r#"
        the bytes differ, in order or spelling alone; `aciform golden accept site` rewrites them
    "#]]
    .assert_eq(&spelt.stderr);
    let run = lab.run(&["golden", "check", "site", "--format", "patch"]);
    ended(&run, 1);
    assert!(run.stdout.starts_with("diff --git a/apic/10-infra.json b/apic/10-infra.json\n"), "{}", run.stdout);
    let _ = lab.run(&["golden", "accept", "site"]).success();
    ended(&lab.run(&["golden", "check", "site"]), 0);
}

#[test]
fn what_only_looks_never_writes() {
    let lab = Lab::new();
    lab.edit("aciform.yaml", "../../golden/rdo-lab", "../out").edit(
        "intent/NewWebApps.yaml",
        "{protocol: tcp, port: 80}",
        "{protocol: tcp, port: 8080}",
    );
    let before = tree(lab.path());
    for command in [
        &["golden", "check", "site"][..],
        &["show", "ini", "site"],
        &["show", "fabric", "site"],
        &["show", "lock", "site"],
        &["pools", "site"],
        &["lock", "compact", "site"],
        &["diff", "out", "out"],
        &["explain", "ACI306"],
        &["schema", "intent"],
    ] {
        let run = lab.run(command);
        assert!(run.code < 2, "{command:?}: {}", run.stderr);
        assert!(tree(lab.path()) == before, "{command:?} wrote something");
    }
}

#[test]
fn show_ini_takes_a_site_a_bare_file_and_several() {
    let lab = Lab::new();
    let site = lab.run(&["show", "ini", "site"]).success();
    let bare = lab.run(&["show", "ini", "site/ml2_conf_cisco_apic.ini"]).success();
    assert_eq!(site.stdout, bare.stdout);
    assert!(bare.stdout.contains("  host_pool_cidr = 172.16.10.1/24"), "{}", bare.stdout);
    assert!(!bare.stdout.contains("lab-only"), "the password is shown");
    lab.write("more.ini", "[ml2_cisco_apic]\nenable_optimized_dhcp = False\n");
    let both = lab.run(&["show", "ini", "site/ml2_conf_cisco_apic.ini", "site/more.ini"]).success();
    let line = both.stdout.lines().find(|line| line.contains(" enable_optimized_dhcp ")).expect("the option");
    assert!(line.contains("= False") && line.ends_with("site/more.ini:2:25"), "{line}");
    let shown = json(&lab.run(&["show", "ini", "site", "--format", "json"]).success().stdout);
    assert!(shown.is_object());
    assert!(!shown.to_string().contains("lab-only"), "the password is shown");
    ended(&lab.run(&["show", "ini", "site/nothing.ini"]), 2);
    lab.write("more.ini", "[ml2_cisco_apic\n");
    ended(&lab.run(&["show", "ini", "site/more.ini"]), 1);
}

#[test]
fn show_fabric_and_show_lock_have_a_form_for_people_and_one_for_programs() {
    let lab = Lab::new();
    for what in ["fabric", "lock"] {
        let human = lab.run(&["show", what, "site"]).success();
        assert!(human.stdout.lines().count() > 40, "{}", human.stdout);
        assert_eq!(human.stderr, "");
        assert!(json(&lab.run(&["show", what, "site", "--format", "json"]).success().stdout).is_object());
    }
    let lock = lab.run(&["show", "lock", "site"]).success().stdout;
    assert!(lock.contains("snat: 2\n  OS_L3Out centos-01: 172.16.10.2\n"), "{lock}");
    assert_eq!(lab.run(&["show", "lock", "site/aciform.lock"]).success().stdout, lock);
    lab.remove("aciform.lock");
    let none = lab.run(&["show", "lock", "site"]).success();
    assert_eq!(
        (none.stdout.as_str(), none.stderr.as_str()),
        ("", "site/aciform.lock is not there yet: `aciform compile` writes it\n")
    );
    assert_eq!(lab.run(&["show", "lock", "site", "--format", "json"]).success().stdout, "{}\n");
}

#[test]
fn lock_compact_forgets_the_addresses_of_hosts_that_are_gone() {
    let lab = Lab::new();
    let before = lab.read("site/aciform.lock");
    assert_eq!(lab.run(&["lock", "compact", "site"]).success().stdout, "site/aciform.lock: 0 addresses forgotten\n");
    assert_eq!(lab.read("site/aciform.lock"), before);
    lab.edit("intent/fabric.yaml", "  centos-02:\n", "  centos-03: {}\n  centos-02:\n");
    let _ = lab.run(&["compile", "site", "-o", "out"]).success();
    lab.edit("intent/fabric.yaml", "  centos-03: {}\n", "");
    let _ = lab.run(&["compile", "site", "-o", "out"]).success();
    assert!(lab.read("site/aciform.lock").contains("snat_removed:\n  OS_L3Out centos-03: 172.16.10.4\n"));
    assert_eq!(lab.run(&["lock", "compact", "site"]).success().stdout, "site/aciform.lock: 1 address forgotten\n");
    assert_eq!(lab.read("site/aciform.lock"), before);
    let _ = lab.run(&["compile", "site", "-o", "out", "--locked"]).success();
}

#[test]
fn every_code_is_explained_by_number_and_by_name() {
    let lab = Lab::new();
    let list = lab.run(&["explain"]).success().stdout;
    assert!(list.lines().count() > 150);
    for (at, line) in list.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (code, name) = (words[0], words[2]);
        let page = lab.run(&["explain", code]).success().stdout;
        assert!(page.starts_with(&format!("{code} {name} (")), "{page}");
        assert!(page.lines().count() > 5, "{page}");
        if at % 10 == 0 {
            assert_eq!(lab.run(&["explain", name]).success().stdout, page);
            assert_eq!(lab.run(&["explain", &code.to_lowercase()]).success().stdout, page);
            assert_eq!(lab.run(&["explain", &code["ACI".len()..]]).success().stdout, page);
        }
    }
    let none = lab.run(&["explain", "ACI9999"]);
    ended(&none, 2);
    assert_eq!(none.stderr, "error: there is no code `ACI9999`; `aciform explain` lists them\n");
}

#[test]
fn every_schema_is_printed_by_name() {
    let lab = Lab::new();
    let names = lab.run(&["schema"]).success().stdout;
    for wanted in ["aciform", "intent", "manifest", "endpoint", "diff", "diagnostic"] {
        assert!(names.lines().any(|name| name == wanted), "{names}");
    }
    for name in names.lines() {
        assert!(json(&lab.run(&["schema", name]).success().stdout)["$schema"].is_string(), "{name}");
    }
    ended(&lab.run(&["schema", "nothing"]), 2);
}

#[test]
fn there_are_completions_for_each_shell() {
    let lab = Lab::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = lab.run(&["completions", shell]).success().stdout;
        assert!(script.contains("golden") && script.contains("--locked") || script.contains("locked"), "{shell}");
    }
    ended(&lab.run(&["completions", "tcsh"]), 2);
}

#[test]
fn the_manual_page_names_every_command_with_its_options_and_exit_codes() {
    let page = Lab::new().run(&["man"]).success().stdout;
    assert!(page.is_ascii(), "not every roff takes {:?}", page.chars().find(|c| !c.is_ascii()));
    for command in COMMANDS {
        assert!(page.contains(&format!("aciform {}", command.join(" "))), "{command:?}");
    }
    for word in ["\\-\\-locked", "\\-\\-timings", "Exit codes"] {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn the_help_of_each_command_names_its_exit_codes() {
    let lab = Lab::new();
    for command in COMMANDS {
        for help in ["-h", "--help"] {
            let text = lab.run(&[command, &[help][..]].concat()).success().stdout;
            assert!(text.contains("Exit codes"), "{command:?} {help}: {text}");
            assert!(text.lines().all(|line| line.chars().count() <= 100), "{command:?} {help}: {text}");
        }
    }
}

#[test]
fn what_is_no_command_or_option_is_trouble() {
    let lab = Lab::new();
    for command in [&["complie"][..], &["compile", "--lokced"], &["diff", "out"], &["show"], &[], &["show", "nothing"]]
    {
        let run = lab.run(command);
        ended(&run, 2);
        assert_eq!(run.stdout, "", "{command:?}");
    }
    let run = lab.run(&["complie"]);
    assert!(run.stderr.contains("'compile'"), "{}", run.stderr);
    assert!(lab.run(&["--version"]).success().stdout.starts_with("aciform "));
}

#[test]
fn json_messages_are_one_object_a_line_that_begins_with_the_version() {
    let lab = Lab::new();
    let schema = json(aciform_schemas::text("diagnostic").expect("a schema"));
    let lines = |run: &Run| {
        let lines: Vec<Value> = run.stderr.lines().map(json).collect();
        for line in &lines {
            let mixed: &[&str] = if line["type"] == "diagnostic" { &["/help"] } else { &[] };
            assert_schema_is_closed(&schema, line, Openings { mixed, ..Openings::default() });
        }
        lines
    };
    let good = lines(&lab.run(&["compile", "site", "-o", "out", "--message-format", "json", "--timings"]).success());
    assert_eq!((&good[0]["type"], &good[0]["format"]), (&Value::from("version"), &Value::from("1.1")));
    assert!(good[1..].iter().all(|line| line["type"] == "note"), "{good:?}");
    lab.edit("intent/NewWebApps.yaml", "fixed_ips: [10.100.100.18]", "fixed_ips: [10.100.100.17]");
    let run = lab.run(&["compile", "site", "-o", "out", "--message-format", "json"]);
    ended(&run, 1);
    let said = lines(&run);
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(
        (&said[1]["type"], &said[1]["code"], &said[1]["severity"]),
        (&"diagnostic".into(), &"ACI1223".into(), &"error".into())
    );
    let place = &said[1]["labels"][0]["place"];
    assert_eq!(
        (&place["file"], &place["line"], &place["column"]),
        (&"site/intent/NewWebApps.yaml".into(), &45.into(), &25.into())
    );
    let trouble = lines(&lab.run(&["explain", "ACI9999", "--message-format", "json"]));
    assert_eq!((trouble.len(), &trouble[1]["type"]), (2, &"trouble".into()));
}

#[test]
fn colour_comes_when_asked_for_and_never_by_itself_into_a_file() {
    let lab = Lab::new();
    lab.edit("intent/NewWebApps.yaml", "floating_ips:", "floating_ip:");
    let coloured = |arguments: &[&str], no_color: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aciform"));
        let command = command.current_dir(lab.path()).env_remove("NO_COLOR").args(["compile", "site"]).args(arguments);
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        command.output().expect("it runs").stderr.contains(&0x1b)
    };
    assert!(!coloured(&[], None), "into a pipe");
    assert!(coloured(&["--color", "always"], None));
    assert!(coloured(&["--color", "always"], Some("1")), "an option is nearer than the environment");
    assert!(!coloured(&["--color", "never"], None));
    assert!(!coloured(&["--color", "always", "--message-format", "json"], None));
    assert!(!coloured(&["--color", "always", "--message-format", "short"], None));
}

#[test]
fn the_worst_findings_are_printed_where_not_all_are() {
    let lab = Lab::new();
    let hosts: String = (0..30).map(|at| format!("  h{at}: {{bad: 1}}\n")).collect();
    lab.write("intent/more.yaml", format!("hosts:\n{hosts}"));
    let count = |run: &Run| run.stderr.lines().filter(|line| line.starts_with("error[")).count();
    let few = lab.run(&["compile", "site", "-o", "out", "--max-findings", "3"]);
    ended(&few, 1);
    assert_eq!(count(&few), 3);
    assert!(few.stderr.ends_with("30 errors (27 not shown, see --max-findings)\n"), "{}", few.stderr);
    let all = lab.run(&["compile", "site", "-o", "out", "--max-findings", "0"]);
    assert_eq!(count(&all), 30);
}

#[test]
fn timings_name_the_stages_the_total_and_the_memory() {
    let lab = Lab::new();
    let said = lab.run(&["compile", "site", "-o", "out", "--timings"]).success().stderr;
    let names: Vec<&str> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["read", "resolve", "assemble", "write", "total", "memory"]);
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let lab = Lab::new();
    for arguments in [&["show", "fabric", "site"][..], &["man"], &["completions", "bash"], &["schema", "intent"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_aciform"))
            .current_dir(lab.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut first = [0u8; 1];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("a byte");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}");
    }
}

#[test]
fn a_bundle_goes_beside_the_site_file_unless_told_otherwise() {
    let lab = Lab::new();
    let run = lab.run(&["compile", "site"]).success();
    assert!(run.stdout.starts_with("site/bundle: 37 artifacts (37 new)\n"), "{}", run.stdout);
    assert!(tree(&lab.place("site/bundle")) == tree(&lab.place("out")));
}
