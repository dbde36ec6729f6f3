//! Everything that is wrong with a site or with bare ini files: what the stages find, and what the rules find.

use std::io;
use std::path::{Path, PathBuf};

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, FileId, Severity, Span, mask_secrets};
use aciform_fabric::codes::NOT_SUPPORTED_YET;
use aciform_fabric::lock::Ledger;
use aciform_intent::ini;
use aciform_intent::model::Allow;
use aciform_rules::{AgentFile, Input, Rule, SiteInput, is_agent_text};
use aciform_syntax::ini::{IniFile, TEMPLATE_LEFTOVER};

use crate::allow::{Allowances, Verdict};
use crate::codes::{LOCK_WOULD_CHANGE, NOT_READ};
use crate::reader::{Loaded, Reader, shown};
use crate::surroundings::Machine;

/// What is linted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A folder with `aciform.yaml`.
    Site(PathBuf),
    /// Ini files of one service, in `--config-file` order, and the OVS agent's own files that belong to them.
    Inis(Vec<PathBuf>),
    /// One such file that is not on disk: its name and its bytes.
    Text(String, Vec<u8>),
    /// An ini file in a folder of `--config-dir`, whose name keeps the service from reading it.
    NotRead(PathBuf),
    /// What lies below a folder that is linted and cannot be looked into.
    CannotOpen(PathBuf, io::ErrorKind),
}

impl Subject {
    /// The bare files of it.
    #[must_use]
    pub fn inis(&self) -> &[PathBuf] {
        match self {
            Self::Inis(places) => places,
            Self::Site(_) | Self::Text(..) | Self::NotRead(_) | Self::CannotOpen(..) => &[],
        }
    }
}

/// How it is linted.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Which rules run.
    pub is_on: &'a dyn Fn(&Rule) -> bool,
    /// Which codes were looked for; allowances of others are not missed.
    pub is_looked_for: &'a dyn Fn(&Code) -> bool,
    /// Finds a code by its id.
    pub known: &'a dyn Fn(&str) -> Option<&'static Code>,
    /// Told the name of each stage when it ends.
    pub stage: &'a dyn Fn(&'static str),
}

/// What came of one subject.
#[derive(Debug, Default)]
pub struct Linted {
    /// The findings, by whether they stand.
    pub verdict: Verdict,
    /// The files that were read for it.
    pub files: Vec<FileId>,
}

/// Lints one subject. The reader keeps the texts; whether a file could not be opened stands in its `trouble`.
pub fn lint(reader: &mut Reader, subject: &Subject, options: Options<'_>) -> Linted {
    let before = reader.sources.files().count();
    let mut allow: Vec<Allow> = Vec::new();
    let mut prefix = String::new();
    let mut templates = Vec::new();
    match subject {
        Subject::Site(folder) => {
            prefix = format!("{}/", shown(folder).trim_end_matches('/'));
            if let Some(mut loaded) = reader.site(folder) {
                let ledger = std::mem::take(&mut loaded.ledger);
                lint_site(reader, &loaded, ledger, &prefix, options);
                templates = templates_of(&loaded.inis);
                allow = loaded.site.allow;
            }
        }
        Subject::Inis(places) => {
            let (agents, places): (Vec<PathBuf>, Vec<PathBuf>) =
                places.iter().cloned().partition(|place| reader.is_agent_file(place));
            let files = reader.inis(&places);
            let agents = reader.agents(&agents);
            let missing = files.len() < places.len();
            lint_inis(reader, &files, &agents, missing, options);
            templates = templates_of(&files);
        }
        Subject::Text(name, bytes) => {
            let place = PathBuf::from(name);
            let bytes = reader.buffer(&place).map_or_else(|| bytes.clone(), String::into_bytes);
            if is_agent_text(&bytes) {
                let agents: Vec<_> = reader.agent_text(name, bytes, &place).into_iter().collect();
                lint_inis(reader, &[], &agents, false, options);
            } else {
                let files: Vec<_> = reader.ini_text(name.clone(), bytes).into_iter().collect();
                reader.places.extend(files.iter().map(|(file, _)| (*file, place.clone())));
                let missing = files.is_empty();
                lint_inis(reader, &files, &[], missing, options);
                templates = templates_of(&files);
            }
        }
        Subject::NotRead(place) => not_read(reader, place),
        Subject::CannotOpen(place, why) => reader.cannot_open(place, &io::Error::from(*why), None),
    }
    let findings = std::mem::take(&mut reader.diagnostics);
    (options.stage)("rules");
    let allowances = Allowances { site: &allow, prefix: &prefix, known: options.known, is_on: options.is_looked_for };
    let files = reader.sources.files().skip(before).map(|(file, _)| file).collect();
    Linted { verdict: allowances.apply(&reader.sources, settle(reader, findings, &templates)), files }
}

