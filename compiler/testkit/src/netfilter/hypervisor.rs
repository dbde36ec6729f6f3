//! A host with instances plugged the hybrid way, rules loaded, and both ends of every port in the test's hand.
//!
//! Each port has a bridge `qbr…` between `tap…` and `qvb…`, as Nova makes it; the other end of `tap…` is where the instance
//! would be, the other end of `qvb…` (`qvo…`) where `br-int` would be. These ends are in a second namespace without rules.
//! Bridged packets reach iptables only with `br_netfilter`; without its settings every group would be silently open.
//! The policy of FORWARD is DROP, so that what passes was accepted by a rule and did not just fall through.

use std::io;
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::time::Duration;

use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};
use nix::unistd::Pid;

use super::packet::Arp;
use super::socket::Wire;
use super::{Backend, Family, load_sets, read};
use crate::netns::Namespace;

/// The host.
#[derive(Debug)]
pub struct Hypervisor {
    host: Namespace,
    outside: Namespace,
    backend: Backend,
}

impl Hypervisor {
    /// Makes a host with a bundle's rules in both families.
    ///
    /// # Errors
    /// A tool or `br_netfilter` is missing, or the rules do not load.
    pub fn new(bundle: &Path, host: &str, backend: Backend) -> Result<Self, String> {
        let folder = bundle.join("hosts").join(host);
        let (host, outside) = (Namespace::new()?, Namespace::new()?);
        for setting in ["net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"] {
            host.sysctl(setting, "1").map_err(|error| format!("{error}: modprobe br_netfilter"))?;
        }
        for namespace in [&host, &outside] {
            // No neighbour discovery of the kernel's own between the packets.
            namespace.sysctl("net.ipv6.conf.default.disable_ipv6", "1")?;
        }
        load_sets(&host, &folder)?;
        let hypervisor = Self { host, outside, backend };
        for family in Family::ALL {
            hypervisor.load(family, &read(&folder, family.file())?)?;
        }
        Ok(hypervisor)
    }

    /// Puts other rules of a family in place.
    ///
    /// # Errors
    /// The rules do not load.
    pub fn load(&self, family: Family, text: &str) -> Result<(), String> {
        let text = text.replace("\n:FORWARD ACCEPT [0:0]\n", "\n:FORWARD DROP [0:0]\n");
        self.host.run(&[&family.tool(self.backend, "restore")], &text).map(drop)
    }

    /// Puts other members into the sets.
    ///
    /// # Errors
    /// The text does not load.
    pub fn load_sets(&self, text: &str) -> Result<(), String> {
        self.host.run(&["ipset", "flush"], "")?;
        self.host.run(&["ipset", "-exist", "restore"], text).map(drop)
    }

    /// Forgets every known connection.
    ///
    /// # Errors
    /// The kernel does not take the message.
    pub fn forget_connections(&self) -> io::Result<()> {
        // nlmsghdr (length 20, IPCTNL_MSG_CT_DELETE of NFNL_SUBSYS_CTNETLINK, request with acknowledgement, number 1, port 0),
        // then nfgenmsg for every family; without attributes it means all entries (linux/netfilter/nfnetlink_conntrack.h).
        let mut message = 20u32.to_ne_bytes().to_vec();
        message.extend(0x0102u16.to_ne_bytes());
        message.extend(0x0005u16.to_ne_bytes());
        message.extend(1u32.to_ne_bytes());
        message.extend(0u32.to_ne_bytes());
        message.extend([0; 4]);
        self.host.enter(|| {
            let netlink = SockProtocol::NetlinkNetFilter;
            let socket = socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, netlink)?;
            send(socket.as_raw_fd(), &message, MsgFlags::empty())?;
            let mut answer = [0; 256];
            let length = recv(socket.as_raw_fd(), &mut answer, MsgFlags::empty())?;
            match answer.get(16..20) {
                Some([0, 0, 0, 0]) if length >= 20 => Ok(()),
                _ => Err(io::Error::other(format!("connection tracking answers {:x?}", &answer[..length]))),
            }
        })
    }

    /// Plugs a port.
    ///
    /// # Errors
    /// The interfaces cannot be made; a port id that is too short.
    pub fn plug(&self, port: &str) -> Result<Plug, String> {
        let device = port.get(..11).ok_or_else(|| format!("`{port}` is no port id"))?;
        let outside = self.outside.name();
        self.host.ip(&format!(
            "link add qbr{device} type bridge forward_delay 0 stp_state 0 ageing_time 0 mcast_snooping 0\n\
             link add tap{device} type veth peer name vm{device} netns {outside}\n\
             link add qvb{device} type veth peer name qvo{device} netns {outside}\n\
             link set tap{device} master qbr{device}\n\
             link set qvb{device} master qbr{device}\n\
             link set tap{device} up\n\
             link set qvb{device} up\n\
             link set qbr{device} up\n"
        ))?;
        self.outside.ip(&format!("link set vm{device} up\nlink set qvo{device} up\n"))?;
        let open = |letters: &str| {
            Wire::open(&self.outside, &format!("{letters}{device}"))
                .map_err(|error| format!("{letters}{device}: {error}"))
        };
        let plug = Plug { instance: open("vm")?, switch: open("qvo")? };
        plug.settle().map_err(|error| format!("{port}: {error}"))?;
        Ok(plug)
    }
}

