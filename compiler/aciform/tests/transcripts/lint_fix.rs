//! `aciform lint --fix`: what it changes, what it leaves alone, and that `--diff` shows just that.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::kit::aciform;
use crate::lint::piped;

/// With comments, odd spacing and Windows line ends, which all stay.
const BEFORE: &str = "# the lab\r\n[DEFAULT]\r\napic_system_id=lab\r\n\r\n[ml2_cisco_apic]\r\n; controllers\r\napic_hosts   =  https://10.1.1.5\r\napic_username = neutron\r\napic_password = mq7-rathole\r\nopenstack_password = 8-hinge-tarn\r\nverify_ssl_certificate = /etc/neutron/apic-ca.pem\r\nencap_mode = VXLAN\r\nenable_optimized_dhcp = True   # default\r\n";

fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.ini"), text).expect("a file");
    folder
}

fn text(folder: &tempfile::TempDir) -> String {
    fs::read_to_string(folder.path().join("a.ini")).expect("the file")
}

#[test]
fn safe_fixes_change_only_what_they_are_about() {
    let folder = folder(BEFORE);
    fs::set_permissions(folder.path().join("a.ini"), fs::Permissions::from_mode(0o640)).expect("a mode");
    let run = aciform(folder.path(), &["lint", "a.ini", "--fix", "--format", "short"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let expected = BEFORE
        .replace("https://10.1.1.5", "10.1.1.5")
        .replace("VXLAN", "vxlan")
        .replace("enable_optimized_dhcp = True   # default\r\n", "# default\r\nenable_optimized_dhcp = True\r\n");
    assert_eq!(text(&folder), expected);
    let mode = fs::metadata(folder.path().join("a.ini")).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "the permissions stay");
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1, "nothing is left beside it");
    let again = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    assert_eq!((again.code, text(&folder)), (0, expected), "a second run changes nothing");
}

