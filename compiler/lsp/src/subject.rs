//! What a file is, and which deployment it belongs to.

use std::path::{Path, PathBuf};

use aciform_site::{SITE_FILE, Subject};

/// The kinds of files that the server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An ini.
    Ini,
    /// `aciform.yaml`.
    Site,
    /// Any other YAML: intent where a site reads it.
    Yaml,
    /// JSON, read as YAML, without comments.
    Json,
}

/// Kinds behind which a file is a template of what stands before.
const TEMPLATES: &[&str] = &["j2", "jinja", "jinja2", "erb", "epp", "tmpl", "tpl", "gotmpl"];

impl Kind {
    /// By the name of a file, or where that says nothing by what the editor calls its language.
    pub(crate) fn of(path: &Path, language: &str) -> Option<Self> {
        if path.file_name().is_some_and(|name| name == SITE_FILE) {
            return Some(Self::Site);
        }
        let ending = |path: &Path| path.extension().map(|end| end.to_string_lossy().into_owned()).unwrap_or_default();
        let last = ending(path);
        let last = if TEMPLATES.contains(&last.as_str()) { ending(&path.with_extension("")) } else { last };
        match last.as_str() {
            "ini" | "conf" => Some(Self::Ini),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => match language {
                "ini" | "dosini" | "cfg" | "conf" => Some(Self::Ini),
                _ => None,
            },
        }
    }

    pub(crate) fn is_yaml(self) -> bool {
        self != Self::Ini
    }
}

/// What is linted as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// The site in a folder.
    Site(PathBuf),
    /// An ini that no site reads.
    Ini(PathBuf),
}

impl Scope {
    /// What the linter calls it.
    pub(crate) fn subject(&self) -> Subject {
        match self {
            Self::Site(folder) => Subject::Site(folder.clone()),
            Self::Ini(path) => Subject::Inis(vec![path.clone()]),
        }
    }

    /// The file that findings about no file are shown in.
    pub(crate) fn main_file(&self) -> PathBuf {
        match self {
            Self::Site(folder) => folder.join(SITE_FILE),
            Self::Ini(path) => path.clone(),
        }
    }
}

/// The nearest folder above a file that holds a site.
pub(crate) fn folder(path: &Path) -> Option<PathBuf> {
    path.ancestors().skip(1).find(|folder| folder.join(SITE_FILE).is_file()).map(Path::to_owned)
}
