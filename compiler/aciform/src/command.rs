//! One module per command.

mod compile;
mod diff;
mod generate;
mod golden;
mod init;
mod lint;
mod lock;
mod lsp;
mod pools;
mod schema;
mod show;
mod verify;
mod watch;

use clap::CommandFactory as _;

use crate::args::{Args, Command};
use crate::output::{self, Exit, Messages};
use crate::{progress, threads};

/// Carries out a command.
pub(crate) fn run(args: Args) -> Exit {
    let messages = Messages::new(&args);
    let are_threads = threads::start();
    progress::start();
    match args.command {
        Command::Watch(_) | Command::Lsp { .. } if !are_threads => messages
            .trouble("the system gives no threads, and this command waits on several: raise `ulimit -u` or `pids.max`"),
        Command::Init { dir } => init::run(&dir, messages),
        Command::Generate(args) => generate::run(&args, messages),
        Command::Compile(compile) => compile::run(&compile, messages),
        Command::Watch(args) => watch::run(&args, messages),
        Command::Lint(lint) => lint::run(&lint, messages),
        Command::Diff { old, new, format } => diff::run(&old, &new, format, messages),
        Command::Verify { site } => verify::run(&site, messages),
        Command::Golden { action } => golden::run(&action, messages),
        Command::Show { what } => show::run(&what, messages),
        Command::Pools { site, hosts, format } => pools::run(&site, hosts, format, messages),
        Command::Lock { action } => lock::run(&action, messages),
        Command::Explain { code: _, markdown: true } => output::result(&crate::explain::markdown()),
        Command::Explain { code, markdown: false } => crate::explain::explain(code.as_deref(), messages),
        Command::Lsp { stdio: _ } => lsp::run(messages),
        Command::Schema { name } => schema::run(name.as_deref(), messages),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "aciform", &mut script);
            output::result(&String::from_utf8_lossy(&script))
        }
        Command::Man => man(messages),
    }
}

/// One page: the program, then every command with its options.
fn man(messages: Messages) -> Exit {
    let mut page = Vec::new();
    let mut root = Args::command();
    root.build();
    match render_man(&root, true, &mut page) {
        Ok(()) => output::result(&String::from_utf8_lossy(&page)),
        Err(error) => messages.trouble(&format!("cannot make the manual page: {error}")),
    }
}

fn render_man(command: &clap::Command, whole: bool, page: &mut Vec<u8>) -> std::io::Result<()> {
    let man = clap_mangen::Man::new(command.clone());
    if whole {
        man.render(page)?;
    } else {
        page.extend(format!(".SH \"{}\"\n", command.get_bin_name().unwrap_or(command.get_name())).bytes());
        man.render_description_section(page)?;
        man.render_options_section(page)?;
    }
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        render_man(inner, false, page)?;
    }
    Ok(())
}