/// Both ends of a port.
#[derive(Debug)]
pub struct Plug {
    /// Where the instance is.
    pub instance: Wire,
    /// Where `br-int` is.
    pub switch: Wire,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It came out at the other end.
    Passed,
    /// It did not, while a later frame did.
    Dropped,
}

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From the instance.
    Out,
    /// To the instance.
    In,
}

impl Plug {
    /// Sends a frame, then one that the rules never touch (ARP), and says whether the first arrived before the second.
    ///
    /// # Errors
    /// The second frame does not arrive either: the port itself does not work.
    pub fn send(&self, way: Way, frame: &[u8]) -> io::Result<Verdict> {
        let (from, to) = match way {
            Way::Out => (&self.instance, &self.switch),
            Way::In => (&self.switch, &self.instance),
        };
        let mark = mark();
        on_one_processor(|| {
            from.send(frame)?;
            from.send(&mark)
        })?;
        let mut verdict = Verdict::Dropped;
        loop {
            match to.receive(Duration::from_secs(5))? {
                Some(received) if received == mark => return Ok(verdict),
                Some(received) if received == frame => verdict = Verdict::Passed,
                Some(_) => {}
                None => return Err(io::Error::other("a frame that no rule touches was lost")),
            }
        }
    }

    /// Waits until both directions carry frames; carrier and bridge port come up a moment after the command.
    fn settle(&self) -> io::Result<()> {
        for (from, to) in [(&self.instance, &self.switch), (&self.switch, &self.instance)] {
            let mark = mark();
            let arrived = (0..500).any(|_| {
                let sent = from.send(&mark).is_ok();
                sent && matches!(to.receive(Duration::from_millis(10)), Ok(Some(received)) if received == mark)
            });
            if !arrived {
                return Err(io::Error::other("the port does not come up"));
            }
            // Repeats of the mark must not be taken for later ones.
            while to.receive(Duration::from_millis(1))?.is_some() {}
        }
        Ok(())
    }
}

/// Keeps the thread on its processor meanwhile. Each processor has a queue of received frames of its own: two frames sent
/// from one processor cannot overtake each other.
fn on_one_processor<T>(during: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let this_thread = Pid::from_raw(0);
    let before = sched_getaffinity(this_thread)?;
    let mut one = CpuSet::new();
    one.set(sched_getcpu()?)?;
    sched_setaffinity(this_thread, &one)?;
    let done = during();
    sched_setaffinity(this_thread, &before)?;
    done
}

/// A gratuitous ARP that no other call makes.
fn mark() -> Vec<u8> {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let [.., a, b, c] = NUMBER.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let mac = [0x02, 0, 0, a, b, c];
    Arp { answer: false, sender: (mac, [192, 0, 2, 1].into()), target: (mac, [192, 0, 2, 1].into()) }.bytes()
}
