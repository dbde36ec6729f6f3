//! `aciform golden check|accept [SITE]`

use std::path::{Path, PathBuf};

use aciform_bundle::folder::{OnDisk, Staged, State};
use aciform_bundle::{Bundle, Held, Selection};

use super::{compile, diff};
use crate::args::{DiffFormat, Golden};
use crate::interrupt;
use crate::output::{self, Exit, Messages};
use crate::pipeline::{self, LockUse, Request};
use crate::timings::Timings;
use aciform_site::{Loaded, shown};

/// Compares with the reviewed bundle, or replaces it.
pub(crate) fn run(action: &Golden, messages: Messages) -> Exit {
    let request = Request { selection: Selection::default(), lock: LockUse::Locked, parity: false };
    match action {
        Golden::Check { site, format } => check(site, *format, &request, messages),
        Golden::Accept { site } => accept(site, &request, messages),
    }
}

fn check(site: &Path, format: DiffFormat, request: &Request, messages: Messages) -> Exit {
    let held = |_: &Loaded, _| Ok(Held::default());
    let (compiled, held) = match pipeline::compile(site, request, messages, &mut Timings::start(), None, held) {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    let golden = golden_folder(site, &compiled.loaded);
    let site = shown(site);
    if !golden.exists() {
        // Nothing was reviewed yet: all of the bundle is pending.
        messages.note(&format!(
            "there is no reviewed bundle `{}`; `aciform golden accept {site}` writes it\n",
            shown(&golden)
        ));
        return Exit::Findings;
    }
    let Some(reviewed) = diff::read(&golden, messages) else { return Exit::Trouble };
    let compiled = in_memory(held.into_bundle(compiled.manifest));
    let alike = compiled.files == reviewed.files && compiled.manifest == reviewed.manifest;
    match diff::print(reviewed, compiled, format) {
        Exit::Done if !alike => {
            messages.note(&format!(
                "the bytes differ, in order or spelling alone; `aciform golden accept {site}` rewrites them\n"
            ));
            Exit::Findings
        }
        exit @ (Exit::Done | Exit::Findings | Exit::Trouble | Exit::Interrupted) => exit,
    }
}

fn accept(site: &Path, request: &Request, messages: Messages) -> Exit {
    let mut golden = PathBuf::new();
    let open = |loaded: &Loaded, ahead| {
        golden = golden_folder(site, loaded);
        compile::open(&golden, ahead, messages)
    };
    let (compiled, staging) = match pipeline::compile(site, request, messages, &mut Timings::start(), None, open) {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    if interrupt::came() {
        return messages.interrupted();
    }
    match staging.finish(compiled.manifest, &request.selection).and_then(Staged::commit) {
        Ok(written) => output::result(&format!(
            "{}: {} new, {} changed, {} unchanged, {} removed\n",
            shown(&golden),
            written.count(State::Created),
            written.count(State::Changed),
            written.count(State::Unchanged),
            written.removed.len()
        )),
        Err(error) => {
            diff::report_folder_error(&error, messages);
            Exit::Trouble
        }
    }
}

fn golden_folder(site: &Path, loaded: &Loaded) -> PathBuf {
    site.join(loaded.site.golden.as_ref().map_or("golden", |golden| golden.value.as_str()))
}

fn in_memory(bundle: Bundle) -> OnDisk {
    let artifacts = bundle.artifacts.into_iter();
    OnDisk {
        files: artifacts.map(|(path, artifact)| (path, artifact.content.into_string().into_bytes())).collect(),
        manifest: bundle.manifest.render().into_bytes(),
    }
}
