//! The sheet on which flows are written: keeps one line per (table, priority, match), then puts them in the file's order.
//!
//! The switch keeps one flow per (table, priority, match). Owners may want the same one (a DHCP server of many ports, a subnet of many groups);
//! two that want different actions under one key would overwrite each other without a word, so that is a finding.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_intent::scalar::MacAddr;

use super::matching::Match;
use super::meta::cookie;
use super::owner::Owner;
use super::scene::{Numbers, Scene};
use super::table::Table;
use super::text::{push_address, push_decimal, push_hex, push_mac};
use crate::codes::CONTRADICTING_FLOWS;

/// Flows as they are written.
pub(super) struct Sheet {
    text: String,
    lines: Vec<Line>,
}

/// A finished line in the text. Offsets count from its start.
#[derive(Clone, Copy)]
struct Line {
    /// Table, then priority from the highest: the first two keys of the file's order.
    rank: u32,
    owner: Owner,
    start: usize,
    match_start: u16,
    match_end: u16,
    end: u16,
}

/// Where a flow stands, and what the switch says about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    table: Table,
    priority: u16,
    cookie: u64,
    /// `send_flow_rem`: the agent is told when it goes.
    reported: bool,
}

/// What `load` writes to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    /// The source group.
    Reg0,
    /// The destination group.
    Reg2,
    /// The bridge domain.
    Reg4,
    /// The flood domain.
    Reg5,
    /// The routing domain.
    Reg6,
    /// The port or group to go to.
    Reg7,
    PktMark,
    Metadata,
    /// Where the tunnel leads.
    TunnelTo,
}

/// The actions of a flow being written. What happens at once comes first; one of the closing calls ends the line.
#[must_use = "a flow without an end is not written"]
pub(super) struct Actions<'s> {
    sheet: &'s mut Sheet,
    line: Line,
    table: Table,
}

impl Table {
    /// A flow here, with this priority.
    pub(super) fn at(self, priority: u16) -> Place {
        Place { table: self, priority, cookie: cookie::NONE, reported: false }
    }
}

impl Place {
    /// With a cookie.
    pub(super) fn cookie(self, cookie: u64) -> Self {
        Self { cookie, ..self }
    }

    /// The agent wants its counters when it goes: `send_flow_rem`.
    pub(super) fn reported(self) -> Self {
        Self { reported: true, ..self }
    }
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::Reg0 => "NXM_NX_REG0[]",
            Self::Reg2 => "NXM_NX_REG2[]",
            Self::Reg4 => "NXM_NX_REG4[]",
            Self::Reg5 => "NXM_NX_REG5[]",
            Self::Reg6 => "NXM_NX_REG6[]",
            Self::Reg7 => "NXM_NX_REG7[]",
            Self::PktMark => "NXM_NX_PKT_MARK[]",
            Self::Metadata => "OXM_OF_METADATA[]",
            Self::TunnelTo => "NXM_NX_TUN_IPV4_DST[]",
        }
    }
}

impl Sheet {
    /// Room for about so many lines.
    pub(super) fn with_capacity(lines: usize) -> Self {
        Self { text: String::with_capacity(lines * 240), lines: Vec::with_capacity(lines) }
    }

    /// Starts a line.
    pub(super) fn flow(&mut self, owner: Owner, place: Place, matching: &Match) -> Actions<'_> {
        let text = &mut self.text;
        let start = text.len();
        if place.cookie != cookie::NONE {
            text.push_str("cookie=");
            push_hex(text, place.cookie);
            text.push_str(", ");
        }
        if place.table != Table::Entry {
            text.push_str("table=");
            push_decimal(text, u32::from(place.table.number()));
            text.push_str(", ");
        }
        if place.reported {
            text.push_str("send_flow_rem ");
        }
        text.push_str("priority=");
        push_decimal(text, u32::from(place.priority));
        let match_start = offset(text, start);
        matching.append(text);
        let match_end = offset(text, start);
        text.push_str(" actions=");
        let rank = u32::from(place.table.number()) << 16 | u32::from(u16::MAX - place.priority);
        Actions { sheet: self, line: Line { rank, owner, start, match_start, match_end, end: 0 }, table: place.table }
    }

    /// Drops repeats, reports contradictions and gives the lines in the file's order.
    pub(super) fn finish(mut self, scene: &Scene<'_>, diagnostics: &mut Diagnostics) -> String {
        let text = self.text.as_str();
        self.lines.sort_by(|a, b| a.same_key(b, text).then_with(|| a.whole(text).cmp(b.whole(text))));
        self.lines.dedup_by(|later, kept| {
            if later.same_key(kept, text) != Ordering::Equal {
                return false;
            }
            // Two contracts may allow the same pair of groups; the flow then counts for the cookie that sorts first.
            if later.actions(text) != kept.actions(text) {
                diagnostics.push(contradiction(kept, later, text, scene));
            }
            true
        });
        // Cookies and flags stand in front of the table, so lines of one rank are ordered by them before their match.
        // A stable sort finds the long ordered runs that the first one has left.
        self.lines.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.whole(text).cmp(b.whole(text))));
        let mut ordered = String::with_capacity(text.len() + self.lines.len());
        for line in &self.lines {
            ordered.push_str(line.whole(text));
            ordered.push('\n');
        }
        ordered
    }
}

