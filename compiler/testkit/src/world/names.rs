//! What things are called on APIC and on the hosts, by the rules of the ML2 generation.

use super::{Name, World};

/// Longest part of a name that comes from OpenStack.
const MAPPED: usize = 46;

impl World {
    /// An option of the ini, where it is written.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    /// An option that is a number; 0 where it is not written.
    #[must_use]
    pub fn number(&self, name: &str) -> u64 {
        self.option(name).and_then(|value| value.parse().ok()).unwrap_or_default()
    }

    /// Whether an option is on.
    #[must_use]
    pub fn is_on(&self, name: &str, default: bool) -> bool {
        self.option(name).map_or(default, |value| value.eq_ignore_ascii_case("true"))
    }

    /// What names that APIC must not mix up begin with.
    #[must_use]
    pub fn scoped(&self, name: &str) -> String {
        if self.is_on("scope_names", true) { format!("_{}_{name}", self.system) } else { name.to_owned() }
    }

    /// Dashes in a row are one, 46 characters are kept, then blanks go; `use_uuid` ends it with the beginning of the id.
    fn mapped(&self, name: &str, id: &str) -> String {
        let collapsed = |text: &str| {
            let mut out = String::new();
            for letter in text.chars() {
                if letter != '-' || !out.ends_with('-') {
                    out.push(letter);
                }
            }
            out
        };
        let (name, id) = (collapsed(name), collapsed(id));
        let by_name = self.option("apic_name_mapping") == Some("use_name");
        let size = self.option("min_id_suffix_size").and_then(|size| size.parse().ok()).unwrap_or(4);
        let suffix: String =
            if by_name { String::new() } else { std::iter::once('_').chain(id.chars().take(size)).collect() };
        let kept: String = name.chars().take(MAPPED - suffix.chars().count()).collect();
        format!("{kept}{suffix}").replace(' ', "")
    }

    /// A project's id.
    #[must_use]
    pub fn project_id(&self, project: &str) -> String {
        let written = self.projects.get(project).cloned().flatten();
        written.or_else(|| self.handed_out("id", &format!("project {project}"))).unwrap_or_default()
    }

    /// A project's tenant.
    #[must_use]
    pub fn tenant(&self, project: &str) -> String {
        self.scoped(&self.mapped(project, &self.project_id(project)))
    }

    /// What a network's bridge domain and group are called.
    #[must_use]
    pub fn group_name(&self, network: &Name) -> String {
        self.mapped(&network.1, &self.networks[network].id)
    }

    /// A network's group with its application profile.
    #[must_use]
    pub fn group_path(&self, network: &Name) -> String {
        format!("{}|{}", self.system, self.group_name(network))
    }

    /// What the shadow of an external network's L3Out is called.
    #[must_use]
    pub fn shadow(&self, external: &str) -> String {
        self.scoped(&format!("Shd-{}", self.mapped(external, &self.externals[external].id)))
    }

    /// What every VRF of projects is called.
    #[must_use]
    pub fn vrf_name(&self) -> String {
        self.option("shared_context_name").map_or_else(|| self.scoped("shared"), str::to_owned)
    }

    /// The tenant of a project's VRF.
    #[must_use]
    pub fn vrf_tenant(&self, project: &str) -> String {
        if self.has_vrf_each() { self.tenant(project) } else { "common".to_owned() }
    }

    /// Whether each project has a VRF of its own.
    #[must_use]
    pub fn has_vrf_each(&self) -> bool {
        self.is_on("per_tenant_context", true)
    }

    /// What tells the VRFs of projects apart.
    #[must_use]
    pub fn vrf<'a>(&self, project: &'a str) -> &'a str {
        if self.has_vrf_each() { project } else { "" }
    }

    /// The DN of a project's VRF.
    #[must_use]
    pub fn context(&self, project: &str) -> String {
        format!("uni/tn-{}/ctx-{}", self.vrf_tenant(project), self.vrf_name())
    }
}