fn lint_inis(
    reader: &mut Reader,
    files: &[(FileId, IniFile)],
    agents: &[AgentFile],
    missing: bool,
    options: Options<'_>,
) {
    let parsed: Vec<(FileId, &IniFile)> = files.iter().map(|(file, parsed)| (*file, parsed)).collect();
    let (mut config, reading) = ini::read(&parsed, &mut reader.diagnostics);
    config.incomplete |= missing;
    let own: Vec<FileId> = files.iter().map(|(file, _)| *file).collect();
    let surroundings = &Machine { places: &reader.places, files: &own, given: &reader.given };
    let input = Input { sources: &reader.sources, ini: &reading, config: &config, site: None, agents, surroundings };
    aciform_rules::check(&input, options.is_on, &mut reader.diagnostics);
}

fn lint_site(reader: &mut Reader, loaded: &Loaded, mut ledger: Ledger, prefix: &str, options: Options<'_>) {
    let beside = reader.agents_beside(loaded);
    let agents = &reader.agents(&beside);
    let (config, reading) = loaded.read(&mut reader.diagnostics);
    // The lock is one of the site's files.
    (options.stage)("read");
    let sources = &reader.sources;
    let name_of = |span: Span| {
        let name = &sources.file(span.file).name;
        name.strip_prefix(prefix).unwrap_or(name).to_owned()
    };
    let (site, intent) = (&loaded.site, &loaded.intent);
    let fabric = aciform_fabric::resolve(site, &config, intent, &mut ledger, &name_of, &mut reader.diagnostics);
    (options.stage)("resolve");
    if loaded.lock.is_some() && ledger.changed() && !reader.diagnostics.has_errors() {
        let mut finding = Diagnostic::new(&LOCK_WOULD_CHANGE, "`aciform.lock` is not up to date with the intent");
        finding.severity = Severity::Info;
        reader.diagnostics.push(finding.help("run `aciform compile`, and review and commit the lock"));
    }
    // A site names every file of its own.
    let surroundings = &Machine { places: &reader.places, files: &[], given: &[] };
    let site = Some(SiteInput { site, intent, fabric: &fabric });
    let input = Input { sources: &reader.sources, ini: &reading, config: &config, site, agents, surroundings };
    aciform_rules::check(&input, options.is_on, &mut reader.diagnostics);
}

/// What such a file says is of no account, so its text is not taken in; its name gives the finding a place.
fn not_read(reader: &mut Reader, place: &Path) {
    let name = shown(place);
    let message = format!("`{name}` is not read: of a folder given with --config-dir the service reads `*.conf` alone");
    let file = reader.sources.add(name, "");
    let finding = Diagnostic::at(&NOT_READ, Span::start_of(file), message);
    reader.diagnostics.push(finding.help("rename it so that it ends in `.conf`, or name it with --config-file"));
}

/// The files with text of a template engine. One that only has a placeholder in a value is a file like any other.
fn templates_of(files: &[(FileId, IniFile)]) -> Vec<FileId> {
    files.iter().filter(|(_, parsed)| parsed.template).map(|(file, _)| *file).collect()
}

/// What a linter says otherwise than a compile.
///
/// Of a template nothing is known but that it is one. What cannot be compiled yet may well be right for the cloud.
fn settle(reader: &Reader, findings: Diagnostics, templates: &[FileId]) -> Diagnostics {
    let mut settled = Vec::new();
    for finding in findings.iter() {
        let file = finding.primary().map(|span| span.file);
        let in_template = file.is_some_and(|file| templates.contains(&file));
        let mut finding = finding.clone();
        if *finding.code == TEMPLATE_LEFTOVER {
            let name = file.map(|file| reader.sources.file(file).name.as_str()).unwrap_or_default();
            if is_template_name(name) {
                finding.severity = Severity::Info;
            }
        } else if in_template {
            continue;
        } else if *finding.code == NOT_SUPPORTED_YET {
            finding.severity = Severity::Info;
        }
        settled.push(finding);
    }
    mask_secrets(&reader.sources, &mut settled);
    settled.into_iter().collect()
}

/// Whether a file's name says that it is meant to be rendered.
fn is_template_name(name: &str) -> bool {
    let kind = Path::new(name).extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    matches!(kind, "j2" | "jinja" | "jinja2" | "erb" | "epp" | "tmpl" | "tpl" | "gotmpl")
}
