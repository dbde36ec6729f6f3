//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Compile an OpenStack network on Cisco ACI from files: APIC payloads, endpoint files, OpenFlow and iptables.
#[derive(Debug, Parser)]
#[command(
    name = "aciform",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Exit codes: 0 done; 1 what is wrong stands in the input, or two things differ; 2 could not run.\nEvery command's own are in its --help."
)]
pub(crate) struct Args {
    /// How findings are written to standard error [default: human]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    pub(crate) message_format: Option<MessageFormat>,

    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    /// Print at most this many findings (0: all); the exit code counts every one
    #[arg(long, global = true, default_value_t = 50, value_name = "N")]
    pub(crate) max_findings: usize,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// With the lines they are about
    Human,
    /// One line each: file:line:column: severity[code]: message
    Short,
    /// One JSON object a line
    Json,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that is not dumb, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new site: a folder with commented files that compile
    #[command(after_help = "Exit codes: 0 made; 2 the folder is not empty or cannot be written.")]
    Init {
        /// The folder to make
        dir: PathBuf,
    },
    /// Make a synthetic site of a stated size, to try out capacity and to measure by
    #[command(after_help = GENERATE_HELP)]
    Generate(Generate),
    /// Compile a site into a bundle, and write its lock
    #[command(
        after_help = "Exit codes: 0 written; 1 the input has errors, or the lock would change under --locked; 2 a file cannot be read or written.\nOn any error nothing is written: not the lock, and no file of the bundle."
    )]
    Compile(Compile),
    /// Compile a site in memory at each save, and show what that changes
    #[command(after_help = WATCH_HELP)]
    Watch(Watch),
    /// Say what is wrong with ini files or a site, and mend what is certain
    #[command(after_help = LINT_HELP)]
    Lint(Box<Lint>),
    /// Show what differs between two bundles
    #[command(after_help = "Exit codes: 0 equal; 1 different; 2 trouble.")]
    Diff {
        /// The older bundle
        old: PathBuf,
        /// The newer bundle
        new: PathBuf,
        /// How to write the differences
        #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
        format: DiffFormat,
    },
    /// Prove that the artifacts of a compiled bundle agree with each other
    #[command(
        after_help = "Exit codes: 0 they agree; 1 they do not; 2 there is no bundle, or it cannot be read.\nOnly the bundle is read: its `bundle/` of a site, or else its reviewed one, or a bundle's folder itself."
    )]
    Verify {
        /// The site's folder, or a bundle's
        #[arg(default_value = ".")]
        site: PathBuf,
    },
    /// Compare a site's bundle with the reviewed one, or make it the reviewed one
    #[command(
        after_help = "Exit codes of check: 0 equal; 1 different, or the input has errors; 2 trouble.\nExit codes of accept: 0 accepted; 1 the input has errors; 2 trouble."
    )]
    Golden {
        #[command(subcommand)]
        action: Golden,
    },
    /// Show what a site is made of
    #[command(after_help = "Exit codes: 0 shown; 1 the input has errors; 2 a file cannot be opened.")]
    Show {
        #[command(subcommand)]
        what: Show,
    },
    /// Show how full every pool is: SNAT addresses, subnets, VLANs, what APIC takes
    #[command(after_help = POOLS_HELP)]
    Pools {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
        /// Plan for so many compute hosts, in place of `growth.compute_hosts` in aciform.yaml
        #[arg(long, value_name = "N")]
        hosts: Option<u32>,
        /// How to write it
        #[arg(long, value_enum, default_value_t = ShowFormat::Human)]
        format: ShowFormat,
    },
    /// Work on a site's lock
    #[command(after_help = "Exit codes: 0 done; 1 the lock cannot be read; 2 a file cannot be opened or written.")]
    Lock {
        #[command(subcommand)]
        action: Lock,
    },
    /// Explain a finding's code
    #[command(after_help = "Exit codes: 0 explained; 2 there is no such code.")]
    Explain {
        /// The code or its name, as ACI1203 or malformed-address; without one, every code is listed
        code: Option<String>,
        /// Print the pages of all codes as one Markdown document
        #[arg(long, conflicts_with = "code")]
        markdown: bool,
    },
    /// Serve an editor over standard input and output, by the Language Server Protocol
    #[command(
        after_help = "Exit codes: 0 the editor said shutdown and exit; 1 it went away without; 2 it cannot be written to.\nHow editors are set up stands in docs/editors.md."
    )]
    Lsp {
        /// What editors pass to name the transport, which is this one anyway
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Print a JSON Schema
    #[command(after_help = "Exit codes: 0 printed; 2 there is no such schema.")]
    Schema {
        /// Its name, as intent, aciform, manifest or endpoint; without one, the names are listed
        name: Option<String>,
    },
    /// Print a completion script
    #[command(after_help = "Exit codes: 0 printed; 2 there is no such shell.")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Exit codes: 0 printed; 2 it cannot be written.")]
    Man,
}

