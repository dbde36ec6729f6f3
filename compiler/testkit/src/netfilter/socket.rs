//! Raw frames into and out of an interface of a namespace.

use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrLike as _, bind, recv, send, setsockopt, socket,
    sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike as _};

use crate::netns::Namespace;

/// A packet socket bound to one interface. What it sends itself it does not receive.
#[derive(Debug)]
pub struct Wire {
    socket: OwnedFd,
}

impl Wire {
    /// Opens a socket on an interface of a namespace; it stays usable from outside.
    ///
    /// # Errors
    /// The interface is not there, or the kernel refuses packet sockets.
    pub fn open(namespace: &Namespace, interface: &str) -> io::Result<Self> {
        namespace.enter(|| {
            let socket = socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll)?;
            let of_packets = |family: Option<AddressFamily>| family == Some(AddressFamily::Packet);
            let address = getifaddrs()?
                .filter(|entry| entry.interface_name == interface)
                .filter_map(|entry| entry.address)
                .find(|address| of_packets(address.family()))
                .ok_or_else(|| io::Error::other(format!("there is no interface {interface}")))?;
            bind(socket.as_raw_fd(), &address)?;
            Ok(Self { socket })
        })
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// The interface is down or the frame too long.
    pub fn send(&self, frame: &[u8]) -> io::Result<()> {
        send(self.socket.as_raw_fd(), frame, MsgFlags::empty())?;
        Ok(())
    }

    /// Receives the next frame, or none within a time.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn receive(&self, within: Duration) -> io::Result<Option<Vec<u8>>> {
        let deadline = Instant::now() + within;
        let mut frame = vec![0; 4096];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            // Zero would wait for ever.
            let wait = TimeVal::microseconds(i64::try_from(left.as_micros()).unwrap_or(i64::MAX).max(1));
            setsockopt(&self.socket, sockopt::ReceiveTimeout, &wait)?;
            match recv(self.socket.as_raw_fd(), &mut frame, MsgFlags::empty()) {
                Ok(length) => {
                    frame.truncate(length);
                    return Ok(Some(frame));
                }
                Err(Errno::EAGAIN) if left.is_zero() => return Ok(None),
                Err(Errno::EAGAIN | Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
