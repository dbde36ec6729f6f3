//! What a compile that died may have left in its staging folder. Anything else there is somebody's, and is not cleared away.

use std::path::{Path, PathBuf};

use super::staging::LOCK;
use super::{FolderError, NEXT};
use crate::manifest;

/// Refuses a staging folder that holds something that no compile puts there.
pub(super) fn refuse_strangers(staging: &Path) -> Result<(), FolderError> {
    let entries = walkdir::WalkDir::new(staging).min_depth(1).sort_by_file_name().into_iter();
    // What another compile takes away meanwhile was its own.
    let stranger = entries.filter_map(Result::ok).find(|entry| {
        let below = entry.path().strip_prefix(staging).unwrap_or(entry.path());
        let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        let kind = entry.file_type();
        !parts.is_some_and(|parts| {
            (kind.is_file() && is_file_of_ours(&parts)) || (kind.is_dir() && is_folder_of_ours(&parts))
        })
    });
    stranger.map_or(Ok(()), |entry| Err(FolderError::InTheWay(PathBuf::from(entry.path()))))
}

fn is_file_of_ours(parts: &[&str]) -> bool {
    let ends = |name: &str, endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match parts {
        [name] => [LOCK, NEXT, manifest::FILE, "neutron.json", "security-groups.json"].contains(name),
        ["apic", name] => ends(name, &[".json"]),
        ["hosts", _, name] => {
            let of_host = ["br-int.flows", "br-int.groups", "br-int.ports", "ipset", "iptables.v4", "iptables.v6"];
            of_host.contains(name) || *name == "security-groups.json"
        }
        ["hosts", _, "endpoints", name] => ends(name, &[".ep", ".rdconfig"]),
        ["hosts", _, "services", name] => ends(name, &[".as"]),
        ["hosts", _, "netns", _, name] => ["netns.json", "iptables.v4", "iptables.v6"].contains(name),
        _ => false,
    }
}

fn is_folder_of_ours(parts: &[&str]) -> bool {
    matches!(
        parts,
        ["apic" | "hosts"] | ["hosts", _] | ["hosts", _, "endpoints" | "services" | "netns"] | ["hosts", _, "netns", _]
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::refuse_strangers;

    #[test]
    fn every_file_of_the_reviewed_bundles_may_be_left_over() {
        for name in ["minimal", "rdo-lab", "two-projects", "production"] {
            let golden = format!("{}/../../golden/{name}", env!("CARGO_MANIFEST_DIR"));
            assert!(fs::exists(&golden).unwrap() && refuse_strangers(golden.as_ref()).is_ok(), "{name}");
        }
    }

    #[test]
    fn anything_else_is_refused_by_its_name() {
        for (path, refused) in [
            ("notes.txt", "notes.txt"),
            ("hosts/a/notes", "hosts/a/notes"),
            ("apic/old/10-infra.json", "apic/old"),
            ("manifest.json/x", "manifest.json"),
        ] {
            let staging = tempfile::tempdir().unwrap();
            let place = staging.path().join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(&place, "").unwrap();
            let message = refuse_strangers(staging.path()).unwrap_err().to_string();
            assert!(message.contains(&format!("/{refused}` is in the way")), "{message}");
        }
    }
}
