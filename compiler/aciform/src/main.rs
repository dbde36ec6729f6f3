//! The `aciform` program: parses arguments, calls the stages, prints, exits. It decides nothing else.

mod args;
mod codes;
mod command;
mod explain;
mod interrupt;
mod lint;
mod output;
mod pipeline;
mod progress;
mod threads;
mod timings;
mod writing;

use std::process::ExitCode;

use clap::Parser as _;

/// A compile is a million small texts that all live until it ends; the system's allocator takes a fifth longer for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    command::run(args).into()
}
