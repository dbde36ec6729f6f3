//! `aciform diff OLD NEW`

use std::path::Path;

use aciform_bundle::folder::{self, FolderError, OnDisk};
use aciform_bundle::manifest;
use aciform_plan::{Files, patch, report};

use crate::args::DiffFormat;
use crate::output::{self, Exit, Messages};
use crate::progress;

/// Compares two folders.
pub(crate) fn run(old: &Path, new: &Path, format: DiffFormat, messages: Messages) -> Exit {
    progress::stage("reading the bundles");
    let (old, new) = match (read(old, messages), read(new, messages)) {
        (Some(old), Some(new)) => (old, new),
        (None, _) | (_, None) => return Exit::Trouble,
    };
    print(old, new, format)
}

/// Prints what differs between two bundles and says whether anything does.
pub(crate) fn print(old: OnDisk, new: OnDisk, format: DiffFormat) -> Exit {
    progress::stage("comparing");
    let (differ, text) = match format {
        DiffFormat::Human | DiffFormat::Json => {
            // Of the manifests only what is not a digest of the artifacts, which are compared themselves.
            let [old, new] = [old, new].map(|bundle| with_manifest(bundle, without_digests));
            let comparison = aciform_plan::compare(&old, &new);
            let text = if format == DiffFormat::Json { report::json(&comparison) } else { report::human(&comparison) };
            (!comparison.files.is_empty(), text.into_bytes())
        }
        DiffFormat::Patch => {
            let [old, new] = [old, new].map(|bundle| with_manifest(bundle, |manifest| manifest));
            (old != new, patch::patch(&old, &new))
        }
    };
    match output::bytes(&text) {
        Exit::Done if differ => Exit::Findings,
        other @ (Exit::Done | Exit::Findings | Exit::Trouble | Exit::Interrupted) => other,
    }
}

fn with_manifest(bundle: OnDisk, shown: impl Fn(Vec<u8>) -> Vec<u8>) -> Files {
    let mut files = bundle.files;
    files.insert(manifest::FILE.to_owned(), shown(bundle.manifest));
    files
}

fn without_digests(text: Vec<u8>) -> Vec<u8> {
    let mut value: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("artifacts");
    }
    value.to_string().into_bytes()
}

/// Reads a bundle, or says why not.
pub(crate) fn read(folder: &Path, messages: Messages) -> Option<OnDisk> {
    folder::read(folder).map_err(|error| report_folder_error(&error, messages)).ok()
}

/// Prints what went wrong with a bundle's folder.
pub(crate) fn report_folder_error(error: &FolderError, messages: Messages) {
    use aciform_bundle::codes::{FOLDER_IN_USE, FOREIGN_FOLDER, NOT_A_BUNDLE};
    use aciform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
    let (code, help) = match error {
        FolderError::Foreign(_) => (&FOREIGN_FOLDER, "name an empty or missing folder, or one that holds a bundle"),
        FolderError::InTheWay(_) => (&FOREIGN_FOLDER, "move it away, or name another folder"),
        FolderError::Link(_) | FolderError::Outside(_) => {
            (&FOREIGN_FOLDER, "take the link away, or name another folder")
        }
        FolderError::LinkedFile(_) => (&NOT_A_BUNDLE, "put there what it leads to, or compile the bundle again"),
        FolderError::NotAFile(_) => (&NOT_A_BUNDLE, "move it away, and compile the bundle again"),
        FolderError::Busy(_) => (&FOLDER_IN_USE, "wait for it to end, or name another folder"),
        FolderError::NotABundle(..) => (&NOT_A_BUNDLE, "name a folder that `aciform compile -o` wrote"),
        FolderError::HalfWritten(_) => (&NOT_A_BUNDLE, "compile into it again"),
        FolderError::Io { action: "open" | "read", .. } => (&aciform_site::codes::MISSING_FILE, "check the path"),
        FolderError::Io { .. } => (&crate::codes::UNWRITABLE, "check the path and its permissions"),
    };
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(Diagnostic::new(code, error.to_string()).help(help));
    messages.print(&SourceMap::new(), diagnostics);
}
