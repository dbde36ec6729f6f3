//! The OVS agent's own configuration (`opflex-agent-ovs.conf`): what of it has to agree with the cloud's.
//!
//! It is JSON, in which the agent takes `//` comments. JSON is YAML, so the tree with its places comes from there.

use aciform_diagnostics::{Diagnostics, FileId, Spanned};
use aciform_intent::decode;
use aciform_syntax::yaml::{self, Kind, Node, NodeId, Tree};

/// One file of the agent; what it does not say is `None`.
#[derive(Clone, Debug, Default)]
pub struct AgentFile {
    /// `opflex.domain`: which policy domain the agent belongs to.
    pub domain: Option<Spanned<String>>,
    /// `opflex.peers[].hostname`.
    pub peers: Vec<Spanned<String>>,
    /// `renderers.<any>.encap`: how it wraps traffic towards the fabric.
    pub encaps: Vec<AgentEncap>,
    /// The values of passwords, tokens and the like.
    pub secrets: Vec<Spanned<String>>,
}

/// One way of wrapping traffic.
#[derive(Clone, Debug)]
pub struct AgentEncap {
    /// `vxlan`, `vlan` or another word, as the key says it.
    pub kind: Spanned<String>,
    /// `uplink-vlan`.
    pub uplink_vlan: Option<Spanned<u16>>,
    /// `remote-ip`.
    pub remote_ip: Option<Spanned<String>>,
    /// `remote-port`.
    pub remote_port: Option<Spanned<u16>>,
}

/// Whether a text is the agent's: an object of JSON. What starts with `{%`, `{{` or `{#` is a template.
#[must_use]
pub fn is_agent_text(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut bytes = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    bytes.next() == Some(&b'{') && matches!(bytes.next(), Some(b'"' | b'}' | b'/'))
}

