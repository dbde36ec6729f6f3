//! What the site plans for, as addresses that its subnets have to give.

use aciform_fabric::model::{Id, Unserved};
use aciform_intent::model::{FloatingGrowth, Increase};

use super::{Counts, Measured, count, subnets};

/// Every subnet with what is planned on it, in table order.
pub(in crate::pools) fn all(site: Measured<'_>) -> Vec<Counts<'_>> {
    let mut subnets = subnets(site.fabric);
    if let Some(share) = &site.growth.ports {
        // What holds fewer than five was made for what is in it.
        let growing = subnets.iter_mut().filter(|counts| !counts.outside && !counts.is_small());
        growing.for_each(|counts| counts.planned = count(Increase::Percent(share.value).more(counts.ports)));
    }
    floating(site, &mut subnets);
    subnets
}

/// How many floating IPs an external network is to hold; `None`: as many as it does.
fn increase(site: Measured<'_>, handle: &str) -> Option<Increase> {
    match site.growth.floating_ips.as_ref()? {
        FloatingGrowth::Each(each) => each.get(handle).map(|(_, increase)| increase.value),
        // One without NAT has none and is not meant.
        FloatingGrowth::Every(increase) => {
            let section = site.config.external_networks.get(handle);
            section.is_some_and(|section| section.enable_nat.value).then_some(increase.value)
        }
    }
}

/// Floating IPs take what is free on the subnets that everybody may use, then on those that are reserved. What no subnet
/// has is missing on the last of the former.
fn floating(site: Measured<'_>, subnets: &mut [Counts<'_>]) {
    if site.growth.floating_ips.is_none() {
        return;
    }
    let mut now = vec![0usize; site.fabric.external_networks.len()];
    site.fabric.floating_ips.iter().for_each(|ip| now[ip.external_network.index()] += 1);
    for (_, what) in &site.fabric.unserved {
        if let Unserved::FloatingIp(external) = what {
            now[external.index()] += 1;
        }
    }
    for (external, now) in site.fabric.external_networks.iter().zip(now) {
        let Some(increase) = increase(site, &external.handle) else { continue };
        let own = site.fabric.networks[external.network].subnets.iter().map(|subnet| subnet.index());
        let own = own.filter(|at| subnets[*at].subnet.prefix.is_ipv4());
        let (reserved, open): (Vec<usize>, Vec<usize>) =
            own.partition(|at| subnets[*at].reserved(site.fabric, site.intent).is_some());
        let mut left = count(increase.more(now));
        for at in open.iter().chain(&reserved) {
            let counts = &mut subnets[*at];
            counts.planned = left.min(counts.capacity().unwrap_or(u64::MAX).saturating_sub(counts.used()));
            left -= counts.planned;
        }
        if let Some(last) = open.last().or(reserved.last()) {
            subnets[*last].planned = subnets[*last].planned.saturating_add(left);
        }
    }
}
