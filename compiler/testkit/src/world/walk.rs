//! Packets across a whole site: every host's flows in a switch of its own, and the stand-in leaf between them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::expect::Frame;
use crate::ovs::{Delivery, Headers, Leaf, Onward, Packet, Payload, Switch, To, Verdict};
use crate::program::run;

use super::World;

/// A compiled site with its switches running.
pub struct Walk {
    /// What its YAML says.
    pub world: World,
    site: PathBuf,
    leaf: Leaf,
    switches: BTreeMap<String, Switch>,
}

/// A packet at the end of its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The host where it ended; empty outside.
    pub host: String,
    /// Where.
    pub at: Place,
    /// What it looked like.
    pub headers: Headers,
}

/// Where a packet ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the port of this interface name.
    Port(String),
    /// At the port that it came in by.
    Back,
    /// With the agent, which knows what it is about by this cookie.
    Agent(u64),
    /// Outside this VRF.
    Outside(String),
}

impl Walk {
    /// Compiles a site in its folder and loads every host.
    ///
    /// # Panics
    /// It does not compile, or a switch does not take what came out.
    #[must_use]
    pub fn new(program: &str, site: &Path) -> Self {
        let _ = run(program, site, &["compile", "-o", "out"]).success();
        let world = World::read(site);
        let mut switches = BTreeMap::new();
        for host in world.all_hosts.keys() {
            let mut switch = Switch::start().unwrap_or_else(|failure| panic!("{failure}"));
            switch.load_host(&site.join("out"), host).unwrap_or_else(|failure| panic!("{host}: {failure}"));
            switches.insert(host.clone(), switch);
        }
        Self { leaf: world.leaf(), world, site: site.to_owned(), switches }
    }

    /// The folder of the bundle.
    #[must_use]
    pub fn bundle(&self) -> PathBuf {
        self.site.join("out")
    }

    /// What a host's switch does with a frame from a port.
    ///
    /// # Panics
    /// There is no such port.
    pub fn send(&mut self, host: &str, interface: &str, frame: &Frame) -> Verdict {
        let (src, dst, payload) = frame.clone();
        let port = self.switches[host].port(interface);
        let port = port.unwrap_or_else(|| panic!("{host} has no port {interface}"));
        self.trace(host, &Packet::from_port(port, &src, &dst, payload))
    }

    /// What a host's switch does with a packet.
    ///
    /// # Panics
    /// The trace cannot be read.
    pub fn trace(&mut self, host: &str, packet: &Packet) -> Verdict {
        let switch = self.switches.get_mut(host).unwrap_or_else(|| panic!("there is no host {host}"));
        switch.trace(packet).unwrap_or_else(|failure| panic!("{host}: {packet:?}: {failure}"))
    }

    /// Sends a frame from a port and follows it, through the leaf where it has to be.
    pub fn walk(&mut self, host: &str, interface: &str, frame: &Frame) -> Vec<Arrival> {
        let verdict = self.send(host, interface, frame);
        self.follow(host, &verdict)
    }

    /// Follows what a host's switch lets out.
    pub fn follow(&mut self, host: &str, verdict: &Verdict) -> Vec<Arrival> {
        verdict.deliveries.iter().flat_map(|delivery| self.deliver(host, delivery)).collect()
    }

    /// Sends a packet from outside into a VRF.
    pub fn from_outside(&mut self, vrf: &str, payload: &Payload) -> Vec<Arrival> {
        self.leaf.from_outside(vrf, payload).into_iter().flat_map(|onward| self.onward(onward)).collect()
    }

    fn deliver(&mut self, host: &str, delivery: &Delivery) -> Vec<Arrival> {
        let at = match &delivery.to {
            To::Port { name, .. } => Place::Port(name.clone()),
            To::InPort => Place::Back,
            To::Controller { cookie } => Place::Agent(*cookie),
            To::Tunnel { .. } => {
                let forwarded = self.leaf.forward(host, delivery);
                return forwarded.into_iter().flat_map(|onward| self.onward_of(onward, &delivery.headers)).collect();
            }
        };
        vec![Arrival { host: host.to_owned(), at, headers: delivery.headers.clone() }]
    }

    fn onward_of(&mut self, onward: Onward, headers: &Headers) -> Vec<Arrival> {
        match onward {
            Onward::Outside { vrf, .. } => {
                vec![Arrival { host: String::new(), at: Place::Outside(vrf), headers: headers.clone() }]
            }
            Onward::Host(..) => self.onward(onward),
        }
    }

    fn onward(&mut self, onward: Onward) -> Vec<Arrival> {
        let Onward::Host(host, packet) = onward else { return Vec::new() };
        let verdict = self.trace(&host, &packet);
        self.follow(&host, &verdict)
    }
}