const POOLS_HELP: &str = "\
What runs out first comes first. `reserved` is never handed out: network, broadcast and gateway addresses, and what \
allocation pools leave out. `planned` is what is used when everything that `growth` in aciform.yaml plans for is there, \
and `after growth` what is left then; a negative figure is missing. `would do` is the smallest prefix for that, and the one with a quarter more room.
Exit codes: 0 shown; 1 the input has errors; 2 a file cannot be opened.";

const GENERATE_HELP: &str = "\
Projects share networks, routers, ports and floating IPs evenly. Addresses of three ports in four are left to the lock.
Exit codes: 0 made; 2 no site can have that size, or the folder is not empty or cannot be written.

  aciform generate --projects 10 --networks 100 --hosts 50 --ports 5000 -o big && aciform compile big --timings";

const LINT_HELP: &str = "\
Files together are one service's configuration, in --config-file order. A folder with aciform.yaml is a site; in any \
other folder every .ini and .conf is a configuration of its own, and every site below it a site. The OVS agent's own \
file (opflex-agent-ovs.conf, JSON) is compared with the ini files it is named with, with those of a site that it lies \
beside, and in a folder with the one configuration beside it.

CODE is a code or its name (ACI701, plain-secret), a family (credentials) or ALL; the more exact word wins, and \
--ignore wins over its equals. What keeps a file from being read is always said.

--fix puts a new file in the place of the old one, with its mode, owner and extended attributes. Where it cannot have \
them, or the file has other names (hard links), the file itself is written over. With `-` the mended text is the \
result, and what cannot be mended comes out byte for byte as it came.
Exit codes: 0 clean, or only below --fail-level; 1 findings at or above it, or fixes shown by --diff; 2 could not \
run, or not all of it: a file or folder that cannot be opened, a mended file that cannot be written.";

/// Arguments of `lint`.
/// What `generate` takes.
#[derive(Debug, ClapArgs)]
pub(crate) struct Generate {
    /// The folder to make
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Projects
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) projects: u32,
    /// Networks of all projects together, each with an IPv4 subnet
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub(crate) networks: u32,
    /// Routers of all projects together; every network joins one [default: one for each project]
    #[arg(long, value_name = "N")]
    pub(crate) routers: Option<u32>,
    /// Compute hosts
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub(crate) hosts: u32,
    /// Ports of instances, all together
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) ports: u32,
    /// Security groups of each project
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(crate) groups: u32,
    /// Rules of each security group
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub(crate) rules: u32,
    /// Floating IPs of all projects together [default: one for every 25 ports behind a router]
    #[arg(long, value_name = "N")]
    pub(crate) floating_ips: Option<u32>,
    /// Give each network an IPv6 subnet too, with addresses made from MACs
    #[arg(long)]
    pub(crate) ipv6: bool,
    /// What names and placement are drawn from: the same numbers give the same bytes
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Lint {
    /// Ini files, files of the OVS agent, folders or sites; `-` is a file on standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// A folder as of --config-dir of the service: its *.conf are read behind the files, in byte order
    #[arg(long, value_name = "DIR")]
    pub(crate) config_dir: Vec<PathBuf>,
    /// The name that findings about standard input carry
    #[arg(long, value_name = "PATH", default_value = "-")]
    pub(crate) stdin_path: String,
    /// How the findings are written [default: as --message-format says; github under GITHUB_ACTIONS]
    #[arg(long, value_enum)]
    pub(crate) format: Option<LintFormat>,
    /// Look only for these
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Leave these out
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Make these errors
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) deny: Vec<String>,
    /// Make these warnings, also where they are off by default
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) warn: Vec<String>,
    /// The least severity that fails the run
    #[arg(long, value_enum, default_value_t = FailLevel::Error, value_name = "LEVEL")]
    pub(crate) fail_level: FailLevel,
    /// Leave out what this file knows, and say what of it is gone
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write what is found to this file, for --baseline, and exit with 0
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "fix", "diff"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Tells reports on several environments of one commit apart (SARIF)
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(crate) environment: String,
    /// Exit with 0 whatever is found
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// Mend what is certain, in place
    #[arg(long)]
    pub(crate) fix: bool,
    /// Mend what is probable too; needs --fix or --diff
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long)]
    pub(crate) diff: bool,
    /// Print how long each stage took and the most memory that was held
    #[arg(long)]
    pub(crate) timings: bool,
}

