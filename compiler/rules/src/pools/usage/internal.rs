//! Internal NAT addresses, which every host hands out by itself, on the host that translates most.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr};

use aciform_fabric::model::MappingKind;
use aciform_intent::scalar::Prefix;

use super::{Kind, Measured, Row, Use, User, count};

/// The address instances ask for metadata, which stands for nobody else.
const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

/// The host with the most translations; nothing where no host translates.
pub(super) fn fullest(site: Measured<'_>) -> Option<Row> {
    let translations = site.fabric.hosts.iter().map(|host| {
        let mappings = host.endpoints.iter().flat_map(|endpoint| &endpoint.mappings);
        (mappings.filter(|mapping| matches!(mapping.kind, MappingKind::Snat(_))).count(), host.name.as_str())
    });
    let (most, host) = translations.filter(|(number, _)| *number > 0).min_by_key(|(number, _)| Reverse(*number))?;
    let setting = &site.config.ml2.internal_floating_ip_pool;
    let pools = disjoint(&setting.value);
    let size: u64 = pools.iter().map(|pool| 1u64 << (32 - u32::from(pool.length()))).sum();
    let list: Vec<String> = pools.iter().map(ToString::to_string).collect();
    Some(Row {
        kind: Kind::InternalNat,
        name: format!("internal NAT {host}"),
        range: list.join(","),
        span: setting.span,
        size,
        reserved: u64::from(pools.iter().any(|pool| pool.contains(METADATA))),
        uses: vec![Use { by: User::Translations, count: count(most) }],
        grows: false,
        growth: 0,
        smallest: None,
        recommended: None,
    })
}

/// The pools without those that lie in another.
fn disjoint(pools: &[Prefix]) -> Vec<Prefix> {
    let mut sorted: Vec<Prefix> = pools.iter().copied().filter(|pool| pool.is_ipv4()).collect();
    sorted.sort_unstable();
    sorted.dedup_by(|inner, outer| outer.covers(*inner));
    sorted
}
