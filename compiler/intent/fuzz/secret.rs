//! A password in a text, written as people write it, and whether it comes out somewhere.

/// The password.
pub(crate) const SECRET: &str = "s3cr3tM4rk";

/// Ways to write it: right, out of use, and wrong.
const WRITTEN: &[&str] = &[
    "[apic]\napic_password = s3cr3tM4rk\n",
    "[ml2_cisco_apic]\napic_password = \"s3cr3tM4rk\"\n",
    "[apic]\n#apic_password: s3cr3tM4rk # old\n",
    "[apic]\napic_password s3cr3tM4rk\n",
    "[apic]\napic_password =\n  more\n\ts3cr3tM4rk\n",
    "[DEFAULT]\ntransport_url = rabbit://neutron:s3cr3tM4rk@10.0.0.1\n",
    "[apic]\r\napic-pasword=s3cr3tM4rk\r\n",
    "  apic_password = {{ s3cr3tM4rk }}\n",
    "  apic_password = pa$s3cr3tM4rk\n",
    "[apic]\napic_password = pa${s3cr3tM4rk.x}\n",
];

/// Writes the password between two lines that the length of the text chooses.
pub(crate) fn with_secret(text: &str, length: usize) -> String {
    let lines: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let at = lines[(length / WRITTEN.len()) % lines.len()];
    let end = if text[..at].ends_with('\n') || at == 0 { "" } else { "\n" };
    format!("{}{end}{}{}", &text[..at], WRITTEN[length % WRITTEN.len()], &text[at..])
}

/// # Panics
/// The password is in it.
pub(crate) fn says_nothing(what: &str, said: &str) {
    let shown = said.find(SECRET).map(|at| said[..at].chars().rev().take(80).collect::<Vec<char>>());
    let shown = shown.map(|before| before.into_iter().rev().collect::<String>());
    assert!(shown.is_none(), "{what} give a password away behind {shown:?}");
}
