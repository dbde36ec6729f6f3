//! The program as a user runs it: commands, exit codes, both streams, and what becomes of the files.

mod bundle_folder;
mod determinism;
mod diff;
mod examples;
mod facts;
mod few_threads;
mod generate;
mod interrupted;
mod kit;
mod lint;
mod lint_fix;
mod lint_write;
mod pools;
mod progress;
mod refused_files;
mod refused_hostile;
mod refused_names;
mod refused_output;
mod rendered;
mod verbs;
mod verify;
mod watch;
