//! From files to [`Config`]: which generation is in force, every option read once, then the named sections.

use std::collections::HashMap;

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, FileId};
use aciform_syntax::ini::{Entry, IniFile};

use super::effective::{Effective, Values};
use super::judge::Judge;
use super::mend::mended;
use super::options::{GROUPS, Group, OptionRow, Reader, group};
use super::placeholder::is_placeholder;
use super::secret::is_hidden;
use super::value::Value;
use super::{
    Config, Generation, Plugin, Reading, Setting, check, choices, client, codes, drivers, external_network, foreign,
    given_away, left_out, named, not_expanded, overridden, placeholder, plugin, refused, repeated, settle, spelling,
    vmm,
};

/// The state of loading.
pub(super) struct Loader<'a, 'd> {
    pub(super) files: Vec<&'a IniFile>,
    pub(super) judge: Judge<'d>,
    values: Values<'a>,
    /// Values that could be read once a comment in them was taken away.
    recovered: HashMap<(&'static str, &'static str), Value>,
    /// The group the options of apicapi come from.
    pub(super) plugin: &'static Group,
    /// The group of the driver's own options, in both generations.
    pub(super) driver: &'static Group,
    pub(super) default: &'static Group,
    pub(super) generation: Generation,
    /// `apic_system_id`, as default names use it.
    system_id: String,
}

pub(super) fn load<'a>(given: &[(FileId, &'a IniFile)], diagnostics: &mut Diagnostics) -> (Config, Reading<'a>) {
    let files: Vec<&IniFile> = given.iter().map(|(_, file)| *file).collect();
    let foreign = foreign::section(&files);
    let mut unsaid = Diagnostics::new();
    let diagnostics = match foreign {
        Some(section) => {
            diagnostics.push(foreign::finding(section));
            &mut unsaid
        }
        None => diagnostics,
    };
    let values = Values::new(files.iter().copied());
    let generation = generation(&values);
    let known = |name| group(name).expect("a group of the table");
    let (default, driver) = (known("DEFAULT"), known("ml2_cisco_apic"));
    let plugin = match generation {
        Generation::Legacy => driver,
        Generation::NewStyle => known("apic"),
    };
    let (judge, recovered) = (Judge::new(diagnostics), HashMap::new());
    let system_id = "openstack".to_owned();
    let mut loader = Loader { files, judge, values, recovered, plugin, driver, default, generation, system_id };
    spelling::check(&mut loader);
    repeated::check(&mut loader);
    placeholder::check(&mut loader);
    overridden::check(&mut loader);
    loader.refuse_unreadable();
    choices::check(&mut loader);
    given_away::check(&mut loader);
    let mut config = loader.config();
    config.unified = drivers::check(&mut loader);
    left_out::check(&mut loader);
    vmm::check(&mut config, &mut loader);
    let no_nat = external_network::check_against_options(&config, &mut loader);
    drivers::check_plugins(&mut loader, no_nat);
    client::check(&mut loader);
    client::check_aim(&mut loader);
    loader.check_other_sections(&mut config);
    loader.warn_of_comments();
    settle(loader.judge.diagnostics);
    config.incomplete |= foreign.is_some() || loader.files.iter().any(|file| file.template);
    (config, Reading::new(given.to_vec(), generation, loader.values, foreign.is_some()))
}

/// `[apic] apic_username` is the switch: apicapi asks whether it is set, and an empty text is set.
fn generation(values: &Values<'_>) -> Generation {
    let username = group("apic").and_then(|apic| Some((apic, apic.row("apic_username")?)));
    match username.and_then(|(apic, row)| values.entry(apic, row)) {
        Some(_) => Generation::NewStyle,
        None => Generation::Legacy,
    }
}

