//! Security groups and SNAT namespaces as iptables: the text against what Neutron's own driver printed,
//! then the real tools, then real packets.

mod count;
mod kernel;
mod packets;
mod schema;
mod site;
mod text;
