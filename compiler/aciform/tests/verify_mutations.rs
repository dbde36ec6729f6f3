//! `aciform verify` on bundles with one mutation each: it must find every one that changes what the cloud does, and nothing in a
//! bundle as it was compiled.
//!
//! What is drawn and what changes behaviour is not for `verify` to say: the testkit draws, and Open vSwitch, iptables and the
//! table of DNs decide.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use aciform_testkit::generate;
use aciform_testkit::judge::Judge;
use aciform_testkit::mutate::{Bundle, Mutation, mutations};
use aciform_testkit::program::{repository, run};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

/// A bundle to mutate, how it is called, and how many mutations of it that change behaviour must be found.
struct Source {
    name: String,
    bundle: Bundle,
    seed: u64,
    wanted: usize,
}

/// Those that change behaviour, over all sources.
const WANTED: usize = 300;

/// What became of the mutations of a source.
#[derive(Default)]
struct Score {
    found: usize,
    missed: Vec<String>,
    harmless: usize,
    /// Harmless ones that are reported all the same.
    reported: Vec<String>,
}

#[test]
fn every_mutation_that_changes_behaviour_is_found() {
    let sources = sources();
    assert_eq!(sources.iter().map(|source| source.wanted).sum::<usize>(), WANTED);
    let next = AtomicUsize::new(0);
    let lane = || {
        let mut scores = Vec::new();
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            scores.push((source.name.clone(), score(source)));
        }
        scores
    };
    let lanes = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
    let scores: Vec<(String, Score)> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        let ended = lanes.into_iter().map(|lane| lane.join());
        ended.flat_map(|scores| scores.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let mut missed = Vec::new();
    for (name, score) in scores {
        let Score { found, harmless, reported, .. } = &score;
        let all = found + score.missed.len();
        println!(
            "{name}: {found} of {all} that change behaviour are found; of {harmless} that do not, {} too",
            reported.len()
        );
        reported.iter().for_each(|description| println!("{name}: reported and harmless: {description}"));
        missed.extend(score.missed.into_iter().map(|description| format!("{name}: {description}")));
    }
    assert!(missed.is_empty(), "{} of {WANTED} are not found:\n{}", missed.len(), missed.join("\n"));
}

/// The examples, and sites of other shapes.
fn sources() -> Vec<Source> {
    let golden = |name: &str, wanted| Source {
        name: name.to_owned(),
        bundle: Bundle::read(&repository().join("golden").join(name)).expect("the bundle is there"),
        seed: 1,
        wanted,
    };
    let generated = |seed| {
        let site = tempfile::tempdir().expect("a folder");
        generate::write(&generate::site(seed), site.path()).expect("the site can be written");
        let _ = run(PROGRAM, site.path(), &["compile", "-o", "out"]).success();
        let bundle = Bundle::read(&site.path().join("out")).expect("the bundle is there");
        Source { name: format!("the site of seed {seed}"), bundle, seed, wanted: 40 }
    };
    [golden("two-projects", 100), golden("rdo-lab", 80)].into_iter().chain((1..=3).map(generated)).collect()
}

fn score(Source { name, bundle, seed, wanted }: &Source) -> Score {
    let folder = Folder::new(bundle);
    assert!(!finds(&folder.path), "{name}: something is found in the bundle as it was compiled");
    let mut judge = Judge::new(bundle);
    let mut score = Score::default();
    for mutation in mutations(bundle, *seed) {
        let judged = judge.judge(&mutation).unwrap_or_else(|error| panic!("{name}: {}: {error}", mutation.description));
        folder.mutate(&mutation);
        let found = finds(&folder.path);
        folder.restore(&mutation, bundle);
        match (judged.changes(), found) {
            (true, true) => score.found += 1,
            (true, false) => score.missed.push(format!("{} ({judged:?})", mutation.description)),
            (false, _) => {
                score.harmless += 1;
                score.reported.extend(found.then(|| mutation.description.clone()));
            }
        }
        if score.found + score.missed.len() == *wanted {
            return score;
        }
    }
    panic!("{name}: there are not {wanted} mutations that change behaviour");
}

/// Whether the program reports something about a bundle's folder.
fn finds(folder: &Path) -> bool {
    let ran = run(PROGRAM, folder, &["verify", "."]);
    match ran.code {
        0 => false,
        1 => true,
        code => panic!("`aciform verify` ends with {code}:\n{}\n{}", ran.stdout, ran.stderr),
    }
}

/// A bundle on disk that is mutated and restored in place.
struct Folder {
    _owner: TempDir,
    path: PathBuf,
}

impl Folder {
    fn new(bundle: &Bundle) -> Self {
        let owner = tempfile::tempdir().expect("a folder");
        let path = owner.path().join("bundle");
        bundle.write(&path).expect("the bundle can be written");
        Self { _owner: owner, path }
    }

    fn mutate(&self, mutation: &Mutation) {
        for (path, text) in &mutation.files {
            self.put(path, text.as_deref());
        }
        // A folder without files is not there: bundles hold files.
        if mutation.way == "remove-host" {
            for folder in mutation.files.keys().filter_map(|path| path.split('/').nth(1)) {
                let _ = std::fs::remove_dir_all(self.path.join("hosts").join(folder));
            }
        }
    }

    fn restore(&self, mutation: &Mutation, bundle: &Bundle) {
        for path in mutation.files.keys() {
            self.put(path, bundle.files.get(path).map(String::as_str));
        }
    }

    fn put(&self, path: &str, text: Option<&str>) {
        let place = self.path.join(path);
        match text {
            Some(text) => {
                let parent = place.parent().expect("a file lies in a folder");
                std::fs::create_dir_all(parent).expect("a folder can be made");
                std::fs::write(place, text).expect("a file can be written");
            }
            None => std::fs::remove_file(place).expect("the file is there"),
        }
    }
}
