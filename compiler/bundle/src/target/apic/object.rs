//! An object of a payload: a class, its RN or DN, the attributes that are sent, and what stands below.

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::class::{Attribute, Class, Comparison};

/// A value that APIC would answer with an error.
pub static VALUE_APIC_REFUSES: Code = Code {
    id: "ACI1620",
    name: "value-apic-refuses",
    severity: Severity::Error,
    page: include_str!("../../codes/ACI1620.md"),
};

/// Two sources that end in one object of APIC with different content.
pub static TWO_OBJECTS_ONE_DN: Code = Code {
    id: "ACI1621",
    name: "two-objects-one-dn",
    severity: Severity::Error,
    page: include_str!("../../codes/ACI1621.md"),
};

/// An object with everything below it.
#[derive(Clone, Debug)]
pub(super) struct Object {
    class: &'static Class,
    /// The class's position among siblings.
    rank: usize,
    rn: String,
    /// Of a root, the DN above it.
    above: Option<&'static str>,
    /// By position in the class's table.
    attributes: Vec<(usize, String)>,
    children: Vec<Object>,
    source: Option<Span>,
}

impl Object {
    /// An object with no attribute beside its RN: also the form of a parent that is not ours.
    pub(super) fn new(class: &'static Class, naming: &[&str]) -> Self {
        let rn = class.rn_of(naming);
        Self { class, rank: class.rank(), rn, above: None, attributes: Vec::new(), children: Vec::new(), source: None }
    }

    /// An object that is a payload of its own: it carries its DN, which is also what it is POSTed to.
    pub(super) fn root(above: &'static str, class: &'static Class, naming: &[&str]) -> Self {
        Self { above: Some(above), ..Self::new(class, naming) }
    }

    /// Sets an attribute of the class.
    pub(super) fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let at = self.class.attributes.iter().position(|attribute| attribute.name == name);
        let at = at.expect("an attribute that is set stands in the table of its class");
        debug_assert!(self.class.attributes[at].comparison != Comparison::Secret, "{name} is a secret");
        self.attributes.push((at, value.into()));
        self.attributes.sort_unstable_by_key(|(at, _)| *at);
        self
    }

    /// Sets an attribute that not every object has.
    pub(super) fn maybe(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Marks the object as ours.
    pub(super) fn mark(self, annotation: &str) -> Self {
        self.set("annotation", annotation)
    }

    /// Remembers the cause in the input, for findings about the object.
    pub(super) fn because(mut self, source: Option<Span>) -> Self {
        self.source = source;
        self
    }

    /// Puts an object below this one.
    pub(super) fn child(mut self, child: Self) -> Self {
        self.push(child);
        self
    }

    /// Puts objects below this one.
    pub(super) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().for_each(|child| self.push(child));
        self
    }

    /// Puts an object below this one.
    pub(super) fn push(&mut self, child: Self) {
        debug_assert!(child.class.parents.contains(&self.class.name), "{} under {}", child.class.name, self.class.name);
        self.children.push(child);
    }

    /// Whether there is anything below.
    pub(super) fn is_bare(&self) -> bool {
        self.children.is_empty()
    }

    /// Puts siblings into the order of classes, then RNs, and reports what APIC would refuse.
    /// An object that comes twice with the same content is kept once.
    pub(super) fn settle(&mut self, diagnostics: &mut Diagnostics) {
        let dn = self.dn();
        self.settle_at(&dn, self.source, diagnostics);
    }

    fn settle_at(&mut self, dn: &str, source: Option<Span>, diagnostics: &mut Diagnostics) {
        let source = self.source.or(source);
        self.check(dn, source, diagnostics);
        self.children.sort_by(|a, b| (a.rank, &a.rn).cmp(&(b.rank, &b.rn)));
        for child in &mut self.children {
            let dn = format!("{dn}/{}", child.rn);
            child.settle_at(&dn, source, diagnostics);
        }
        self.children.dedup_by(|later, kept| {
            let twice = later.rank == kept.rank && later.rn == kept.rn;
            if twice && !later.same_as(kept) {
                let message = format!("`{dn}/{}` would be made twice with different content", kept.rn);
                let mut finding = Diagnostic::new(&TWO_OBJECTS_ONE_DN, message);
                for span in [later.source.or(source), kept.source.or(source)].into_iter().flatten() {
                    finding = finding.label(span, "makes it");
                }
                diagnostics.push(finding.help("give one of the two another name"));
            }
            twice
        });
    }

    fn check(&self, dn: &str, source: Option<Span>, diagnostics: &mut Diagnostics) {
        let mut refuse = |what: &str, value: &str, allowed: String| {
            let class = self.class.name;
            let message = format!("APIC does not take \"{value}\" as `{what}` of {class} `{dn}`");
            let mut finding = Diagnostic::new(&VALUE_APIC_REFUSES, message);
            if let Some(span) = source {
                finding = finding.label(span, "this becomes the object");
            }
            diagnostics.push(finding.help(format!("{what} is {allowed}")));
        };
        match self.class.values_of(&self.rn) {
            Some(values) => {
                for ((value, domain), name) in values.iter().zip(self.class.naming).zip(self.class.naming_properties())
                {
                    if !domain.accepts(value) {
                        refuse(name, value, domain.words());
                    }
                }
            }
            None => refuse("rn", &self.rn, format!("of the form {}", self.class.rn)),
        }
        for (attribute, value) in self.attributes() {
            if !attribute.domain.accepts(value) {
                refuse(attribute.name, value, attribute.domain.words());
            }
        }
    }

    /// The DN of a root; of anything else the RN.
    fn dn(&self) -> String {
        self.above.map_or_else(|| self.rn.clone(), |above| format!("{above}/{}", self.rn))
    }

    fn attributes(&self) -> impl Iterator<Item = (&'static Attribute, &str)> {
        self.attributes.iter().map(|(at, value)| (&self.class.attributes[*at], value.as_str()))
    }

    fn same_as(&self, other: &Self) -> bool {
        self.rank == other.rank
            && self.rn == other.rn
            && self.attributes == other.attributes
            && self.children.len() == other.children.len()
            && self.children.iter().zip(&other.children).all(|(a, b)| a.same_as(b))
    }
}

/// As it is sent: a root with its `dn`, everything below it with its `rn`.
impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.class.name, &Content(self))?;
        map.end()
    }
}

struct Content<'a>(&'a Object);

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("attributes", &Attributes(self.0))?;
        if !self.0.children.is_empty() {
            map.serialize_entry("children", &self.0.children)?;
        }
        map.end()
    }
}

struct Attributes<'a>(&'a Object);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.attributes.len() + 1))?;
        map.serialize_entry(if self.0.above.is_some() { "dn" } else { "rn" }, &self.0.dn())?;
        for (attribute, value) in self.0.attributes() {
            map.serialize_entry(attribute.name, value)?;
        }
        map.end()
    }
}
