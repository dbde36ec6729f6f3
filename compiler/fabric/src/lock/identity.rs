//! Ids and MACs: derived from the path of a thing, so that a fresh checkout makes the same ones, and kept under it, so
//! that a rename does not change them.

use std::fmt::Display;
use std::hash::Hash;

use aciform_diagnostics::{Diagnostic, Span, Spanned};
use aciform_intent::scalar::MacAddr;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use uuid::{Uuid, uuid};

use super::codes::EVICTED_ALLOCATION;
use super::value::Value;
use super::{Kind, Ledger, Slot};
use crate::map::{Map, Set};

/// The namespace of derived ids: the UUIDv5 of `urn:aciform:id` in the URL namespace of RFC 9562.
/// Names in it are `<apic_system_id>/<kind>/<project>/<handle path>`.
pub const NAMESPACE: Uuid = uuid!("76eab18f-8cd6-5eba-8923-4e766712d0eb");

/// The first octets of every MAC that Neutron makes (`base_mac`'s default).
const OUI: [u8; 3] = [0xfa, 0x16, 0x3e];

/// Who has what, where two things must not have the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Identities {
    written_ids: Map<Uuid, Span>,
    written_ports: Map<u64, Span>,
    written_macs: Map<MacAddr, Span>,
    /// Ids of every noun: of entries of the lock, and derived since. Made when first asked for.
    ids: Option<Set<Uuid>>,
    /// The first digits of port ids.
    ports: Held<u64>,
    macs: Held<MacAddr>,
}

/// Values that keys hold, each one alone.
#[derive(Clone, Debug)]
struct Held<T> {
    /// Of the lock as it was, each with the first key that has it. Made when first asked for.
    kept: Option<Map<T, String>>,
    /// Handed out since, to keys that did not keep them.
    fresh: Set<T>,
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self { kept: None, fresh: Set::default() }
    }
}

impl<T: Copy + Eq + Hash> Held<T> {
    /// Takes the lock in, if that was not done yet.
    fn learn<'s, I: Iterator<Item = (&'s String, T)>>(&mut self, slots: impl FnOnce() -> I) {
        self.kept.get_or_insert_with(|| {
            let mut kept = Map::default();
            for (key, value) in slots() {
                kept.entry(value).or_insert_with(|| key.clone());
            }
            kept
        });
    }

    /// Whether a key, which has `own`, can have a value.
    fn is_free(&self, value: T, key: &str, own: Option<T>) -> bool {
        match self.kept.as_ref().and_then(|kept| kept.get(&value)) {
            Some(owner) => owner == key,
            None => own == Some(value) || !self.fresh.contains(&value),
        }
    }

    /// Gives a key a value, which is free.
    fn take(&mut self, value: T) {
        if self.kept.as_ref().is_none_or(|kept| !kept.contains_key(&value)) {
            self.fresh.insert(value);
        }
    }
}

impl Identities {
    /// Forgets what was read out of the lock, which has changed.
    pub(super) fn forget_kept(&mut self) {
        self.ids = None;
        self.ports = Held::default();
        self.macs = Held::default();
    }
}

impl Ledger {
    /// The id of a thing: written, or kept, or UUIDv5 over `<system id>/<kind>/<project>/<handle path>`, and over the
    /// same with `#1`, `#2`, … while another thing has it: one that had this path before it was renamed keeps its id.
    /// Written ones have to be announced first with [`Ledger::reserve_id`].
    pub fn id(&mut self, system: &str, kind: &str, path: &str, written: Option<Uuid>) -> Uuid {
        let key = format!("{kind} {path}");
        if let Some(written) = written {
            self.forget(Kind::Id, &key);
            return written;
        }
        let kept = self.slot(Kind::Id, &key).and_then(kept_id);
        let slots = self.kinds.entry(Kind::Id).or_default();
        let ids = self.identities.ids.get_or_insert_with(|| slots.values().filter_map(kept_id).collect());
        let written_ids = &self.identities.written_ids;
        let kept_on = kept.filter(|id| !written_ids.contains_key(id));
        let id = kept_on.unwrap_or_else(|| {
            let candidates = (0..).map(|attempt| derive(system, kind, path, attempt));
            first_free(candidates, |id| !written_ids.contains_key(id) && !ids.contains(id))
        });
        ids.insert(id);
        if let Some((had, span)) = kept.and_then(|had| Some((had, *written_ids.get(&had)?))) {
            let finding = evicted(&key, slots.get(&key), &format!("{had} is"), span, &id);
            self.findings.push(finding);
        }
        slots.entry(key).or_default().after = Some(Value::Id(id));
        id
    }

