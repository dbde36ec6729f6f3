//! Samples with a few things done to them: what happens to real files, and what only hurts.

use proptest::prelude::*;
use proptest::sample::Index;

pub(crate) const SAMPLES: &[&str] = &[
    include_str!("../../../intent/tests/ini/lab.ini"),
    include_str!("../../../intent/tests/ini/production.ini"),
    include_str!("../../../intent/tests/ini/edge-nat.ini"),
    include_str!("../../../intent/tests/ini/vlan-domains.ini"),
    include_str!("../../../intent/tests/ini/aim.ini"),
    include_str!("../../../intent/tests/ini/aimctl.ini"),
    include_str!("../../../intent/tests/ini/unified.ini"),
    include_str!("../../../intent/tests/ini/broken.ini"),
    include_str!("../../../intent/tests/ini/types.ini"),
    include_str!("../../../intent/tests/ini/references.ini"),
    include_str!("../../../intent/tests/ini/grammar.ini"),
    include_str!("../../../intent/tests/ini/external.ini"),
    include_str!("../../../intent/tests/ini/spelling.ini"),
    include_str!("../../../intent/tests/ini/domains.ini"),
    include_str!("../../../intent/tests/ini/global.ini"),
];

/// One change; each takes of the indices what it needs.
#[derive(Clone, Debug)]
struct Mutation {
    kind: u8,
    at: Index,
    other: Index,
    what: Index,
}

/// Texts.
pub(crate) fn mutants() -> impl Strategy<Value = String> {
    let mutation = (0..16u8, any::<Index>(), any::<Index>(), any::<Index>())
        .prop_map(|(kind, at, other, what)| Mutation { kind, at, other, what });
    (any::<Index>(), prop::collection::vec(mutation, 0..8)).prop_map(|(sample, mutations)| {
        mutations.iter().fold((*sample.get(SAMPLES)).to_owned(), |text, mutation| mutation.apply(&text))
    })
}

impl Mutation {
    fn apply(&self, text: &str) -> String {
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let at = self.at.index(lines.len());
        let other = self.other.index(lines.len());
        match self.kind {
            0 => {
                lines.remove(at);
            }
            1 => lines.insert(at, lines[other].clone()),
            2 => lines.swap(at, other),
            3 => lines[at].insert_str(0, self.of(&["  ", "\t", "\u{a0}", "# ", ";", "\u{feff}"])),
            4 => lines[at].push_str(
                self.of(&["  # note", " ; note", " #note", ",", " ", "\r", "\u{200b}", "\"", "\n  # é", "\n  x"]),
            ),
            5 => {
                let place = self.boundary(&lines[at]);
                lines[at]
                    .insert_str(place, self.of(&["=", ":", "[", "]", "$", "\"", "'", ",", "é", " ", "\r", "\\", "-"]));
            }
            6 => {
                let place = self.boundary(&lines[at]);
                if let Some(c) = lines[at][place..].chars().next() {
                    lines[at].replace_range(place..place + c.len_utf8(), "");
                }
            }
            7..=9 => {
                let assigned: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains('=')).collect();
                if !assigned.is_empty() {
                    let at = *self.at.get(&assigned);
                    let key = lines[at].split('=').next().unwrap_or_default().to_owned();
                    lines[at] = format!("{key}= {}", self.of(VALUES));
                }
            }
            10 => {
                lines[at] = if other.is_multiple_of(2) { lines[at].to_uppercase() } else { lines[at].replace('_', "-") }
            }
            11 => return text.replace('\n', self.of(&["\r\n", "\r\n", "\r", "\n "])),
            12 => return text.trim_end().to_owned(),
            // A line and one that becomes the same when it is mended, with another value.
            13..=14 => {
                let assigned: Vec<usize> =
                    (0..lines.len()).filter(|at| lines[*at].contains('=') && !lines[*at].starts_with('#')).collect();
                if !assigned.is_empty() {
                    let at = *self.at.get(&assigned);
                    let key = lines[at].split('=').next().unwrap_or_default().trim().to_owned();
                    let twin = match self.other.index(5) {
                        0 => key.to_uppercase(),
                        1 => key.replace('_', "-"),
                        2 => format!("{key},"),
                        3 => key.replace(',', ", "),
                        _ => key.replace("\\x3a", ":"),
                    };
                    let place = at + self.what.index(2);
                    lines.insert(place, format!("{twin} = {}", self.of(TWINS)));
                }
            }
            _ => lines.insert(at, self.of(LINES).to_owned()),
        }
        lines.join("\n")
    }

    fn of<'t>(&self, items: &[&'t str]) -> &'t str {
        items[self.what.index(items.len())]
    }

    fn boundary(&self, line: &str) -> usize {
        let boundaries: Vec<usize> = line.char_indices().map(|(at, _)| at).chain([line.len()]).collect();
        *self.other.get(&boundaries)
    }
}

const VALUES: &[&str] = &[
    "",
    "True  # default",
    "enabled",
    "n",
    "\"t\"",
    "'on' # x",
    "10s",
    "10 seconds ; the default",
    "1e3",
    "a:1, b=2,",
    "a=1,b=2",
    "k:v,",
    "USE_NAME",
    "use_names",
    "VXLAN",
    "vlan",
    "1000-1999",
    "1999:1000",
    "100",
    "1:9,\n  20-29,  # more\n  # and\n  50:40",
    "3000:5000",
    "225.9.1.1:225.2.1.1",
    "$apic_system_id_x",
    "$apic_system_id.x",
    "${DEFAULT.apic_system_id}",
    "x$y$$z\\$w$v",
    "$nothing, $at_all",
    "172.16.10.0/24",
    "172.16.10.255/24",
    "172.16.010.1/24",
    "172.16.10.1 / 24",
    "172.16.10.1/255.255.255.0",
    "172.16.10.0/255.255.255.0  # both",
    "172.16.10.1",
    "\"172.16.10.0/24\"",
    "fd00::/64",
    "34",
    "VLAN 1034",
    "https://10.1.1.5/, 10.1.1.6 10.1.1.7",
    "[a,b]",
    "\"a\",\"b\"",
    "dc 1",
    "a # b\n  # c\n  d",
    "\n  # only\n  x",
    "x\n  apic_hosts = y\n  [apic]",
];

const TWINS: &[&str] = &["True", "no", "1/7", "1/8", "other", "10.9.8.7"];

const LINES: &[&str] = &[
    "[apic]",
    "[DEFAULT]",
    "[default]",
    "[ml2_cisco_apic]",
    "[m2_cisco_apic]  # near",
    "[opflex]",
    "[apic_external_network: OS_L3Out ]",
    "[Apic_External_Network:OS_L3Out]",
    "[apic_switch :101]",
    "[ml2_cisco_apic] # text",
    "[ml2_cisco_apic",
    "[]",
    "",
    "  ; indented",
    "  [apic]",
    "  apic_use_ssl = t",
    "Apic-Hosts = 10.1.1.1",
    "APIC_HOSTS = 10.1.1.2",
    "Apic_Username = ops",
    "apic_username = ops",
    "apic_host = 10.1.1.1",
    "apic_port = 8080",
    "enable_arp_flooding = False",
    "apic_clear_node_profiles = True",
    "root_helper = sudo",
    "apic_sync_interval = 0",
    "networks = *",
    "switch = 203",
    "port = 1/34",
    "enable_nat = on",
    "apic_system_id = again",
    "apic_password = C1sco$lab$lab",
    "apic_use_ssl True",
    "= v",
    "lonely",
];
