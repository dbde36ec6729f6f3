//! One module per command.

mod compile;
mod diff;
mod golden;
mod init;
mod lock;
mod schema;
mod show;

use clap::CommandFactory as _;

use crate::args::{Args, Command};
use crate::output::{self, Exit, Messages};

/// Carries out a command.
pub(crate) fn run(args: Args) -> Exit {
    let messages = Messages::new(&args);
    match args.command {
        Command::Init { dir } => init::run(&dir),
        Command::Compile(compile) => compile::run(&compile, messages),
        Command::Diff { old, new, format } => diff::run(&old, &new, format, messages),
        Command::Golden { action } => golden::run(&action, messages),
        Command::Show { what } => show::run(&what, messages),
        Command::Lock { action } => lock::run(&action, messages),
        Command::Explain { code } => crate::explain::explain(code.as_deref()),
        Command::Schema { name } => schema::run(name.as_deref()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "aciform", &mut script);
            output::result(&String::from_utf8_lossy(&script))
        }
        Command::Man => man(),
    }
}

/// One page: the program, then every command with its options.
fn man() -> Exit {
    let mut page = Vec::new();
    let mut root = Args::command();
    root.build();
    let mut rendered = clap_mangen::Man::new(root.clone()).render(&mut page);
    let mut pending: Vec<clap::Command> = root.get_subcommands().rev().cloned().collect();
    while let Some(command) = pending.pop() {
        if rendered.is_err() || command.get_name() == "help" {
            continue;
        }
        pending.extend(command.get_subcommands().rev().cloned());
        let man = clap_mangen::Man::new(command.clone());
        page.extend(format!(".SH \"{}\"\n", command.get_bin_name().unwrap_or(command.get_name())).bytes());
        rendered = man.render_description_section(&mut page).and_then(|()| man.render_options_section(&mut page));
    }
    output::result(&String::from_utf8_lossy(&page))
}
