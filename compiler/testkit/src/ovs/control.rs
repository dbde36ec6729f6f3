//! The control socket of `ovs-vswitchd`: what `ovs-appctl` speaks, without a process for each question.
//!
//! A proof asks thousands of times; a request here takes a fraction of a millisecond.

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde::Deserialize as _;
use serde_json::{Value, json};

use super::failure::{Failure, Result};

/// An open control socket.
pub(super) struct Control {
    stream: UnixStream,
    next: u64,
}

impl Control {
    pub(super) fn connect(socket: &Path) -> Result<Self> {
        let stream =
            UnixStream::connect(socket).map_err(|source| Failure::Io { doing: "connecting to the switch", source })?;
        Ok(Self { stream, next: 0 })
    }

    /// Sends a command as JSON-RPC and waits for its answer.
    pub(super) fn call(&mut self, command: &str, arguments: &[&str]) -> Result<String> {
        let id = self.next;
        self.next += 1;
        let request = json!({"id": id, "method": command, "params": arguments}).to_string();
        self.stream
            .write_all(request.as_bytes())
            .map_err(|source| Failure::Io { doing: "asking the switch", source })?;
        let reply = Value::deserialize(&mut serde_json::Deserializer::from_reader(&self.stream))
            .map_err(|error| Failure::Io { doing: "reading the switch's answer", source: error.into() })?;
        match (&reply["id"], &reply["result"], &reply["error"]) {
            (answered, Value::String(result), Value::Null) if *answered == json!(id) => Ok(result.clone()),
            (_, _, Value::String(error)) => {
                Err(Failure::Refused { request: format!("{command} {}", arguments.join(" ")), reply: error.clone() })
            }
            _ => Err(Failure::Refused { request: command.to_owned(), reply: reply.to_string() }),
        }
    }
}
