//! What a person reads of every finding is reviewed: a text of each code is committed beside the tests of its crate, or
//! the test is named that provokes it, with what it takes.

use std::collections::BTreeMap;

use crate::codes::all;
use crate::repository::{assert_none, files};

/// A code that no text alone can provoke.
struct Elsewhere {
    id: &'static str,
    /// What it takes besides.
    takes: &'static str,
    /// The file and the name of the test that does.
    test: (&'static str, &'static str),
}

const fn elsewhere(id: &'static str, takes: &'static str, file: &'static str, test: &'static str) -> Elsewhere {
    Elsewhere { id, takes, test: (file, test) }
}

const REFUSED_FILES: &str = "compiler/aciform/tests/transcripts/refused_files.rs";
const REFUSED_OUTPUT: &str = "compiler/aciform/tests/transcripts/refused_output.rs";
const BASELINE: &str = "compiler/diagnostics/tests/baseline.rs";
const APIC: &str = "compiler/testkit/tests/apic/worked_example.rs";
const IPTABLES: &str = "compiler/testkit/tests/iptables/text.rs";

const ELSEWHERE: &[Elsewhere] = &[
    elsewhere(
        "ACI017",
        "a folder of configuration",
        "compiler/aciform/tests/config_dir.rs",
        "an_ini_file_in_a_configuration_folder_is_not_read",
    ),
    elsewhere(
        "ACI218",
        "a machine without a file",
        "compiler/rules/tests/values.rs",
        "files_that_are_not_there_are_found_where_they_would_be",
    ),
    elsewhere(
        "ACI705",
        "the mode of a file",
        "compiler/rules/tests/credentials.rs",
        "a_mode_is_reported_once_for_a_file_with_a_secret",
    ),
    elsewhere("ACI1081", "a folder without a site", REFUSED_FILES, "a_folder_without_a_site_file_is_no_site"),
    elsewhere(
        "ACI1082",
        "a file that is not there",
        REFUSED_FILES,
        "an_ini_that_is_not_there_is_named_where_the_site_names_it",
    ),
    elsewhere("ACI1083", "a folder that cannot be made", REFUSED_OUTPUT, "a_folder_that_cannot_be_made_is_refused"),
    elsewhere(
        "ACI1084",
        "a whole run, whose findings an allowance could accept",
        "compiler/aciform/tests/allow.rs",
        "an_allowance_that_accepts_nothing_is_reported",
    ),
    elsewhere("ACI1090", "a baseline", BASELINE, "what_is_no_baseline_is_refused_where_it_goes_wrong"),
    elsewhere("ACI1091", "a baseline and a run", BASELINE, "stale_entries_are_reported_where_they_stand"),
    elsewhere(
        "ACI1490",
        "a group of 65,537 members",
        IPTABLES,
        "a_group_with_more_members_than_a_set_holds_is_refused_where_a_rule_names_it",
    ),
    elsewhere(
        "ACI1491",
        "a compile of the rules of a host",
        IPTABLES,
        "groups_that_would_share_a_set_are_refused_once_rules_name_both",
    ),
    elsewhere(
        "ACI1520",
        "a run that must not write the lock",
        REFUSED_FILES,
        "a_lock_that_would_change_is_refused_under_locked_and_by_what_never_writes",
    ),
    elsewhere(
        "ACI1602",
        "a compile of the flows of a host",
        "compiler/bundle/tests/openflow/contradiction.rs",
        "two_external_networks_with_one_prefix_in_one_vrf_are_reported_by_both_names",
    ),
    elsewhere(
        "ACI1611",
        "a template in the folder of the site",
        REFUSED_FILES,
        "a_template_of_the_site_that_cannot_be_rendered_is_told_by_its_name_and_line",
    ),
    elsewhere(
        "ACI1612",
        "a command line",
        "compiler/aciform/tests/transcripts/verbs.rs",
        "a_selection_of_nothing_is_a_mistake_of_the_command_line",
    ),
    elsewhere("ACI1613", "a folder with other files", REFUSED_OUTPUT, "a_folder_with_other_files_is_refused"),
    elsewhere("ACI1614", "a manifest", REFUSED_OUTPUT, "a_manifest_of_another_program_is_no_bundle"),
    elsewhere(
        "ACI1615",
        "two compiles at once",
        "compiler/aciform/tests/transcripts/interrupted.rs",
        "two_compiles_into_one_folder_do_not_mix",
    ),
    elsewhere(
        "ACI1620",
        "a compile to objects of APIC",
        APIC,
        "a_name_that_apic_refuses_is_an_error_and_its_body_is_not_written",
    ),
    elsewhere(
        "ACI1621",
        "a compile to objects of APIC",
        APIC,
        "two_groups_that_end_in_one_dn_are_an_error_unless_they_are_the_same",
    ),
];

#[test]
fn every_code_has_a_reviewed_text_or_a_test_elsewhere() {
    let mut texts: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (path, text) in files("compiler", ".txt").into_iter().filter(|(path, _)| path.contains("/tests/rendered/")) {
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".txt").to_owned();
        texts.entry(name).or_default().push((path, text));
    }
    let mut wrong = Vec::new();
    for code in all() {
        let (id, exception) = (code.id.as_str(), ELSEWHERE.iter().find(|row| row.id == code.id));
        match (texts.remove(id).as_deref(), exception) {
            (None, Some(_)) => {}
            (None, None) => wrong.push(format!("{id} of {} has no reviewed text", code.owner)),
            (Some(_), Some(row)) => wrong.push(format!("{id} has a reviewed text, so it does not take {}", row.takes)),
            (Some([(path, text)]), None) => {
                let from = format!("compiler/{}/tests/", code.owner);
                if !path.starts_with(&from) || !text.contains(&format!("[{id}]: ")) {
                    wrong.push(format!("{path} is not what {} finds as {id}", code.owner));
                }
            }
            (Some(several), None) => wrong.push(format!("{id} has {} reviewed texts", several.len())),
        }
    }
    wrong.extend(texts.into_keys().map(|name| format!("the reviewed text {name} belongs to no code")));
    assert_none(&wrong);
}

#[test]
fn the_tests_that_are_named_exist() {
    let mut wrong = Vec::new();
    for Elsewhere { id, takes, test: (file, name) } in ELSEWHERE {
        let (folder, ending) = file.rsplit_once('/').unwrap();
        let text = files(folder, ending).into_iter().find(|(path, _)| path == file).map(|(_, text)| text);
        let text = text.unwrap_or_default();
        let body = text.split_once(&format!("fn {name}(")).map(|(_, rest)| rest.split("\n}\n").next().unwrap());
        if !body.is_some_and(|body| body.contains(id)) {
            wrong.push(format!("{file} has no test `{name}` that speaks of {id}"));
        }
        if !all().iter().any(|code| code.id == *id) {
            wrong.push(format!("{id} is no code, whatever {takes} gives"));
        }
    }
    assert_none(&wrong);
}
