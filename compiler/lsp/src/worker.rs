//! Linting on a thread of its own, so that requests are answered while a big site is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;

use aciform_diagnostics::{Code, Diagnostic, FileId, SourceMap};
use aciform_rules::{Rule, rules};
use aciform_site::{Options, Reader, absolute};
use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::subject::Scope;

/// What is to be linted.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) scope: Scope,
    /// Which state of the files it is about.
    pub(crate) stamp: u64,
    pub(crate) buffers: BTreeMap<PathBuf, String>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) scope: Scope,
    pub(crate) stamp: u64,
    pub(crate) sources: SourceMap,
    /// Where each file lies.
    pub(crate) places: BTreeMap<FileId, PathBuf>,
    /// Sorted, without what is accepted.
    pub(crate) findings: Vec<Diagnostic>,
}

impl Looked {
    /// The id of a file.
    pub(crate) fn file(&self, path: &Path) -> Option<FileId> {
        self.places.iter().find(|(_, place)| *place == path).map(|(file, _)| *file)
    }
}

/// Starts the thread.
pub(crate) fn start(codes: &'static [&'static Code]) -> (Sender<Job>, Receiver<Looked>) {
    let (jobs, todo) = unbounded::<Job>();
    let (done, results) = unbounded();
    thread::spawn(move || {
        for job in todo {
            if done.send(look(job, codes)).is_err() {
                break;
            }
        }
    });
    (jobs, results)
}

/// Lints as `aciform lint` does without options.
fn look(job: Job, codes: &'static [&'static Code]) -> Looked {
    let mut reader = Reader::over(job.buffers);
    let options = Options {
        is_on: &|rule| rule.on,
        is_looked_for: &is_default,
        known: &|id| codes.iter().copied().find(|code| code.id == id || code.name == id),
        stage: &|_| {},
    };
    let verdict = aciform_site::lint(&mut reader, &job.scope.subject(), options).verdict;
    let places = reader.places.iter().filter_map(|(file, place)| Some((*file, absolute(place)?))).collect();
    Looked { scope: job.scope, stamp: job.stamp, sources: reader.sources, places, findings: verdict.kept.into_sorted() }
}

fn is_default(code: &Code) -> bool {
    rules().find(|rule: &&Rule| rule.code == code).is_none_or(|rule| rule.on)
}
