//! The language server: what `aciform lint` finds, while it is typed, and what editors ask about a place.
//!
//! Findings come from the same linter over the editor's buffers.
//! What is answered about a place does not: it has to work in a file that is broken because a line of it is being
//! written, so the ini is read line by line and the intent by its indentation and brackets.
//! Nothing that is said or offered holds a secret.

mod actions;
mod answer;
mod documents;
mod explain;
mod ini;
mod navigate;
mod proposal;
mod publish;
mod server;
mod subject;
mod symbols;
mod text;
mod transport;
mod uri;
mod worker;
mod workspace;
mod yaml;

pub use server::serve;
