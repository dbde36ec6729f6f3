//! `aciform lsp`

use std::io::{self, BufReader};
use std::sync::LazyLock;

use aciform_diagnostics::Code;

use crate::codes;
use crate::output::{Exit, Messages};

/// Serves the editor that started the program.
pub(crate) fn run(messages: Messages) -> Exit {
    static CODES: LazyLock<Vec<&'static Code>> = LazyLock::new(codes::all);
    match aciform_lsp::serve(BufReader::new(io::stdin()), io::stdout(), &CODES) {
        Ok(true) => Exit::Done,
        Ok(false) => Exit::Findings,
        Err(error) => messages.trouble(&format!("the editor cannot be served: {error}")),
    }
}
