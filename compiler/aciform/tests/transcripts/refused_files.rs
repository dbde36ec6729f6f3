//! Files that are not there, that are no YAML, or that are half of a merge.

use expect_test::expect;

use super::kit::{Lab, aciform};

#[test]
fn an_ini_that_is_not_there_is_named_where_the_site_names_it() {
    let lab = Lab::new();
    lab.remove("ml2_conf_cisco_apic.ini").refused(2, &expect!["site/aciform.yaml:4:7: error[ACI1082]: `site/ml2_conf_cisco_apic.ini` cannot be opened: there is no such file"]);
}

#[test]
fn an_intent_that_is_not_there_is_named_where_the_site_names_it() {
    let lab = Lab::new();
    lab.edit("aciform.yaml", "[intent/]", "[intent/, intents/more.yaml]").refused(
        2,
        &expect![
            "site/aciform.yaml:5:19: error[ACI1082]: `site/intents/more.yaml` cannot be opened: there is no such file"
        ],
    );
}

#[test]
fn a_default_that_is_not_there_is_named_by_its_own_name() {
    let lab = Lab::new();
    lab.edit("aciform.yaml", "intent: [intent/]\n", "").remove("intent").refused(
        2,
        &expect!["site/aciform.yaml:3:1: error[ACI1082]: `site/intent.yaml` cannot be opened: there is no such file"],
    );
}

#[test]
fn a_folder_without_a_site_file_is_no_site() {
    let lab = Lab::new();
    lab.remove("aciform.yaml").refused(2, &expect!["error[ACI1081]: `site` is no site: it has no `aciform.yaml`"]);
}

#[test]
fn a_folder_that_is_not_there_is_no_site() {
    Lab::new().refused_with(
        &["compile", "elsewhere", "-o", "out"],
        2,
        &expect!["error[ACI1081]: there is no folder `elsewhere`"],
    );
}

#[test]
fn a_file_is_no_site() {
    Lab::new().refused_with(
        &["compile", "site/aciform.yaml", "-o", "out"],
        2,
        &expect!["error[ACI1081]: `site/aciform.yaml` is no folder"],
    );
}

#[test]
fn the_site_is_the_current_folder_unless_one_is_named() {
    let lab = Lab::new();
    let run = aciform(&lab.place("site"), &["compile", "-o", "../out"]).success();
    assert!(run.stdout.starts_with("../out: 37 artifacts (37 unchanged)\n"), "{}", run.stdout);
}

#[test]
fn yaml_that_does_not_parse_is_told_where_it_stops_making_sense() {
    let lab = Lab::new();
    lab.write("intent/more.yaml", "hosts:\n  centos-03: {roles: [compute\n")
        .refused(1, &expect!["site/intent/more.yaml:2:22: error[ACI1001]: `[` is never closed"]);
    lab.write("intent/more.yaml", "hosts:\n\tcentos-03: {}\n")
        .refused(1, &expect!["site/intent/more.yaml:2:1: error[ACI1001]: a tab stands where only spaces can"]);
    lab.write("intent/more.yaml", "hosts: {centos-03: {}}\n  centos-04: {}\n")
        .refused(1, &expect!["site/intent/more.yaml:2:3: error[ACI1001]: this does not line up with the keys above"]);
}

#[test]
fn a_site_file_that_does_not_parse_is_no_reason_for_a_second_finding() {
    let lab = Lab::new();
    lab.write("aciform.yaml", "aciform: 1\nini: \"ml2_conf_cisco_apic.ini\n")
        .refused(1, &expect!["site/aciform.yaml:2:6: error[ACI1001]: a quote is never closed"]);
}

#[test]
fn a_lock_with_both_sides_of_a_merge_is_one_finding() {
    let lab = Lab::new();
    let lock = lab.read("site/aciform.lock");
    let ours = "  OS_L3Out centos-01: 172.16.10.2\n";
    let merged = format!("<<<<<<< HEAD\n{ours}=======\n  OS_L3Out centos-01: 172.16.10.4\n>>>>>>> other\n");
    assert!(lock.contains(ours));
    lab.write("aciform.lock", lock.replace(ours, &merged))
        .refused(1, &expect!["site/aciform.lock:32:1: error[ACI1501]: a merge of the lock is not finished"]);
}

#[test]
fn a_lock_that_was_edited_into_nonsense_is_told_line_by_line() {
    let lab = Lab::new();
    lab.edit("aciform.lock", "version: 1\n", "version: 2\n")
        .refused(1, &expect!["site/aciform.lock:3:1: error[ACI1503]: version `2` of the lock is not known"]);
    let lab = Lab::new();
    lab.edit("aciform.lock", "  OS_L3Out centos-01: 172.16.10.2\n", "  OS_L3Out centos-01: 172.16.10.3\n")
        .edit("aciform.lock", "  centos-01 of-svc-nsport: fa:16:3e:09:2e:f8\n", "  centos-01 of-svc-nsport: fa:16\n")
        .refused(1, &expect![[r#"
            site/aciform.lock:22:28: error[ACI1506]: `fa:16` of `centos-01 of-svc-nsport` is not a MAC such as `fa:16:3e:10:00:17`
            site/aciform.lock:33:3: error[ACI1507]: `OS_L3Out centos-02` has 172.16.10.3 as `OS_L3Out centos-01` has"#]]);
}

#[test]
fn a_lock_that_would_change_is_refused_under_locked_and_by_what_never_writes() {
    let lab = Lab::new();
    lab.edit("intent/fabric.yaml", "projects:\n", "projects:\n  more: {}\n");
    for (out, refusal) in [
        ("out", expect!["error[ACI1520]: `aciform.lock` is not up to date with the intent"]),
        ("elsewhere", expect!["error[ACI1520]: `aciform.lock` is not up to date with the intent"]),
    ] {
        lab.refused_with(&["compile", "site", "--locked", "-o", out], 1, &refusal);
    }
    for command in [&["golden", "check", "site"][..], &["golden", "accept", "site"], &["show", "fabric", "site"]] {
        let run = lab.run(command);
        assert_eq!(run.code, 1, "{command:?}: {}", run.stderr);
        assert!(run.stderr.contains("ACI1520"), "{command:?}: {}", run.stderr);
    }
}

#[test]
fn a_template_of_the_site_that_cannot_be_rendered_is_told_by_its_name_and_line() {
    let lab = Lab::new();
    lab.write("templates/openflow/br-int.flows.j2", "# ours\n{{ flow }}\n");
    let refusal = expect!["error[ACI1611]: templates/openflow/br-int.flows.j2:2: undefined value: `flow` is undefined"];
    lab.refused(1, &refusal);
    assert!(lab.run(&["compile", "site"]).stderr.contains("ACI1611"));
    lab.write("templates/openflow/br-int.flows.j2", "# ours\n{{ flows }}\n");
    let run = lab.run(&["compile", "site"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}
