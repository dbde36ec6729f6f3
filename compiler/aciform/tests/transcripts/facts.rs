//! Facts in a file of their own, as a tool writes them.

use expect_test::expect;

use super::kit::{Lab, tree};

const FACTS: &str = "hosts:
  centos-02:
    facts:
      ofports: {br-int_vxlan0: 1, of-c5c3ee166c7b: 5, of-svc-ovsport: 6, qvo43591b4f-86: 37}
      macs: {of-c5c3ee166c7b: \"fa:16:3e:5a:00:03\", of-svc-nsport: \"fa:16:3e:5c:00:06\"}
external_networks:
  OS_L3Out:
    facts: {vnid: 0x800002, mcast: 225.1.1.2}
projects:
  NewWebApps:
    networks:
      MyWebApp: {facts: {vnid: 0x800001, mcast: 225.1.1.1}}
      MyWebData: {facts: {vnid: 0x800003, mcast: 225.1.1.3}}
";

/// The lab with its facts moved to a file that is read before or after the others.
fn moved(name: &str) -> Lab {
    let lab = Lab::new();
    let fabric = lab.read("site/intent/fabric.yaml");
    let (before, rest) = fabric.split_once("    facts:\n").expect("facts of the host");
    let (_, after) = rest.split_once("\nexternal_networks:").expect("what follows");
    let fabric =
        format!("{before}\nexternal_networks:{after}").replace("    facts: {vnid: 0x800002, mcast: 225.1.1.2}\n", "");
    let project = lab.read("site/intent/NewWebApps.yaml");
    let project: String =
        project.lines().filter(|line| !line.contains("facts: {")).map(|line| format!("{line}\n")).collect();
    assert!(!fabric.contains("facts:") && !project.contains("facts:"));
    lab.write("intent/fabric.yaml", fabric).write("intent/NewWebApps.yaml", project).write(name, FACTS);
    lab
}

#[test]
fn facts_in_a_file_of_their_own_are_the_facts_of_the_object() {
    for name in ["intent/00-facts.yaml", "intent/zz/facts.yaml"] {
        let lab = moved(name);
        let before = tree(&lab.place("out"));
        let said = lab.run(&["compile", "site", "-o", "out", "--locked"]).success();
        assert_eq!(said.stderr, "");
        assert_eq!(tree(&lab.place("out")), before);
    }
}

#[test]
fn one_fact_in_two_files_is_told_with_both_places() {
    let lab = moved("intent/facts.yaml");
    lab.write("intent/more.yaml", "projects: {NewWebApps: {networks: {MyWebApp: {facts: {vnid: 0x800009}}}}}\n")
        .refused(
            1,
            &expect![
                "site/intent/more.yaml:1:61: error[ACI1026]: `vnid` of network `MyWebApp` is written in two places"
            ],
        );
}

#[test]
fn facts_of_what_no_file_declares_are_told() {
    let lab = moved("intent/facts.yaml");
    lab.write("intent/more.yaml", "hosts: {centos-07: {facts: {ofports: {br-int_vxlan0: 1}}}}\n").refused(
        1,
        &expect!["site/intent/more.yaml:1:9: error[ACI1035]: facts of host `centos-07`, which no file declares"],
    );
}
