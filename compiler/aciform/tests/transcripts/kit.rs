//! A site that was compiled, is then broken, and compiled again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use aciform_testkit::program::{self, Run, copy, repository};
use expect_test::Expect;
use tempfile::TempDir;

/// What a run may take: the bounds for any input. Of processor time, which does not grow with what else runs.
const MOST_SECONDS: f64 = 5.0;
const MOST_MIB: f64 = 500.0;

/// Path below a folder to content.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// Runs the program in a folder.
pub(crate) fn aciform(folder: &Path, arguments: &[&str]) -> Run {
    program::run(env!("CARGO_BIN_EXE_aciform"), folder, arguments)
}

/// The files below a folder, hidden ones too.
pub(crate) fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.expect("the folder can be read");
        if entry.file_type().is_file() {
            let below = entry.path().strip_prefix(folder).expect("it lies below");
            found.insert(below.to_string_lossy().into_owned(), fs::read(entry.path()).expect("it can be read"));
        }
    }
    found
}

/// Makes a named pipe, which nobody writes to.
pub(crate) fn pipe(place: &Path) {
    let made = std::process::Command::new("mkfifo").arg(place).status().expect("mkfifo is there");
    assert!(made.success());
}

/// A folder with `site/`, a copy of the lab, compiled into `out/`.
pub(crate) struct Lab {
    folder: TempDir,
}

impl Lab {
    pub(crate) fn new() -> Self {
        static COMPILED: OnceLock<TempDir> = OnceLock::new();
        let compiled = COMPILED.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a folder");
            copy(&repository().join("examples/rdo-lab"), &folder.path().join("site"));
            let _ = aciform(folder.path(), &["compile", "site", "-o", "out"]).success();
            folder
        });
        let folder = tempfile::tempdir().expect("a folder");
        copy(compiled.path(), folder.path());
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.place(path)).expect("the file can be read")
    }

    /// Writes a file of the site.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let place = self.place("site").join(path);
        fs::create_dir_all(place.parent().expect("it lies below")).expect("a folder can be made");
        fs::write(place, content).expect("a file can be written");
        self
    }

    /// Replaces a text that stands once in a file of the site.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) -> &Self {
        let text = self.read(&format!("site/{path}"));
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {path}");
        self.write(path, text.replace(from, to))
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        let place = self.place("site").join(path);
        if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) }.expect("it can be removed");
        self
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        aciform(self.path(), arguments)
    }

    /// Compiles what was broken: the exit code, the findings one a line, and nothing written; within the bounds.
    pub(crate) fn refused(&self, code: i32, findings: &Expect) {
        self.refused_with(&["compile", "site", "-o", "out"], code, findings);
    }

    pub(crate) fn refused_with(&self, command: &[&str], code: i32, findings: &Expect) {
        let before = tree(self.path());
        let run = self.run(&[command, &["--timings", "--message-format", "short"]].concat());
        let timing = |line: &&str| line.ends_with(" ms CPU") || line.ends_with(" MiB");
        let said: Vec<&str> = run.stderr.lines().filter(|line| !timing(line)).collect();
        findings.assert_eq(&said.join("\n"));
        assert_eq!(run.code, code, "{}", run.stderr);
        assert_eq!(run.stdout, "");
        assert!(tree(self.path()) == before, "something was written");
        assert!(run.figure("total", "CPU") < MOST_SECONDS * 1000.0, "{}", run.stderr);
        assert!(run.figure("memory", "MiB") < MOST_MIB, "{}", run.stderr);
    }

    /// What the findings look like to a person, at width 100 without colour.
    pub(crate) fn rendered(&self, findings: &Expect) {
        let run = self.run(&["compile", "site", "-o", "out"]);
        findings.assert_eq(&run.stderr);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    }
}
