//! Ctrl-C: a run ends at once while it only reads, and tidily while it writes.
//!
//! Once something lies beside its place, an interrupt is only noted: what is being assembled is let go, what lies beside is
//! taken away, and the exit code says so. Renaming into place is not interrupted: it is over in a moment, and what was
//! there would no longer be whole. Whoever presses a second time gets out at once.

use std::sync::atomic::{AtomicBool, Ordering};

static CAME: AtomicBool = AtomicBool::new(false);

/// Whether somebody wants the run to end.
pub(crate) fn came() -> bool {
    CAME.load(Ordering::Relaxed)
}

/// From here on the run asks [`came`] and ends by itself.
pub(crate) fn hold() {
    watch();
}

/// Waits for signals on a thread of its own.
#[cfg(unix)]
fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    // Where no thread can be had, an interrupt ends the process as it always does; the next compile clears what it left.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            if CAME.swap(true, Ordering::SeqCst) {
                leave();
            }
        }
    });
}

#[cfg(not(unix))]
fn watch() {}

#[cfg(unix)]
#[allow(clippy::exit, reason = "the second interrupt: whoever waits for the first does not want to any more")]
fn leave() {
    std::process::exit(130);
}