/// The least severity that fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailLevel {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Everything
    Info,
}

/// Formats of `lint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// With the lines they are about
    Human,
    /// One line each: file:line:column: severity[code]: message
    Short,
    /// One JSON object a line; see `aciform schema diagnostic`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
    /// JUnit XML
    Junit,
}

/// Arguments of `compile`.
#[derive(Debug, ClapArgs)]
pub(crate) struct Compile {
    /// The site's folder
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// Where the bundle goes [default: SITE/bundle]
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Refuse when the lock would change
    #[arg(long)]
    pub(crate) locked: bool,
    /// Only this host's artifacts; the others stay as they are
    #[arg(long, value_name = "HOST")]
    pub(crate) host: Option<String>,
    /// Only this target's artifacts; the others stay as they are
    #[arg(long, value_name = "TARGET", value_parser = targets())]
    pub(crate) target: Option<String>,
    /// Emit upstream's harmless quirks too: the shared contract interface and the pre-existing VRF's pcEnfPref
    #[arg(long)]
    pub(crate) parity: bool,
    /// Print how long each stage took and the most memory that was held, also where it ends in errors
    #[arg(long)]
    pub(crate) timings: bool,
}

/// Arguments of `watch`.
#[derive(Debug, ClapArgs)]
pub(crate) struct Watch {
    /// The site's folder
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// Print how long each stage took, at each save
    #[arg(long)]
    pub(crate) timings: bool,
}

const WATCH_HELP: &str = "\
Each save of one of the site's files is followed by what differs in the artifacts, in the form of `aciform diff`; the manifest is left out.
Nothing is written: not the lock, and no bundle. Ctrl-C ends it.
Exit codes: 130 interrupted; 2 the folder is no site, or files cannot be watched.";

/// The names of the targets.
fn targets() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(aciform_bundle::target::TARGETS.iter().map(|target| target.name()))
}

/// Formats of `diff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people: the totals, a line per artifact, then what differs
    Human,
    /// For programs; see `aciform schema diff`
    Json,
    /// For patch(1): `patch -p1` on OLD gives NEW
    Patch,
}

/// Actions on the reviewed bundle.
#[derive(Debug, Subcommand)]
pub(crate) enum Golden {
    /// Compare the site's bundle with the reviewed one
    #[command(after_help = "Exit codes: 0 equal; 1 different, or the input has errors; 2 trouble.")]
    Check {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
        /// How to write the differences
        #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
        format: DiffFormat,
    },
    /// Make the site's bundle the reviewed one
    #[command(after_help = "Exit codes: 0 accepted; 1 the input has errors; 2 trouble.")]
    Accept {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
    },
}

/// Things to show.
#[derive(Debug, Subcommand)]
pub(crate) enum Show {
    /// Every option with the value in force and where it comes from
    #[command(after_help = "Exit codes: 0 shown; 1 the input has errors; 2 a file cannot be opened.")]
    Ini {
        /// A site's folder, or ini files in --config-file order
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
        #[arg(long, value_enum, default_value_t = ShowFormat::Human)]
        /// How to write it
        format: ShowFormat,
    },
    /// The resolved model: names, addresses, numbers
    #[command(after_help = "Exit codes: 0 shown; 1 the input has errors; 2 a file cannot be opened.")]
    Fabric {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
        #[arg(long, value_enum, default_value_t = ShowFormat::Human)]
        /// How to write it
        format: ShowFormat,
    },
    /// What is handed out and kept
    #[command(after_help = "Exit codes: 0 shown; 1 the input has errors; 2 a file cannot be opened.")]
    Lock {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
        #[arg(long, value_enum, default_value_t = ShowFormat::Human)]
        /// How to write it
        format: ShowFormat,
    },
}

/// Formats of `show`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// For people
    Human,
    /// For programs
    Json,
}

/// Actions on the lock.
#[derive(Debug, Subcommand)]
pub(crate) enum Lock {
    /// Forget the SNAT addresses of hosts and networks that are gone
    #[command(after_help = "Exit codes: 0 done; 1 the lock cannot be read; 2 a file cannot be read or written.")]
    Compact {
        /// The site's folder
        #[arg(default_value = ".")]
        site: PathBuf,
    },
}
