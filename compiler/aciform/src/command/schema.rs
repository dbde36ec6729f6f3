//! `aciform schema NAME`

use crate::output::{self, Exit};

/// Prints a schema, or their names.
pub(crate) fn run(name: Option<&str>) -> Exit {
    let Some(wanted) = name else {
        let mut names = aciform_schemas::names().collect::<Vec<_>>().join("\n");
        names.push('\n');
        return output::result(&names);
    };
    match aciform_schemas::text(wanted) {
        Some(text) => output::result(text),
        None => {
            let names: Vec<&str> = aciform_schemas::names().collect();
            output::message(&format!("aciform: there is no schema `{wanted}`; there are {}\n", names.join(", ")));
            Exit::Trouble
        }
    }
}
