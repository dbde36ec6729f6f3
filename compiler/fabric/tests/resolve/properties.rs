//! What holds for every site: order does not matter, more hosts move nothing, the lock is a fixed point, nothing panics.

use std::fmt::Write as _;

use proptest::prelude::*;

use crate::kit::{INI, OUT, site};

/// A site of some size: projects with networks behind one router, instances spread over hosts, some floating IPs.
#[derive(Clone, Debug)]
struct Size {
    hosts: usize,
    projects: usize,
    networks: usize,
    instances: usize,
    floating: usize,
}

fn sizes() -> impl Strategy<Value = Size> {
    (1usize..6, 1usize..4, 1usize..4, 0usize..6, 0usize..4).prop_map(
        |(hosts, projects, networks, instances, floating)| Size {
            hosts,
            projects,
            networks,
            instances,
            floating: floating.min(instances),
        },
    )
}

/// The files of a site: hosts, then one for each project.
fn files(size: &Size) -> Vec<String> {
    let mut hosts = "hosts:\n".to_owned();
    for host in 0..size.hosts {
        let roles = if host == 0 { "[compute, dhcp]" } else { "[compute]" };
        let _ = writeln!(hosts, "  node-{host}: {{roles: {roles}}}");
    }
    hosts.push_str("external_networks: {out: {shared: true, subnets: {fip: {cidr: 172.16.20.0/24}}}}\n");
    let mut files = vec![hosts];
    for project in 0..size.projects {
        let mut text = format!("projects:\n  p{project}:\n    networks:\n");
        let mut joined = Vec::new();
        for network in 0..size.networks {
            let _ = writeln!(
                text,
                "      n{network}: {{subnets: {{v4: {{cidr: 10.1.{network}.0/24}}, v6: {{cidr: '2001:db8:{network}::/64'}}}}}}"
            );
            joined.push(format!("n{network}"));
        }
        let _ = writeln!(
            text,
            "    routers: {{r: {{interfaces: [{}], external_gateway: {{network: out}}}}}}",
            joined.join(", ")
        );
        let _ = writeln!(text, "    instances:{}", if size.instances == 0 { " {}" } else { "" });
        for instance in 0..size.instances {
            let (host, network) = (instance % size.hosts, instance % size.networks);
            let _ =
                writeln!(text, "      i{instance}: {{host: node-{host}, ports: {{eth0: {{network: n{network}}}}}}}");
        }
        let _ = writeln!(text, "    floating_ips:{}", if size.floating == 0 { " {}" } else { "" });
        for floating in 0..size.floating {
            let _ = writeln!(text, "      f{floating}: {{network: out, port: i{floating}/eth0}}");
        }
        files.push(text);
    }
    files
}

fn ini() -> String {
    format!("{INI}{OUT}")
}

fn refs(files: &[String]) -> Vec<&str> {
    files.iter().map(String::as_str).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_lock_is_a_fixed_point(size in sizes()) {
        let files = files(&size);
        let first = site(&ini(), &refs(&files), "").clean();
        let lock = first.ledger.render();
        let second = site(&ini(), &refs(&files), &lock).clean();
        prop_assert!(!second.ledger.changed(), "{:?}", second.ledger.changes());
        prop_assert_eq!(second.ledger.render(), lock);
        prop_assert_eq!(second.dump(), first.dump());
    }

    #[test]
    fn the_order_of_files_does_not_matter(size in sizes()) {
        let mut files = files(&size);
        let first = site(&ini(), &refs(&files), "").clean();
        files.reverse();
        let second = site(&ini(), &refs(&files), "").clean();
        prop_assert_eq!(second.dump(), first.dump());
    }

    #[test]
    fn more_hosts_and_projects_move_nothing_that_is_there(size in sizes()) {
        let before = site(&ini(), &refs(&files(&size)), "").clean();
        let old = files(&size);
        let mut more = files(&Size { projects: size.projects + 1, ..size.clone() });
        more[0] = old[0].replace("hosts:\n", "hosts:\n  aaa-new: {}\n  zzz-new: {}\n");
        let after = site(&ini(), &refs(&more), &before.ledger.render()).clean();
        prop_assert_eq!(after.hosts(), before.hosts() + 2);
        for change in after.ledger.changes() {
            prop_assert!(change.before.is_none(), "{:?}", change);
        }
    }

    #[test]
    fn numbers_of_a_host_are_all_different(size in sizes()) {
        let found = site(&ini(), &refs(&files(&size)), "").clean();
        for host in &found.fabric.hosts {
            let mut numbers: Vec<u32> = host.ofports.iter().map(|port| port.number).collect();
            prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
            numbers.dedup();
            prop_assert_eq!(numbers.len(), host.ofports.len());
            prop_assert_eq!(found.ofport(&host.name, "br-int_vxlan0"), Some(host.tunnel));
            let mut ids: Vec<_> = host.endpoints.iter().flat_map(|e| &e.mappings).map(|mapping| mapping.uuid).collect();
            let count = ids.len();
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), count);
        }
    }

    #[test]
    fn damaged_text_is_reported_and_never_a_panic(size in sizes(), cut in 0usize..4000, junk in "[-{}\\[\\]:,a-z0-9./ \n]{0,12}") {
        let mut text = files(&size).join("---\n");
        let mut at = cut.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.insert_str(at, &junk);
        let found = site(&ini(), &[&text], "");
        let _ = (found.findings(), found.fabric.hosts.len());
    }

    #[test]
    fn words_that_change_places_are_reported_and_never_a_panic(
        size in sizes(), swaps in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6),
    ) {
        // Handles and addresses that land elsewhere still decode, and reach the checks between objects.
        let files: Vec<String> = files(&size).iter().map(|text| swap(text, &swaps)).collect();
        let found = site(&ini(), &refs(&files), "");
        let _ = (found.findings(), found.fabric.hosts.len());
    }
}

/// A text with some of its words exchanged.
fn swap(text: &str, swaps: &[(prop::sample::Index, prop::sample::Index)]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "./-_".contains(c);
    let mut words: Vec<String> = Vec::new();
    for c in text.chars() {
        match words.last_mut() {
            Some(last) if last.chars().next_back().is_some_and(plain) == plain(c) => last.push(c),
            Some(_) | None => words.push(c.to_string()),
        }
    }
    let places: Vec<usize> = (0..words.len()).filter(|at| words[*at].chars().all(plain)).collect();
    for (a, b) in swaps {
        words.swap(*a.get(&places), *b.get(&places));
    }
    words.concat()
}
