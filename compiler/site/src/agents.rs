//! The OVS agent's own files: which of some files are, and which lie beside a configuration.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use aciform_intent::decode;
use aciform_rules::{AgentFile, is_agent_text};
use aciform_syntax::source::{self, MAX_FILE_BYTES};

use crate::reader::{Loaded, Reader, shown};

/// So much of a file shows what it is.
const HEAD: u64 = 512;

impl Reader {
    /// Whether a file is one of the OVS agent and not an ini file.
    #[must_use]
    pub fn is_agent_file(&self, place: &Path) -> bool {
        if let Some(text) = self.buffer(place) {
            return is_agent_text(text.as_bytes());
        }
        // A pipe can be read once only, so nothing is looked at before its turn.
        if !place.is_file() {
            return false;
        }
        let mut head = Vec::new();
        let read = fs::File::open(place).and_then(|file| file.take(HEAD).read_to_end(&mut head));
        read.is_ok() && is_agent_text(&head)
    }

    /// Whether a file that nobody named is the agent's, and not some other JSON.
    #[must_use]
    pub fn speaks_of_opflex(&self, place: &Path) -> bool {
        let text = self.buffer(place).map_or_else(|| fs::read(place).unwrap_or_default(), String::into_bytes);
        let has = |key: &[u8]| text.windows(key.len()).any(|part| part == key);
        has(b"\"opflex\"") || has(b"\"renderers\"")
    }

    /// Reads files of the agent; what cannot be opened or read is reported.
    pub(crate) fn agents(&mut self, places: &[PathBuf]) -> Vec<AgentFile> {
        let mut agents = Vec::new();
        for place in places {
            if let Some(bytes) = self.bytes(place, None, MAX_FILE_BYTES) {
                agents.extend(self.agent_text(&shown(place), bytes, place));
            }
        }
        agents
    }

    /// Takes in the bytes of a file of the agent.
    pub(crate) fn agent_text(&mut self, name: &str, bytes: Vec<u8>, place: &Path) -> Option<AgentFile> {
        let (file, readable) = source::read_yaml(&mut self.sources, name, bytes, &mut self.diagnostics);
        self.places.insert(file, place.to_owned());
        self.hide(decode::secret_spans(file, &self.sources.file(file).text));
        let agent = readable.then(|| AgentFile::read(file, &self.sources.file(file).text, &mut self.diagnostics))?;
        self.hide_read(agent.secrets.clone());
        Some(agent)
    }

    /// The agent's files in the folders that a site's ini files lie in, in byte order.
    pub(crate) fn agents_beside(&self, loaded: &Loaded) -> Vec<PathBuf> {
        let inis = loaded.inis.iter().filter_map(|(file, _)| self.places.get(file));
        let folders: BTreeSet<&Path> = inis.filter_map(|place| place.parent()).collect();
        let mut found = Vec::new();
        for folder in folders {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
            let files = entries.filter(|path| path.extension().is_some_and(|kind| kind == "conf"));
            found.extend(files.filter(|path| self.is_agent_file(path) && self.speaks_of_opflex(path)));
        }
        found.sort();
        found
    }
}
