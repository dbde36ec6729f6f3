//! What is hidden in site files and in JSON, and what is not.

use aciform_diagnostics::{Diagnostics, SourceMap};
use aciform_syntax::yaml;

use super::*;

fn masked(text: &str) -> String {
    let mut masked = text.to_owned();
    for span in secret_spans(FileId(0), text) {
        masked.replace_range(span.range(), &"*".repeat(span.range().len()));
    }
    masked
}

#[test]
fn a_password_is_hidden_however_it_is_written() {
    for (text, shown) in [
        ("apic: {password: hunter2}\n", "apic: {password: ********\n"),
        ("apic:\n  password: hunter2\n   user: x\nini: a\n", "apic:\n  password: *******\n   *******\nini: a\n"),
        ("apic:\n  \"pasword\": |\n    hunter2\n\n    x: y\n", "apic:\n  \"pasword\": *\n    *******\n\n    ****\n"),
        ("# apic_password = hunter2\r\n", "# apic_password = *******\r\n"),
        ("apic: {password: {value: hunter2}}", "apic: {password: *****************"),
        ("apic: {password: {command: echo x}}", "apic: {password: ******************"),
        ("apic: hunter2\napic: [a]\n", "apic: *******\napic: ***\n"),
        ("apic: {hunter2, b: c}\n#apic: x\n", "apic: {*******, b: c}\n#apic: *\n"),
        ("apic:\n  hunter2\n  b: c\n", "apic:\n  *******\n  b: c\n"),
        ("apic: {password:a}\napic: {password=b}\n", "apic: {password:**\napic: {password=**\n"),
        ("# apic_password hunter2\n- u: https://a:b@c\n", "# apic_password *******\n- u: https://a:*@c\n"),
        (
            "{\"a\": {\"password\":\"x\\\"y\", \"b\": 1}, \"pwd\":\n\"z\"}",
            "{\"a\": {\"password\":******, \"b\": 1}, \"pwd\":\n****",
        ),
    ] {
        assert_eq!(masked(text), shown);
    }
}

#[test]
fn where_a_password_is_kept_is_no_secret() {
    for text in [
        "apic: {password: {env: APIC_PASSWORD}}\n",
        "apic:\n  password:\n    file: /run/secrets/apic\n",
        "apic:\n  password: {command: [pass, apic]}\ngrowth: {compute_hosts: 40}\n",
        "allow:\n  - {code: ACI312, reason: \"ends here\"}\n",
        "releases:\n  apic: \"5.2\"\n",
        "apic:\n  # where it is kept\n",
        "é: ü\n",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_password_is_known_as_it_is_read() {
    let read = |text: &str| {
        let file = SourceMap::new().add("f", text);
        let tree = yaml::parse(file, text, &mut Diagnostics::new());
        secrets(&tree).into_iter().map(|secret| secret.value).collect::<Vec<_>>()
    };
    assert_eq!(read("x: &p hunter2\napic: {password: *p}\n"), ["hunter2"]);
    assert_eq!(read("apic: \"a\\x62c\"\n"), ["abc"]);
    assert_eq!(read("{apic: {hunter2}, \"pass\\u0077ord\": {command: echo x}}"), ["echo x", "hunter2"]);
    assert_eq!(read("a:\n  token:\n    - b\n    - {c: d}\n"), ["b", "d"]);
    assert!(read("apic: {password: {env: A}}\n").is_empty());
    assert!(read("apic: {password: {command: [a, b]}}\n").is_empty());
}

#[test]
fn names_in_an_intent_may_sound_like_secrets() {
    let count = |text: &str| stray_secret_spans(FileId(0), text).len();
    assert_eq!(count("projects:\n  secret-net: {cidr: 10.0.0.0/24}\n  token:\n    a: b\n"), 0);
    assert_eq!(count("vm-1: {password: hunter2}\n# pwd: x\n"), 2);
}
