//! The SNAT interfaces of the hosts and what passes them: out to the fabric in the NAT group, and back to who asked.

use std::net::{IpAddr, Ipv4Addr};

use crate::ovs::Payload;
use crate::world::{External, World, link_local};

use super::station::{Station, solicits, who_has};
use super::{By, Case, Expected, From, Leaving, OUTSIDE, ROUTER, Source, fabric, snat_interface};

/// An external network's interface on a host.
struct Interface<'a> {
    world: &'a World,
    host: &'a str,
    external: &'a str,
    name: String,
    mac: String,
    address: Ipv4Addr,
}

pub(super) fn cases(world: &World, stations: &[Station], cases: &mut Vec<Case>) {
    for host in world.all_hosts.keys() {
        for external in world.snats(host) {
            let name = snat_interface(&external);
            let mac = world.host_mac(host, &name).unwrap_or_default();
            let Some(address) = world.externals[&external].snat.get(host).copied() else { continue };
            let interface = Interface { world, host, external: &external, name, mac, address };
            interface.sending(cases);
            interface.receiving(cases);
            for station in stations.iter().filter(|it| it.host == *host) {
                for (_, private) in world
                    .by_snat(&station.network, &station.addresses, &station.floating)
                    .into_iter()
                    .filter(|(through, _)| *through == external)
                {
                    interface.translated(station, private, cases);
                }
                for floating in station.floating.iter().filter(|it| it.external == external) {
                    let answer = Leaving::answer(By::InPort, &station.mac, floating.public, &interface.mac);
                    let frame = who_has(&interface.mac, address, floating.public);
                    let what = format!("asks for the floating IP of {}", station.label);
                    cases.push(interface.sends(&what, frame, Expected::one(answer)));
                    // What instances without a floating IP send to it, translated.
                    let received = Leaving {
                        by: station.to_port(),
                        src: Source::Is(address.into()),
                        dst: Some(floating.private.into()),
                        ttl: Some(62),
                        macs: (Some(ROUTER.to_owned()), Some(station.mac.clone())),
                        answers: None,
                    };
                    let open = world.leads_out(&station.network, &external);
                    let payload = Payload::ping(address.into(), floating.public.into(), 63);
                    let frame = (interface.mac.clone(), station.mac.clone(), payload);
                    let expected = if open { Expected::one(received) } else { Expected::Drop };
                    cases.push(interface.sends(
                        &format!("sends to the floating IP of {}", station.label),
                        frame,
                        expected,
                    ));
                }
            }
        }
    }
    for station in stations {
        for mine in &station.floating {
            // Out under the floating IP and straight in again.
            let itself = Leaving {
                src: Source::Is(mine.public.into()),
                dst: Some(mine.private.into()),
                ttl: Some(62),
                ..Leaving::by(By::InPort)
            };
            let frame = station.routed(mine.private.into(), mine.public.into());
            let open = world.leads_out(&station.network, &mine.external);
            let expected = if open { Expected::one(itself) } else { Expected::Drop };
            cases.push(station.sends("pings its own floating IP", frame, expected));
            // Also where no SNAT interface is.
            let external = &world.externals[&mine.external];
            for gateway in gateways(external) {
                let frame = who_has("fa:16:3e:55:55:55", Ipv4Addr::new(192, 0, 2, 55), gateway);
                cases.push(Case {
                    name: format!("the fabric asks the host of {} for {gateway}", station.label),
                    host: station.host.clone(),
                    ingress: From::Tunnel(external.vnid),
                    frame,
                    mark: 0,
                    expected: Expected::Drop,
                });
            }
        }
    }
}

fn gateways(external: &External) -> Vec<Ipv4Addr> {
    let of_subnets = external.subnets.iter().filter_map(|subnet| match subnet.gateway? {
        IpAddr::V4(gateway) => Some(gateway),
        IpAddr::V6(_) => None,
    });
    of_subnets.chain([external.gateway]).collect()
}

