//! Files read apart, on as many threads as there are, and put together.
//!
//! What is found in one file may depend on what was found in those before it: how many findings are listed, what aliases
//! still may stand for, which of two places is the second. So only a site in which nothing is found is put together of
//! parts, and any other one is read in its order.

use aciform_diagnostics::Diagnostics;
use aciform_syntax::yaml::Tree;

use super::merge::Merge;
use super::reader::Reader;
use crate::model::Intent;

/// A file of the intent that was read by itself.
pub struct Part {
    merge: Merge,
    /// What its aliases stand for.
    spent: u32,
}

/// Reads a file by itself; none where there is anything to say about it.
#[must_use]
pub fn part(tree: &Tree) -> Option<Part> {
    if tree.incomplete {
        return None;
    }
    let mut findings = Diagnostics::new();
    let mut reader = Reader::new(&mut findings);
    let mut merge = Merge::default();
    super::file(&mut reader, &mut merge, tree);
    let spent = reader.spent();
    let incomplete = reader.finish();
    (findings.is_empty() && incomplete.is_empty()).then_some(Part { merge, spent })
}

/// The intent of files that were read by themselves, as [`intent`](super::intent) makes it of all of them; none where
/// there is anything to say about it.
#[must_use]
pub fn whole(parts: impl IntoIterator<Item = Option<Part>>) -> Option<Intent> {
    let mut findings = Diagnostics::new();
    let mut reader = Reader::new(&mut findings);
    let mut merge = Merge::default();
    for part in parts {
        let part = part?;
        if !reader.spend(part.spent) {
            return None;
        }
        merge.append(&mut reader, part.merge);
    }
    let intent = merge.finish(&mut reader);
    let incomplete = reader.finish();
    (findings.is_empty() && incomplete.is_empty()).then_some(intent)
}

#[cfg(test)]
mod tests {
    use aciform_diagnostics::FileId;
    use aciform_syntax::yaml;

    use super::*;
    use crate::decode;
    use crate::decode::reader::ALIAS_BUDGET;

    fn trees(texts: &[&str]) -> Vec<Tree> {
        let parse = |(at, text): (usize, &&str)| yaml::parse(FileId(at as u32), text, &mut Diagnostics::new());
        texts.iter().enumerate().map(parse).collect()
    }

    /// Whether files are put together of their parts; if so, the result is that of reading them in their order.
    fn is_put_together(texts: &[&str]) -> bool {
        let trees = trees(texts);
        let mut findings = Diagnostics::new();
        let expected = decode::intent(&trees.iter().collect::<Vec<_>>(), &mut findings);
        let found = whole(trees.iter().map(part));
        assert_eq!(found.is_some(), findings.is_empty() && expected.incomplete.is_empty(), "{texts:?}");
        found.inspect(|found| assert_eq!(format!("{found:?}"), format!("{expected:?}"))).is_some()
    }

    const SUBNETS: &str = "subnets: {s: {cidr: 10.0.0.0/24}}";

    #[test]
    fn files_are_put_together_in_any_order() {
        let texts = [
            format!("projects: {{p: {{id: {}, networks: {{a: {{{SUBNETS}}}}}}}}}", "1".repeat(32)),
            format!("projects:\n  p: {{name: P, networks: {{b: {{{SUBNETS}}}}}, routers: {{r: {{}}}}}}\n  q:\n---\nhosts: {{h: {{roles: [compute]}}}}\n"),
            "projects: {p: {instances: {i: {host: h, ports: {t: {network: a}}}}, security_groups: {g: {}}, ports: {u: {network: b}}}}".to_owned(),
            "projects: {p: {networks: {a: {facts: {vnid: 5}}}}}\nhosts: {h: {facts: {zones: {}}}}\n".to_owned(),
            "renamed: {projects: {o: p}, networks: {p/z: p/b}}\nfabric: {infra_vlan: 4093}\n".to_owned(),
            "renamed: {networks: {p/c: p/a}}\nfabric: {tep_pool: 10.0.0.0/16}\n".to_owned(),
            format!("external_networks: {{e: {{project: q, {}}}}}", SUBNETS.replace("10.", "11.")),
            String::new(),
        ];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for first in 0..texts.len() {
            let mut order = texts.clone();
            order.rotate_left(first);
            assert!(is_put_together(&order), "{order:?}");
            order.reverse();
            assert!(is_put_together(&order), "{order:?}");
        }
        assert!(is_put_together(&[]));
    }

    #[test]
    fn what_two_files_both_say_is_read_in_order() {
        let network = format!("projects: {{p: {{networks: {{a: {{{SUBNETS}}}}}}}}}");
        for text in [
            network.as_str(),
            "projects: {p: {name: P}}",
            "projects: {p: {routers: {r: {}}}}",
            "projects: {p: {security_groups: {g: {}}}}",
            "projects: {p: {instances: {i: {host: h}}}}",
            "hosts: {h: {roles: [compute]}}",
            "fabric: {infra_vlan: 4093}",
            "renamed: {projects: {o: p}}",
        ] {
            assert!(is_put_together(&[text]), "{text}");
            assert!(!is_put_together(&[text, text]), "{text}");
            assert!(!is_put_together(&[text, "projekts: {}"]), "{text}");
        }
        // Facts of what no file declares.
        assert!(!is_put_together(&["hosts: {h: {facts: {zones: {}}}}", network.as_str()]));
    }

    #[test]
    fn aliases_of_all_files_count_together() {
        let text = "hosts: {g: &h {roles: [compute]}, h: *h}\n";
        let tree = yaml::parse(FileId(0), text, &mut Diagnostics::new());
        let other = yaml::parse(FileId(1), &text.replace("g:", "i:").replace(" h:", " j:"), &mut Diagnostics::new());
        // A map, a list and a word.
        assert_eq!(part(&tree).map(|part| part.spent), Some(6));
        for (spent, may_be) in [(6, true), (ALIAS_BUDGET - 7, true), (ALIAS_BUDGET - 6, false), (ALIAS_BUDGET, false)] {
            let found = whole([part(&tree).map(|part| Part { spent, ..part }), part(&other)]);
            assert_eq!(found.map(|found| found.hosts.len()), may_be.then_some(4), "{spent}");
        }
    }
}
