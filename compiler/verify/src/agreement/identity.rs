//! How things without an id in Neutron are known: a name-based id where the agents take a random one at every start.

use sha1::{Digest as _, Sha1};

/// The namespace of such ids: that of `urn:aciform:id` among URLs.
const NAMESPACE: [u8; 16] =
    [0x76, 0xea, 0xb1, 0x8f, 0x8c, 0xd6, 0x5e, 0xba, 0x89, 0x23, 0x4e, 0x76, 0x67, 0x12, 0xd0, 0xeb];

/// The UUIDv5 of a name by its parts, spelled.
pub(super) fn name_based(parts: &[&str]) -> String {
    let mut hash = Sha1::new_with_prefix(NAMESPACE);
    parts.iter().for_each(|part| hash.update(part));
    let digest = hash.finalize();
    let mut text = String::with_capacity(36);
    for (at, byte) in digest.iter().take(16).enumerate() {
        let byte = match at {
            6 => byte & 0x0f | 0x50,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// Whether a text is an id as Neutron spells it.
pub(super) fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { plain(byte) })
}

/// Whether an id is one that a name makes.
pub(super) fn is_name_based(text: &str) -> bool {
    is_id(text) && text.as_bytes()[14] == b'5' && b"89ab".contains(&text.as_bytes()[19])
}
