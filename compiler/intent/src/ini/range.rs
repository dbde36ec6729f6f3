//! Ranges: VLANs as `min:max`, multicast addresses as `a.b.c.d:a.b.c.d`.

use std::net::Ipv4Addr;
use std::ops::Range;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Span};
use aciform_syntax::ini::Entry;

use super::check::ipv4;
use super::load::Loader;
use super::mend::{self, mended};
use super::options::Group;
use super::value::{Value, list_ranges};
use super::{Setting, codes};

/// The place of a part of a value; of the whole value where references or comments have moved the parts.
pub(super) fn part(entry: &Entry, text: &str, range: Range<usize>) -> Span {
    if entry.value.value == text { entry.part(range) } else { entry.value.span }
}

/// `vlan_ranges` of the global section: at most one range, as the plugin's validator demands.
pub(super) fn vlan_option(loader: &mut Loader<'_, '_>) -> Setting<Vec<(u16, u16)>> {
    loader.checked(loader.plugin, "vlan_ranges", Vec::new(), |text, entry| {
        let ranges = vlan_ranges(text, entry)?;
        if let Some(second) = list_ranges(text).into_iter().nth(1) {
            let message = format!("`vlan_ranges` has {} ranges; only one is allowed in this section", ranges.len());
            let finding = Diagnostic::at(&codes::SEVERAL_GLOBAL_RANGES, part(entry, text, second), message);
            return Err(
                finding.help("keep one, or write several in `[apic_vmdom:NAME]`, which needs `[apic] apic_username`")
            );
        }
        Ok(ranges)
    })
}

/// The full entries of Neutron's `network_vlan_ranges`, which stand in for `vlan_ranges` where that is not set.
pub(super) fn neutron_vlan_ranges(loader: &mut Loader<'_, '_>) -> Setting<Vec<(u16, u16)>> {
    let group = super::options::group("ml2_type_vlan").expect("a group of the table");
    loader.checked(group, "network_vlan_ranges", Vec::new(), |text, entry| {
        let mut found = Vec::new();
        for place in list_ranges(text) {
            let item = &text[place.clone()];
            let parts: Vec<&str> = item.split(':').collect();
            match parts.as_slice() {
                [_] => {}
                // Neutron takes blanks around the numbers.
                [_, min, max] => {
                    if let (Ok(low @ 1..=4094), Ok(high @ 1..=4094)) = (min.trim().parse(), max.trim().parse::<u16>())
                        && low <= high
                    {
                        found.push((low, high));
                        continue;
                    }
                    let start = place.end - min.len() - max.len() - 1;
                    found.push(vlan_range(text, start..place.end, entry)?);
                }
                _ => {
                    let message = format!("`{item}` is neither `physnet` nor `physnet:min:max`");
                    let finding = Diagnostic::at(&codes::RANGE_SYNTAX, part(entry, text, place), message);
                    return Err(finding.help("write for example `physnet1:1000:1999`"));
                }
            }
        }
        Ok(found)
    })
}

/// VLAN ranges separated by commas.
pub(super) fn vlan_ranges(text: &str, entry: &Entry) -> Result<Vec<(u16, u16)>, Diagnostic> {
    list_ranges(text).into_iter().map(|place| vlan_range(text, place, entry)).collect()
}

/// One `min:max` within 1 to 4094.
pub(super) fn vlan_range(text: &str, place: Range<usize>, entry: &Entry) -> Result<(u16, u16), Diagnostic> {
    let item = &text[place.clone()];
    let span = part(entry, text, place.clone());
    let write = |finding: Diagnostic, applicability, range: String| {
        mended(finding, format!("write `{range}`"), applicability, mend::part(entry, text, place.clone(), range))
    };
    let numbers = item.split_once(':').and_then(|(min, max)| Some((plain_number(min)?, plain_number(max)?)));
    let Some((min, max)) = numbers else {
        let message = format!("`{item}` in `{}` is no range; expected `min:max`", entry.key.value);
        let finding = Diagnostic::at(&codes::RANGE_SYNTAX, span, message);
        return Err(match numbers_of(item).as_slice() {
            [only] => {
                let range = format!("{only}:{only}");
                let help = format!("write `{range}` for a single VLAN");
                mended(finding, help, Applicability::Unsafe, mend::part(entry, text, place, range))
            }
            [min, max] => {
                let between = item.strip_prefix(min).and_then(|rest| rest.strip_suffix(max)).map(str::trim);
                let certain = matches!(between, Some("-" | "–" | ":" | ".." | "..."));
                let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
                write(finding, applicability, format!("{min}:{max}"))
            }
            _ => finding.help("write for example `1000:1999`"),
        });
    };
    let id = |number: u32| u16::try_from(number).ok().filter(|id| (1..=4094).contains(id));
    let (Some(low), Some(high)) = (id(min), id(max)) else {
        let message = format!("the range `{item}` of `{}` leaves the VLANs 1 to 4094", entry.key.value);
        let (low, high) = (min.min(max).clamp(1, 4094), max.max(min).clamp(1, 4094));
        let finding = Diagnostic::at(&codes::RANGE_BOUNDS, span, message);
        return Err(write(finding, Applicability::Unsafe, format!("{low}:{high}")));
    };
    if low > high {
        let message = format!("the range `{item}` of `{}` is reversed", entry.key.value);
        let finding = Diagnostic::at(&codes::RANGE_BOUNDS, span, message);
        return Err(write(finding, Applicability::Safe, format!("{high}:{low}")));
    }
    Ok((low, high))
}

