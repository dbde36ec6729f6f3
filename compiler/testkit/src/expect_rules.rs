//! A host's iptables rules and ipsets as a [`World`] says they must be, in Neutron's spelling: chain by chain, rule by rule.
//!
//! Said from the documented behaviour of Neutron's hybrid iptables driver and from the YAML, by code that the compiler does not see.

mod group;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::expect::snat_interface;
use crate::world::{Port, World, link_local};

use group::{Family, Sets};

/// The prefix of the agent's chains.
const P: &str = "neutron-opflex-a";

/// Table and chain to the rules in it, without `-A CHAIN `.
pub type Chains = BTreeMap<(String, String), Vec<String>>;

/// What a host must have.
#[derive(Debug, Default)]
pub struct Rules {
    /// `iptables.v4`
    pub v4: Chains,
    /// `iptables.v6`
    pub v6: Chains,
    /// Set to its family's word and its members.
    pub sets: BTreeMap<String, (String, BTreeSet<String>)>,
}

/// How a port is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Treatment {
    Filtered,
    Trusted,
    Open,
}

struct Plugged<'a> {
    id: &'a str,
    treatment: Treatment,
    port: Option<&'a Port>,
}

/// The rules of a host; conntrack zones are taken from what the host was given, which is checked on its own.
#[must_use]
pub fn rules(world: &World, host: &str, zones: &BTreeMap<String, String>) -> Rules {
    let mut ports: Vec<Plugged<'_>> = Vec::new();
    for port in world.ports.iter().filter(|port| port.host == host) {
        let treatment = if port.port_security { Treatment::Filtered } else { Treatment::Open };
        ports.push(Plugged { id: &port.id, treatment, port: Some(port) });
    }
    for port in world.networks.values().flat_map(|net| &net.dhcp_ports).filter(|port| port.host == host) {
        ports.push(Plugged { id: &port.id, treatment: Treatment::Trusted, port: None });
    }
    ports.sort_by_key(|port| port.id);
    let mut rules = Rules::default();
    let mut sets = Sets::default();
    for family in [Family::V4, Family::V6] {
        let mut chains = skeleton();
        steer(&ports, zones, world, &mut chains);
        for port in ports.iter().filter(|port| port.treatment == Treatment::Filtered).filter_map(|port| port.port) {
            filter(world, port, family, &mut sets, &mut chains);
        }
        match family {
            Family::V4 => rules.v4 = chains,
            Family::V6 => rules.v6 = chains,
        }
    }
    rules.sets = sets.members(world);
    rules
}

/// The rules of an external network's SNAT namespace on a host: IPv4, IPv6.
#[must_use]
pub fn namespace(world: &World, host: &str, external: &str) -> (Chains, Chains) {
    let interface = snat_interface(external);
    let mut v4 = Chains::new();
    for (table, names) in
        [("nat", &["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"][..]), ("filter", &["INPUT", "FORWARD", "OUTPUT"])]
    {
        for name in names {
            let rules = if table == "filter" { vec!["-j ACCEPT".to_owned()] } else { Vec::new() };
            v4.insert((table.to_owned(), (*name).to_owned()), rules);
        }
    }
    let mut v6 = v4.clone();
    if let Some(address) = world.externals[external].snat.get(host) {
        let translate = format!("-o {interface} -j SNAT --to-source {address}");
        v4.insert(("nat".to_owned(), "POSTROUTING".to_owned()), vec![translate]);
    }
    let silent = "-p ipv6-icmp -m icmp6 --icmpv6-type 137 -j DROP".to_owned();
    v6.insert(("filter".to_owned(), "OUTPUT".to_owned()), vec![silent, "-j ACCEPT".to_owned()]);
    (v4, v6)
}

/// Reads a rule file.
#[must_use]
pub fn read_rules(text: &str) -> Chains {
    let mut chains = Chains::new();
    let mut table = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('*') {
            table = name;
        } else if let Some(chain) = line.strip_prefix(':') {
            let chain = chain.split(' ').next().unwrap_or_default();
            chains.entry((table.to_owned(), chain.to_owned())).or_default();
        } else if let Some((chain, rule)) = line.strip_prefix("-A ").and_then(|rest| rest.split_once(' ')) {
            chains.entry((table.to_owned(), chain.to_owned())).or_default().push(rule.to_owned());
        }
    }
    chains
}

