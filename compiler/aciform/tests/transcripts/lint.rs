//! `aciform lint`: what it is pointed at, what is looked for, how it ends.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use aciform_testkit::program::{Run, copy, repository};
use tempfile::TempDir;

use crate::kit::aciform;

/// A whole configuration with one finding: the password, a warning.
const CLEAN: &str = "[DEFAULT]
apic_system_id = cloud-a

[ml2_cisco_apic]
apic_hosts = 10.1.1.5
apic_username = neutron
apic_password = fjord-77-lantern
openstack_password = 8-hinge-tarn
verify_ssl_certificate = /etc/neutron/apic-ca.pem
encap_mode = vxlan
";

/// The same with a line that the service cannot read.
fn broken() -> String {
    format!("{CLEAN}apic_use_ssl = perhaps\n")
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let place = folder.path().join(name);
        fs::create_dir_all(place.parent().expect("a folder above")).expect("a folder");
        fs::write(place, text).expect("a file");
    }
    folder
}

/// Runs `lint --format short` and returns the exit code and what it prints.
fn lint(folder: &TempDir, arguments: &[&str]) -> (i32, String) {
    let run = aciform(folder.path(), &[&["lint", "--format", "short"], arguments].concat());
    assert_eq!(run.stderr, "", "nothing is said beside the findings");
    (run.code, run.stdout)
}

/// The codes of what `lint` prints.
fn codes(printed: &str) -> Vec<&str> {
    printed.lines().filter_map(|line| line.split_once('[').and_then(|(_, rest)| rest.split(']').next())).collect()
}

#[test]
fn the_exit_code_follows_the_worst_finding_and_the_fail_level() {
    let broken = broken();
    let folder = folder(&[("clean.ini", CLEAN), ("broken.ini", &broken)]);
    let code = |arguments: &[&str]| lint(&folder, arguments).0;
    assert_eq!(code(&["clean.ini"]), 0);
    assert_eq!(code(&["clean.ini", "--fail-level", "warning"]), 1);
    assert_eq!(code(&["broken.ini"]), 1);
    assert_eq!(code(&["broken.ini", "--exit-zero"]), 0);
    let (_, printed) = lint(&folder, &["broken.ini"]);
    assert_eq!(codes(&printed), ["ACI701", "ACI701", "ACI201"], "{printed}");
}

#[test]
fn what_cannot_be_opened_or_is_no_word_of_ours_ends_with_2() {
    let folder = folder(&[("clean.ini", CLEAN)]);
    let code = |arguments: &[&str]| aciform(folder.path(), &[&["lint"], arguments].concat()).code;
    assert_eq!(code(&["missing.ini"]), 2);
    assert_eq!(code(&["clean.ini", "missing.ini", "--exit-zero"]), 2);
    assert_eq!(code(&["clean.ini", "--select", "nonsense"]), 2);
    assert_eq!(code(&["clean.ini", "--unsafe-fixes"]), 2);
    assert_eq!(code(&["--config-dir", "missing", "clean.ini"]), 2);
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    assert_eq!(code(&["empty"]), 2);
}

#[test]
fn codes_are_selected_left_out_and_made_worse() {
    let broken = broken();
    let folder = folder(&[("a.ini", &broken)]);
    let found = |arguments: &[&str]| {
        let (code, printed) = lint(&folder, &[arguments, &["a.ini"]].concat());
        let words = printed.lines().filter_map(|line| line.split_once(": ")).map(|(_, rest)| rest);
        (code, words.filter_map(|rest| rest.split(':').next()).map(str::to_owned).collect::<Vec<_>>())
    };
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    assert_eq!(found(&["--select", "ACI201"]), (1, of(&["error[ACI201]"])));
    assert_eq!(found(&["--select", "values"]), (1, of(&["error[ACI201]"])));
    assert_eq!(found(&["--ignore", "bad-bool,ACI701"]), (0, of(&[])));
    assert_eq!(found(&["--ignore", "ALL", "--warn", "bad-bool"]), (0, of(&["warning[ACI201]"])));
    assert_eq!(found(&["--select", "credentials", "--deny", "aci701"]), (1, of(&["error[ACI701]", "error[ACI701]"])));
    // The more exact word wins, and leaving out wins over its equals.
    assert_eq!(found(&["--select", "ACI201", "--ignore", "values"]), (1, of(&["error[ACI201]"])));
    assert_eq!(found(&["--select", "ACI201", "--ignore", "ACI201"]), (0, of(&[])));
}

