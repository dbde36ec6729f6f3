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
    /// The RN; of a root the DN.
    name: String,
    /// By position in the class's table.
    attributes: Vec<(usize, String)>,
    children: Vec<Object>,
    source: Option<Span>,
}

impl Object {
    /// An object below another one, with no attribute beside its RN: also the form of a parent that is not ours.
    pub(super) fn new(class: &'static Class, naming: &[&str]) -> Self {
        Self {
            class,
            rank: class.rank(),
            name: class.rn_of(naming),
            attributes: Vec::new(),
            children: Vec::new(),
            source: None,
        }
    }

    /// An object that is a payload of its own: it carries its DN, which is also what it is POSTed to.
    pub(super) fn root(class: &'static Class, dn: String) -> Self {
        Self { class, rank: class.rank(), name: dn, attributes: Vec::new(), children: Vec::new(), source: None }
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
        let dn = self.name.clone();
        self.settle_at(&dn, self.source, diagnostics);
    }

    fn settle_at(&mut self, dn: &str, source: Option<Span>, diagnostics: &mut Diagnostics) {
        let source = self.source.or(source);
        self.check(dn, source, diagnostics);
        self.children.sort_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
        for child in &mut self.children {
            let dn = format!("{dn}/{}", child.name);
            child.settle_at(&dn, source, diagnostics);
        }
        self.children.dedup_by(|later, kept| {
            let twice = later.rank == kept.rank && later.name == kept.name;
            if twice && !later.same_as(kept) {
                let message = format!("`{dn}/{}` would be made twice with different content", kept.name);
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
        let rn = super::class::split(&self.name).pop().unwrap_or_default();
        match self.class.values_of(rn) {
            Some(values) => {
                for ((value, domain), name) in values.iter().zip(self.class.naming).zip(self.class.naming_properties())
                {
                    if !domain.accepts(value) {
                        refuse(name, value, domain.words());
                    }
                }
            }
            None => refuse("rn", rn, format!("of the form {}", self.class.rn)),
        }
        for (attribute, value) in self.attributes() {
            if !attribute.domain.accepts(value) {
                refuse(attribute.name, value, attribute.domain.words());
            }
        }
    }

    fn attributes(&self) -> impl Iterator<Item = (&'static Attribute, &str)> {
        self.attributes.iter().map(|(at, value)| (&self.class.attributes[*at], value.as_str()))
    }

    fn same_as(&self, other: &Self) -> bool {
        self.rank == other.rank
            && self.name == other.name
            && self.attributes == other.attributes
            && self.children.len() == other.children.len()
            && self.children.iter().zip(&other.children).all(|(a, b)| a.same_as(b))
    }
}

/// A body as it is sent: the root with its DN.
pub(super) struct Body<'a>(pub(super) &'a Object);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        one_entry(serializer, self.0.class.name, &Content { key: "dn", object: self.0 })
    }
}

struct Child<'a>(&'a Object);

impl Serialize for Child<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        one_entry(serializer, self.0.class.name, &Content { key: "rn", object: self.0 })
    }
}

fn one_entry<S: Serializer>(serializer: S, key: &str, value: &Content<'_>) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(key, value)?;
    map.end()
}

struct Content<'a> {
    key: &'static str,
    object: &'a Object,
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("attributes", &Attributes { key: self.key, object: self.object })?;
        if !self.object.children.is_empty() {
            let children: Vec<Child<'_>> = self.object.children.iter().map(Child).collect();
            map.serialize_entry("children", &children)?;
        }
        map.end()
    }
}

struct Attributes<'a> {
    key: &'static str,
    object: &'a Object,
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.object.attributes.len() + 1))?;
        map.serialize_entry(self.key, &self.object.name)?;
        for (attribute, value) in self.object.attributes() {
            map.serialize_entry(attribute.name, value)?;
        }
        map.end()
    }
}