/// Reads a file of sets.
#[must_use]
pub fn read_sets(text: &str) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut sets: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["create", name, "hash:net", "family", family, ..] => {
                sets.entry(name.to_owned()).or_default().0 = family.to_owned();
            }
            ["add", name, member] => {
                let bare = member.strip_suffix("/32").or_else(|| member.strip_suffix("/128")).unwrap_or(member);
                sets.entry(name.to_owned()).or_default().1.insert(bare.to_owned());
            }
            _ => {}
        }
    }
    sets
}

/// Port id to zone, from the rules of a host; a port that is not tracked is not there.
#[must_use]
pub fn zones(chains: &Chains) -> BTreeMap<String, String> {
    let rules = chains.get(&("raw".to_owned(), format!("{P}-PREROUTING"))).into_iter().flatten();
    let zone = |rule: &String| {
        let id = rule.split("Set zone for ").nth(1)?.split('"').next()?;
        Some((id.to_owned(), rule.split("--zone ").nth(1)?.to_owned()))
    };
    rules.filter_map(zone).collect()
}

/// Where what a host has differs from what it must have, chain by chain.
#[must_use]
pub fn differences(expected: &Chains, found: &Chains) -> Vec<String> {
    let chains: BTreeSet<_> = expected.keys().chain(found.keys()).collect();
    let mut differences = Vec::new();
    for chain in chains {
        let (wanted, there) = (expected.get(chain), found.get(chain));
        if wanted != there {
            let lines =
                |rules: Option<&Vec<String>>| rules.map_or("no such chain".to_owned(), |rules| rules.join("\n  "));
            differences.push(format!(
                "{}/{}\n expected\n  {}\n found\n  {}",
                chain.0,
                chain.1,
                lines(wanted),
                lines(there)
            ));
        }
    }
    differences
}

fn comment(text: &str) -> String {
    format!("-m comment --comment \"{text}\"")
}

fn skeleton() -> Chains {
    let mut chains = Chains::new();
    let mut chain = |table: &str, name: &str, rules: &[String]| {
        chains.insert((table.to_owned(), name.to_owned()), rules.to_vec());
    };
    let jump = |name: &str| format!("-j {name}");
    let own = |name: &str| format!("{P}-{name}");
    let to_own = |name: &str| jump(&own(name));
    chain("raw", "PREROUTING", &[to_own("PREROUTING")]);
    chain("raw", "OUTPUT", &[to_own("OUTPUT")]);
    chain("raw", &own("OUTPUT"), &[]);
    chain("raw", &own("PREROUTING"), &[]);
    chain("nat", "PREROUTING", &[to_own("PREROUTING")]);
    for name in ["INPUT", "OUTPUT", "POSTROUTING"] {
        chain("nat", name, &[]);
    }
    chain("nat", &own("PREROUTING"), &[]);
    chain("filter", "INPUT", &[to_own("INPUT")]);
    chain("filter", "FORWARD", &[jump("neutron-filter-top"), to_own("FORWARD")]);
    chain("filter", "OUTPUT", &[jump("neutron-filter-top"), to_own("OUTPUT")]);
    chain("filter", "neutron-filter-top", &[to_own("local")]);
    for name in ["local", "OUTPUT", "FORWARD", "INPUT"] {
        chain("filter", &own(name), &[]);
    }
    let fallback = format!("{} -j DROP", comment("Default drop rule for unmatched traffic."));
    chain("filter", &own("sg-fallback"), &[fallback]);
    chains
}