#[test]
fn what_keeps_a_file_from_being_read_is_said_whatever_is_selected() {
    let folder = folder(&[("a.ini", "[DEFAULT\napic_system_id = x\n")]);
    let (code, printed) = lint(&folder, &["--select", "names", "a.ini"]);
    assert_eq!((code, codes(&printed)), (1, vec!["ACI005"]), "{printed}");
}

#[test]
fn files_together_are_one_configuration_in_their_order() {
    let broken = broken();
    let folder = folder(&[("1.ini", &broken), ("2.ini", "[ml2_cisco_apic]\napic_use_ssl = True\n")]);
    let errors = |arguments: &[&str]| lint(&folder, &[arguments, &["--select", "ACI201"]].concat());
    assert_eq!(errors(&["1.ini", "2.ini"]), (0, String::new()));
    assert_eq!(errors(&["2.ini", "1.ini"]).0, 1);
    // Of a --config-dir only `*.conf` is read, behind the files.
    fs::create_dir(folder.path().join("d")).expect("a folder");
    fs::write(folder.path().join("d/9.conf"), "[ml2_cisco_apic]\napic_use_ssl = True\n").expect("a file");
    assert_eq!(errors(&["1.ini", "--config-dir", "d"]), (0, String::new()));
}

#[test]
fn a_folder_holds_configurations_of_their_own_and_sites() {
    let broken = broken();
    let folder = folder(&[("etc/a.ini", &broken), ("etc/b.conf", "[ml2_cisco_apic]\napic_use_ssl = maybe\n")]);
    fs::write(folder.path().join("etc/.hidden.ini"), &broken).expect("a file");
    fs::write(folder.path().join("etc/notes.txt"), &broken).expect("a file");
    copy(&repository().join("examples/minimal"), &folder.path().join("etc/site"));
    let (code, printed) = lint(&folder, &["etc", "--select", "ACI201"]);
    assert_eq!(code, 1);
    let files: Vec<&str> = printed.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(files, ["etc/a.ini", "etc/b.conf"], "{printed}");
    let whole = lint(&folder, &["etc/site"]);
    assert_eq!(whole.0, 0, "{}", whole.1);
}

const TYPES: &str = "[ml2]\ntype_drivers = opflex\ntenant_network_types = opflex\n";

/// What a file of a folder does not set may be set by one beside it, which is read by itself.
#[test]
fn types_that_another_file_of_the_folder_sets_are_not_missed() {
    let driver = "[ml2]\nmechanism_drivers = cisco_apic_ml2\n";
    let found = |types: &str| {
        let folder = folder(&[("neutron/driver.ini", driver), (types, TYPES), ("neutron/x.conf", "[ml2]\n")]);
        codes(&lint(&folder, &["."]).1).into_iter().filter(|code| *code == "ACI122").count()
    };
    assert_eq!(found("neutron/types.ini"), 0);
    assert_eq!(found("neutron/plugins/ml2/types.conf"), 0);
    // Another cloud's.
    assert_eq!(found("other/types.ini"), 1);
    let folder = folder(&[("driver.ini", driver), ("types.ini", TYPES)]);
    assert_eq!(codes(&lint(&folder, &["driver.ini"]).1), ["ACI122"], "the other file is not given");
}

