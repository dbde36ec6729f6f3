//! The program itself, run as a user runs it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What one run gave.
#[derive(Clone, Debug)]
pub struct Run {
    /// The exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// The run, if it ended with 0.
    ///
    /// # Panics
    /// It did not; both streams are shown.
    #[must_use]
    pub fn success(self) -> Self {
        assert_eq!(self.code, 0, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The last number of a line of `--timings`, by the line's first word and its last: milliseconds of processor
    /// time of `total 11.2 ms 9.6 ms CPU`, mebibytes of `memory 40.3 MiB`.
    ///
    /// # Panics
    /// There is no such line, or it ends otherwise.
    #[must_use]
    pub fn figure(&self, name: &str, last: &str) -> f64 {
        let line = self.stderr.lines().rfind(|line| line.starts_with(name));
        let words = line.and_then(|line| line.strip_suffix(last)).into_iter().flat_map(str::split_whitespace);
        let number = words.rev().find_map(|word| word.parse().ok());
        number.unwrap_or_else(|| panic!("no {last} of {name}:\n{}", self.stderr))
    }
}

/// Runs the program in a folder, without colour.
///
/// # Panics
/// It cannot be started.
#[must_use]
pub fn run(program: &str, folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(program)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        // A job of GitHub Actions gets another format than a person.
        .env_remove("GITHUB_ACTIONS")
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("`{program}` does not start: {error}"));
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The root of the repository.
///
/// # Panics
/// The crate was moved out of it.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate lies two folders below the root").to_owned()
}

/// The names of the example sites, sorted.
///
/// # Panics
/// They cannot be listed.
#[must_use]
pub fn examples() -> Vec<String> {
    let folder = std::fs::read_dir(repository().join("examples")).expect("the examples are there");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("a folder").file_name().into_string();
    let mut names: Vec<String> = folder.map(|entry| name(entry).expect("a plain name")).collect();
    names.sort();
    names
}

/// A copy of an example in a folder of its own.
///
/// # Panics
/// There is no such example.
#[must_use]
pub fn example(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository().join("examples").join(name), folder.path());
    folder
}

/// Copies a folder.
///
/// # Panics
/// The file system does not let it.
pub fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).sort_by_file_name() {
        let entry = entry.expect("the folder can be read");
        let place = to.join(entry.path().strip_prefix(from).expect("it lies below"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&place).expect("a folder can be made");
        } else {
            std::fs::copy(entry.path(), &place).expect("a file can be copied");
        }
    }
}