/// What leads packets of a port to its chains, or past all chains.
fn steer(ports: &[Plugged<'_>], zones: &BTreeMap<String, String>, world: &World, chains: &mut Chains) {
    let of = |treatment| ports.iter().filter(move |port| port.treatment == treatment);
    let tap = |port: &Plugged<'_>| format!("tap{}", &port.id[..11]);
    let own = |table: &str, name: &str| (table.to_owned(), format!("{P}-{name}"));
    let both = |port: &Plugged<'_>, tail: &str| -> Vec<String> {
        ["out", "in"].map(|way| format!("-m physdev --physdev-{way} {} {tail}", tap(port))).to_vec()
    };
    let open =
        format!("--physdev-is-bridged {} -j ACCEPT", comment("Accept all packets when port security is disabled."));
    let trusted = comment("Accept all packets when port is trusted.");

    let mut forward = Vec::new();
    let to_chain = comment("Direct traffic from the VM interface to the security group chain.");
    forward.extend(
        of(Treatment::Filtered)
            .flat_map(|port| both(port, &format!("--physdev-is-bridged {to_chain} -j {P}-sg-chain"))),
    );
    forward.extend(
        of(Treatment::Trusted).flat_map(|port| both(port, &format!("--physdev-is-bridged {trusted} -j ACCEPT"))),
    );
    forward.extend(of(Treatment::Open).flat_map(|port| both(port, &open)));
    chains.insert(own("filter", "FORWARD"), forward);

    let incoming = comment("Direct incoming traffic from VM to the security group chain.");
    let mut input: Vec<String> = of(Treatment::Filtered)
        .map(|port| {
            let chain = &port.id[..10];
            format!("-m physdev --physdev-in {} --physdev-is-bridged {incoming} -j {P}-o{chain}", tap(port))
        })
        .collect();
    input.extend(of(Treatment::Open).map(|port| format!("-m physdev --physdev-in {} {open}", tap(port))));
    chains.insert(own("filter", "INPUT"), input);

    let specific = comment("Jump to the VM specific chain.");
    let mut groups = Vec::new();
    for port in of(Treatment::Filtered) {
        for (way, letter) in [("out", 'i'), ("in", 'o')] {
            let chain = &port.id[..10];
            groups.push(format!(
                "-m physdev --physdev-{way} {} --physdev-is-bridged {specific} -j {P}-{letter}{chain}",
                tap(port)
            ));
        }
    }
    groups.push("-j ACCEPT".to_owned());
    chains.insert(own("filter", "sg-chain"), groups);

    let mut nat = Vec::new();
    for treatment in [Treatment::Trusted, Treatment::Filtered, Treatment::Open] {
        nat.extend(of(treatment).flat_map(|port| both(port, &format!("{trusted} -j ACCEPT"))));
    }
    chains.insert(own("nat", "PREROUTING"), nat);

    let mut raw = Vec::new();
    for port in of(Treatment::Filtered) {
        let tracked = port.port.is_some_and(|port| group::tracked(world, port));
        let (id, device) = (port.id, &port.id[..11]);
        let zone = zones.get(id).map_or("?", String::as_str);
        let (text, target) = if tracked {
            (format!("Set zone for {id}"), format!("CT --zone {zone}"))
        } else {
            (format!("Make {id} stateless"), "CT --notrack".to_owned())
        };
        for from in [
            format!("-m physdev --physdev-in qvb{device}"),
            format!("-i qvb{device}"),
            format!("-m physdev --physdev-in tap{device}"),
        ] {
            raw.push(format!("{from} {} -j {target}", comment(&text)));
        }
    }
    chains.insert(own("raw", "PREROUTING"), raw);
}

