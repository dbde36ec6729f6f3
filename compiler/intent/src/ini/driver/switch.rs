//! `[apic_switch:ID]`: which hosts hang on which ports of a leaf.

use std::collections::HashMap;

use aciform_diagnostics::{Span, Spanned};
use aciform_syntax::ini::{Entry, IniFile};

use super::escape::decoded;
use super::raw::{RawSection, raw_sections};
use super::{Stop, StopReason};

/// A leaf's section.
#[derive(Clone, Debug)]
pub struct Switch {
    /// The leaf's node id, or whatever stands in its place.
    pub id: Spanned<String>,
    /// `pod_id`; `None`: `1`.
    pub pod_id: Option<Spanned<String>>,
    /// The hosts, in the order in which the driver takes them: port by port, ports in order of their first line.
    pub links: Vec<SwitchLink>,
}

impl Switch {
    /// The pod in force.
    #[must_use]
    pub fn pod(&self) -> &str {
        self.pod_id.as_ref().map_or("1", |pod| &pod.value)
    }
}

/// A host on a port, as it is written.
#[derive(Clone, Debug)]
pub struct SwitchLink {
    /// The host, escapes decoded and blanks kept; its place is all between two commas.
    pub host: Spanned<String>,
    /// What stands behind the host's first `|`.
    pub interface: Option<String>,
    /// The whole port.
    pub port_text: Spanned<String>,
    /// Module and port: what stands in front of the first slash and behind it; `None` where there is none.
    pub module_and_port: Option<(Spanned<String>, Spanned<String>)>,
}

/// The switches.
pub fn switches(files: &[&IniFile]) -> Result<Vec<Switch>, Stop> {
    raw_sections(files, "apic_switch")?.into_iter().map(switch).collect()
}

fn switch(section: RawSection<'_>) -> Result<Switch, Stop> {
    let pod_id = section.get("pod_id").map(|entry| entry.value.clone());
    // The driver files hosts by the text of their port.
    let mut ports: Vec<Vec<SwitchLink>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for entry in section.entries.iter().filter(|entry| entry.key.value != "pod_id") {
        let hosts = links(entry)?;
        if entry.value.value == "pod_id" {
            return Err(Stop { span: entry.value.span, reason: StopReason::PodPort });
        }
        let at = *places.entry(&entry.value.value).or_insert_with(|| {
            ports.push(Vec::new());
            ports.len() - 1
        });
        ports[at].extend(hosts);
    }
    Ok(Switch { id: section.name, pod_id, links: ports.into_iter().flatten().collect() })
}

/// The hosts of one line.
pub fn links(entry: &Entry) -> Result<Vec<SwitchLink>, Stop> {
    let text = entry.value.value.as_str();
    let module_and_port = text.find('/').map(|slash| {
        let part = |start: usize, end: usize| Spanned::new(text[start..end].to_owned(), entry.part(start..end));
        (part(0, slash), part(slash + 1, text.len()))
    });
    let mut found = Vec::new();
    let mut start = entry.key.span.range().start;
    for written in entry.key.value.split(',') {
        let span = Span::new(entry.key.span.file, start, start + written.len());
        start += written.len() + 1;
        let decoded = decoded(written).map_err(|reason| Stop { span, reason })?;
        let (host, interface) = match decoded.split_once('|') {
            Some((host, interface)) => (host.to_owned(), Some(interface.to_owned())),
            None => (decoded, None),
        };
        found.push(SwitchLink {
            host: Spanned::new(host, span),
            interface,
            port_text: entry.value.clone(),
            module_and_port: module_and_port.clone(),
        });
    }
    Ok(found)
}
