//! `aciform generate -o DIR`

use aciform_generate::{Shape, site};
use aciform_site::shown;

use super::init;
use crate::args::Generate;
use crate::output::{self, Exit, Messages};

/// Ports for each floating IP, where their number is not said.
const PORTS_PER_FLOATING_IP: u32 = 25;

/// Makes a site of the size that is asked for.
pub(crate) fn run(args: &Generate, messages: Messages) -> Exit {
    let routers = args.routers.unwrap_or(args.projects.min(args.networks));
    let reachable = if routers == 0 { 0 } else { args.ports };
    let shape = Shape {
        projects: args.projects,
        networks: args.networks,
        routers,
        hosts: args.hosts,
        ports: args.ports,
        groups: args.groups,
        rules: args.rules,
        floating_ips: args.floating_ips.unwrap_or(reachable / PORTS_PER_FLOATING_IP),
        ipv6: args.ipv6,
        seed: args.seed,
    };
    let files = match site(&shape) {
        Ok(files) => files,
        Err(unfit) => return messages.trouble(&unfit.to_string()),
    };
    if let Err(exit) =
        init::fill(&args.output, files.iter().map(|(name, text)| (name.as_str(), text.as_str())), messages)
    {
        return exit;
    }
    let dir = shown(&args.output);
    output::result(&format!(
        "{dir}: {}, {}, {}, {}, {}, {}\nnext: aciform compile {dir}\n",
        output::counted(shape.projects, "project"),
        output::counted(shape.networks, "network"),
        output::counted(shape.routers, "router"),
        output::counted(shape.hosts, "host"),
        output::counted(shape.ports, "port"),
        output::counted(shape.floating_ips, "floating IP"),
    ))
}