/// The chains of a filtered port.
fn filter(world: &World, port: &Port, family: Family, sets: &mut Sets, chains: &mut Chains) {
    let known = format!(
        "-m state --state RELATED,ESTABLISHED {} -j RETURN",
        comment("Direct packets associated with a known session to the RETURN chain.")
    );
    let unknown = [
        format!(
            "-m state --state INVALID {} -j DROP",
            comment(
                "Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack."
            )
        ),
        format!("{} -j {P}-sg-fallback", comment("Send unmatched traffic to the fallback chain.")),
    ];
    let (client, silenced) = (comment("Allow DHCP client traffic."), comment("Prevent DHCP Spoofing by VM."));
    let icmpv6 = comment("Allow IPv6 ICMP traffic.");
    let own: Vec<IpAddr> = port.addresses.iter().copied().filter(|it| family.is(*it)).collect();
    let chain = |letter: char| ("filter".to_owned(), format!("{P}-{letter}{}", &port.id[..10]));
    let spoof = spoof(port, family);
    let jump: Vec<String> = if spoof.is_empty() { Vec::new() } else { vec![format!("-j {}", chain('s').1)] };
    let (incoming, outgoing) = sets.rules(world, port, family);
    let (mut ingress, mut served, mut egress);
    match family {
        Family::V4 => {
            ingress = vec![known.clone()];
            served = own
                .iter()
                .map(|it| format!("-d {it}/32 -p udp -m udp --sport 67 --dport 68 -j RETURN"))
                .collect::<Vec<_>>();
            served.push("-d 255.255.255.255/32 -p udp -m udp --sport 67 --dport 68 -j RETURN".to_owned());
            egress = vec![format!(
                "-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 {client} -j RETURN"
            )];
            egress.extend(jump);
            egress.push(format!("-p udp -m udp --sport 68 --dport 67 {client} -j RETURN"));
            egress.push(format!("-p udp -m udp --sport 67 --dport 68 {silenced} -j DROP"));
        }
        Family::V6 => {
            ingress =
                [130, 135, 136].map(|kind| format!("-p ipv6-icmp -m icmp6 --icmpv6-type {kind} -j RETURN")).to_vec();
            ingress.push(known.clone());
            served = Vec::new();
            if !own.is_empty() {
                served.push("-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN".to_owned());
            }
            served.extend(own.iter().map(|it| format!("-d {it}/128 -p udp -m udp --sport 547 --dport 546 -j RETURN")));
            served.push("-d fe80::/64 -p udp -m udp --sport 547 --dport 546 -j RETURN".to_owned());
            egress = [131, 135, 143]
                .map(|kind| {
                    format!("-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type {kind} {icmpv6} -j RETURN")
                })
                .to_vec();
            egress.extend(jump);
            let ra = comment("Drop IPv6 Router Advts from VM Instance.");
            egress.push(format!("-p ipv6-icmp -m icmp6 --icmpv6-type 134 {ra} -j DROP"));
            egress.push(format!("-p ipv6-icmp {icmpv6} -j RETURN"));
            egress.push(format!("-p udp -m udp --sport 546 --dport 547 {client} -j RETURN"));
            egress.push(format!("-p udp -m udp --sport 547 --dport 546 {silenced} -j DROP"));
        }
    }
    served.extend(incoming);
    ingress.extend(first_of_each(served));
    ingress.extend(unknown.clone());
    egress.push(known);
    egress.extend(first_of_each(outgoing));
    egress.extend(unknown);
    chains.insert(chain('i'), last_of_each(ingress));
    chains.insert(chain('o'), last_of_each(egress));
    if !spoof.is_empty() {
        chains.insert(chain('s'), spoof);
    }
}

/// Who a port may send as in a family; nothing: not looked at.
fn spoof(port: &Port, family: Family) -> Vec<String> {
    let allowed = comment("Allow traffic from defined IP/MAC pairs.");
    let width = if family == Family::V4 { 32 } else { 128 };
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let fixed = port.addresses.iter().map(|address| (address.to_string(), port.mac.clone()));
    for (address, mac) in port.pairs.iter().cloned().chain(fixed) {
        let bare = address.split('/').next().unwrap_or_default().parse::<IpAddr>();
        if !bare.is_ok_and(|bare| family.is(bare)) {
            continue;
        }
        let text = if address.contains('/') { group::masked(&address) } else { format!("{address}/{width}") };
        pairs.push((text, mac.clone()));
        if family == Family::V6 && seen.insert(mac.clone()) {
            pairs.push((format!("{}/128", link_local(&mac)), mac));
        }
    }
    let mut rules: Vec<String> = pairs
        .into_iter()
        .map(|(address, mac)| {
            let from = if address.ends_with("/0") { String::new() } else { format!("-s {address} ") };
            format!("{from}-m mac --mac-source {} {allowed} -j RETURN", mac.to_uppercase())
        })
        .collect();
    if port.addresses.is_empty() {
        rules.push(format!("-m mac --mac-source {} {allowed} -j RETURN", port.mac.to_uppercase()));
    }
    rules = last_of_each(rules);
    if !rules.is_empty() {
        rules.push(format!("{} -j DROP", comment("Drop traffic without an IP/MAC allow rule.")));
    }
    rules
}

fn first_of_each(rules: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    rules.into_iter().filter(|rule| seen.insert(rule.clone())).collect()
}

fn last_of_each(rules: Vec<String>) -> Vec<String> {
    let mut kept = first_of_each(rules.into_iter().rev().collect());
    kept.reverse();
    kept
}
