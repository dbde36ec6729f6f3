//! Arithmetic of addresses and prefixes that more than one stage of resolving needs.

pub(crate) mod cidr;
pub(crate) mod pool;