#[test]
fn a_diff_shows_what_a_fix_would_do_and_changes_nothing() {
    let folder = folder(BEFORE);
    let run = aciform(folder.path(), &["lint", "a.ini", "--fix", "--diff"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(text(&folder), BEFORE);
    assert!(run.stdout.starts_with("--- a/a.ini\n+++ b/a.ini\n"), "{}", run.stdout);
    assert!(run.stdout.contains("-encap_mode = VXLAN\r\n") && run.stdout.contains("+encap_mode = vxlan\r\n"));
    assert!(!run.stdout.contains("rathole"), "no secret is shown");
    let fixed = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    assert_eq!(fixed.code, 0);
    let clean = aciform(folder.path(), &["lint", "a.ini", "--diff"]);
    assert_eq!((clean.code, clean.stdout.as_str()), (0, ""));
}

#[test]
fn standard_input_comes_out_mended() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = piped(&folder, &["-", "--fix"], BEFORE);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("encap_mode = vxlan\r\n"), "{}", run.stdout);
    assert!(!run.stderr.contains("VXLAN"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_mended_on_standard_input_comes_out_as_it_came() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |bytes: &[u8]| {
        fs::write(folder.path().join("in"), bytes).expect("a file");
        let output = Command::new(env!("CARGO_BIN_EXE_aciform"))
            .current_dir(folder.path())
            .args(["lint", "-", "--fix", "--message-format", "short"])
            .stdin(fs::File::open(folder.path().join("in")).expect("the file"))
            .output()
            .expect("the program runs");
        assert!(output.stdout == bytes, "other bytes came out, {} of them", output.stdout.len());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = run(b"[ml2_cisco_apic]\n# caf\xe9\nencap_mode = VXLAN\n");
    assert!(code == Some(1) && said.contains("error[ACI001]"), "{code:?} {said}");
    let line = "# so long that nobody reads all of it\n";
    let (code, said) = run(format!("{BEFORE}{}", line.repeat(100_000)).as_bytes());
    assert!(code == Some(1) && said.contains("error["), "{code:?} {said}");
    let (code, said) = run(format!("\u{feff}{{\"opflex\": {{\"name\": \"a\"}}}}{}", " ".repeat(10)).as_bytes());
    assert!(code.is_some_and(|code| code < 2), "{code:?} {said}");
    let (code, said) = run(b"");
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_diff_says_what_it_could_not_look_at() {
    let folder = folder(BEFORE);
    fs::write(folder.path().join("latin.ini"), b"[ml2_cisco_apic]\n# caf\xe9\n").expect("a file");
    let diff = |arguments: &[&str]| {
        aciform(folder.path(), &[&["lint", "--diff", "--message-format", "short"], arguments].concat())
    };
    let missing = "error[ACI1082]: `nope.ini` cannot be opened: there is no such file\n";
    let run = diff(&["nope.ini"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (2, "", missing));
    let run = diff(&["a.ini", "nope.ini", "--exit-zero"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, missing));
    assert!(run.stdout.contains("+encap_mode = vxlan"), "{}", run.stdout);
    let run = diff(&["latin.ini"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with("latin.ini:2:6: error[ACI001]"), "{}", run.stderr);
    assert_eq!(diff(&["latin.ini", "--exit-zero"]).code, 0);
    assert_eq!(diff(&["a.ini", "--exit-zero"]).code, 0);
}

#[test]
fn unsafe_fixes_wait_until_they_are_asked_for() {
    let misspelt = BEFORE.replace("apic_username", "apic_usrname").replace("encap_mode = VXLAN", "encap_mode = vxlan");
    let folder = folder(&misspelt);
    let _ = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    assert!(text(&folder).contains("apic_usrname"));
    let _ = aciform(folder.path(), &["lint", "a.ini", "--fix", "--unsafe-fixes"]);
    assert!(text(&folder).contains("apic_username = neutron"), "{}", text(&folder));
}

#[test]
fn a_file_through_a_link_is_mended_where_it_lies() {
    let folder = folder(BEFORE);
    fs::rename(folder.path().join("a.ini"), folder.path().join("real.conf")).expect("a rename");
    std::os::unix::fs::symlink("real.conf", folder.path().join("a.ini")).expect("a link");
    let run = aciform(folder.path(), &["lint", "a.ini", "--fix"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(fs::symlink_metadata(folder.path().join("a.ini")).expect("the link").is_symlink());
    assert!(text(&folder).contains("encap_mode = vxlan"));
}

#[test]
fn a_password_beside_a_change_or_in_it_is_masked_in_the_diff() {
    let text = BEFORE.replace("encap_mode = VXLAN\r\n", "").replace("mq7-rathole", "mq7$rathole");
    let folder = folder(&text);
    let run = aciform(folder.path(), &["lint", "a.ini", "--diff"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("-apic_password = ***") && run.stdout.contains("+apic_password = ***"),
        "{}",
        run.stdout
    );
    for secret in ["rathole", "hinge"] {
        assert!(!run.stdout.contains(secret), "{}", run.stdout);
    }
}

#[test]
fn the_diff_masks_by_what_was_read_and_not_by_the_name_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.ini", "a.json", "a.yaml"] {
        fs::write(folder.path().join(name), BEFORE).expect("a file");
        let run = aciform(folder.path(), &["lint", name, "--diff"]);
        assert!(run.code == 1 && run.stdout.contains("+encap_mode = vxlan"), "{name}: {}", run.stdout);
        assert!(run.stdout.contains(" openstack_password = ***"), "{name}: {}", run.stdout);
        let piped = piped(&folder, &["-", "--stdin-path", name, "--diff"], BEFORE);
        for text in [run.stdout, piped.stdout] {
            assert!(text.contains("-encap_mode") && !text.contains("hinge") && !text.contains("rathole"), "{text}");
        }
    }
}

#[test]
fn a_password_in_the_file_of_the_agent_is_masked_in_the_diff() {
    let folder =
        folder("[DEFAULT]\napic_system_id = lab\n[ml2_cisco_apic]\napic_hosts = 10.1.1.5\napic_username = ops\n");
    let agent = "{\n  \"opflex\": {\n    \"ssl2\": {\"password\": \"mq7-rathole\"}, \"domain\": \"comp/prov-OpenStack/ctrlr-[Lab]-LAB/sw-InsiemeLSOid\",\n    \"ssl\": {\"client-cert\": {\"path\": \"/x.pem\", \"password\": \"mq7-rathole\"}}\n  }\n}\n";
    let name = "opflex-agent-ovs.conf";
    fs::write(folder.path().join(name), agent).expect("a file");
    let run = aciform(folder.path(), &["lint", "a.ini", name, "--diff", "--unsafe-fixes"]);
    assert!(
        run.stdout.contains("\"password\": ***}, \"domain\"") && run.stdout.contains("\"/x.pem\", \"password\": ***}}")
    );
    assert!(!run.stdout.contains("rathole"), "{}", run.stdout);
    // One that does not parse shows none either.
    fs::write(folder.path().join(name), "{\"opflex\": {\"password\":\"mq7-rathole\"}, \"log\": ").expect("a file");
    let run = aciform(folder.path(), &["lint", name]);
    assert!(run.code == 1 && run.stdout.contains("\"log\":"), "{}", run.stdout);
    assert!(!run.stdout.contains("rathole"), "{}", run.stdout);
}

#[test]
fn a_password_behind_something_else_is_shown_nowhere() {
    for line in [
        "apic_use_ssl = True # apic_password = mq7-rathole",
        "apic_username = ops; apic_password = mq7-rathole",
        "apic_username = ops, apic_password=mq7-rathole",
        "apic_pwd = mq7-rathole",
        "apic_pass = mq7-rathole",
        "private_key_file = -----BEGIN PRIVATE KEY-----\n  mq7-rathole",
        "single_tenant_name = ops, password=mq7-rathole!",
        "apic_vpc_pairs = 101:102, password: abc$rathole",
        "[DEFAULT]\napic_system_id = https://u:rathole@h",
        "[apic_external_network:inet]\nold apic_passowrd = mq7-rathole",
        "[apic_external_network:inet]\nold, openstack_psasword = mq7-rathole",
        "[apic_external_network:inet]\napic_pasword = aaaabbbb9 ; mq7-rathole",
        "[apic_external_network:inet]\nrouter_id = password: a,$rathole,b",
    ] {
        let folder =
            folder(&format!("[DEFAULT]\napic_system_id = lab\n[ml2_cisco_apic]\nencap_mode = VXLAN\n{line}\n"));
        let mut runs: Vec<Vec<&str>> =
            vec![vec!["lint", "a.ini", "--diff", "--unsafe-fixes"], vec!["show", "ini", "a.ini"]];
        runs.push(vec!["show", "ini", "a.ini", "--format", "json"]);
        for format in ["human", "json", "sarif", "github", "gitlab", "junit", "short"] {
            runs.push(vec!["lint", "a.ini", "--unsafe-fixes", "--format", format]);
        }
        for args in runs {
            let run = aciform(folder.path(), &args);
            let said = run.stdout + &run.stderr;
            assert!(!said.is_empty() && !said.contains("rathole"), "{args:?} of {line}: {said}");
        }
    }
}
