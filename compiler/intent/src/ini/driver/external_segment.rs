//! `[opflex_external_segment:NAME]`: next hops that an operator fixes on one compute host, read by its opflex agent.

use aciform_diagnostics::Spanned;
use aciform_syntax::ini::{Entry, IniFile, is_blank};

use super::raw::{RawSection, segment_sections};

/// An external segment's section.
#[derive(Clone, Debug)]
pub struct ExternalSegment {
    /// The segment's name; colons are part of it.
    pub name: Spanned<String>,
    /// `ip_address_range` and `ip_gateway`.
    pub ip: NextHop,
    /// `ip6_address_range` and `ip6_gateway`.
    pub ip6: NextHop,
}

/// The next hop of one address family.
#[derive(Clone, Debug, Default)]
pub struct NextHop {
    /// The first address.
    pub start: Option<Spanned<String>>,
    /// What is written behind the first comma.
    pub end: Option<Spanned<String>>,
    /// `address/length`; a text without a slash counts as none.
    pub gateway: Option<Spanned<String>>,
}

/// The external segments.
#[must_use]
pub fn external_segments(files: &[&IniFile]) -> Vec<ExternalSegment> {
    let segment = |section: RawSection<'_>| ExternalSegment {
        ip: next_hop(section.get("ip_address_range"), section.get("ip_gateway")),
        ip6: next_hop(section.get("ip6_address_range"), section.get("ip6_gateway")),
        name: section.name,
    };
    segment_sections(files).into_iter().map(segment).collect()
}

fn next_hop(range: Option<&Entry>, gateway: Option<&Entry>) -> NextHop {
    let gateway = gateway.filter(|entry| entry.value.value.contains('/')).map(|entry| entry.value.clone());
    let Some(entry) = range else { return NextHop { gateway, ..NextHop::default() } };
    let text = entry.value.value.as_str();
    let comma = text.find(',');
    let part = |start: usize, end: usize| {
        let rest = text[start..end].trim_start_matches(is_blank);
        let (at, part) = (end - rest.len(), rest.trim_end_matches(is_blank));
        (!part.is_empty()).then(|| Spanned::new(part.to_owned(), entry.part(at..at + part.len())))
    };
    NextHop {
        start: part(0, comma.unwrap_or(text.len())),
        end: comma.and_then(|comma| part(comma + 1, text.len())),
        gateway,
    }
}
