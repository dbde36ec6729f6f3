//! `[apic_vmdom:NAME]` and `[apic_physdom:NAME]`: options of apicapi as raw text.

use aciform_diagnostics::Spanned;
use aciform_syntax::ini::IniFile;

use super::Stop;
use super::raw::raw_sections;
use crate::ini::options::group;
use crate::ini::value::Kind;

/// A domain's section.
#[derive(Clone, Debug)]
pub struct Domain {
    /// The domain's name on APIC.
    pub name: Spanned<String>,
    /// What is written in it, known or not, in order.
    pub options: Vec<DomainOption>,
}

/// One option of a domain.
#[derive(Clone, Debug)]
pub struct DomainOption {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Spanned<DomainValue>,
}

/// The value of an option: no type is read but lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainValue {
    /// As it stands.
    Text(String),
    /// Of an option that is a list in `[apic]`: split at commas, nothing trimmed.
    List(Vec<String>),
}

/// The domains of a prefix.
pub fn domains(files: &[&IniFile], prefix: &str) -> Result<Vec<Domain>, Stop> {
    let sections = raw_sections(files, prefix)?;
    let domain = |section: super::RawSection<'_>| {
        let options = section.entries.iter().map(|entry| {
            let text = &entry.value.value;
            let value = match is_list(&entry.key.value) {
                true => DomainValue::List(text.split(',').map(str::to_owned).collect()),
                false => DomainValue::Text(text.clone()),
            };
            DomainOption { name: entry.key.clone(), value: Spanned::new(value, entry.value.span) }
        });
        Domain { options: options.collect(), name: section.name }
    };
    Ok(sections.into_iter().map(domain).collect())
}

fn is_list(option: &str) -> bool {
    let row = group("apic").and_then(|group| group.rows().find(|row| row.name == option));
    row.is_some_and(|row| row.kind == Kind::List)
}
