//! Findings while a file is typed, what is done about them, and where they are shown.

use aciform_testkit::program;
use serde_json::{Value, json};

use crate::client::{Client, applied, lab, uri};

fn actions(client: &mut Client, uri: &str, finding: &Value) -> Vec<Value> {
    let params = json!({
        "textDocument": {"uri": uri}, "range": finding["range"], "context": {"diagnostics": [finding]},
    });
    client.ask("textDocument/codeAction", params).as_array().expect("a list").clone()
}

/// The codes of those that cannot be lived with.
fn errors(found: &[Value]) -> Vec<&Value> {
    found.iter().filter(|one| one["severity"] == 1).map(|one| &one["code"]).collect()
}

#[test]
fn an_ini_of_no_site_is_linted_while_it_is_broken() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut client = Client::start(&json!({}));
    // The file is not on disk: what counts is what the editor holds.
    let text = "[DEFAULT]\napic_system_id = lab\n\n[ml2_cisco_apic]\napic_hosts = 10.0.0.1\napic_username = ops\napic_password = hunter2\n";
    let ini = client.open(&folder.path().join("ml2_conf_cisco_apic.ini"), text);
    let whole = client.codes(&ini);
    assert!(whole.contains(&"ACI701".to_owned()), "{whole:?}");
    client.edit(&ini, "[ml2_cisco_apic]", "[ml2_cisco");
    assert!(client.codes(&ini).contains(&"ACI005".to_owned()), "{:?}", client.codes(&ini));
    client.edit(&ini, "[ml2_cisco", "[ml2_cisco_apic]");
    assert_eq!(client.codes(&ini), whole);
    client.edit(&ini, "apic_username = ops", "apic_username");
    let shown = client.found(&ini);
    let broken = shown.iter().find(|one| one["range"]["start"]["line"] == 5).expect("a finding in the line");
    assert_eq!(broken["severity"], 1);
    assert_eq!(broken["source"], "aciform");
    // Nothing of it shows the password.
    assert!(!format!("{shown:?}").contains("hunter2"));
    client.close(&ini);
    assert!(client.told(&ini).is_empty(), "findings stay behind");
    assert_eq!(client.end(), 0);
}

#[test]
fn a_warning_is_accepted_with_a_comment_where_it_stands() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let text = std::fs::read_to_string(site.join("ml2_conf_cisco_apic.ini")).expect("a text").replace('\n', "\r\n");
    let text = text.replace("# Small lab", "# 😀 Small lab");
    let ini = client.open(&site.join("ml2_conf_cisco_apic.ini"), &text);
    let found = client.found(&ini);
    let plain = found.iter().find(|one| one["code"] == "ACI701").expect("the password is there").clone();
    assert_eq!(plain["severity"], 2);
    let actions = actions(&mut client, &ini, &plain);
    let allow = actions.iter().find(|action| action["title"].as_str().expect("a title").starts_with("allow ACI701"));
    let allow = allow.expect("an action");
    assert_eq!((&allow["kind"], &allow["isPreferred"]), (&json!("quickfix"), &json!(false)));
    assert_eq!(allow["diagnostics"][0], plain);
    let after = applied(&text, allow["edit"]["changes"][&ini].as_array().expect("edits"));
    let line = "apic_password = lab-only-41";
    assert_eq!(after, text.replace(line, &format!("# aciform: allow ACI701 reason\r\n{line}")));
    client.set(&ini, &after);
    // That finding goes, no other comes or goes, not even one about the comment.
    let left: Vec<&Value> = found.iter().filter(|one| **one != plain).map(|one| &one["code"]).collect();
    assert_eq!(json!(client.codes(&ini)), json!(left));
    assert_eq!(client.end(), 0);
}

#[test]
fn what_can_be_mended_is_mended_as_the_linter_mends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("ml2_conf_cisco_apic.ini");
    let text = "[ml2_cisco_apic]  # wide: 😀\r\napic_hosts = 10.0.0.1\r\nEnable_Aci_Routing = True\r\n";
    std::fs::write(&place, text).expect("it can be written");
    let mut client = Client::start(&json!({}));
    let ini = client.open_file(&place);
    let fixable: Vec<Value> = client.found(&ini).into_iter().filter(|one| one["data"]["fixable"] == true).collect();
    assert!(!fixable.is_empty());
    let known = client.found(&ini).len();
    for finding in fixable {
        let fix = actions(&mut client, &ini, &finding).into_iter().find(|action| {
            action["diagnostics"][0] == finding && !action["title"].as_str().expect("a title").starts_with("allow ")
        });
        let fix = fix.unwrap_or_else(|| panic!("nothing mends {finding}"));
        let after = applied(text, fix["edit"]["changes"][&ini].as_array().expect("edits"));
        client.set(&ini, &after);
        let left = client.found(&ini);
        assert!(left.len() < known || !left.iter().any(|one| one["code"] == finding["code"]), "{finding}: {left:?}");
        client.set(&ini, text);
        client.found(&ini);
    }
    // All at once, until nothing is left: the same as `lint --fix`.
    for _ in 0..10 {
        let at = json!({"line": 0, "character": 0});
        let params = json!({
            "textDocument": {"uri": ini}, "range": {"start": at, "end": at},
            "context": {"diagnostics": [], "only": ["source.fixAll"]},
        });
        client.found(&ini);
        let all = client.ask("textDocument/codeAction", params);
        let Some(all) = all.as_array().expect("a list").first() else { break };
        let now = client.texts[&ini].1.clone();
        client.set(&ini, &applied(&now, all["edit"]["changes"][&ini].as_array().expect("edits")));
    }
    let run = program::run(env!("CARGO_BIN_EXE_aciform"), folder.path(), &["lint", "--fix", "ml2_conf_cisco_apic.ini"]);
    assert!(run.code <= 1, "{}", run.stderr);
    let fixed = std::fs::read_to_string(&place).expect("a text");
    assert_ne!(fixed, text);
    assert_eq!(client.texts[&ini].1, fixed);
    assert_eq!(client.end(), 0);
}

