//! Synthetic sites of a stated size, to try out capacity and to measure by: the same numbers give the same bytes.
//!
//! A site is made of what most clouds consist of (instances with one port, a router for every few networks, a handful
//! of security groups in each project, a public address here and there), with names and placement drawn from a seed.

mod dice;
mod fabric;
mod names;
mod project;
mod shape;
mod space;

use std::collections::BTreeMap;

pub use dice::Dice;
pub use shape::{Shape, Unfit};

use space::Plan;

/// File name below the site's folder to text.
pub type SiteFiles = BTreeMap<String, String>;

/// Makes a site of a shape.
///
/// # Errors
/// A shape that no site can have, as one with more networks than private IPv4 space has room for.
pub fn site(shape: &Shape) -> Result<SiteFiles, Unfit> {
    shape.check()?;
    let plan = Plan::new(shape)?;
    let dice = &mut Dice::new(shape.seed);
    let mut files = fabric::files(shape, &plan);
    for at in 0..shape.projects {
        let (name, text) = project::project(shape, &plan, at, dice);
        files.insert(format!("intent/projects/{name}.yaml"), text);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_and_another_seed_others() {
        let shape = Shape { ports: 60, ..Shape::default() };
        let files = site(&shape).expect("it fits");
        assert_eq!(files, site(&shape).expect("it fits"));
        let other = Shape { seed: 2, ..shape };
        assert_ne!(files, site(&other).expect("it fits"));
    }

    #[test]
    fn a_site_holds_what_its_shape_says() {
        for (projects, networks, routers, hosts, ports) in [(1, 1, 1, 1, 1), (3, 7, 5, 4, 100), (2, 9, 0, 2, 31)] {
            let shape =
                Shape { projects, networks, routers, hosts, ports, floating_ips: ports / 9, ..Shape::default() };
            let text: String = site(&shape).expect("it fits").into_values().collect();
            let count = |what: &str| u32::try_from(text.matches(what).count()).expect("few");
            assert_eq!(count("network: net-"), ports, "{shape:?}");
            assert_eq!(count("subnets: {v4:") - 1, networks, "{shape:?}");
            assert_eq!(count("external_gateway:"), routers, "{shape:?}");
            assert_eq!(count("\n  node-"), hosts, "{shape:?}");
            assert_eq!(count("{network: inet, port:"), if routers == 0 { 0 } else { ports / 9 }, "{shape:?}");
        }
    }
}