fn plain_number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u32::MAX))
}

/// The numbers in a text: `1000-1999` means `1000:1999`, `100` means `100:100`.
fn numbers_of(item: &str) -> Vec<&str> {
    item.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect()
}

/// `mcast_ranges`: exactly one `min:max` of IPv4 multicast addresses, min below max.
pub(super) fn mcast_option(loader: &mut Loader<'_, '_>, group: &'static Group) -> Setting<(String, String)> {
    let default = ("225.2.1.1".to_owned(), "225.2.255.255".to_owned());
    let (value, _, entry) = loader.value(group, "mcast_ranges");
    if let (Value::List(items), Some(entry)) = (&value, entry)
        && items.is_empty()
    {
        let message = "`mcast_ranges` is empty; the service stops";
        let finding = Diagnostic::at(&codes::MCAST_RANGE, entry.value.span, message);
        loader
            .judge
            .push(finding.help("write `mcast_ranges = 225.2.1.1:225.2.255.255`, or delete the line for that default"));
        return Setting::default_of(default);
    }
    loader.checked(group, "mcast_ranges", default, mcast_range)
}

/// The one range of a text.
pub(super) fn mcast_range(text: &str, entry: &Entry) -> Result<(String, String), Diagnostic> {
    let items = list_ranges(text);
    let bad = |span: Span, message: String| Diagnostic::at(&codes::MCAST_RANGE, span, message);
    if let Some(second) = items.get(1) {
        let message = format!("`mcast_ranges` has {} ranges; only one is allowed", items.len());
        return Err(bad(part(entry, text, second.clone()), message).help("keep one range"));
    }
    let place = items.into_iter().next().unwrap_or(0..0);
    let (item, span) = (&text[place.clone()], part(entry, text, place.clone()));
    let Some((min, max)) = item.split_once(':').filter(|(_, max)| !max.contains(':')) else {
        let what = if item.is_empty() { "an empty text".to_owned() } else { format!("`{item}`") };
        let message = format!("{what} is no range of multicast addresses; expected `min:max`");
        return Err(bad(span, message).help("write for example `225.2.1.1:225.2.255.255`"));
    };
    let low = multicast(min, entry, &codes::MCAST_RANGE).map_err(|finding| moved(finding, span))?;
    let high = multicast(max, entry, &codes::MCAST_RANGE).map_err(|finding| moved(finding, span))?;
    if low >= high {
        if low == high {
            let message = format!("the multicast range `{item}` holds one address; min must be below max");
            return Err(bad(span, message).help("widen the range"));
        }
        let message = format!("the multicast range `{item}` is reversed; min must be below max");
        let better = format!("{high}:{low}");
        let edit = mend::part(entry, text, place, &better);
        return Err(mended(bad(span, message), format!("write `{better}`"), Applicability::Safe, edit));
    }
    Ok((low.to_string(), high.to_string()))
}

fn moved(mut finding: Diagnostic, span: Span) -> Diagnostic {
    if let Some(label) = finding.labels.first_mut() {
        label.span = span;
    }
    finding
}

/// `multicast_address`.
pub(super) fn multicast_option(loader: &mut Loader<'_, '_>, group: &'static Group) -> Setting<String> {
    loader.checked(group, "multicast_address", "225.1.2.3".to_owned(), |text, entry| {
        multicast(text, entry, &codes::MCAST_ADDRESS).map(|address| address.to_string())
    })
}

/// An IPv4 multicast address.
pub(super) fn multicast(text: &str, entry: &Entry, code: &'static Code) -> Result<Ipv4Addr, Diagnostic> {
    let key = &entry.key.value;
    let Some(address) = ipv4(text) else {
        let what = if text.is_empty() { format!("`{key}` is empty") } else { format!("`{text}` in `{key}`") };
        let is = if text.is_empty() { ", which is" } else { " is" };
        let finding = Diagnostic::at(code, entry.value.span, format!("{what}{is} no IPv4 address"));
        return Err(finding.help("write four numbers from 0 to 255, the first from 224 to 239"));
    };
    if !address.is_multicast() {
        let message = format!("{address} in `{key}` is no multicast address");
        let finding = Diagnostic::at(code, entry.value.span, message);
        return Err(finding.help("write an address from 224.0.0.0 to 239.255.255.255, as in `225.1.2.3`"));
    }
    Ok(address)
}