impl<'a> Loader<'a, '_> {
    /// Whether a service reads an option, as far as the files tell. The groups of the unified plugin's services count
    /// wherever they are written, save where that is a finding already.
    pub(super) fn is_read(&self, plugin: Option<Plugin>, group: &Group, row: &OptionRow) -> bool {
        match group.reader {
            Reader::Neutron | Reader::Host => true,
            Reader::Unified => !left_out::is_unified_ignored(plugin, group),
            Reader::NewStyle if self.generation == Generation::Legacy => !left_out::is_apic_ignored(self, plugin),
            Reader::Legacy | Reader::NewStyle => group.name == self.plugin.name || self.plugin.row(row.name).is_none(),
        }
    }

    /// Reports every written value that oslo.config would refuse to read.
    fn refuse_unreadable(&mut self) {
        let plugin = self.plugin_named();
        for group in GROUPS {
            for row in group.rows() {
                if !self.is_read(plugin, group, row) {
                    continue;
                }
                let found = match self.values.get(group, row) {
                    Ok(found) => {
                        refused::glued(&mut self.judge, row, &found);
                        continue;
                    }
                    Err(found) => found,
                };
                let Some(entry) = found.entry.filter(|entry| !is_placeholder(entry)) else { continue };
                if let Some(value) = refused::report(&mut self.judge, group, row, entry, &found.refusal) {
                    self.recovered.insert((group.name, row.name), value);
                }
            }
        }
    }

    /// The value in force, its expanded text and its line. What could not be read falls back to the default, without
    /// a line.
    pub(super) fn value(&mut self, group: &'static Group, name: &str) -> (Value, String, Option<&'a Entry>) {
        let Some(row) = group.row(name) else { return (Value::Null, String::new(), None) };
        if self.values.entry(group, row).is_some_and(is_placeholder) {
            return self.default_value(row);
        }
        match self.values.get(group, row) {
            // Nothing that is made of it shall say it.
            Ok(found) if given_away::is_given_away(row, &found) => self.default_value(row),
            Ok(found) => (found.value, found.text.unwrap_or_default(), found.entry),
            Err(found) => match self.recovered.get(&(group.name, row.name)) {
                Some(value) => (value.clone(), value.python_text(), found.entry),
                None => self.default_value(row),
            },
        }
    }

    /// An option that is read and is no secret, but takes its value from one.
    pub(super) fn given_away(
        &mut self,
        plugin: Option<Plugin>,
        group: &'static Group,
        row: &'static OptionRow,
    ) -> Option<Effective<'a>> {
        let found = self.is_read(plugin, group, row).then(|| self.values.get(group, row).ok())??;
        given_away::is_given_away(row, &found).then_some(found)
    }

    fn default_value(&self, row: &OptionRow) -> (Value, String, Option<&'a Entry>) {
        let text = row.default.unwrap_or_default().replace("${apic_system_id}", &self.system_id);
        let value = row.default.and_then(|_| row.kind.read(&text).ok()).unwrap_or(Value::Null);
        (value, text, None)
    }

    /// The line that counts for an option, whether or not it could be read.
    pub(super) fn line(&self, group: &'static Group, name: &str) -> Option<&'a Entry> {
        self.values.entry(group, group.row(name)?)
    }

    /// Puts a value in place of a written one that cannot be used; what refers to it is worked out anew.
    pub(super) fn replace(&mut self, group: &'static Group, name: &str, value: &str) {
        if let Some(row) = group.row(name) {
            self.values.replace(group, row, value);
        }
    }

    /// The file of an id.
    pub(super) fn file(&self, id: FileId) -> Option<&'a IniFile> {
        let is = |file: &&&IniFile| file.sections.first().is_some_and(|section| section.name.span.file == id);
        self.files.iter().find(is).copied()
    }

    /// A text with its references replaced; `None` where one cannot be, or is a secret.
    pub(super) fn expanded(&mut self, group: &'static Group, text: &str) -> Option<String> {
        self.values.expanded(group, text)
    }

    /// The plugin that the files are for, where they say so.
    pub(super) fn plugin_named(&mut self) -> Option<Plugin> {
        let mut list = |name, option| group(name).map(|group| self.list(group, option).value).unwrap_or_default();
        let (drivers, policy) = (list("ml2", "mechanism_drivers"), list("group_policy", "policy_drivers"));
        plugin::plugin(&self.files, &drivers, &policy)
    }

    /// Whether a file has a section of this name.
    pub(super) fn has_section(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.sections.iter().any(|section| section.name.value == name))
    }

    /// A text option; the default where the value swallowed a secret.
    pub(super) fn text(&mut self, group: &'static Group, name: &str) -> Setting<String> {
        let (_, text, entry) = self.value(group, name);
        match group.row(name).filter(|_| entry.is_some_and(is_hidden)) {
            Some(row) => Setting::default_of(self.default_value(row).1),
            None => setting(text, entry),
        }
    }

    /// A truth value.
    pub(super) fn boolean(&mut self, group: &'static Group, name: &str) -> Setting<bool> {
        let (value, _, entry) = self.value(group, name);
        setting(value == Value::Bool(true), entry)
    }

    /// A list of texts.
    pub(super) fn list(&mut self, group: &'static Group, name: &str) -> Setting<Vec<String>> {
        match self.value(group, name) {
            (Value::List(items), _, entry) if !entry.is_some_and(is_hidden) => setting(items, entry),
            _ => Setting::default_of(Vec::new()),
        }
    }

    /// A whole number from 0; empty and negative ones are reported and give the default.
    pub(super) fn number(&mut self, group: &'static Group, name: &str) -> Setting<u32> {
        let (value, _, entry) = self.value(group, name);
        if let Value::Int(number) = value
            && let Ok(number) = u32::try_from(number)
        {
            return setting(number, entry);
        }
        let default = group.row(name).and_then(|row| row.default).unwrap_or_default();
        if let Some(entry) = entry {
            let message = match value {
                Value::Int(number) => format!("`{name}` is {number}, outside 0 to {}", u32::MAX),
                Value::Big(digits) => {
                    format!(
                        "`{name}` is a number of {} digits, outside 0 to {}",
                        digits.trim_start_matches('-').len(),
                        u32::MAX
                    )
                }
                Value::Null | Value::Text(_) | Value::Bool(_) | Value::Float(_) | Value::List(_) | Value::Dict(_) => {
                    format!("`{name}` is empty, which reads as null and not as the default {default}")
                }
            };
            let finding = Diagnostic::at(&codes::BAD_NUMBER, entry.value.span, message);
            let help = format!("write `{name} = {default}`, or delete the line");
            self.judge.push(mended(finding, help, Applicability::Unsafe, [entry.deletion()]));
        }
        Setting::default_of(default.parse().unwrap_or_default())
    }

    /// An option with a check of its own; a written value that fails it is reported and gives the default.
    pub(super) fn checked<T>(
        &mut self,
        group: &'static Group,
        name: &str,
        default: T,
        check: impl Fn(&str, &Entry) -> Result<T, Diagnostic>,
    ) -> Setting<T> {
        let (value, text, entry) = self.value(group, name);
        let Some(entry) = entry.filter(|_| value != Value::Null) else { return Setting::default_of(default) };
        match self.judge.check(entry, &text, |text| check(text, entry)) {
            Some(value) if !is_hidden(entry) => Setting::written(value, entry.value.span),
            Some(_) | None => Setting::default_of(default),
        }
    }

    /// Named sections that nothing is lowered from yet are read for what is wrong with them.
    fn check_other_sections(&mut self, config: &mut Config) {
        let physical = named::sections(&self.files, "apic_physdom", self.judge.diagnostics);
        if self.generation == Generation::NewStyle {
            not_expanded::check(self, &physical);
        }
        for section in physical {
            if self.generation == Generation::NewStyle {
                config.physical_domains.push(section.name);
            }
        }
        for prefix in ["apic_switch", "apic_physical_network"] {
            let sections = named::sections(&self.files, prefix, self.judge.diagnostics);
            not_expanded::check(self, &sections);
        }
    }

    fn config(&mut self) -> Config {
        let system_id = check::system_id(self);
        self.system_id.clone_from(&system_id.value);
        let mut config = Config { generation: self.generation, ..Config::default() };
        config.ml2 = check::ml2(self, system_id);
        config.external_networks = external_network::read(self);
        config.vmm_domains = vmm::read(self);
        config
    }

    /// Comments in values that were read without complaint, in the sections that we know whole.
    fn warn_of_comments(&mut self) {
        let files = self.files.clone();
        for section in files.iter().flat_map(|file| &file.sections) {
            for entry in spelling::known_entries(section) {
                self.judge.warn_of_comments(entry);
            }
        }
    }
}

fn setting<T>(value: T, entry: Option<&Entry>) -> Setting<T> {
    Setting { value, span: entry.map(|entry| entry.value.span) }
}
