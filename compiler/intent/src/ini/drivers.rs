//! Whether Neutron's drivers and plugins fit together: one driver of ACI, with the core and the service plugin that it
//! needs. Only what is written says so; another file may hold what is not.

use std::ops::Range;

use aciform_diagnostics::{Diagnostic, Span};

use super::load::Loader;
use super::options::group;
use super::value::list_ranges;
use super::{codes, range};

/// The ML2 driver, the one of policy mode, and the one of the unified plugin.
const DRIVERS: &[&str] = &["cisco_apic_ml2", "apic_gbp", UNIFIED];
const UNIFIED: &str = "apic_aim";
/// The service plugins that make routers on the fabric, each with its driver.
const ROUTERS: &[(&str, &str)] =
    &[("cisco_apic_l3", "cisco_apic_ml2"), ("apic_gbp_l3", "apic_gbp"), ("apic_aim_l3", UNIFIED)];

/// Reports two drivers that exclude each other. Returns the place of the unified plugin's where it is the only one.
pub(super) fn check(loader: &mut Loader<'_, '_>) -> Option<Span> {
    let group = group("ml2").expect("a group of the table");
    let found = loader.checked(group, "mechanism_drivers", None, |text, entry| {
        let ours: Vec<_> =
            list_ranges(text).into_iter().filter(|place| DRIVERS.contains(&&text[place.clone()])).collect();
        let span = |place: &Range<usize>| range::part(entry, text, place.clone());
        let unified = ours.iter().find(|place| &text[(*place).clone()] == UNIFIED);
        let Some(place) = unified.filter(|_| ours.len() > 1).or(ours.get(1)) else { return Ok(unified.map(span)) };
        let message = format!("`{}` stands beside another APIC driver", &text[place.clone()]);
        let finding = Diagnostic::at(&codes::PLUGIN_MISMATCH, span(place), message);
        Err(finding.help("keep one: `cisco_apic_ml2`, or `apic_aim` of the unified plugin"))
    });
    found.value
}

/// Reports plugins that the driver cannot work with. `told`: that nothing makes routers is a finding already.
pub(super) fn check_plugins(loader: &mut Loader<'_, '_>, told: bool) {
    // What a template leaves out may be what is missed.
    if loader.files.iter().any(|file| file.template) {
        return;
    }
    let drivers = loader.list(group("ml2").expect("a group of the table"), "mechanism_drivers");
    let mut ours = DRIVERS.iter().filter(|driver| drivers.value.iter().any(|named| named == *driver));
    let (Some(driver), None, Some(named)) = (ours.next(), ours.next(), drivers.span) else { return };
    check_core(loader, driver, named);
    if !told {
        check_routers(loader, driver, named);
    }
}

/// `core_plugin`, by its short name or by the path of its class.
fn check_core(loader: &mut Loader<'_, '_>, driver: &str, named: Span) {
    let core = loader.text(loader.default, "core_plugin");
    let Some(span) = core.span.filter(|_| !core.value.is_empty()) else { return };
    let (needed, effect) = match driver {
        UNIFIED => ("ml2plus", "which does not work with"),
        _ => ("ml2", "which does not load"),
    };
    if core.value.to_lowercase().contains(needed) {
        return;
    }
    let message = format!("`core_plugin` is `{}`, {effect} the driver `{driver}`", core.value.escape_debug());
    let finding = Diagnostic::at(&codes::PLUGIN_MISMATCH, span, message).label(named, "the driver");
    loader.judge.push(finding.help(format!("write `core_plugin = {needed}`")));
}

/// The plugin that makes routers, in `service_plugins`.
fn check_routers(loader: &mut Loader<'_, '_>, driver: &'static str, named: Span) {
    let services = loader.list(loader.default, "service_plugins");
    let Some(span) = services.span.filter(|_| !services.value.is_empty()) else { return };
    if driver != UNIFIED && loader.boolean(loader.driver, "l3_cisco_router_plugin").value {
        return;
    }
    // A class may have any path; that it is ours shows in its name.
    if services.value.iter().any(|service| is_of(driver, service)) {
        return;
    }
    let needed = ROUTERS.iter().find(|(_, of)| *of == driver).map_or("", |(router, _)| *router);
    let other = ROUTERS.iter().find(|(router, _)| services.value.iter().any(|service| service == router));
    let (message, help) = match other {
        Some((router, of)) => (
            format!("`service_plugins` has `{router}`, which goes with `{of}`, and not with the driver `{driver}`"),
            format!("write `{needed}` in place of `{router}`"),
        ),
        None => (
            format!("`service_plugins` has no `{needed}`: the driver `{driver}` makes no routers without it"),
            format!("add `{needed}` in place of `router`"),
        ),
    };
    let finding = Diagnostic::at(&codes::PLUGIN_MISMATCH, span, message).label(named, "the driver");
    loader.judge.push(finding.help(help));
}

/// Whether a service plugin is one of the driver's plugin: the ML2 driver and its policy mode are one.
fn is_of(driver: &str, service: &str) -> bool {
    match ROUTERS.iter().find(|(router, _)| *router == service) {
        Some((_, of)) => (*of == UNIFIED) == (driver == UNIFIED),
        None => service.to_lowercase().contains("apic"),
    }
}