/// A folder like `/etc` holds files of many services, and some are not even ini.
#[test]
fn files_of_other_services_are_left_alone_in_a_folder() {
    let dnsmasq = "dhcp-option-force=26,1450\n";
    let broken = broken();
    let others = [
        ("etc/neutron/dnsmasq-neutron.conf", dnsmasq),
        (
            "etc/apache/wsgi.conf",
            "Listen 10.0.0.5:5000\n<VirtualHost *:5000>\n    WSGIScriptAlias / /x\n</VirtualHost>\n",
        ),
        ("etc/nova/nova.conf", "[DEFAULT]\ntransport_url = rabbit://a:b@c\n[database]\nconnection = mysql://a:b@c\n"),
        ("etc/nginx.conf", "http {\n  server { listen 80; }\n}\n"),
        ("etc/json.conf", "{\"a\": [}\n"),
    ];
    let both = folder(&[others.as_slice(), &[("etc/neutron/plugins/a.ini", broken.as_str())]].concat());
    let (code, printed) = lint(&both, &["etc"]);
    assert_eq!((code, codes(&printed)), (1, vec!["ACI701", "ACI701", "ACI201"]), "{printed}");
    // A file that is named is meant.
    let (code, printed) = lint(&both, &["etc/neutron/dnsmasq-neutron.conf"]);
    assert_eq!((code, codes(&printed)), (1, vec!["ACI006"]), "{printed}");
    let nothing = folder(&others);
    assert_eq!(aciform(nothing.path(), &["lint", "etc"]).code, 2);
}

/// What one file of a folder lacks, another that is read by itself may hold.
#[test]
fn a_configuration_in_several_files_of_a_folder_lacks_nothing() {
    let (kept_apart, rest): (Vec<&str>, Vec<&str>) =
        CLEAN.lines().partition(|line| line.contains("password") || line.contains("apic_username"));
    let (system, rest) = rest.split_at(2);
    let [system, rest] = [system, rest].map(|lines| lines.join("\n") + "\n");
    let secrets = format!("[ml2_cisco_apic]\n{}\n", kept_apart.join("\n"));
    let folder = folder(&[
        ("neutron/neutron.conf", system.as_str()),
        ("neutron/ml2/plugin.ini", rest.as_str()),
        ("neutron/ml2/secret.conf", secrets.as_str()),
    ]);
    let found = |arguments: &[&str]| {
        let (_, printed) = lint(&folder, arguments);
        codes(&printed).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found(&["."]), ["ACI701", "ACI701"]);
    assert_eq!(found(&["neutron/ml2/secret.conf"]), ["ACI701", "ACI701"]);
    assert_eq!(
        found(&["neutron/ml2/plugin.ini"]),
        ["ACI120", "ACI120", "ACI606", "ACI709"],
        "the others are not given"
    );
}

#[test]
fn an_agents_file_is_compared_with_the_one_configuration_beside_it() {
    let ini = "[DEFAULT]\napic_system_id = cloud-a\n[ml2_cisco_apic]\nencap_mode = vxlan\n";
    let agent = "{\n\t// JSON of the agent has comments\n\t\"opflex\": {\"domain\": \"comp/prov-OpenStack/ctrlr-[b]-b/sw-InsiemeLSOid\"},\n\t\"renderers\": {\"stitched-mode\": {\"encap\": {\"vxlan\": {\"remote-port\": 4789}}}}\n}\n";
    let folder = folder(&[("etc/ml2.ini", ini), ("etc/opflex-agent-ovs.conf", agent)]);
    let both = ["ACI808", "ACI802"];
    assert_eq!(codes(&lint(&folder, &["etc"]).1), both);
    assert_eq!(codes(&lint(&folder, &["etc/ml2.ini", "etc/opflex-agent-ovs.conf"]).1), both);
    assert_eq!(codes(&lint(&folder, &["etc/opflex-agent-ovs.conf"]).1), ["ACI802"]);
    // Of two configurations nobody knows which one it belongs to.
    fs::write(folder.path().join("etc/other.ini"), ini).expect("a file");
    assert_eq!(codes(&lint(&folder, &["etc"]).1), ["ACI802"]);
    // A site takes what lies beside its ini, but no other JSON.
    copy(&repository().join("examples/minimal"), &folder.path().join("site"));
    let plain = lint(&folder, &["site"]);
    fs::write(folder.path().join("site/other.conf"), "{\"a\": [}\n").expect("a file");
    assert_eq!(lint(&folder, &["site"]), plain);
    fs::write(folder.path().join("site/agent.conf"), agent).expect("a file");
    let (_, printed) = lint(&folder, &["site", "--select", "host-agents"]);
    assert_eq!(codes(&printed), both);
}

