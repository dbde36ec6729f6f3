//! A site as its files say it: which files there are, each read once, from disk or from an editor's buffers; and what is
//! wrong with them, without what the site accepts.
//!
//! The only crate before the binary that opens files; it writes none.

mod agents;
mod allow;
pub mod codes;
mod fixing;
mod follow;
mod lint;
mod memory;
mod ours;
mod parsing;
mod reader;
mod surroundings;

pub use allow::{Allowances, Verdict};
pub use codes::CODES;
pub use fixing::{Change, Fixed, MOST_ROUNDS, mend};
pub use follow::{Follower, Round, follow};
pub use lint::{Linted, Options, Subject, lint};
pub use memory::Memory;
pub use reader::{LOCK_FILE, Loaded, Reader, SITE_FILE, absolute, shown};
