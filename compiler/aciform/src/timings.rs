//! How long each stage of a run takes, in time and in work.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Times of the stages.
#[derive(Debug)]
pub(crate) struct Timings {
    started: Instant,
    /// What the process had worked before.
    before: Duration,
    since: Instant,
    work: Option<Duration>,
    stages: Vec<Stage>,
}

#[derive(Debug)]
struct Stage {
    name: &'static str,
    time: Duration,
    work: Option<Duration>,
}

impl Timings {
    /// Starts the clock of a run; what the process did before it counts as work.
    pub(crate) fn start() -> Self {
        Self { before: Duration::ZERO, ..Self::round() }
    }

    /// Starts the clock of one round of many.
    pub(crate) fn round() -> Self {
        let (now, work) = (Instant::now(), cpu_time());
        Self { started: now, before: work.unwrap_or_default(), since: now, work, stages: Vec::new() }
    }

    /// Ends a stage.
    pub(crate) fn stage(&mut self, name: &'static str) {
        let (now, work) = (Instant::now(), cpu_time());
        let of_stage = work.zip(self.work).map(|(now, before)| now.saturating_sub(before));
        self.stages.push(Stage { name, time: now - self.since, work: of_stage });
        (self.since, self.work) = (now, work);
    }

    /// A line per stage that was reached, in milliseconds by the clock and of all cores' work, the total, and the most memory that it held.
    pub(crate) fn table(&self) -> String {
        let mut out = String::new();
        let work = cpu_time().map(|work| work.saturating_sub(self.before));
        let total = Stage { name: "total", time: self.started.elapsed(), work };
        for Stage { name, time, work } in self.stages.iter().chain([&total]) {
            let _ = write!(out, "{name:<10} {:>10.1} ms", milliseconds(*time));
            if let Some(work) = work {
                let _ = write!(out, " {:>10.1} ms CPU", milliseconds(*work));
            }
            out.push('\n');
        }
        if let Some(peak) = peak_memory() {
            let _ = writeln!(out, "{:<10} {peak:>10.1} MiB", "memory");
        }
        out
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// What all threads of the process have worked so far, in user and kernel mode, where the system tells.
#[cfg(target_os = "linux")]
fn cpu_time() -> Option<Duration> {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(u64::try_from(spent.tv_sec).ok()?, u32::try_from(spent.tv_nsec).ok()?))
}

#[cfg(not(target_os = "linux"))]
fn cpu_time() -> Option<Duration> {
    None
}

/// The process's peak resident set in MiB, where the system tells (Linux).
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kib| kib / 1024.0)
}
