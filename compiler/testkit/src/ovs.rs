//! A real Open vSwitch to load flow sets into and to ask what it would do with a packet.
//!
//! Each [`Switch`] is an `ovsdb-server` and an `ovs-vswitchd` of its own in a folder of its own, with a userspace (dummy) datapath:
//! no kernel module, no privileges, nothing shared with another one or with a switch that the machine may run.
//! A switch takes the files of one host at a time and can be given another host's as often as wanted.
//!
//! Without Open vSwitch the proof fails and says what to install; it is never skipped.

mod control;
mod failure;
mod leaf;
mod packet;
mod process;
mod removal;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use failure::{Failure, Result};
pub use leaf::{Leaf, Onward};
pub use packet::{Arp, Ingress, Packet, Payload};
pub(crate) use removal::is_step;
pub use removal::unnoticed;
pub use verdict::{Delivery, Headers, To, Verdict};

use control::Control;
use process::Instance;

/// The bridge that the flows are for.
const BRIDGE: &str = "br-int";

/// What the tunnel port's name holds: the agent calls it `<bridge>_vxlan0`.
const TUNNEL_NAME: &str = "vxlan";

/// A running switch with one host's flows.
pub struct Switch {
    control: Control,
    instance: Instance,
    ports: Ports,
}

/// The port numbers of the bridge.
#[derive(Debug, Default)]
struct Ports {
    /// Name by OpenFlow number.
    names: BTreeMap<u32, String>,
    /// OpenFlow number by the datapath's, which is what a trace speaks of.
    by_datapath: BTreeMap<u32, u32>,
    /// The tunnel's OpenFlow number.
    tunnel: Option<u32>,
}

/// The three files of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFiles {
    /// `br-int.flows`
    pub flows: String,
    /// `br-int.groups`
    pub groups: String,
    /// `br-int.ports`: `<OpenFlow port> <interface>` a line.
    pub ports: String,
}

impl HostFiles {
    /// Reads them from a bundle's folder.
    ///
    /// # Errors
    /// When one of the files cannot be read.
    pub fn read(bundle: &Path, host: &str) -> Result<Self> {
        let read = |file: &str| {
            let path = bundle.join("hosts").join(host).join(file);
            std::fs::read_to_string(&path).map_err(|source| Failure::File { path, source })
        };
        Ok(Self { flows: read("br-int.flows")?, groups: read("br-int.groups")?, ports: read("br-int.ports")? })
    }
}

impl Switch {
    /// Starts a switch with nothing loaded.
    ///
    /// # Errors
    /// When Open vSwitch is not installed, with what to install, or does not start, with what it said.
    pub fn start() -> Result<Self> {
        let instance = Instance::start()?;
        let mut control = Control::connect(&instance.control_socket())?;
        // Tunnelled packets need somewhere to go: a second bridge with an address, a default route and a neighbour on it.
        // Its numbers are from the benchmarking range, so that no host's tunnel endpoint is ever the switch's own address.
        instance.vsctl(&[
            "add-br",
            "br-under",
            "--",
            "set",
            "bridge",
            "br-under",
            "datapath_type=dummy",
            "--",
            "add-port",
            "br-under",
            "uplink",
            "--",
            "set",
            "interface",
            "uplink",
            "type=dummy",
        ])?;
        control.call("netdev-dummy/ip4addr", &["br-under", "198.18.0.1/24"])?;
        control.call("ovs/route/add", &["0.0.0.0/0", "br-under", "198.18.0.2"])?;
        control.call("tnl/neigh/set", &["br-under", "198.18.0.2", "aa:aa:aa:00:00:01"])?;
        Ok(Self { control, instance, ports: Ports::default() })
    }

    /// Loads a host of a bundle, and checks that the switch gives back what it was given.
    ///
    /// # Errors
    /// When a file cannot be read, the switch refuses one, or its dumps differ from the files.
    pub fn load_host(&mut self, bundle: &Path, host: &str) -> Result<()> {
        self.load(&HostFiles::read(bundle, host)?)
    }

    /// Makes the bridge anew with these ports, loads groups and then flows, and checks that both are dumped as they were written.
    ///
    /// # Errors
    /// When the switch refuses something, gives a port another number, or dumps something else.
    pub fn load(&mut self, files: &HostFiles) -> Result<()> {
        self.make_bridge(&files.ports)?;
        self.instance.ofctl(&["add-groups", BRIDGE, "-"], Some(&files.groups))?;
        self.replace_flows(&files.flows)?;
        self.compare_flows(&files.flows)?;
        self.compare_groups(&files.groups)
    }

    /// Puts another set of flows in place of the present one, in one transaction and without comparing.
    /// For asking what a set with a flow less would do.
    ///
    /// # Errors
    /// When the switch refuses the set; the present one then stays.
    pub fn replace_flows(&mut self, flows: &str) -> Result<()> {
        self.instance.ofctl(&["--bundle", "replace-flows", BRIDGE, "-"], Some(flows)).map(drop)
    }

