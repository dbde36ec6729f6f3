//! A bundle that follows its site from edit to edit has the bytes of one that is made from nothing, whatever the edit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aciform_bundle::again::Lowered;
use aciform_bundle::frame::Frames;
use aciform_bundle::{Bundle, Selection, assemble};
use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::Fabric;
use aciform_generate::Dice;
use aciform_site::{Memory, Reader, absolute};
use aciform_testkit::program::repository;
use serde_json::Value;

/// A site whose files are edited in memory.
struct Site {
    folder: PathBuf,
    buffers: BTreeMap<PathBuf, String>,
    memory: Memory,
    lowered: Lowered,
}

/// A site from its files: the fabric, or nothing where there are errors.
fn read(folder: &Path, buffers: &BTreeMap<PathBuf, String>, memory: &mut Memory) -> Option<(Fabric, Frames)> {
    let mut reader = Reader::over(buffers.clone());
    reader.memory = Some(std::mem::take(memory));
    let mut loaded = reader.site(folder).expect("a site");
    let config = loaded.config(&mut reader.diagnostics);
    let mut ledger = std::mem::take(&mut loaded.ledger);
    let name_of = |_| "a file".to_owned();
    let fabric =
        aciform_fabric::resolve(&loaded.site, &config, &loaded.intent, &mut ledger, &name_of, &mut reader.diagnostics);
    *memory = reader.memory.unwrap_or_default();
    if let Some(file) = loaded.lock {
        memory.keep_ledger(file, &reader.sources.file(file).text, ledger);
    }
    (!reader.diagnostics.has_errors()).then(|| (fabric, Frames::new(loaded.templates)))
}

fn from_nothing(folder: &Path, buffers: &BTreeMap<PathBuf, String>) -> Option<Bundle> {
    let (fabric, frames) = read(folder, buffers, &mut Memory::default())?;
    let mut findings = Diagnostics::new();
    let bundle = assemble(&fabric, &frames, &Selection::default(), &mut findings);
    (!findings.has_errors()).then_some(bundle)
}

impl Site {
    fn new(folder: PathBuf) -> Self {
        Self { folder, buffers: BTreeMap::new(), memory: Memory::default(), lowered: Lowered::default() }
    }

    /// Follows the files as they are now; says whether they compile.
    fn follow(&mut self) -> bool {
        let whole = from_nothing(&self.folder, &self.buffers);
        let mut findings = Diagnostics::new();
        let followed = read(&self.folder, &self.buffers, &mut self.memory).is_some_and(|(fabric, frames)| {
            let before: BTreeMap<String, String> =
                self.lowered.artifacts().into_iter().map(|(path, text)| (path.to_owned(), text.to_string())).collect();
            let differences = self.lowered.follow(&fabric, &frames, &mut findings);
            if findings.has_errors() {
                return false;
            }
            let after = self.lowered.artifacts();
            // What it says of the change is what changed.
            for difference in &differences {
                let text = |content: &Option<_>| content.as_ref().map(ToString::to_string);
                assert_eq!(text(&difference.old).as_ref(), before.get(&difference.path));
                assert_eq!(difference.new.as_ref(), after.get(difference.path.as_str()).copied());
                assert_ne!(difference.old, difference.new);
            }
            let untold = after.iter().filter(|(path, text)| before.get(**path) != Some(&text.to_string())).count();
            assert_eq!(untold, differences.iter().filter(|difference| difference.new.is_some()).count());
            true
        });
        assert_eq!(followed, whole.is_some(), "only one of the two compiles");
        let Some(whole) = whole else { return false };
        let kept = self.lowered.artifacts();
        assert!(kept.keys().copied().eq(whole.artifacts.keys().map(String::as_str)), "other files");
        for (path, artifact) in &whole.artifacts {
            assert!(*kept[path.as_str()] == artifact.content, "{path} is not what a compile from nothing makes");
        }
        true
    }
}

/// Draws one change of a file: a value, an entry that goes, or one that comes twice under another key.
fn edit(node: &mut Value, dice: &mut Dice) {
    let here = dice.once_in(8);
    match node {
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(dice.index(map.len())).cloned().expect("there");
            match (here, dice.once_in(2)) {
                (true, true) => drop(map.remove(&key)),
                (true, false) => {
                    let twin = map[&key].clone();
                    map.insert(format!("{key}-too"), twin);
                }
                (false, _) => edit(&mut map[&key], dice),
            }
        }
        Value::Array(list) if !list.is_empty() => {
            let at = dice.index(list.len());
            if here {
                list.remove(at);
            } else {
                edit(&mut list[at], dice);
            }
        }
        Value::Number(number) => *node = (number.as_u64().unwrap_or(1) + 1 + dice.below(3)).into(),
        Value::Bool(value) => *node = (!*value).into(),
        Value::String(text) => {
            if let Some(at) = text.rfind(|c: char| c.is_ascii_digit() && c != '9') {
                let next = char::from(text.as_bytes()[at] + 1);
                text.replace_range(at..=at, &next.to_string());
            }
        }
        Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}

/// The intent's files of an example.
fn files(site: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(site.join("intent")).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.expect("a file")).filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.into_path()).collect()
}

/// So many edits on top of each other; one that does not compile is taken back after it was tried.
#[allow(clippy::print_stdout, reason = "says over how much was compared to those who want to see it")]
fn drawn_edits(example: &str, edits: usize, least: usize) {
    let folder = repository().join("examples").join(example);
    let files = files(&folder);
    let mut dice = Dice::new(7);
    let mut site = Site::new(folder);
    assert!(site.follow());
    let (mut compiled, mut made, mut parts) = (0, 0, 0);
    for _ in 0..edits {
        let place = absolute(dice.pick::<PathBuf>(&files)).expect("a path");
        let before = site.buffers.clone();
        let text = before.get(&place).cloned().unwrap_or_else(|| std::fs::read_to_string(&place).expect("a file"));
        let mut value: Value = serde_yaml::from_str(&text).expect("YAML");
        edit(&mut value, &mut dice);
        site.buffers.insert(place, value.to_string());
        if site.follow() {
            compiled += 1;
            let (now, all) = site.lowered.made();
            made += now;
            parts += all;
        } else {
            site.buffers = before;
            assert!(site.follow());
        }
    }
    println!("{example}: {compiled} of {edits} edits compile; {made} of {parts} parts were made again");
    assert!(compiled >= least, "{compiled} of {edits} edits compile");
    assert!(made < parts / 2, "{made} of {parts} parts were made again");
}

#[test]
fn the_lab_follows_its_edits() {
    drawn_edits("rdo-lab", 150, 30);
}

#[test]
fn two_projects_follow_their_edits() {
    drawn_edits("two-projects", 150, 30);
}

#[test]
fn a_production_cloud_follows_its_edits() {
    drawn_edits("production", 40, 10);
}