#[test]
fn standard_input_is_an_ini_file_under_the_name_given() {
    let folder = folder(&[]);
    let run = piped(&folder, &["-", "--stdin-path", "etc/a.ini", "--select", "ACI201"], &broken());
    assert_eq!(run.code, 1);
    assert!(run.stdout.starts_with("etc/a.ini:11:16: error[ACI201]"), "{}", run.stdout);
}

#[test]
fn a_comment_on_the_line_above_accepts_a_warning_with_its_reason() {
    let with = |comment: &str| CLEAN.replacen("apic_password", &format!("{comment}\napic_password"), 1);
    let (accepted, without_reason) = (with("# aciform: allow ACI701 lab account"), with("# aciform: allow ACI701"));
    let folder = folder(&[("a.ini", &accepted), ("b.ini", &without_reason)]);
    let (code, printed) = lint(&folder, &["a.ini"]);
    assert_eq!((code, codes(&printed)), (0, vec!["ACI701"]), "{printed}");
    let (_, printed) = lint(&folder, &["b.ini"]);
    assert!(codes(&printed).contains(&"ACI1084"), "an allowance without a reason accepts nothing: {printed}");
}

#[test]
fn allowances_take_names_lists_and_lines_above_each_other() {
    let text = "[DEFAULT]\napic_system_id = cloud-a\n\n[ml2_cisco_apic]\napic_hosts = 10.1.1.5\napic_username = neutron\n; aciform:allow ACI701, ACI702 until the vault is there\napic_password = fjord-77-lantern\n# aciform: allow plain-secret lab\n#aciform: allow ACI704 lab\nopenstack_password = 8-hinge-tarn\nverify_ssl_certificate = /etc/neutron/apic-ca.pem\n";
    let folder = folder(&[("a.ini", text)]);
    let (code, printed) = lint(&folder, &["a.ini"]);
    // What accepts nothing is said of each code by itself.
    assert_eq!((code, codes(&printed)), (0, vec!["ACI1084", "ACI1084"]), "{printed}");
    assert!(printed.contains("ACI702") && printed.contains("ACI704"), "{printed}");
}

#[test]
fn what_is_named_twice_is_said_once() {
    let broken = broken();
    let folder = folder(&[("etc/a.ini", &broken)]);
    for paths in [["etc", "etc"], ["etc/a.ini", "etc/a.ini"], ["etc", "etc/a.ini"]] {
        let (_, printed) = lint(&folder, &paths);
        assert_eq!(codes(&printed), ["ACI701", "ACI701", "ACI201"], "{paths:?}: {printed}");
    }
}

#[test]
fn a_template_is_said_to_be_one_and_nothing_more() {
    let text = "{% if acl %}\n[ml2_cisco_apic]\napic_hosts = {{ hosts }}\napic_use_ssl = perhaps\n{% endif %}\n";
    let folder = folder(&[("a.ini.j2", text), ("a.ini", text)]);
    let (code, printed) = lint(&folder, &["a.ini.j2"]);
    assert_eq!((code, codes(&printed)), (0, vec!["ACI013"]), "{printed}");
    // What a service would be given by this name is an error.
    let (code, printed) = lint(&folder, &["a.ini"]);
    assert_eq!((code, codes(&printed)), (1, vec!["ACI013"]), "{printed}");
}

