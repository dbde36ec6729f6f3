//! Starting and ending the two daemons of a private Open vSwitch, and running its tools against them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::failure::{Failure, Result};

/// Where distributions put the daemons, which is not on every user's path.
const DAEMON_FOLDERS: &str = "/usr/sbin:/usr/local/sbin:/sbin";

/// Waits for the end of its input, which comes when the test ends, however it ends, and then ends the daemons.
/// Signals of the terminal go to the test; the guard outlives it. A daemon that ends removes its pid file last.
const GUARD: &str = "trap '' INT TERM HUP
read -r _
for file in \"$0\"/*.pid; do
    kill \"$(cat \"$file\")\" || continue
    turns=0
    while [ -e \"$file\" ] && [ $turns -lt 500 ]; do sleep 0.01; turns=$((turns + 1)); done
done 2>/dev/null
rm -rf \"$0\"";

/// Two daemons and their folder. They end when this is dropped.
pub(super) struct Instance {
    folder: TempDir,
    guard: Child,
}

impl Instance {
    pub(super) fn start() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("ovs-")
            .tempdir()
            .map_err(|source| Failure::Io { doing: "making a folder for the switch", source })?;
        let guard = Command::new("sh")
            .args(["-c", GUARD])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| Failure::Missing { tool: "sh".to_owned(), source })?;
        let instance = Self { folder, guard };
        let database = instance.path("conf.db");
        instance.run("ovsdb-tool", &["create".as_ref(), database.as_os_str()], None)?;
        // Detached daemons return when they are ready, so nothing here waits by the clock.
        let daemon = |tool: &str, arguments: &[String]| {
            let mut all = vec!["--detach".to_owned(), "--no-chdir".to_owned(), "-vconsole:off".to_owned()];
            all.push(format!("--pidfile={}", instance.path(&format!("{tool}.pid")).display()));
            all.push(format!("--log-file={}", instance.path(&format!("{tool}.log")).display()));
            all.push(format!("--unixctl={}", instance.path(&format!("{tool}.ctl")).display()));
            all.extend(arguments.iter().cloned());
            instance.run(tool, &all, None)
        };
        let socket = instance.path("db.sock");
        let remote = format!("--remote=punix:{}", socket.display());
        daemon("ovsdb-server", &[remote, database.display().to_string()])?;
        instance.vsctl_no_wait(&["init"])?;
        let dummy = ["--enable-dummy", "--disable-system", "--disable-system-route"].map(str::to_owned);
        daemon("ovs-vswitchd", &[&dummy[..], &[format!("unix:{}", socket.display())]].concat())?;
        Ok(instance)
    }

    pub(super) fn control_socket(&self) -> PathBuf {
        self.path("ovs-vswitchd.ctl")
    }

    /// Changes the configuration and waits until the switch has taken it over.
    pub(super) fn vsctl(&self, arguments: &[&str]) -> Result<String> {
        self.run("ovs-vsctl", &[&[self.database().as_str(), "--timeout=60"], arguments].concat(), None)
    }

    fn vsctl_no_wait(&self, arguments: &[&str]) -> Result<String> {
        self.run("ovs-vsctl", &[&[self.database().as_str(), "--no-wait"], arguments].concat(), None)
    }

    /// Runs `ovs-ofctl` under OpenFlow 1.3, maybe with a file on its standard input.
    pub(super) fn ofctl(&self, arguments: &[&str], input: Option<&str>) -> Result<String> {
        self.run("ovs-ofctl", &[&["-O", "OpenFlow13", "--timeout=60"], arguments].concat(), input)
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn database(&self) -> String {
        format!("--db=unix:{}", self.path("db.sock").display())
    }

    fn run<A: AsRef<std::ffi::OsStr>>(&self, tool: &str, arguments: &[A], input: Option<&str>) -> Result<String> {
        run(self.folder.path(), tool, arguments, input)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Whether the guard ended well is of no use to anybody at this point.
        drop(self.guard.wait());
    }
}

fn run<A: AsRef<std::ffi::OsStr>>(folder: &Path, tool: &str, arguments: &[A], input: Option<&str>) -> Result<String> {
    let mut command = Command::new(tool);
    command.args(arguments);
    for variable in ["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR"] {
        command.env(variable, folder);
    }
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:{DAEMON_FOLDERS}"));
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|source| Failure::Missing { tool: tool.to_owned(), source })?;
    if let (Some(text), Some(mut pipe)) = (input, child.stdin.take()) {
        // A tool that stops reading at a line it refuses says so itself, and better.
        drop(pipe.write_all(text.as_bytes()));
    }
    let output =
        child.wait_with_output().map_err(|source| Failure::Io { doing: "running a tool of the switch", source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words: Vec<_> = arguments.iter().map(|word| word.as_ref().to_string_lossy()).collect();
    let line = format!("{tool} {}", words.join(" "));
    Err(Failure::Command {
        command: line.chars().take(300).collect(),
        status: output.status.to_string(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn a_missing_open_vswitch_says_what_to_install() {
        let failure =
            run::<&str>(std::path::Path::new("/"), "ovs-that-nobody-has", &[], None).expect_err("no such tool");
        let text = failure.to_string();
        assert!(text.starts_with("`ovs-that-nobody-has` cannot be started"), "{text}");
        assert!(text.contains("apt-get install openvswitch-switch"), "{text}");
    }
}