    /// Asks what happens to a packet.
    ///
    /// # Errors
    /// When the switch does not understand the packet, or does something that a [`Verdict`] cannot say.
    pub fn trace(&mut self, packet: &Packet) -> Result<Verdict> {
        let flow = packet.flow(self.ports.tunnel);
        let text = self.control.call("ofproto/trace", &[BRIDGE, &flow])?;
        verdict::parse(&text, packet, |datapath| {
            let number = *self.ports.by_datapath.get(&datapath)?;
            Some((number, self.ports.names.get(&number)?.clone()))
        })
    }

    /// The number of a port by its name.
    #[must_use]
    pub fn port(&self, name: &str) -> Option<u32> {
        self.ports.names.iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
    }

    /// What the switch says its flows are: one canonical line each, in no particular order.
    ///
    /// # Errors
    /// When the dump fails.
    pub fn dump_flows(&self) -> Result<Vec<String>> {
        let dump = self.instance.ofctl(&["dump-flows", BRIDGE, "--no-stats", "--no-names"], None)?;
        Ok(dump.lines().map(|line| line.trim_start().to_owned()).collect())
    }

    fn make_bridge(&mut self, ports: &str) -> Result<()> {
        self.instance.vsctl(&["--if-exists", "del-br", BRIDGE])?;
        let wanted = parse_ports(ports)?;
        let mut arguments: Vec<String> = ["add-br", BRIDGE, "--", "set", "bridge", BRIDGE, "datapath_type=dummy"]
            .iter()
            .chain(&["protocols=OpenFlow13", "fail-mode=secure"])
            .map(|argument| (*argument).to_owned())
            .collect();
        for (number, name) in &wanted {
            for argument in ["--", "add-port", BRIDGE, name, "--", "set", "interface", name] {
                arguments.push(argument.to_owned());
            }
            if name.contains(TUNNEL_NAME) {
                let options = ["type=vxlan", "options:remote_ip=flow", "options:key=flow", "options:dst_port=8472"];
                arguments.extend(options.map(str::to_owned));
            } else {
                arguments.push("type=dummy".to_owned());
            }
            arguments.push(format!("ofport_request={number}"));
        }
        self.instance.vsctl(&arguments.iter().map(String::as_str).collect::<Vec<_>>())?;
        let tunnel = wanted.iter().find(|(_, name)| name.contains(TUNNEL_NAME)).map(|(number, _)| *number);
        let shown = self.control.call("dpif/show", &[])?;
        self.ports = Ports { by_datapath: datapath_numbers(&shown, &wanted)?, names: wanted, tunnel };
        Ok(())
    }

    fn compare_flows(&self, flows: &str) -> Result<()> {
        compare("flows", written(flows), self.dump_flows()?)
    }

    fn compare_groups(&self, groups: &str) -> Result<()> {
        let dump = self.instance.ofctl(&["dump-groups", BRIDGE], None)?;
        let dumped = dump.lines().map(str::trim_start).filter(|line| line.starts_with("group_id="));
        compare("groups", written(groups), dumped.map(str::to_owned).collect())
    }
}

/// Lines of a file without comments and empty ones.
fn written(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// Compares as sets, but notices a line that was written twice: the switch would keep one of them.
fn compare(what: &'static str, written: Vec<String>, dumped: Vec<String>) -> Result<()> {
    let (written_count, dumped_count) = (written.len(), dumped.len());
    let written: BTreeSet<String> = written.into_iter().collect();
    let dumped: BTreeSet<String> = dumped.into_iter().collect();
    if written == dumped && written_count == dumped_count {
        return Ok(());
    }
    Err(Failure::Differs {
        what,
        missing: written.difference(&dumped).cloned().collect(),
        unexpected: dumped.difference(&written).cloned().collect(),
    })
}

fn parse_ports(text: &str) -> Result<BTreeMap<u32, String>> {
    let line = |line: &str| {
        let (number, name) = line.split_once(' ')?;
        Some((number.parse().ok()?, name.to_owned()))
    };
    let lines = written(text);
    let read: Option<BTreeMap<u32, String>> = lines.iter().map(|text| line(text)).collect();
    read.filter(|ports| ports.len() == lines.len()).ok_or_else(|| Failure::Ports { text: text.to_owned() })
}

/// Reads `    <name> <OpenFlow>/<datapath>: (…)` lines and checks that every port got the number it was to have.
fn datapath_numbers(shown: &str, wanted: &BTreeMap<u32, String>) -> Result<BTreeMap<u32, u32>> {
    let mut numbers = BTreeMap::new();
    let mut found = BTreeSet::new();
    for line in shown.lines() {
        let mut words = line.split_whitespace();
        let (Some(name), Some(both)) = (words.next(), words.next()) else { continue };
        let Some((number, datapath)) = both.trim_end_matches(':').split_once('/') else { continue };
        let (Ok(number), Ok(datapath)) = (number.parse::<u32>(), datapath.parse::<u32>()) else { continue };
        if wanted.get(&number).is_some_and(|known| known == name) {
            numbers.insert(datapath, number);
            found.insert(number);
        }
    }
    match wanted.iter().find(|(number, _)| !found.contains(number)) {
        None => Ok(numbers),
        Some((number, name)) => Err(Failure::Port { number: *number, name: name.clone(), shown: shown.to_owned() }),
    }
}