#[test]
fn a_site_is_linted_as_a_whole_and_its_findings_are_shown_where_they_belong() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let intent = client.open_file(&site.join("intent/NewWebApps.yaml"));
    assert!(errors(&client.found(&intent)).is_empty());
    let ini = uri(&site.join("ml2_conf_cisco_apic.ini"));
    let told = client.told(&ini);
    assert!(told.iter().any(|one| one["code"] == "ACI701"), "the ini is not open, and has its finding");
    // Half a mapping, an unterminated quote, a reference to nothing.
    client.edit(&intent, "external_gateway: {network: OS_L3Out}", "external_gateway: {network: OS_L3Out");
    assert!(!errors(&client.found(&intent)).is_empty());
    client.edit(&intent, "external_gateway: {network: OS_L3Out", "external_gateway: {network: OS_L3Out}");
    assert!(errors(&client.found(&intent)).is_empty());
    client.edit(&intent, "fixed_ips: [10.100.100.18]", "fixed_ips: [\"10.100.100.18]");
    assert!(!errors(&client.found(&intent)).is_empty());
    client.edit(&intent, "fixed_ips: [\"10.100.100.18]", "fixed_ips: [10.100.100.17]");
    let found = client.found(&intent);
    // The address is used twice: the other place is named too.
    let doubled = found.iter().find(|one| !one["relatedInformation"].is_null()).expect("two places");
    assert_eq!(doubled["relatedInformation"][0]["location"]["uri"], json!(intent), "{doubled}");
    client.edit(
        &intent,
        "fixed_ips: [10.100.100.17]\n            security_groups: [AllowPublicAccess]",
        "fixed_ips: [10.100.100.18]\n            security_groups: [AllowPublicAccess]",
    );
    assert!(errors(&client.found(&intent)).is_empty());
    // The last file of the site closes: nothing is left to show.
    client.close(&intent);
    while !client.told(&ini).is_empty() {
        client.wait();
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn buffers_count_in_place_of_files_for_the_whole_site() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({"general": {"positionEncodings": ["utf-16"]}}));
    let intent = client.open_file(&site.join("intent/NewWebApps.yaml"));
    let ini = client.open_file(&site.join("ml2_conf_cisco_apic.ini"));
    let whole = client.codes(&ini);
    assert!(!whole.contains(&"ACI324".to_owned()), "{whole:?}");
    client.edit(&ini, "[apic_external_network:OS_L3Out]", "[apic_external_network:Other]");
    // The section has no network, and the network no section.
    assert!(client.codes(&ini).contains(&"ACI324".to_owned()));
    let fabric = uri(&site.join("intent/fabric.yaml"));
    while errors(&client.told(&fabric)).is_empty() {
        client.wait();
    }
    client.edit(&ini, "[apic_external_network:Other]", "[apic_external_network:OS_L3Out]");
    while !errors(&client.told(&fabric)).is_empty() {
        client.wait();
    }
    assert_eq!(client.codes(&ini), whole);
    assert!(errors(&client.found(&intent)).is_empty());
    assert_eq!(client.end(), 0);
}

#[test]
fn what_is_typed_fast_is_linted_at_its_end() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let ini = client.open_file(&site.join("ml2_conf_cisco_apic.ini"));
    let end = client.texts[&ini].1.len();
    let before = client.arrivals;
    client.at_once(|client| {
        for (number, letter) in "[apic_external_network:X]\npreexisting = maybe\n".chars().enumerate() {
            client.edit_bytes(&ini, end + number, end + number, &letter.to_string());
        }
    });
    let codes = client.codes(&ini);
    assert!(codes.len() > 1, "{codes:?}");
    assert!(client.arrivals - before < 20, "{} messages about 46 letters", client.arrivals - before);
    assert_eq!(client.end(), 0);
}
