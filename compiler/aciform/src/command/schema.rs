//! `aciform schema NAME`

use crate::output::{self, Exit, Messages};

/// Prints a schema, or their names.
pub(crate) fn run(name: Option<&str>, messages: Messages) -> Exit {
    let Some(wanted) = name else {
        let mut names = aciform_schemas::names().collect::<Vec<_>>().join("\n");
        names.push('\n');
        return output::result(&names);
    };
    match aciform_schemas::text(wanted) {
        Some(text) => output::result(text),
        None => {
            let names: Vec<&str> = aciform_schemas::names().collect();
            messages.trouble(&format!("there is no schema `{wanted}`; there are {}", names.join(", ")))
        }
    }
}