impl Line {
    fn whole<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.start + usize::from(self.end)]
    }

    fn matching<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start + usize::from(self.match_start)..self.start + usize::from(self.match_end)]
    }

    fn actions<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start + usize::from(self.match_end)..self.start + usize::from(self.end)]
    }

    fn same_key(&self, other: &Self, text: &str) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| self.matching(text).cmp(other.matching(text)))
    }
}

fn offset(text: &str, start: usize) -> u16 {
    u16::try_from(text.len() - start).expect("a flow has fewer than 65536 bytes: its fields are of fixed size")
}

fn contradiction(kept: &Line, later: &Line, text: &str, scene: &Scene<'_>) -> Diagnostic {
    let (fabric, host) = (scene.fabric, scene.host);
    let priority = u32::from(u16::MAX) - (kept.rank & 0xffff);
    let mut diagnostic = Diagnostic::new(
        &CONTRADICTING_FLOWS,
        format!(
            "on host `{}` {} and {} want different actions for one flow of table {}: priority={priority}{}",
            host.name,
            kept.owner.name(fabric, host),
            later.owner.name(fabric, host),
            kept.rank >> 16,
            kept.matching(text),
        ),
    )
    .help(format!(
        "`{}` and `{}` cannot both be in force; give the two different addresses",
        &kept.actions(text)[1..],
        &later.actions(text)[1..]
    ));
    for (owner, what) in [(kept.owner, "wants one"), (later.owner, "wants the other")] {
        if let Some(span) = owner.source(fabric, host) {
            diagnostic = diagnostic.label(span, what);
        }
    }
    diagnostic
}

