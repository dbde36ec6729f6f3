//! What the lock promises: what was handed out stays, and the rest follows from the keys alone.

mod kit;

mod identity;
mod numbers;
mod properties;
mod reading;
mod rename_rows;
mod renames;
mod tombstones;
