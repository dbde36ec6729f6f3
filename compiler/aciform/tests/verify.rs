//! What is compiled agrees with itself: no finding on any example, generated site or synthetic one.

use std::path::Path;

use aciform_testkit::generate::{self, cloud, filtered, labs};
use aciform_testkit::program::{example, examples, repository, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

fn assert_agrees(site: &Path, name: &str) {
    for parity in [&[][..], &["--parity"]] {
        let arguments = [&["compile", "-o", "out"], parity].concat();
        let _ = run(PROGRAM, site, &arguments).success();
        let verified = run(PROGRAM, site, &["verify", "out", "--message-format", "short"]);
        assert_eq!((verified.code, verified.stderr.as_str()), (0, ""), "{name} {parity:?}");
        assert!(verified.stdout.starts_with("out: ") && verified.stdout.ends_with(" agree\n"), "{}", verified.stdout);
    }
}

#[test]
fn the_reviewed_bundles_and_the_examples_agree_with_themselves() {
    for name in examples() {
        let golden = repository().join("golden").join(&name);
        let verified = run(PROGRAM, &golden, &["verify", "--message-format", "short"]);
        assert_eq!((verified.code, verified.stderr.as_str()), (0, ""), "{name}");
        assert_agrees(example(&name).path(), &name);
    }
}

#[test]
fn generated_sites_agree_with_themselves() {
    let mut sites = vec![("cloud".to_owned(), cloud(3, 40)), ("labs".to_owned(), labs(2))];
    for seed in 1..=20 {
        sites.push((format!("site {seed}"), generate::site(seed)));
        sites.push((format!("filtered {seed}"), filtered(seed)));
    }
    for (name, site) in sites {
        let folder = tempfile::tempdir().expect("a folder");
        generate::write(&site, folder.path()).expect("the site can be written");
        assert_agrees(folder.path(), &name);
    }
}

#[test]
fn synthetic_sites_agree_with_themselves() {
    let sizes = [
        "--projects 3 --networks 12 --routers 3 --hosts 4 --ports 60 --floating-ips 10 --ipv6 --seed 1",
        "--projects 1 --networks 1 --routers 0 --hosts 1 --ports 1 --seed 2",
        "--projects 2 --networks 9 --routers 2 --hosts 3 --ports 30 --seed 3",
    ];
    for size in sizes {
        let folder = tempfile::tempdir().expect("a folder");
        let arguments: Vec<&str> = ["generate", "-o", "site"].into_iter().chain(size.split(' ')).collect();
        let _ = run(PROGRAM, folder.path(), &arguments).success();
        assert_agrees(&folder.path().join("site"), size);
    }
}

#[test]
fn options_of_the_whole_cloud_are_no_disagreement() {
    let options = [
        "enable_aci_routing = False",
        "default_subnet_scope = private",
        "default_arp_flooding = False",
        "enable_optimized_metadata = False",
        "enable_optimized_dhcp = False",
        "apic_name_mapping = use_uuid",
        "vmm_controller_host = controller",
    ];
    for option in options {
        let folder = example("rdo-lab");
        let place = folder.path().join("ml2_conf_cisco_apic.ini");
        let text = std::fs::read_to_string(&place).expect("the ini");
        let key = option.split(" =").next().expect("an option has a key");
        let lines = text.lines().filter(|line| !line.starts_with(key));
        let text: Vec<&str> =
            lines.flat_map(|line| if line == "[ml2_cisco_apic]" { vec![line, option] } else { vec![line] }).collect();
        std::fs::write(&place, text.join("\n") + "\n").expect("the ini is written");
        assert_agrees(folder.path(), option);
    }
}
