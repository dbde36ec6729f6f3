//! The files as the service reads them, for those who look closer than lowering does: every option with its value, text
//! and line, every named section with the lines that count.

use aciform_diagnostics::{FileId, Span};
use aciform_syntax::ini::{Entry, IniFile, Section};

use super::doubt::Doubt;
use super::effective::Values;
use super::named::{NamedSection, PREFIXES};
use super::options::{GROUPS, Group, OptionRow, Reader, group, normalised};
use super::placeholder::is_placeholder;
use super::plugin::POLICY_GROUPS;
use super::value::Value;
use super::{Generation, Plugin, named, plugin};

/// Some ini files, in `--config-file` order, with everything that oslo.config and the plugin make of them.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The files as they were written.
    pub files: Vec<(FileId, &'a IniFile)>,
    /// Which group the options of apicapi come from.
    pub generation: Generation,
    /// Whether the files are those of another driver; nothing in them means what it says to ours.
    pub foreign: bool,
    values: Values<'a>,
    named: Vec<(&'static str, Vec<NamedSection<'a>>)>,
}

/// An option as it is in force.
#[derive(Clone, Copy, Debug)]
pub struct OptionInForce<'r, 'a> {
    /// Its row in the table.
    pub row: &'static OptionRow,
    /// The value; references are expanded.
    pub value: &'r Value,
    /// The text that the value was read from, references expanded; empty where there is neither line nor default.
    pub text: &'r str,
    /// The line that counts; `None`: the default is in force.
    pub entry: Option<&'a Entry>,
    /// Whether the value is a secret: it is never shown.
    pub secret: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        files: Vec<(FileId, &'a IniFile)>,
        generation: Generation,
        mut values: Values<'a>,
        foreign: bool,
    ) -> Self {
        for group in GROUPS {
            for row in group.rows() {
                // What cannot be read was reported when the configuration was loaded.
                let _ = values.get(group, row);
            }
        }
        let texts: Vec<&IniFile> = files.iter().map(|(_, file)| *file).collect();
        let named = PREFIXES.iter().map(|prefix| (*prefix, named::sections(&texts, prefix, &mut Default::default())));
        let named = named.collect();
        Self { files, generation, foreign, values, named }
    }

    /// An option by the names of its group and itself. `None`: there is no such option, or its value cannot be read or
    /// is a placeholder or, without being a secret, holds one, which was reported.
    #[must_use]
    pub fn option(&self, group_name: &str, name: &str) -> Option<OptionInForce<'_, 'a>> {
        let group = group(group_name)?;
        let row = group.row(name)?;
        let found = self.values.known(group, row)?.as_ref().ok()?;
        if found.entry.is_some_and(is_placeholder) || found.secret && !row.secret {
            return None;
        }
        let text = found.text.as_deref().unwrap_or_default();
        Some(OptionInForce { row, value: &found.value, text, entry: found.entry, secret: found.secret })
    }

    /// Whether an option is a secret, or its value holds one by reference or in a line that it swallowed.
    #[must_use]
    pub fn is_secret(&self, group: &Group, row: &OptionRow) -> bool {
        row.secret || self.values.known(group, row).is_some_and(|found| found.as_ref().is_ok_and(|found| found.secret))
    }

    /// The line that counts for an option, whether or not its value can be read.
    #[must_use]
    pub fn line(&self, group_name: &str, name: &str) -> Option<&'a Entry> {
        let group = group(group_name)?;
        self.values.entry(group, group.row(name)?)
    }

    /// Whether an option is certainly not set: no line sets it, and none is there that may be meant for it. Of apicapi
    /// a line in the group that the generation does not read is one too.
    #[must_use]
    pub fn is_unset(&self, group_name: &str, name: &str) -> bool {
        let twin = [("apic", "ml2_cisco_apic"), ("ml2_cisco_apic", "apic")].into_iter();
        let twin = twin.filter(|(own, _)| *own == group_name).any(|(_, twin)| self.line(twin, name).is_some());
        !twin && self.line(group_name, name).is_none() && self.doubt(group_name, name).is_none()
    }

    /// The place of a line that may be meant for an option which no line sets.
    #[must_use]
    pub fn doubt(&self, group_name: &str, name: &str) -> Option<Span> {
        let row = group(group_name)?.row(name)?;
        Doubt::of_option(self.sections(), group_name, row.name)
    }

    /// An option of apicapi, from the group that the generation reads.
    #[must_use]
    pub fn plugin(&self, name: &str) -> Option<OptionInForce<'_, 'a>> {
        self.option(self.plugin_group().name, name)
    }

    /// The group that the generation reads the options of apicapi from.
    #[must_use]
    pub fn plugin_group(&self) -> &'static Group {
        let name = match self.generation {
            Generation::Legacy => "ml2_cisco_apic",
            Generation::NewStyle => "apic",
        };
        group(name).expect("a group of the table")
    }

    /// The named sections of a prefix, merged over their repeats, in file order.
    #[must_use]
    pub fn named(&self, prefix: &str) -> &[NamedSection<'a>] {
        self.named.iter().find(|(known, _)| *known == prefix).map_or(&[], |(_, sections)| sections)
    }

    /// Every header of all files with what follows it, in file order.
    pub fn sections(&self) -> impl Iterator<Item = &'a Section> + use<'_, 'a> {
        self.files.iter().flat_map(|(_, file)| &file.sections)
    }

    /// The place of the first header of a group, in any case that oslo.config takes for it.
    #[must_use]
    pub fn header(&self, group_name: &str) -> Option<Span> {
        let wanted = normalised(group_name);
        let mut sections = self.sections();
        sections.find(|section| normalised(&section.name.value) == wanted).map(|section| section.name.span)
    }

    /// The plugin that the files are for, where they say so.
    #[must_use]
    pub fn plugin_named(&self) -> Option<Plugin> {
        let files: Vec<&IniFile> = self.files.iter().map(|(_, file)| *file).collect();
        let drivers = self.option("ml2", "mechanism_drivers");
        let policy = self.option("group_policy", "policy_drivers");
        let items =
            |option: &Option<OptionInForce<'_, 'a>>| option.as_ref().map_or(Vec::new(), |it| it.items().to_vec());
        plugin::plugin(&files, &items(&drivers), &items(&policy))
    }

    /// Whether the files are those of the unified plugin (AIM), or some of them: what the ML2 generation needs is then
    /// not missed.
    #[must_use]
    pub fn is_unified(&self) -> bool {
        match self.plugin_named() {
            Some(plugin) => plugin == Plugin::Unified,
            None => {
                let own = |group: &&Group| group.reader == Reader::Unified && !POLICY_GROUPS.contains(&group.name);
                let written = GROUPS.iter().filter(own).any(|group| self.header(group.name).is_some());
                written || self.option("ml2", "mechanism_drivers").is_some_and(|it| it.text.contains("apic_aim"))
            }
        }
    }
}

impl OptionInForce<'_, '_> {
    /// The place of the written value.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.entry.map(|entry| entry.value.span)
    }

    /// Whether a line sets it.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.entry.is_some()
    }

    /// The items of a list; empty for other types.
    #[must_use]
    pub fn items(&self) -> &[String] {
        match self.value {
            Value::List(items) => items,
            Value::Null
            | Value::Text(_)
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Big(_)
            | Value::Float(_)
            | Value::Dict(_) => &[],
        }
    }

    /// Whether it is true; false for other types.
    #[must_use]
    pub fn is_true(&self) -> bool {
        *self.value == Value::Bool(true)
    }
}