impl AgentFile {
    /// Reads a text. What is no JSON is reported and left out; a template gives nothing.
    pub fn read(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Self {
        let mut found = Self::default();
        if ["{%", "{{", "<%"].iter().any(|mark| text.contains(mark)) {
            return found;
        }
        let tree = yaml::parse(file, &without_comments(text), diagnostics);
        found.secrets = decode::secrets(&tree);
        for root in tree.documents.iter().copied() {
            let opflex = get(&tree, root, "opflex");
            found.domain = opflex.and_then(|opflex| text_of(&tree, get(&tree, opflex, "domain")?));
            let peers = opflex.and_then(|opflex| get(&tree, opflex, "peers"));
            for peer in peers.map(|peers| items(&tree, peers)).unwrap_or_default() {
                found.peers.extend(get(&tree, *peer, "hostname").and_then(|host| text_of(&tree, host)));
            }
            for (_, renderer) in get(&tree, root, "renderers").map(|all| pairs(&tree, all)).unwrap_or_default() {
                for (kind, body) in get(&tree, *renderer, "encap").map(|all| pairs(&tree, all)).unwrap_or_default() {
                    found.encaps.extend(encap(&tree, *kind, *body));
                }
            }
        }
        found
    }
}

fn encap(tree: &Tree, kind: NodeId, body: NodeId) -> Option<AgentEncap> {
    Some(AgentEncap {
        kind: text_of(tree, kind)?,
        uplink_vlan: get(tree, body, "uplink-vlan").and_then(|node| number_of(tree, node)),
        remote_ip: get(tree, body, "remote-ip").and_then(|node| text_of(tree, node)),
        remote_port: get(tree, body, "remote-port").and_then(|node| number_of(tree, node)),
    })
}

fn pairs(tree: &Tree, node: NodeId) -> &[(NodeId, NodeId)] {
    match &tree.resolve(node).kind {
        Kind::Mapping(pairs) => pairs,
        Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Alias(_) => &[],
    }
}

fn items(tree: &Tree, node: NodeId) -> &[NodeId] {
    match &tree.resolve(node).kind {
        Kind::Sequence(items) => items,
        Kind::Scalar { .. } | Kind::Mapping(_) | Kind::Alias(_) => &[],
    }
}

fn get(tree: &Tree, node: NodeId, key: &str) -> Option<NodeId> {
    let named = |id: NodeId| matches!(&tree.resolve(id).kind, Kind::Scalar { text, .. } if text == key);
    pairs(tree, node).iter().find(|(name, _)| named(*name)).map(|(_, value)| *value)
}

fn text_of(tree: &Tree, node: NodeId) -> Option<Spanned<String>> {
    let node: &Node = tree.resolve(node);
    match &node.kind {
        Kind::Scalar { text, .. } => Some(Spanned::new(text.clone(), node.span)),
        Kind::Sequence(_) | Kind::Mapping(_) | Kind::Alias(_) => None,
    }
}

/// A number, which the agent takes in quotes too.
fn number_of(tree: &Tree, node: NodeId) -> Option<Spanned<u16>> {
    let text = text_of(tree, node)?;
    Some(Spanned::new(text.value.trim().parse().ok()?, text.span))
}

/// The text with comments, and tabs between values, as blanks, so that every place stays where it is.
fn without_comments(text: &str) -> String {
    let mut out: Vec<u8> = text.bytes().collect();
    let (mut at, mut quoted) = (0, false);
    while at < out.len() {
        match (quoted, out[at]) {
            (true, b'\\') => at += 1,
            (_, b'"') => quoted = !quoted,
            (false, b'\t') => out[at] = b' ',
            (false, b'/') if out.get(at + 1) == Some(&b'/') => {
                while at < out.len() && out[at] != b'\n' {
                    if out[at] != b'\r' {
                        out[at] = b' ';
                    }
                    at += 1;
                }
            }
            (true | false, _) => {}
        }
        at += 1;
    }
    // Only whole comments and single tabs went, so what is left is the text it was.
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use aciform_diagnostics::{Diagnostics, SourceMap};

    use super::{AgentFile, is_agent_text, without_comments};

    #[test]
    fn an_object_of_json_is_the_agents_and_a_template_is_not() {
        for (text, expected) in [
            ("{\n \"log\": {}}", true),
            ("\u{feff}{}", true),
            ("{ // x\n}", true),
            ("{% if x %}", false),
            ("[a]", false),
            ("", false),
        ] {
            assert_eq!(is_agent_text(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn comments_go_and_addresses_in_quotes_stay() {
        let text = "{\"a\": \"http://x\", // é \"b\"\n\t\"c\": \"\\\"//\"}";
        let plain = without_comments(text);
        assert_eq!(plain.len(), text.len());
        assert_eq!(plain, format!("{{\"a\": \"http://x\", {}\n \"c\": \"\\\"//\"}}", " ".repeat(9)));
    }

    #[test]
    fn values_have_the_places_of_the_text() {
        let text = "{ // the host\n\"opflex\": {\"domain\": \"d\", \"peers\": [{\"hostname\": \"10.0.0.30\", \"port\": \"8009\"}],\n\"ssl\": {\"password\": \"hush\"}},\n\"renderers\": {\"stitched-mode\": {\"encap\": {\"vxlan\": {\"remote-port\": \"8472\", \"uplink-vlan\": 4093}}}}}";
        let mut sources = SourceMap::new();
        let file = sources.add("a.conf", text);
        let mut diagnostics = Diagnostics::new();
        let agent = AgentFile::read(file, text, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(agent.peers[0].value, "10.0.0.30");
        assert_eq!(agent.domain.as_ref().map(|domain| sources.slice(domain.span)), Some("\"d\""));
        assert_eq!(agent.encaps[0].remote_port.as_ref().map(|port| port.value), Some(8472));
        assert_eq!(agent.encaps[0].uplink_vlan.as_ref().map(|vlan| vlan.value), Some(4093));
        assert_eq!(sources.slice(agent.secrets[0].span), "\"hush\"");
    }
}
