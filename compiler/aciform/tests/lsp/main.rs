//! The language server as an editor meets it: the binary over standard input and output, in files that are being typed.

mod client;
mod findings;
mod lifecycle;
mod places;
mod random;
