//! What a flow does.
//!
//! The switch does some things at once, in order, and others when the table is through: writing metadata, then going to another table.
//! Open vSwitch refuses another order, so here each of the latter ends the line; a resubmit happens at once and excludes them.

use std::net::{IpAddr, Ipv4Addr};

use aciform_intent::scalar::MacAddr;

use super::scene::Numbers;
use super::sheet::{Line, Sheet};
use super::table::Table;
use super::text::{push_address, push_decimal, push_hex, push_mac};

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

impl Field {
    /// As what stands behind a value: hosts have a million of them, so it is one text.
    fn behind(self) -> &'static str {
        match self {
            Self::Reg0 => "->NXM_NX_REG0[],",
            Self::Reg2 => "->NXM_NX_REG2[],",
            Self::Reg4 => "->NXM_NX_REG4[],",
            Self::Reg5 => "->NXM_NX_REG5[],",
            Self::Reg6 => "->NXM_NX_REG6[],",
            Self::Reg7 => "->NXM_NX_REG7[],",
            Self::PktMark => "->NXM_NX_PKT_MARK[],",
            Self::Metadata => "->OXM_OF_METADATA[],",
            Self::TunnelTo => "->NXM_NX_TUN_IPV4_DST[],",
        }
    }
}

impl<'s> Actions<'s> {
    pub(super) fn new(sheet: &'s mut Sheet, line: Line, table: Table) -> Self {
        Self { sheet, line, table }
    }

    fn text(&mut self) -> &mut String {
        self.sheet.text()
    }

    fn word(mut self, word: &str) -> Self {
        self.text().push_str(word);
        self
    }

    /// Writes a number.
    pub(super) fn load(mut self, field: Field, value: u64) -> Self {
        self.text().push_str("load:");
        push_hex(self.text(), value);
        self.word(field.behind())
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
        self.set_mac(mac, "->eth_src,")
    }

    /// Sets the Ethernet destination.
    pub(super) fn eth_dst(self, mac: MacAddr) -> Self {
        self.set_mac(mac, "->eth_dst,")
    }

    fn set_mac(mut self, mac: MacAddr, behind: &str) -> Self {
        self.text().push_str("set_field:");
        push_mac(self.text(), mac);
        self.word(behind)
    }

    /// Sets the IP source.
    pub(super) fn ip_src(self, address: IpAddr) -> Self {
        self.set_ip(address, if address.is_ipv4() { "->ip_src," } else { "->ipv6_src," })
    }

    /// Sets the IP destination.
    pub(super) fn ip_dst(self, address: IpAddr) -> Self {
        self.set_ip(address, if address.is_ipv4() { "->ip_dst," } else { "->ipv6_dst," })
    }

    fn set_ip(mut self, address: IpAddr, behind: &str) -> Self {
        self.text().push_str("set_field:");
        push_address(self.text(), address);
        self.word(behind)
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
        if self.text().ends_with('=') {
            self.text().push_str("drop");
        } else {
            self.text().pop();
        }
        self.sheet.close(self.line);
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
