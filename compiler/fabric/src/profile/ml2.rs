//! Names of the ML2 generation: the scope prefix `_<system id>_`, the name mapper, and what hangs on an L3Out's name.
//!
//! The mapper cuts at 46 characters because 46, the longest prefix (18) and nothing else make APIC's 64.

use std::collections::HashSet;

use aciform_intent::ini::{Ml2, NameMapping};

/// Characters of the mapped part of a name.
const MAPPED: usize = 46;

/// Kinds of objects whose mapped names must differ among themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mapped {
    /// Projects.
    Project,
    /// Networks.
    Network,
}

/// Makes every name of one site.
#[derive(Clone, Debug)]
pub(crate) struct Names<'a> {
    options: &'a Ml2,
    taken: HashSet<(Mapped, String)>,
}

impl<'a> Names<'a> {
    /// Names under these options.
    pub(crate) fn new(options: &'a Ml2) -> Self {
        Self { options, taken: HashSet::new() }
    }

    /// A name with the scope prefix, where `scope_names` is on.
    pub(crate) fn scoped(&self, name: &str) -> String {
        if self.options.scope_names.value { self.prefixed(name) } else { name.to_owned() }
    }

    /// A name on the infra side, which has the prefix whatever `scope_names` says.
    pub(crate) fn prefixed(&self, name: &str) -> String {
        format!("_{}_{name}", self.options.system_id.value)
    }

    /// Takes a name that was mapped once and is kept for the life of the thing.
    pub(crate) fn keep(&mut self, kind: Mapped, mapped: &str) {
        self.taken.insert((kind, mapped.to_owned()));
    }

    /// The mapper: an OpenStack name to an APIC name, by `apic_name_mapping`.
    /// Cutting comes before blanks are taken out; under `use_uuid` a taken name grows by characters of the id.
    pub(crate) fn map(&mut self, kind: Mapped, name: &str, id: &str) -> String {
        let id = collapse(id);
        let name = collapse(name);
        if name.is_empty() {
            return id;
        }
        match self.options.name_mapping.value {
            NameMapping::UseName => cut(&name, MAPPED).replace(' ', ""),
            NameMapping::UseUuid => {
                let size = usize::try_from(self.options.min_id_suffix_size.value).unwrap_or(usize::MAX);
                let mut rest = id.chars();
                let suffix: String = std::iter::once('_').chain(rest.by_ref().take(size)).collect();
                let kept = cut(&name, MAPPED.saturating_sub(suffix.chars().count()));
                let mut mapped = format!("{kept}{suffix}").replace(' ', "");
                while self.taken.contains(&(kind, mapped.clone())) {
                    let Some(next) = rest.next() else { break };
                    mapped.push(next);
                }
                self.taken.insert((kind, mapped.clone()));
                mapped
            }
        }
    }

    /// The VRF of a project's networks: the literal `shared_context_name`, else `shared` with the prefix.
    pub(crate) fn vrf(&self) -> String {
        match self.options.shared_context_name.value.as_str() {
            "" => self.scoped("shared"),
            literal => literal.to_owned(),
        }
    }

    /// The application profile: literally the system id.
    pub(crate) fn app_profile(&self) -> String {
        self.options.system_id.value.clone()
    }
}

/// The subject of every router contract.
pub(crate) const ROUTER_SUBJECT: &str = "os-subject";
/// The filter of every router contract.
pub(crate) const ROUTER_FILTER: &str = "os-filter";
/// The entry of that filter.
pub(crate) const ROUTER_ENTRY: &str = "os-entry";
/// The entry of an external network's filter.
pub(crate) const ALLOW_ALL_ENTRY: &str = "allow-all";
/// The external EPG of an L3Out whose section names none.
pub(crate) const EXTERNAL_EPG: &str = "os-external_epg";

/// The contract of a router.
pub(crate) fn router_contract(id: &str) -> String {
    format!("contract-{id}")
}

/// Contract, subject and filter of an external network.
pub(crate) fn allow_all(id: &str) -> String {
    format!("EXT-{id}-allow-all")
}

/// The bridge domain behind an L3Out.
pub(crate) fn nat_bridge_domain(l3out: &str) -> String {
    format!("EXT-bd-{l3out}")
}

/// The endpoint group behind an L3Out.
pub(crate) fn nat_epg(l3out: &str) -> String {
    format!("EXT-epg-{l3out}")
}

/// A shadow L3Out, or a shadow external EPG, before the prefix.
pub(crate) fn shadow(name: &str) -> String {
    format!("Shd-{name}")
}

/// Every run of `-` as one.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}

fn cut(text: &str, length: usize) -> &str {
    text.char_indices().nth(length).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use aciform_intent::ini::{Ml2, NameMapping, Setting};

    use super::{Mapped, Names};

    fn options(mapping: NameMapping) -> Ml2 {
        Ml2 { name_mapping: Setting::default_of(mapping), ..Ml2::default() }
    }

    #[test]
    fn use_uuid_cuts_appends_and_then_takes_blanks_out() {
        let options = options(NameMapping::UseUuid);
        let mut names = Names::new(&options);
        let long = "a".repeat(60);
        for (name, id, mapped) in [
            ("MyWebApp", "6fccd59e-76e0", "MyWebApp_6fcc".to_owned()),
            ("v6 net", "11112222", "v6net_1111".to_owned()),
            ("my--net  x", "abcd", "my-netx_abcd".to_owned()),
            (&long, "ab--cd33", format!("{}_ab-c", "a".repeat(41))),
            ("", "ab--cd33", "ab-cd33".to_owned()),
        ] {
            assert_eq!(names.map(Mapped::Network, name, id), mapped);
        }
    }

    #[test]
    fn use_name_only_cuts_and_takes_blanks_out() {
        let options = options(NameMapping::UseName);
        let mut names = Names::new(&options);
        assert_eq!(names.map(Mapped::Network, "my--net  x", "abcd"), "my-netx");
        assert_eq!(names.map(Mapped::Network, &"a".repeat(60), "abcd"), "a".repeat(46));
    }

    #[test]
    fn a_taken_name_grows_by_the_id_only_within_its_kind() {
        let options = options(NameMapping::UseUuid);
        let mut names = Names::new(&options);
        assert_eq!(names.map(Mapped::Network, "web", "abcd1fff"), "web_abcd");
        assert_eq!(names.map(Mapped::Network, "web", "abcd2fff"), "web_abcd2");
        assert_eq!(names.map(Mapped::Project, "web", "abcd3fff"), "web_abcd");
    }
}
