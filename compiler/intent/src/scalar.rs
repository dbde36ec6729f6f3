//! Addresses as values that cannot be wrong: constructed only by checking parsers.

mod mac;
mod prefix;

pub use mac::MacAddr;
pub use prefix::{AddressRange, Interface, Prefix, PrefixError, natural};
