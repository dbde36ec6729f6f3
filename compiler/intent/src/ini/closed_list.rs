//! Options beside those of apicapi that take one of a few words, which their services compare in exact case.

use super::check::choice;
use super::load::Loader;
use super::options::group;

const WORDS: &[(&str, &str, &[&str])] = &[
    ("OPFLEX", "agent_mode", &["opflex", "dvs", "dvs_no_binding"]),
    ("OPFLEX", "bridge_manager", &["ovs", "vpp", "fake"]),
    ("group_policy_implicit_policy", "default_ip_version", &["4", "6", "46"]),
    ("aim", "aim_store", &["sql", "k8s"]),
];

/// Reports written values that are none of the words of their option.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    for (group_name, name, words) in WORDS {
        let Some(group) = group(group_name) else { continue };
        loader.checked(group, name, (), |text, entry| {
            // A number may be written in more ways than one.
            let number = text.trim().parse::<i64>().map(|number| number.to_string());
            choice(number.as_deref().unwrap_or(text), entry, words).map(|_| ())
        });
    }
}
