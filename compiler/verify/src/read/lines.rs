//! How artifacts are written, whatever stands in them: every line of each ends in a line feed alone.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::codes::UNREADABLE;
use crate::finding::{Finding, Place};

/// What the site's own templates make, and how those files end.
const MADE_BY: [(&str, &[&str]); 6] = [
    ("ipset/host.j2", &["/ipset"]),
    ("iptables/host.j2", &["/iptables.v4", "/iptables.v6"]),
    ("netns/iptables.j2", &["/iptables.v4", "/iptables.v6"]),
    ("openflow/br-int.flows.j2", &["/br-int.flows"]),
    ("openflow/br-int.groups.j2", &["/br-int.groups"]),
    ("openflow/br-int.ports.j2", &["/br-int.ports"]),
];

/// Files that went through something that turns line feeds into carriage returns and line feeds: iptables and ipset take
/// the carriage return for a part of the line's last word. A template of the site's own may have lines of any kind.
pub(crate) fn compare(texts: &BTreeMap<String, String>, own_templates: &[String], findings: &mut Vec<Finding>) {
    let own = |path: &str| {
        let made = MADE_BY.iter().filter(|(template, _)| own_templates.iter().any(|own| own == template));
        made.flat_map(|(_, ends)| *ends).any(|end| path.ends_with(end))
    };
    // These texts are all of a bundle.
    let held: Vec<_> = texts.par_iter().filter(|(path, text)| text.as_bytes().contains(&b'\r') && !own(path)).collect();
    for (path, text) in held {
        let at = text.find('\r').unwrap_or_default();
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let message = format!("`{path}` has carriage returns, where every compile ends lines with a line feed alone");
        findings.push(
            Finding::new(&UNREADABLE, message)
                .at(Place::new(path, start..at), "the first is behind this")
                .help("compile the bundle again, and copy it byte by byte"),
        );
    }
}
