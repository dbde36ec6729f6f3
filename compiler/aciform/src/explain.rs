//! The pages behind the codes.

use std::fmt::Write as _;

use crate::codes;
use crate::output::{self, Exit, Messages};

/// Prints one page, or the list of codes.
pub(crate) fn explain(code: Option<&str>, messages: Messages) -> Exit {
    let all = codes::all();
    let Some(wanted) = code else {
        let mut list = String::new();
        for code in all {
            let _ = writeln!(list, "{:<8} {:<8} {}", code.id, code.severity.word(), code.name);
        }
        return output::result(&list);
    };
    let folded = wanted.to_ascii_uppercase();
    let id = if folded.starts_with("ACI") { folded } else { format!("ACI{folded}") };
    match all.iter().find(|code| code.id == id || code.name == wanted) {
        Some(code) => {
            output::result(&format!("{} {} ({})\n\n{}\n", code.id, code.name, code.severity.word(), code.page.trim()))
        }
        None => messages.trouble(&format!("there is no code `{wanted}`; `aciform explain` lists them")),
    }
}
