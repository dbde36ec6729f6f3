//! Links that take each other's place: the driver stores one for each host and interface.

use std::collections::BTreeMap;

use aciform_intent::ini::driver::VpcPairs;

use super::link::{Link, Switch};

/// The links of each host and interface, in the order of the files; those whose ports were reported are left out.
pub(super) fn rows<'l, 'a>(
    switches: &'l [Switch<'a>],
    pairs: &VpcPairs,
) -> BTreeMap<(&'l str, String), Vec<&'l Link<'a>>> {
    let mut rows: BTreeMap<(&str, String), Vec<&Link<'_>>> = BTreeMap::new();
    let read = switches.iter().filter(|switch| switch.is_read);
    for link in read.flat_map(|switch| &switch.links).filter(|link| link.has_port()) {
        let interface = match &link.interface {
            Some(interface) => interface.clone(),
            // On a pair each member has an interface of its own name.
            None if pairs.partner(link.switch).is_some() => format!("static-vpc-{}", link.switch),
            None => "static".to_owned(),
        };
        rows.entry((&link.host, interface)).or_default().push(link);
    }
    rows
}

/// Whether two switches are a pair.
pub(super) fn are_paired(pairs: &VpcPairs, one: &str, two: &str) -> bool {
    pairs.partner(one) == Some(two) || pairs.partner(two) == Some(one)
}
