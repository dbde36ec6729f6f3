//! What APIC takes as a name, whoever makes it up.

/// Why a name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing is left of it.
    Empty,
    /// Longer than the class takes.
    Long,
    /// The first character that the class does not take.
    Character(char),
}

/// The pattern of a class's name property.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    /// The class, for messages.
    pub(crate) noun: &'static str,
    /// Most characters.
    pub(crate) length: usize,
    /// Whether a colon is taken too.
    pub(crate) colon: bool,
}

/// `fvTenant.name`: one shorter than the others.
pub(crate) const TENANT: Pattern = Pattern { noun: "tenant", length: 63, colon: false };
/// `fvCtx.name`.
pub(crate) const VRF: Pattern = Pattern { noun: "VRF", length: 64, colon: false };
/// `fvBD.name`.
pub(crate) const BRIDGE_DOMAIN: Pattern = Pattern { noun: "bridge domain", length: 64, colon: false };
/// `fvAEPg.name`.
pub(crate) const EPG: Pattern = Pattern { noun: "endpoint group", length: 64, colon: true };
/// `l3extOut.name`.
pub(crate) const L3OUT: Pattern = Pattern { noun: "L3Out", length: 64, colon: true };
/// `l3extInstP.name`.
pub(crate) const EXTERNAL_EPG: Pattern = Pattern { noun: "external EPG", length: 64, colon: true };

impl Pattern {
    /// Why the class refuses a name; `None` where it takes it.
    pub(crate) fn refusal(&self, name: &str) -> Option<Refusal> {
        if name.is_empty() {
            return Some(Refusal::Empty);
        }
        let odd = name.chars().find(|c| !(plain(*c) || self.colon && *c == ':'));
        if let Some(odd) = odd {
            return Some(Refusal::Character(odd));
        }
        (name.chars().count() > self.length).then_some(Refusal::Long)
    }
}

/// The raw name as `nameAlias`, where APIC's pattern takes it: recent releases refuse blanks there.
pub(crate) fn alias(name: &str) -> Option<String> {
    (!name.is_empty() && name.len() <= 63 && name.chars().all(plain)).then(|| name.to_owned())
}

fn plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

#[cfg(test)]
mod tests {
    use super::{EPG, Refusal, TENANT, alias};

    #[test]
    fn a_tenant_takes_63_characters_and_no_colon() {
        assert_eq!(TENANT.refusal(&"a".repeat(63)), None);
        assert_eq!(TENANT.refusal(&"a".repeat(64)), Some(Refusal::Long));
        assert_eq!(TENANT.refusal("a:b"), Some(Refusal::Character(':')));
        assert_eq!(EPG.refusal("a:b"), None);
        assert_eq!(EPG.refusal(""), Some(Refusal::Empty));
    }

    #[test]
    fn a_name_with_a_blank_has_no_alias() {
        assert_eq!(alias("v6 net"), None);
        assert_eq!(alias("MyWebApp").as_deref(), Some("MyWebApp"));
    }
}
