//! The comments that Neutron writes behind its fixed rules, each with the option that carries it.
//! Rules of groups, ingress DHCP and router advertisements, the leading ingress ICMPv6 rules and all plain jumps have none.

macro_rules! comments {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {$(
        $(#[$doc])*
        pub(super) const $name: &str = concat!("-m comment --comment \"", $text, "\"");
    )*};
}

comments! {
    /// On P-FORWARD, into the group chain.
    TO_GROUPS = "Direct traffic from the VM interface to the security group chain.";
    /// On P-sg-chain, into the port's chain.
    TO_PORT = "Jump to the VM specific chain.";
    /// On P-INPUT.
    INPUT = "Direct incoming traffic from VM to the security group chain.";
    KNOWN = "Direct packets associated with a known session to the RETURN chain.";
    INVALID = "Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack.";
    UNMATCHED = "Send unmatched traffic to the fallback chain.";
    DHCP_CLIENT = "Allow DHCP client traffic.";
    DHCP_SPOOF = "Prevent DHCP Spoofing by VM.";
    ICMPV6 = "Allow IPv6 ICMP traffic.";
    ROUTER_ADVERTISEMENT = "Drop IPv6 Router Advts from VM Instance.";
    PAIR = "Allow traffic from defined IP/MAC pairs.";
    PAIR_DROP = "Drop traffic without an IP/MAC allow rule.";
    NO_PORT_SECURITY = "Accept all packets when port security is disabled.";
    /// Also on every rule of table nat, filtered ports included.
    TRUSTED = "Accept all packets when port is trusted.";
}
