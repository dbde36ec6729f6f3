//! One line on a terminal that says what a long run is at.
//!
//! Nothing is shown in the first second, and nothing stays: whatever else is written takes the line's place.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::output::wants_plain_text;

/// Runs that are over by then show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Back to the line's start, and empty it.
const CLEAR: &str = "\r\x1b[K";

static STATE: Mutex<State> = Mutex::new(State { stage: "", done: 0, of: 0, shown: false });

struct State {
    /// Empty: nothing is to be shown.
    stage: &'static str,
    done: usize,
    /// 0: nobody counts.
    of: usize,
    /// The line stands on the terminal.
    shown: bool,
}

/// Begins to show, where standard error is a terminal that takes more than plain text.
pub(crate) fn start() {
    if wants_plain_text() || !std::io::stderr().is_terminal() {
        return;
    }
    // A run goes on without the line where no thread can be had.
    let _ = std::thread::Builder::new().name("progress".to_owned()).spawn(|| {
        std::thread::sleep(PATIENCE);
        loop {
            state().draw();
            std::thread::sleep(TICK);
        }
    });
}

/// From here on the run does this: `reading`.
pub(crate) fn stage(name: &'static str) {
    let mut state = state();
    (state.stage, state.done, state.of) = (name, 0, 0);
}

/// One of so many parts of the stage is done.
pub(crate) fn part_done(of: usize) {
    let mut state = state();
    state.done += 1;
    state.of = of;
}

/// Nothing more is to be shown.
pub(crate) fn end() {
    stage("");
    clear();
}

/// Takes the line away, for something else to be written; it comes back by itself.
pub(crate) fn clear() {
    let mut state = state();
    if std::mem::take(&mut state.shown) {
        let _ = std::io::stderr().write_all(CLEAR.as_bytes());
    }
}

impl State {
    fn draw(&mut self) {
        if self.stage.is_empty() {
            return;
        }
        let mut line = format!("{CLEAR}{}", self.stage);
        if self.of > 0 {
            line.push_str(&format!(" {} of {}", self.done, self.of));
        }
        self.shown = std::io::stderr().write_all(line.as_bytes()).is_ok();
    }
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}
