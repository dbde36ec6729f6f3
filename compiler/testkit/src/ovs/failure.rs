//! What can go wrong between a proof and the switch.

use std::path::PathBuf;

/// A result of talking to the switch.
pub type Result<T> = std::result::Result<T, Failure>;

/// Why the switch could not be asked, or did not take what it was given.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A program of Open vSwitch is not there.
    #[error(
        "`{tool}` cannot be started ({source}); install Open vSwitch: Debian and Ubuntu `apt-get install openvswitch-switch`, Fedora `dnf install openvswitch`"
    )]
    Missing {
        /// The program.
        tool: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A command ended with an error.
    #[error("`{command}` ended with {status}:\n{stderr}")]
    Command {
        /// The command with its arguments, cut where they are very many.
        command: String,
        /// How it ended.
        status: String,
        /// What it said.
        stderr: String,
    },
    /// The switch refused a request on its control socket.
    #[error("the switch refused `{request}`: {reply}")]
    Refused {
        /// The request.
        request: String,
        /// What it said.
        reply: String,
    },
    /// A file of the bundle cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Talking to the switch broke off.
    #[error("{doing}: {source}")]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A ports file has a line that is not `<number> <name>`, or a number twice.
    #[error("a ports file has lines `<OpenFlow port> <interface>`, each number once, and not:\n{text}")]
    Ports {
        /// The file.
        text: String,
    },
    /// The bridge gave a port another number than the one it was to have.
    #[error("port `{name}` did not get number {number}:\n{shown}")]
    Port {
        /// The number.
        number: u32,
        /// The port.
        name: String,
        /// What the bridge has.
        shown: String,
    },
    /// The switch dumps something else than was loaded.
    #[error("the switch dumps other {what} than were loaded\n{}", difference(missing, unexpected))]
    Differs {
        /// Flows or groups.
        what: &'static str,
        /// Lines of the file that the dump lacks.
        missing: Vec<String>,
        /// Lines of the dump that the file lacks.
        unexpected: Vec<String>,
    },
    /// A trace holds what a verdict has no words for, or shows that the set-up and not the flows decided.
    #[error("{what}:\n{trace}")]
    Trace {
        /// What was found.
        what: String,
        /// The trace.
        trace: String,
    },
}

fn difference(missing: &[String], unexpected: &[String]) -> String {
    let mut text = String::new();
    for (sign, lines) in [('-', missing), ('+', unexpected)] {
        for line in lines.iter().take(20) {
            text.push(sign);
            text.push_str(line);
            text.push('\n');
        }
        if lines.len() > 20 {
            text.push_str(&format!("{sign} … and {} more\n", lines.len() - 20));
        }
    }
    if text.is_empty() { "a line was written twice, and the switch kept one of them".to_owned() } else { text }
}
