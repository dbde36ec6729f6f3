//! `aciform diff OLD NEW`

use std::path::Path;

use aciform_bundle::folder::{self, FolderError, OnDisk};
use aciform_bundle::manifest;
use aciform_plan::{Comparison, Files, patch, report};

use crate::args::DiffFormat;
use crate::output::{self, Exit, Messages};

/// Compares two folders.
pub(crate) fn run(old: &Path, new: &Path, format: DiffFormat, messages: Messages) -> Exit {
    let (old, new) = match (read(old, messages), read(new, messages)) {
        (Some(old), Some(new)) => (old, new),
        (None, _) | (_, None) => return Exit::Trouble,
    };
    print(&old, &new, format)
}

/// Prints what differs between two bundles and says whether anything does.
pub(crate) fn print(old: &OnDisk, new: &OnDisk, format: DiffFormat) -> Exit {
    let comparison = compare(old, new);
    let text = match format {
        DiffFormat::Human => report::human(&comparison),
        DiffFormat::Json => report::json(&comparison),
        DiffFormat::Patch => patch::patch(&with_manifest(old), &with_manifest(new)),
    };
    match output::result(&text) {
        Exit::Done if !comparison.files.is_empty() => Exit::Findings,
        other @ (Exit::Done | Exit::Findings | Exit::Trouble) => other,
    }
}

/// Compares the artifacts, and of the manifests what is not a digest of those.
fn compare(old: &OnDisk, new: &OnDisk) -> Comparison {
    let files = |bundle: &OnDisk| {
        let mut files = bundle.files.clone();
        files.insert(manifest::FILE.to_owned(), without_digests(&bundle.manifest));
        files
    };
    aciform_plan::compare(&files(old), &files(new))
}

fn without_digests(text: &[u8]) -> Vec<u8> {
    let mut value: serde_json::Value = serde_json::from_slice(text).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("artifacts");
    }
    value.to_string().into_bytes()
}

fn with_manifest(bundle: &OnDisk) -> Files {
    let mut files = bundle.files.clone();
    files.insert(manifest::FILE.to_owned(), bundle.manifest.clone());
    files
}

/// Reads a bundle, or says why not.
pub(crate) fn read(folder: &Path, messages: Messages) -> Option<OnDisk> {
    folder::read(folder).map_err(|error| report_folder_error(&error, messages)).ok()
}

/// Prints what went wrong with a bundle's folder.
pub(crate) fn report_folder_error(error: &FolderError, messages: Messages) {
    use aciform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
    let (code, help) = match error {
        FolderError::Foreign(_) => {
            (&aciform_bundle::codes::FOREIGN_FOLDER, "name an empty or missing folder, or one that holds a bundle")
        }
        FolderError::NotABundle(..) => {
            (&aciform_bundle::codes::NOT_A_BUNDLE, "name a folder that `aciform compile -o` wrote")
        }
        FolderError::Io { .. } => (&crate::codes::UNWRITABLE, "check the path and its permissions"),
    };
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(Diagnostic::new(code, error.to_string()).help(help));
    messages.print(&SourceMap::new(), diagnostics);
}
