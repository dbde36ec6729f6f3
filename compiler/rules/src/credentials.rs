//! How the login on APIC is kept and how the connection is secured.

mod admin_user;
mod cert_ignored;
mod cert_incomplete;
mod domain_default_secret;
mod file_mode;
mod no_ssl;
mod no_verify;
mod plain_secret;
mod verify_relative;
mod weak_secret;

use aciform_syntax::ini::Entry;

use crate::{Input, Rule};

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &plain_secret::RULE,
    &weak_secret::RULE,
    &no_ssl::RULE,
    &no_verify::RULE,
    &file_mode::RULE,
    &admin_user::RULE,
    &cert_ignored::RULE,
    &cert_incomplete::RULE,
    &domain_default_secret::RULE,
    &verify_relative::RULE,
];

/// The line of an option of the login that is set to something.
fn written<'a>(input: &Input<'a>, name: &str) -> Option<&'a Entry> {
    input.ini.line(input.ini.plugin_group().name, name).filter(|entry| !entry.value.value.is_empty())
}
