//! Table 9: from which external group it comes.
//!
//! Packets whose translation was just undone come in; the longest external prefix of their source gives the group that the contracts judge them by.
//! The mark of the fabric is cleared, since the fabric judged the outer address. A source that no prefix covers is dropped.

use super::action::Field;
use super::matching::{Match, Protocol};
use super::meta;
use super::owner::Owner;
use super::scene::Scene;
use super::sheet::Sheet;
use super::table::Table;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    for (id, vrf) in &scene.vrfs {
        for route in &vrf.routes {
            let matching =
                Match { reg6: Some(vrf.routing_domain), protocol: Protocol::from(route.prefix), ..Match::default() };
            let priority = 151 + u16::from(route.prefix.length());
            sheet
                .flow(Owner::External(*id, route.external), Table::NatIn.at(priority), &matching)
                .load(Field::Reg0, u64::from(meta::EXTERNAL | route.external))
                .mark(meta::TO_PORT_REVERSED, meta::ACTION_MASK | meta::FROM_FABRIC, Table::Policy);
        }
    }
}