impl Interface<'_> {
    fn case(&self, what: &str, ingress: From, frame: super::Frame, mark: u32, expected: Expected) -> Case {
        let name = format!("SNAT of {} on {}: {what}", self.external, self.host);
        Case { name, host: self.host.to_owned(), ingress, frame, mark, expected }
    }

    fn sends(&self, what: &str, frame: super::Frame, expected: Expected) -> Case {
        self.case(what, From::Port(self.name.clone()), frame, 0, expected)
    }

    fn arrives(&self, what: &str, frame: super::Frame, expected: Expected) -> Case {
        self.case(what, From::Tunnel(self.vnid()), frame, 0, expected)
    }

    fn vnid(&self) -> u32 {
        self.world.externals[self.external].vnid
    }

    fn gateways(&self) -> Vec<Ipv4Addr> {
        gateways(&self.world.externals[self.external])
    }

    /// What the namespace sends.
    fn sending(&self, cases: &mut Vec<Case>) {
        let external = &self.world.externals[self.external];
        let tunnel = |to| By::Tunnel(external.vnid, to);
        let flood_to = external.mcast.unwrap_or(self.world.anycast_tep);
        for gateway in self.gateways() {
            let answer = Leaving::answer(By::InPort, ROUTER, gateway, &self.mac);
            let frame = who_has(&self.mac, self.address, gateway);
            cases.push(self.sends("asks for a gateway", frame, Expected::one(answer)));
        }
        let out = Leaving {
            src: Source::Is(self.address.into()),
            ttl: Some(63),
            ..Leaving::by(tunnel(self.world.anycast_tep))
        };
        let ping = |dst: IpAddr| Payload::ping(self.address.into(), dst, 63);
        let frame = (self.mac.clone(), ROUTER.to_owned(), ping(OUTSIDE));
        cases.push(self.sends("sends outside", frame, Expected::one(out)));
        let itself = Leaving { ttl: Some(62), ..Leaving::by(By::InPort) };
        let frame = (self.mac.clone(), ROUTER.to_owned(), ping(self.address.into()));
        cases.push(self.sends("pings itself through the router", frame, Expected::one(itself)));
        let flooded = || Expected::one(Leaving::by(tunnel(flood_to)));
        let near = [4, 8].map(|bit| Ipv4Addr::from_bits(external.gateway.to_bits() ^ bit));
        if let Some(neighbour) = near.into_iter().find(|address| *address != self.address) {
            let frame = (self.mac.clone(), "fa:16:3e:66:66:66".to_owned(), ping(neighbour.into()));
            cases.push(self.sends("sends to a neighbour", frame, flooded()));
            cases.push(self.sends("asks for a neighbour", who_has(&self.mac, self.address, neighbour), flooded()));
        }
        let frame = ("fa:16:3e:99:99:99".to_owned(), ROUTER.to_owned(), ping(OUTSIDE));
        cases.push(self.sends("claims another MAC", frame, Expected::Drop));
    }

    /// What the fabric sends to the namespace.
    fn receiving(&self, cases: &mut Vec<Case>) {
        let remote = "fa:16:3e:55:55:55";
        let by = || By::Port(self.name.clone());
        let ping = || Payload::ping(OUTSIDE, self.address.into(), 60);
        let unchanged = Leaving { src: Source::Is(OUTSIDE), ttl: Some(60), ..Leaving::by(by()) };
        let frame = (ROUTER.to_owned(), self.mac.clone(), ping());
        cases.push(self.arrives("is sent to", frame, Expected::one(unchanged)));
        let routed = Leaving { ttl: Some(59), macs: (None, Some(self.mac.clone())), ..Leaving::by(by()) };
        let frame = (ROUTER.to_owned(), ROUTER.to_owned(), ping());
        cases.push(self.arrives("is routed to", frame, Expected::one(routed)));
        let found = || Expected::one(Leaving { macs: (None, Some(self.mac.clone())), ..Leaving::by(by()) });
        let asking = Ipv4Addr::new(192, 0, 2, 55);
        cases.push(self.arrives("is asked for", who_has(remote, asking, self.address), found()));
        let frame = solicits(remote, "fe80::55".parse().expect("an address"), link_local(&self.mac));
        cases.push(self.arrives("is solicited", frame, found()));
        for gateway in self.gateways() {
            cases.push(self.arrives("a gateway is asked for", who_has(remote, asking, gateway), Expected::Drop));
        }
        let broadcast = (remote.to_owned(), "ff:ff:ff:ff:ff:ff".to_owned(), Payload::Other(0x88b5));
        cases.push(self.arrives("a broadcast comes", broadcast, Expected::one(Leaving::by(by()))));
        let nobody = Ipv4Addr::new(169, 254, 99, 99);
        let frame = (ROUTER.to_owned(), self.mac.clone(), Payload::ping(OUTSIDE, nobody.into(), 60));
        let unchanged = Leaving { dst: Some(nobody.into()), ..Leaving::by(by()) };
        cases.push(self.arrives("somebody's internal address comes", frame, Expected::one(unchanged)));
    }

    /// What comes back through the namespace for a station.
    fn translated(&self, station: &Station, private: Ipv4Addr, cases: &mut Vec<Case>) {
        let key = format!("{} {} {} {private}", self.host, self.external, station.key);
        let Some(internal) = self.world.handed_out("internal_nat", &key) else {
            panic!("no internal address was handed out to `{key}`");
        };
        let internal: Ipv4Addr = internal.parse().expect("an address");
        let back = |dst: Ipv4Addr| (self.mac.clone(), ROUTER.to_owned(), Payload::pong(OUTSIDE, dst.into(), 58));
        let received = |ttl| Leaving {
            by: station.to_port(),
            src: Source::Is(OUTSIDE),
            dst: Some(private.into()),
            ttl: Some(ttl),
            macs: (Some(ROUTER.to_owned()), Some(station.mac.clone())),
            answers: None,
        };
        let what = format!("an answer to {} comes back", station.label);
        let open = self.world.leads_out(&station.network, self.external);
        let let_in = |leaving| if open { Expected::one(leaving) } else { Expected::Drop };
        cases.push(self.sends(&what, back(internal), let_in(received(57))));
        // A namespace that routes back the private address says by the mark whose it is.
        let context = self.world.context(&station.network.0);
        let mark = self.world.handed_out("vrf", &context).and_then(|id| id.parse().ok()).unwrap_or_default();
        let marked = Leaving { macs: (Some(ROUTER.to_owned()), None), ..received(58) };
        let frame = (self.mac.clone(), station.mac.clone(), Payload::pong(OUTSIDE, private.into(), 58));
        let ingress = || From::Port(self.name.clone());
        cases.push(self.case(&format!("{what} by mark"), ingress(), frame, mark, let_in(marked)));
        let answer = Leaving::answer(By::InPort, &station.mac, internal, &self.mac);
        let frame = who_has(&self.mac, self.address, internal);
        cases.push(self.sends(&format!("asks for {}", station.label), frame, Expected::one(answer)));
        // To the fabric the internal address is as good as a floating IP, though it never hears of one.
        let arriving = |what: &str, _vnid: u32, frame, expected| {
            self.arrives(&format!("the fabric {what} {}", station.label), frame, expected)
        };
        fabric::floating(station, (internal, private), self.vnid(), open, &arriving, cases);
    }
}
