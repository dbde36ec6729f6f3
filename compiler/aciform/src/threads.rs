//! The threads that share the work of a run.

/// Has them made, one a core. Says whether there are any but this one: a limit (`ulimit -u`, `pids.max` of a container)
/// may leave none, and then a run does all by itself.
pub(crate) fn start() -> bool {
    if rayon::ThreadPoolBuilder::new().build_global().is_ok() {
        return true;
    }
    // Whatever this thread shares it shares with itself from here on. The pool that failed is not made a second time.
    if let Ok(alone) = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build() {
        std::mem::forget(alone);
    }
    false
}