    /// Announces a written id, so that no derived one takes it.
    pub fn reserve_id(&mut self, id: &Spanned<Uuid>) {
        self.identities.written_ids.entry(id.value).or_insert(id.span);
    }

    /// The id of a port, as [`Ledger::id`] for `port`, but derived anew while its first 9 hex digits are another port's:
    /// Neutron names a port's chains after them, and two ports that share them share their rules.
    /// Written ones have to be announced first with [`Ledger::reserve_port_id`].
    pub fn port_id(&mut self, system: &str, path: &str, written: Option<Uuid>) -> Uuid {
        let key = format!("port {path}");
        if let Some(written) = written {
            self.forget(Kind::Id, &key);
            return written;
        }
        let slots = self.kinds.entry(Kind::Id).or_default();
        let held = &mut self.identities.ports;
        held.learn(|| {
            let ports = slots.range("port ".to_owned().."port!".to_owned());
            ports.filter_map(|(key, slot)| Some((key, first_9_digits(kept_id(slot)?))))
        });
        let slot = slots.entry(key.clone()).or_default();
        let kept = kept_id(slot);
        let own = kept.filter(|_| slot.after.is_some()).map(first_9_digits);
        let written_ports = &self.identities.written_ports;
        let candidates = kept.into_iter().chain((0..).map(|attempt| derive(system, "port", path, attempt)));
        let id = first_free(candidates, |id| {
            let digits = first_9_digits(*id);
            !written_ports.contains_key(&digits) && held.is_free(digits, &key, own)
        });
        held.take(first_9_digits(id));
        if let Some((had, span)) = kept.and_then(|had| Some((had, *written_ports.get(&first_9_digits(had))?))) {
            let what = format!("the first 9 hex digits of {had} are");
            self.findings.push(evicted(&key, Some(slot), &what, span, &id));
        }
        slot.after = Some(Value::Id(id));
        id
    }

    /// Announces a written port id, so that no derived one shares its first 9 hex digits.
    pub fn reserve_port_id(&mut self, id: &Spanned<Uuid>) {
        self.identities.written_ports.entry(first_9_digits(id.value)).or_insert(id.span);
    }

    /// The MAC of a thing: written, or kept, or `fa:16:3e` plus 24 bits of a digest, rehashed while taken.
    /// Written ones have to be announced first with [`Ledger::reserve_mac`].
    ///
    /// The digest is SHA-256 of `<system>/mac/<key>`, and of the same with `#1`, `#2`, … while taken in the site.
    pub fn mac(&mut self, system: &str, key: &str, written: Option<MacAddr>) -> MacAddr {
        if let Some(written) = written {
            self.forget(Kind::Mac, key);
            return written;
        }
        let slots = self.kinds.entry(Kind::Mac).or_default();
        let held = &mut self.identities.macs;
        held.learn(|| slots.iter().filter_map(|(key, slot)| Some((key, kept_mac(slot)?))));
        let slot = slots.entry(key.to_owned()).or_default();
        let kept = kept_mac(slot);
        let own = kept.filter(|_| slot.after.is_some());
        let written_macs = &self.identities.written_macs;
        let candidates = kept.into_iter().chain((0..).map(|attempt| derive_mac(system, key, attempt)));
        let mac = first_free(candidates, |mac| !written_macs.contains_key(mac) && held.is_free(*mac, key, own));
        held.take(mac);
        if let Some((had, span)) = kept.and_then(|had| Some((had, *written_macs.get(&had)?))) {
            self.findings.push(evicted(key, Some(slot), &format!("{had} is"), span, &mac));
        }
        slot.after = Some(Value::Mac(mac));
        mac
    }

