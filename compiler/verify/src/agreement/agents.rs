//! What all agents are configured to tell and to set alike: the domain, the lease time and the MTU that instances are told,
//! and the MTU of SNAT interfaces. The options stand in `neutron.json`, also for a bundle with one instance.

use std::collections::BTreeMap;

use aciform_diagnostics::Code;

use super::All;
use crate::codes::{ENDPOINTS_DISAGREE, NAMESPACES_DISAGREE};
use crate::finding::{Finding, Place};
use crate::read::endpoint::Endpoint;
use crate::read::host::File;

pub(super) fn compare(all: &All<'_>, findings: &mut Vec<Finding>) {
    let Some(topology) = all.topology else { return };
    let options = &topology.data.options;
    let ports = || all.hosts.iter().flat_map(|host| &host.endpoints);
    let [mut domains, mut times, mut interfaces] = [(); 3].map(|()| Held::default());
    for file in ports() {
        let Some(lease) = &file.data.dhcp4 else { continue };
        domains.hold(lease.domain != options.dhcp_domain, || Differs {
            who: endpoint(file),
            stated: format!("`{}`", lease.domain),
            wanted: format!("`{}`", options.dhcp_domain),
            place: file.place(&["dhcp4", "domain"]),
        });
        times.hold(lease.lease_time != options.dhcp_lease_time, || Differs {
            who: endpoint(file),
            stated: number(lease.lease_time),
            wanted: number(options.dhcp_lease_time),
            place: file.place(&["dhcp4", "lease-time"]),
        });
    }
    for host in all.hosts {
        for file in host.namespaces.values().filter_map(|files| files.description.as_ref()) {
            interfaces.hold(file.data.mtu != options.nat_mtu, || Differs {
                who: format!("namespace `{}` of `{}`", file.data.namespace, host.name),
                stated: number(file.data.mtu),
                wanted: number(options.nat_mtu),
                place: file.place(&["mtu"]),
            });
        }
    }
    let option = |key: &str| topology.place(&["options", key]);
    domains.say(&ENDPOINTS_DISAGREE, "domain", &option("dhcp_domain"), findings);
    times.say(&ENDPOINTS_DISAGREE, "lease time", &option("dhcp_lease_time"), findings);
    interfaces.say(&NAMESPACES_DISAGREE, "MTU", &option("nat_mtu"), findings);
    mtus(all, findings);
}

/// The MTU is the network's, and whether it is told an option of all.
fn mtus(all: &All<'_>, findings: &mut Vec<Finding>) {
    let Some(topology) = all.topology else { return };
    let advertised = topology.data.options.advertise_mtu;
    let networks = &topology.data.networks;
    let at: BTreeMap<&str, usize> = networks.iter().enumerate().map(|(at, it)| (it.id.as_str(), at)).collect();
    let mut held: BTreeMap<usize, Held> = BTreeMap::new();
    for file in all.hosts.iter().flat_map(|host| &host.endpoints) {
        let Some(at) = at.get(file.data.neutron_network.as_deref().unwrap_or_default()) else { continue };
        let wanted = networks[*at].mtu.filter(|_| advertised);
        let four = file.data.dhcp4.as_ref().map(|lease| ("dhcp4", lease.interface_mtu));
        let six = file.data.dhcp6.as_ref().map(|lease| ("dhcp6", lease.interface_mtu));
        for (key, told) in four.into_iter().chain(six) {
            held.entry(*at).or_default().hold(told != wanted, || Differs {
                who: endpoint(file),
                stated: number(told.map(u32::from)),
                wanted: number(wanted.map(u32::from)),
                place: file.place(&[key, "interface-mtu"]),
            });
        }
    }
    let option = topology.place(&["options", "advertise_mtu"]);
    let mut of_networks = held.iter().filter(|(at, _)| networks[**at].mtu.is_some()).map(|(_, held)| held);
    let everywhere = of_networks.clone().count() > 1 && of_networks.all(Held::all_differ);
    for (told, (at, held)) in held.into_iter().filter(|(_, held)| !held.differ.is_empty()).enumerate() {
        let own = networks[at].mtu.is_some();
        if everywhere || !advertised || !own {
            // Of the option it is said once.
            if told == 0 || !everywhere || !own {
                held.say(&ENDPOINTS_DISAGREE, "MTU to tell", &option, findings);
            }
        } else {
            let place = topology.place(&["networks", &at.to_string(), "mtu"]);
            held.say(&ENDPOINTS_DISAGREE, "MTU to tell", &place, findings);
        }
    }
}

fn endpoint(file: &File<'_, Endpoint>) -> String {
    format!("endpoint `{}`", file.data.attributes.vm_name)
}

fn number(of: Option<u32>) -> String {
    of.map_or_else(|| "none".to_owned(), |of| of.to_string())
}

/// One option, held against all that follow it.
#[derive(Default)]
struct Held {
    count: usize,
    differ: Vec<Differs>,
}

/// Who says otherwise than the option, and where.
struct Differs {
    who: String,
    stated: String,
    wanted: String,
    place: Place,
}

impl Held {
    fn hold(&mut self, differs: bool, say: impl FnOnce() -> Differs) {
        self.count += 1;
        self.differ.extend(differs.then(say));
    }

    fn all_differ(&self) -> bool {
        self.differ.len() == self.count
    }

    /// Where everybody says otherwise, it is the option that differs, once.
    fn say(self, code: &'static Code, what: &str, option: &Place, findings: &mut Vec<Finding>) {
        let told = if self.all_differ() { 1 } else { self.differ.len() };
        for Differs { who, stated, wanted, place } in self.differ.into_iter().take(told) {
            let message = format!("{who} has {stated} as its {what}, `neutron.json` has {wanted}");
            findings.push(Finding::new(code, message).at(place, "this one").at(option.clone(), "there"));
        }
    }
}
