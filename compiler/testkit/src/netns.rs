//! Network namespaces of their own for tests, with the tools that run inside them.
//!
//! A namespace has a name that no other test has, and goes when it is dropped.
//! A tool that is missing is an error that names the package, so that a proof fails and is never skipped.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sched::{CloneFlags, setns};

/// The Debian package of each tool that the proofs run.
const PACKAGES: &[(&str, &str)] = &[
    ("ip", "iproute2"),
    ("ipset", "ipset"),
    ("iptables-nft-restore", "iptables"),
    ("iptables-nft-save", "iptables"),
    ("ip6tables-nft-restore", "iptables"),
    ("ip6tables-nft-save", "iptables"),
    ("iptables-legacy-restore", "iptables"),
    ("iptables-legacy-save", "iptables"),
    ("ip6tables-legacy-restore", "iptables"),
    ("ip6tables-legacy-save", "iptables"),
];

/// A network namespace.
#[derive(Debug)]
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// Makes a namespace with its loopback up.
    ///
    /// # Errors
    /// What `ip` says, or which package has it.
    pub fn new() -> Result<Self, String> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("aciform-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        run(Command::new("ip").args(["netns", "add", &name]), "")?;
        let namespace = Self { name };
        namespace.ip("link set lo up")?;
        Ok(namespace)
    }

    /// The name that `ip netns` knows it by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs a tool inside, with a text as its input; gives back what it prints.
    ///
    /// # Errors
    /// The tool's exit status and what it says, or which package has it.
    pub fn run(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        // `ip netns exec` would only say that it cannot find the program.
        let tool = arguments.first().copied().unwrap_or_default();
        if PACKAGES.iter().any(|(name, _)| *name == tool) && !is_installed(tool) {
            return Err(missing(tool));
        }
        run(Command::new("ip").args(["netns", "exec", &self.name]).args(arguments), input)
    }

    /// Runs commands of `ip` inside, one a line.
    ///
    /// # Errors
    /// What `ip` says.
    pub fn ip(&self, commands: &str) -> Result<(), String> {
        run(Command::new("ip").args(["-n", &self.name, "-batch", "-"]), commands).map(drop)
    }

    /// Sets a kernel setting inside, given with dots or slashes.
    ///
    /// # Errors
    /// The setting is not there or refuses the value.
    pub fn sysctl(&self, name: &str, value: &str) -> Result<(), String> {
        // Names of interfaces may hold dots; the settings used here do not.
        let path = format!("/proc/sys/{}", name.replace('.', "/"));
        self.enter(|| fs::write(&path, value)).map_err(|error| format!("{path}: {error}"))
    }

    /// Does something in a thread inside; sockets that it opens stay inside.
    ///
    /// # Errors
    /// The namespace cannot be entered, or what the closure says.
    pub fn enter<T: Send>(&self, inside: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
        let handle = fs::File::open(Path::new("/run/netns").join(&self.name))?;
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                setns(&handle, CloneFlags::CLONE_NEWNET)?;
                inside()
            });
            thread.join().unwrap_or_else(|_| Err(io::Error::other("the thread inside the namespace panicked")))
        })
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Nothing can be done about it here, and the name is not used again.
        let _ = run(Command::new("ip").args(["netns", "del", &self.name]), "");
    }
}

fn run(command: &mut Command, input: &str) -> Result<String, String> {
    let tool = command.get_program().to_string_lossy().into_owned();
    let shown = || {
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
        format!("{tool} {}", arguments.join(" "))
    };
    let shown = shown();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing(&tool)),
        Err(error) => return Err(format!("{shown}: {error}")),
    };
    let mut pipe = child.stdin.take().ok_or("no pipe to the tool")?;
    // The tools read all of their input before they print, except where they refuse it: then the pipe breaks.
    let written = pipe.write_all(input.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().map_err(|error| format!("{shown}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{shown}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()));
    }
    written.map_err(|error| format!("{shown}: {error}"))?;
    String::from_utf8(output.stdout).map_err(|error| format!("{shown}: {error}"))
}

fn is_installed(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}

fn missing(tool: &str) -> String {
    let package = PACKAGES.iter().find(|(name, _)| *name == tool).map_or(tool, |(_, package)| package);
    format!("`{tool}` is not installed: apt-get install {package}")
}

#[cfg(test)]
mod tests {
    use super::{Namespace, missing};

    #[test]
    fn a_namespace_is_its_own_and_gone_once_dropped() {
        let name = {
            let [one, other] = [(); 2].map(|()| Namespace::new().expect("root makes namespaces"));
            one.ip("link add name eth7 type bridge\nlink set eth7 up").expect("a link");
            assert!(one.run(&["ip", "link", "show", "eth7"], "").is_ok());
            assert!(other.run(&["ip", "link", "show", "eth7"], "").is_err());
            one.sysctl("net.ipv4.ip_forward", "1").expect("a setting");
            let value = |namespace: &Namespace| {
                let read = || std::fs::read_to_string("/proc/sys/net/ipv4/ip_forward");
                namespace.enter(read).expect("a setting").trim().to_owned()
            };
            assert_eq!([value(&one), value(&other)], ["1", "0"]);
            one.name().to_owned()
        };
        assert!(!std::path::Path::new("/run/netns").join(name).exists());
    }

    #[test]
    fn a_missing_tool_names_its_package() {
        assert_eq!(missing("ip6tables-nft-save"), "`ip6tables-nft-save` is not installed: apt-get install iptables");
    }
}