    /// Announces a written MAC, so that no derived one takes it.
    pub fn reserve_mac(&mut self, mac: &Spanned<MacAddr>) {
        self.identities.written_macs.entry(mac.value).or_insert(mac.span);
    }

    /// A text kept under a key, or `fresh` put there.
    pub fn text(
        &mut self,
        kind: Kind,
        key: &str,
        keep: impl FnOnce(&str) -> bool,
        fresh: impl FnOnce() -> String,
    ) -> String {
        let slot = self.slot_mut(kind, key.to_owned());
        let text = match slot.value() {
            Some(Value::Text(text)) if keep(text) => text.to_string(),
            _ => fresh(),
        };
        slot.after = Some(Value::Text(text.as_str().into()));
        text
    }

    /// Drops an entry whose value the intent now says itself.
    fn forget(&mut self, kind: Kind, key: &str) {
        if let Some(slot) = self.kinds.get_mut(&kind).and_then(|slots| slots.get_mut(key)) {
            slot.dropped = true;
        }
    }
}

/// A kept value that gave way to a written one.
fn evicted(key: &str, slot: Option<&Slot>, what: &str, written: Span, gets: &dyn Display) -> Diagnostic {
    let message = format!("{what} written elsewhere; `{key}` had it and gets {gets}");
    let finding = Diagnostic::at(&EVICTED_ALLOCATION, written, message);
    match slot.and_then(Slot::span) {
        Some(span) => finding.label(span, "handed out here"),
        None => finding,
    }
}

fn kept_id(slot: &Slot) -> Option<Uuid> {
    match slot.value()? {
        Value::Id(id) => Some(*id),
        Value::Number(_) | Value::Address(_) | Value::Mac(_) | Value::Text(_) => None,
    }
}

fn kept_mac(slot: &Slot) -> Option<MacAddr> {
    match slot.value()? {
        Value::Mac(mac) => Some(*mac),
        Value::Number(_) | Value::Address(_) | Value::Id(_) | Value::Text(_) => None,
    }
}

fn first_free<T>(mut candidates: impl Iterator<Item = T>, is_free: impl Fn(&T) -> bool) -> T {
    candidates.find(|candidate| is_free(candidate)).expect("a site uses up neither 2^36 port names nor 2^24 MACs")
}

/// The UUIDv5 of a name in [`NAMESPACE`], by its parts: sites have names by the hundred thousand, and the `uuid`
/// crate's own hash takes no help from the processor.
pub(crate) fn name_based(parts: &[&str]) -> Uuid {
    let mut hash = Sha1::new_with_prefix(NAMESPACE.as_bytes());
    parts.iter().for_each(|part| hash.update(part));
    let digest: [u8; 20] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_sha1_bytes(bytes).into_uuid()
}

fn derive(system: &str, kind: &str, path: &str, attempt: u32) -> Uuid {
    name_based(&[system, "/", kind, "/", path, &suffix(attempt)])
}

fn derive_mac(system: &str, key: &str, attempt: u32) -> MacAddr {
    let mut hash = Sha256::new();
    [system, "/mac/", key, &suffix(attempt)].iter().for_each(|part| hash.update(part));
    let digest = hash.finalize();
    let [a, b, c] = OUI;
    MacAddr([a, b, c, digest[0], digest[1], digest[2]])
}

fn suffix(attempt: u32) -> String {
    if attempt == 0 { String::new() } else { format!("#{attempt}") }
}

/// The 36 bits that end up in chain names (the first 10 characters of the id, one of them a hyphen).
fn first_9_digits(id: Uuid) -> u64 {
    u64::try_from(id.as_u128() >> (128 - 36)).expect("36 bits fit in 64")
}
