//! Ethernet frames made by hand, checksums included: connection tracking takes a wrong one for an unknown packet.

use std::net::{IpAddr, Ipv4Addr};

/// An Ethernet address.
pub type Mac = [u8; 6];

/// ICMP's number.
pub const ICMP: u8 = 1;
/// TCP's number.
pub const TCP: u8 = 6;
/// UDP's number.
pub const UDP: u8 = 17;
/// ICMPv6's number.
pub const ICMPV6: u8 = 58;

/// An IP packet in an Ethernet frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The frame's source.
    pub source_mac: Mac,
    /// The frame's destination.
    pub destination_mac: Mac,
    /// Of the same family as `destination`.
    pub source: IpAddr,
    /// Where to.
    pub destination: IpAddr,
    /// What it carries.
    pub payload: Payload,
}

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A TCP segment without data.
    Tcp {
        /// Source port.
        from: u16,
        /// Destination port.
        to: u16,
        /// The flags: 0x02 SYN, 0x12 SYN and ACK, 0x10 ACK.
        flags: u8,
    },
    /// A UDP datagram.
    Udp {
        /// Source port.
        from: u16,
        /// Destination port.
        to: u16,
    },
    /// ICMP or ICMPv6, after the addresses' family.
    Icmp {
        /// The type.
        kind: u8,
        /// The code.
        code: u8,
        /// The identifier of an echo.
        id: u16,
    },
    /// Anything else; what has ports has them in its first four bytes.
    Other {
        /// The IP protocol.
        protocol: u8,
        /// Source and destination port.
        ports: (u16, u16),
    },
}

impl Payload {
    /// The IP protocol between addresses of a family.
    #[must_use]
    pub fn protocol(self, ipv4: bool) -> u8 {
        match self {
            Self::Tcp { .. } => TCP,
            Self::Udp { .. } => UDP,
            Self::Icmp { .. } if ipv4 => ICMP,
            Self::Icmp { .. } => ICMPV6,
            Self::Other { protocol, .. } => protocol,
        }
    }
}

impl Packet {
    /// The frame.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let protocol = self.payload.protocol(self.source.is_ipv4());
        let payload = self.payload_bytes(protocol);
        let length = u16::try_from(payload.len()).expect("payloads are short");
        let mut frame = Vec::with_capacity(64 + payload.len());
        frame.extend(self.destination_mac);
        frame.extend(self.source_mac);
        match (self.source, self.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let mut header = vec![0x45, 0];
                header.extend((20 + length).to_be_bytes());
                header.extend([0, 1, 0, 0, 64, protocol, 0, 0]);
                header.extend(source.octets());
                header.extend(destination.octets());
                let sum = checksum(&header);
                header[10..12].copy_from_slice(&sum.to_be_bytes());
                frame.extend([0x08, 0x00]);
                frame.extend(header);
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                // Neighbour discovery is valid only with the highest hop limit.
                frame.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
                frame.extend(length.to_be_bytes());
                frame.extend([protocol, 255]);
                frame.extend(source.octets());
                frame.extend(destination.octets());
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => panic!("a packet has one family"),
        }
        frame.extend(payload);
        frame
    }

    fn payload_bytes(&self, protocol: u8) -> Vec<u8> {
        let two = |from: u16, to: u16| [from.to_be_bytes(), to.to_be_bytes()].concat();
        let (mut bytes, checksum_at) = match self.payload {
            Payload::Tcp { from, to, flags } => {
                let mut bytes = two(from, to);
                let acknowledged: u32 = if flags & 0x10 == 0 { 0 } else { 1001 };
                bytes.extend(1000u32.to_be_bytes());
                bytes.extend(acknowledged.to_be_bytes());
                bytes.extend([0x50, flags, 0x20, 0, 0, 0, 0, 0]);
                (bytes, Some(16))
            }
            Payload::Udp { from, to } => {
                let mut bytes = two(from, to);
                bytes.extend([0, 12, 0, 0, b'a', b'c', b'i', 0]);
                (bytes, Some(6))
            }
            Payload::Icmp { kind, code, id } => {
                let mut bytes = vec![kind, code, 0, 0];
                bytes.extend(id.to_be_bytes());
                // Long enough for the target of a neighbour solicitation, and for the packet an error is about.
                bytes.extend([0; 30]);
                (bytes, Some(2))
            }
            Payload::Other { ports: (from, to), .. } => {
                let mut bytes = two(from, to);
                bytes.extend([0; 28]);
                (bytes, None)
            }
        };
        if let Some(at) = checksum_at {
            let mut covered = if protocol == ICMP { Vec::new() } else { self.pseudo_header(protocol, bytes.len()) };
            covered.extend(&bytes);
            let sum = checksum(&covered);
            bytes[at..at + 2].copy_from_slice(&sum.to_be_bytes());
        }
        bytes
    }

    fn pseudo_header(&self, protocol: u8, length: usize) -> Vec<u8> {
        let mut header = Vec::new();
        for address in [self.source, self.destination] {
            match address {
                IpAddr::V4(v4) => header.extend(v4.octets()),
                IpAddr::V6(v6) => header.extend(v6.octets()),
            }
        }
        header.extend(u32::try_from(length).expect("payloads are short").to_be_bytes());
        header.extend([0, 0, 0, protocol]);
        header
    }
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(pair.get(1).copied().unwrap_or(0));
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).expect("the carry was folded in")
}