#[test]
fn a_baseline_leaves_out_what_was_there_and_names_what_is_gone() {
    let broken = broken();
    let folder = folder(&[("a.ini", &broken)]);
    let written = aciform(folder.path(), &["lint", "a.ini", "--write-baseline", "known.json"]).success();
    assert!(written.stdout.starts_with("known.json: 3 findings"), "{}", written.stdout);
    assert_eq!(lint(&folder, &["a.ini", "--baseline", "known.json"]), (0, String::new()));
    // Lines may move; a new mistake is new.
    fs::write(folder.path().join("a.ini"), format!("# moved\n{broken}scope_names = dunno\n")).expect("a file");
    let (code, printed) = lint(&folder, &["a.ini", "--baseline", "known.json"]);
    assert_eq!((code, codes(&printed)), (1, vec!["ACI201"]), "{printed}");
    assert!(printed.starts_with("a.ini:13:"), "{printed}");
    fs::write(folder.path().join("a.ini"), CLEAN).expect("a file");
    let (code, printed) = lint(&folder, &["a.ini", "--baseline", "known.json"]);
    assert_eq!((code, codes(&printed)), (0, vec!["ACI1091"]), "{printed}");
    // What was not looked for is not gone.
    assert_eq!(lint(&folder, &["a.ini", "--baseline", "known.json", "--ignore", "values"]), (0, String::new()));
    let text = fs::read_to_string(folder.path().join("known.json")).expect("the baseline");
    assert!(!text.contains("fjord-77"), "no secret is in it");
    assert_eq!(aciform(folder.path(), &["lint", "a.ini", "--baseline", "missing.json"]).code, 2);
}

#[test]
fn a_job_of_github_actions_gets_its_commands_unless_a_format_is_asked_for() {
    let broken = broken();
    let folder = folder(&[("a.ini", &broken)]);
    let in_action = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_aciform"))
            .current_dir(folder.path())
            .env("GITHUB_ACTIONS", "true")
            .args([&["lint", "a.ini"], arguments].concat())
            .output()
            .expect("the program runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(in_action(&[]).starts_with("::error file=a.ini,line=11,"), "{}", in_action(&[]));
    assert!(in_action(&["--format", "short"]).starts_with("a.ini:7:"));
    assert!(in_action(&["--message-format", "short"]).starts_with("a.ini:7:"));
    let human = in_action(&["--message-format", "human"]);
    assert!(!human.contains("::error") && human.contains("ACI201"), "{human}");
}

#[test]
fn a_backslash_in_a_name_is_a_character_like_any_other() {
    let broken = broken();
    let folder = folder(&[("d/back\\s.ini", &broken)]);
    let run = aciform(folder.path(), &["lint", "d", "--format", "sarif"]);
    assert!(run.stdout.contains(r#""uri":"d/back%5Cs.ini""#), "{}", run.stdout);
    let (_, printed) = lint(&folder, &["d"]);
    assert!(printed.starts_with("d/back\\s.ini:7:"), "{printed}");
}

#[test]
fn every_format_tells_of_the_same_findings() {
    let broken = broken();
    let folder = folder(&[("a.ini", &broken)]);
    let told = |format: &str| {
        let run = aciform(folder.path(), &["lint", "a.ini", "--format", format]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{format}");
        assert!(!run.stdout.contains("fjord-77"), "{format} shows a secret");
        run.stdout
    };
    for format in ["human", "short", "json", "sarif", "github", "gitlab", "junit"] {
        let text = told(format);
        assert!(text.contains("ACI201") && text.contains("ACI701"), "{format}: {text}");
    }
    assert!(told("human").ends_with("1 error, 2 warnings\n") || told("human").contains("1 error, 2 warnings;"));
}

/// Runs `lint --format short` with a text on standard input.
pub(crate) fn piped(folder: &TempDir, arguments: &[&str], text: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_aciform"))
        .current_dir(folder.path())
        .env_remove("GITHUB_ACTIONS")
        .args([&["lint", "--format", "short"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("the program reads");
    let output = child.wait_with_output().expect("the program ends");
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
