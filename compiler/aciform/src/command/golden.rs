//! `aciform golden check|accept [SITE]`

use std::path::{Path, PathBuf};

use aciform_bundle::folder::{self, OnDisk};
use aciform_bundle::{Bundle, Selection};

use super::diff;
use crate::args::Golden;
use crate::output::{self, Exit, Messages};
use crate::pipeline::{self, Compiled, LockUse, Request};
use crate::timings::Timings;
use aciform_site::shown;

/// Compares with the reviewed bundle, or replaces it.
pub(crate) fn run(action: &Golden, messages: Messages) -> Exit {
    let site = match action {
        Golden::Check { site, .. } | Golden::Accept { site } => site,
    };
    let request = Request { selection: Selection::default(), lock: LockUse::Locked, parity: false };
    let compiled = match pipeline::compile(site, &request, messages, &mut Timings::start()) {
        Ok(compiled) => compiled,
        Err(exit) => return exit,
    };
    let golden = golden_folder(site, &compiled);
    match action {
        Golden::Check { format, .. } => {
            if !golden.exists() {
                let site = shown(site);
                // Nothing was reviewed yet: all of the bundle is pending.
                messages.note(&format!(
                    "there is no reviewed bundle `{}`; `aciform golden accept {site}` writes it\n",
                    shown(&golden)
                ));
                return Exit::Findings;
            }
            let Some(reviewed) = diff::read(&golden, messages) else { return Exit::Trouble };
            let compiled = in_memory(compiled.bundle);
            let alike = compiled.files == reviewed.files && compiled.manifest == reviewed.manifest;
            match diff::print(reviewed, compiled, *format) {
                Exit::Done if !alike => {
                    let site = shown(site);
                    messages.note(&format!(
                        "the bytes differ, in order or spelling alone; `aciform golden accept {site}` rewrites them\n"
                    ));
                    Exit::Findings
                }
                exit @ (Exit::Done | Exit::Findings | Exit::Trouble) => exit,
            }
        }
        Golden::Accept { .. } => match folder::write(&golden, &compiled.bundle, &Selection::default()) {
            Ok(written) => output::result(&format!(
                "{}: {} new, {} changed, {} unchanged, {} removed\n",
                shown(&golden),
                written.created.len(),
                written.changed.len(),
                written.unchanged.len(),
                written.removed.len()
            )),
            Err(error) => {
                diff::report_folder_error(&error, messages);
                Exit::Trouble
            }
        },
    }
}

fn golden_folder(site: &Path, compiled: &Compiled) -> PathBuf {
    site.join(compiled.loaded.site.golden.as_ref().map_or("golden", |golden| golden.value.as_str()))
}

fn in_memory(bundle: Bundle) -> OnDisk {
    let artifacts = bundle.artifacts.into_iter();
    OnDisk {
        files: artifacts.map(|(path, artifact)| (path, artifact.content.into_bytes())).collect(),
        manifest: bundle.manifest.render().into_bytes(),
    }
}
