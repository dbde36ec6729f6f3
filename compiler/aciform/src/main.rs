//! The `aciform` program: parses arguments, calls the stages, prints, exits. It decides nothing else.

mod args;
mod codes;
mod command;
mod explain;
mod lint;
mod output;
mod pipeline;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = args::Args::parse();
    command::run(args).into()
}