impl Actions<'_> {
    fn text(&mut self) -> &mut String {
        &mut self.sheet.text
    }

    fn word(self, word: &str) -> Self {
        self.sheet.text.push_str(word);
        self
    }

    /// Writes a number.
    pub(super) fn load(mut self, field: Field, value: u64) -> Self {
        self.text().push_str("load:");
        push_hex(self.text(), value);
        self.word("->").word(field.name()).word(",")
    }

    /// Writes the group and domains of a source.
    pub(super) fn source(self, numbers: Numbers) -> Self {
        self.load(Field::Reg0, u64::from(numbers.vnid)).domains(numbers)
    }

    /// Writes the group and domains of a destination.
    pub(super) fn destination(self, numbers: Numbers) -> Self {
        self.load(Field::Reg2, u64::from(numbers.vnid)).domains(numbers)
    }

    fn domains(self, numbers: Numbers) -> Self {
        self.load(Field::Reg4, u64::from(numbers.bridge_domain))
            .load(Field::Reg5, u64::from(numbers.flood_domain))
            .load(Field::Reg6, u64::from(numbers.routing_domain))
    }

    /// Sets the Ethernet source.
    pub(super) fn eth_src(self, mac: MacAddr) -> Self {
        self.set_mac(mac, "eth_src")
    }

    /// Sets the Ethernet destination.
    pub(super) fn eth_dst(self, mac: MacAddr) -> Self {
        self.set_mac(mac, "eth_dst")
    }

    fn set_mac(mut self, mac: MacAddr, field: &str) -> Self {
        self.text().push_str("set_field:");
        push_mac(self.text(), mac);
        self.word("->").word(field).word(",")
    }

    /// Sets the IP source.
    pub(super) fn ip_src(self, address: IpAddr) -> Self {
        self.set_ip(address, if address.is_ipv4() { "ip_src" } else { "ipv6_src" })
    }

    /// Sets the IP destination.
    pub(super) fn ip_dst(self, address: IpAddr) -> Self {
        self.set_ip(address, if address.is_ipv4() { "ip_dst" } else { "ipv6_dst" })
    }

    fn set_ip(mut self, address: IpAddr, field: &str) -> Self {
        self.text().push_str("set_field:");
        push_address(self.text(), address);
        self.word("->").word(field).word(",")
    }

    /// Counts a hop.
    pub(super) fn dec_ttl(self) -> Self {
        self.word("dec_ttl,")
    }

    /// Turns an ARP request into its answer: this MAC has this address.
    pub(super) fn arp_reply(self, mac: MacAddr, address: Ipv4Addr) -> Self {
        let mut this = self.word("move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],load:");
        push_hex(this.text(), mac.bits());
        let mut this =
            this.word("->NXM_OF_ETH_SRC[],load:0x2->NXM_OF_ARP_OP[],move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],load:");
        push_hex(this.text(), mac.bits());
        let mut this = this.word("->NXM_NX_ARP_SHA[],move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],load:");
        push_hex(this.text(), u64::from(address.to_bits()));
        this.word("->NXM_OF_ARP_SPA[],")
    }

    /// Tells the agent which MAC to answer with: the octets from the lowest byte up, and the mark of an answer on the bridge.
    pub(super) fn discovery_answer(self, mac: MacAddr) -> Self {
        let octets = mac.0.iter().rev().fold(0u64, |sum, octet| sum << 8 | u64::from(*octet));
        self.load(Field::Metadata, octets | 1 << 56)
    }

    /// Chooses among 32 links of a service by a hash that is the same in both directions.
    pub(super) fn choose_link(self) -> Self {
        self.word("multipath(symmetric_l3l4+udp,1024,iter_hash,1,32,NXM_NX_REG7[]),")
    }

    /// The tunnel carries the source group.
    pub(super) fn tunnel_source_group(self) -> Self {
        self.word("move:NXM_NX_REG0[]->NXM_NX_TUN_ID[0..31],")
    }

    /// The tunnel carries the destination group.
    pub(super) fn tunnel_destination_group(self) -> Self {
        self.word("move:NXM_NX_REG2[]->NXM_NX_TUN_ID[0..31],")
    }

    /// The tunnel leads to an address.
    pub(super) fn tunnel_to(self, address: Ipv4Addr) -> Self {
        self.load(Field::TunnelTo, u64::from(address.to_bits()))
    }

    /// The tunnel leads to the address in `reg7`.
    pub(super) fn tunnel_to_reg7(self) -> Self {
        self.word("move:NXM_NX_REG7[]->NXM_NX_TUN_IPV4_DST[],")
    }

    /// The tunnel leads back. Without this Open vSwitch refuses to tunnel to its own address.
    pub(super) fn tunnel_back(self) -> Self {
        self.word("move:NXM_NX_TUN_IPV4_SRC[]->NXM_NX_TUN_IPV4_DST[],")
    }

    /// Sends a copy to the agent.
    pub(super) fn controller(self) -> Self {
        self.word("CONTROLLER:65535,")
    }

    /// Sends it out of a port.
    pub(super) fn output(mut self, port: u32) -> Self {
        self.text().push_str("output:");
        push_decimal(self.text(), port);
        self.word(",")
    }

    /// Sends it out of the port in `reg7`.
    pub(super) fn output_reg7(self) -> Self {
        self.word("output:NXM_NX_REG7[],")
    }

    /// Sends it back where it came from.
    pub(super) fn in_port(self) -> Self {
        self.word("IN_PORT,")
    }

    /// Sends it to a group's ports.
    pub(super) fn group(mut self, id: u32) -> Self {
        self.text().push_str("group:");
        push_decimal(self.text(), id);
        self.word(",")
    }

    /// Ends with what has been said; nothing said is a drop.
    pub(super) fn end(mut self) {
        if self.sheet.text.ends_with('=') {
            self.sheet.text.push_str("drop");
        } else {
            self.sheet.text.pop();
        }
        self.line.end = offset(&self.sheet.text, self.line.start);
        self.sheet.lines.push(self.line);
    }

    /// Starts again in an earlier table, which is done at once and so cannot follow a change of metadata.
    pub(super) fn resubmit(mut self, table: Table) {
        self.text().push_str("resubmit(,");
        push_decimal(self.text(), u32::from(table.number()));
        self.word("),").end();
    }

    /// Goes on in a later table.
    pub(super) fn goto(mut self, table: Table) {
        debug_assert!(table > self.table, "goto_table only leads to a later table");
        self.text().push_str("goto_table:");
        push_decimal(self.text(), u32::from(table.number()));
        self.word(",").end();
    }

    /// Sets bits of the metadata, which the switch does last, and goes on in a later table.
    pub(super) fn mark(mut self, value: u64, mask: u64, table: Table) {
        self.text().push_str("write_metadata:");
        push_hex(self.text(), value);
        self.text().push('/');
        push_hex(self.text(), mask);
        self.word(",").goto(table);
    }
}