/// An ARP request or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arp {
    /// Asks, or answers.
    pub answer: bool,
    /// Who sends, also the frame's source.
    pub sender: (Mac, Ipv4Addr),
    /// Whom it is about; a question goes to everybody.
    pub target: (Mac, Ipv4Addr),
}

impl Arp {
    /// The frame.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut frame = Vec::with_capacity(42);
        frame.extend(if self.answer { self.target.0 } else { [0xff; 6] });
        frame.extend(self.sender.0);
        frame.extend([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, if self.answer { 2 } else { 1 }]);
        for (mac, address) in [self.sender, self.target] {
            frame.extend(mac);
            frame.extend(address.octets());
        }
        frame
    }

    /// Reads a frame; `None` where it is no ARP for IPv4.
    #[must_use]
    pub fn read(frame: &[u8]) -> Option<Self> {
        let body = frame.strip_prefix(frame.get(..12)?)?.strip_prefix(&[0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0])?;
        let (operation, body) = body.split_first()?;
        let pair = |at: usize| -> Option<(Mac, Ipv4Addr)> {
            let mac: Mac = body.get(at..at + 6)?.try_into().ok()?;
            let address: [u8; 4] = body.get(at + 6..at + 10)?.try_into().ok()?;
            Some((mac, address.into()))
        };
        Some(Self { answer: *operation == 2, sender: pair(0)?, target: pair(10)? })
    }
}

/// The IPv4 source and destination of a frame that carries an IPv4 packet.
#[must_use]
pub fn ipv4_addresses(frame: &[u8]) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let packet = frame.get(12..)?.strip_prefix(&[0x08, 0x00, 0x45])?;
    let at = |from: usize| -> Option<Ipv4Addr> { Some(<[u8; 4]>::try_from(packet.get(from..from + 4)?).ok()?.into()) };
    Some((at(11)?, at(15)?))
}

#[cfg(test)]
mod tests {
    use super::{Arp, Packet, Payload, checksum, ipv4_addresses};

    #[test]
    fn a_frame_carries_its_own_checksums() {
        let packet = Packet {
            source_mac: [2; 6],
            destination_mac: [4; 6],
            source: "10.0.0.1".parse().expect("an address"),
            destination: "10.0.0.2".parse().expect("an address"),
            payload: Payload::Icmp { kind: 8, code: 0, id: 7 },
        };
        let frame = packet.bytes();
        // A text that holds its checksum sums up to nothing.
        assert_eq!([checksum(&frame[14..34]), checksum(&frame[34..])], [0, 0]);
        let addresses = ipv4_addresses(&frame).expect("an IPv4 packet");
        assert_eq!(addresses, ([10, 0, 0, 1].into(), [10, 0, 0, 2].into()));
    }

    #[test]
    fn arp_reads_what_it_writes() {
        let arp = Arp { answer: true, sender: ([2; 6], [1, 2, 3, 4].into()), target: ([4; 6], [5, 6, 7, 8].into()) };
        assert_eq!(Arp::read(&arp.bytes()), Some(arp));
        assert_eq!(Arp::read(&[0; 60]), None);
    }
}
