//! A client of the language server: speaks to the binary over its standard input and output.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than any answer takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// One conversation.
pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Arrived and not looked at yet.
    held: VecDeque<Value>,
    /// The last diagnostics of each file, with the version they are about.
    pub(crate) diagnostics: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    number: i64,
    /// What is to be said in one breath.
    held_back: Option<Vec<u8>>,
    /// Whether columns are bytes.
    pub(crate) is_utf8: bool,
    /// How many messages came.
    pub(crate) arrivals: usize,
    /// What the client holds of each file.
    pub(crate) texts: BTreeMap<String, (i64, String)>,
}

impl Client {
    /// Starts the server and says nothing.
    pub(crate) fn silent() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_aciform"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().expect("a stream"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let (held, diagnostics, texts) = (VecDeque::new(), BTreeMap::new(), BTreeMap::new());
        Self {
            child,
            input,
            messages,
            held,
            diagnostics,
            number: 0,
            held_back: None,
            is_utf8: false,
            arrivals: 0,
            texts,
        }
    }

    /// Starts the server and agrees with it on what both can.
    pub(crate) fn start(capabilities: &Value) -> Self {
        let mut client = Self::silent();
        let answer =
            client.ask("initialize", json!({"processId": null, "rootUri": null, "capabilities": capabilities}));
        assert_eq!(answer["serverInfo"]["name"], "aciform");
        client.tell("initialized", json!({}));
        client
    }

    /// Does some things and says them in one breath.
    pub(crate) fn at_once(&mut self, things: impl FnOnce(&mut Self)) {
        self.held_back = Some(Vec::new());
        things(self);
        let bytes = self.held_back.take().unwrap_or_default();
        self.raw(&bytes);
    }

    /// Writes bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        if let Some(held_back) = &mut self.held_back {
            held_back.extend(bytes);
            return;
        }
        self.input.as_mut().expect("still open").write_all(bytes).expect("the server reads");
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and returns its number.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> i64 {
        self.number += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}));
        self.number
    }

    /// The result of a request.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.ask_whole(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    pub(crate) fn ask_whole(&mut self, method: &str, params: Value) -> Value {
        let number = self.request(method, params);
        self.answer(number)
    }

    /// The answer to a request.
    pub(crate) fn answer(&mut self, number: i64) -> Value {
        if let Some(at) = self.held.iter().position(|message| message["id"] == number) {
            return self.held.remove(at).expect("it is there");
        }
        loop {
            let message = self.next();
            if message["id"] == number && message.get("method").is_none() {
                return message;
            }
            self.held.push_back(message);
        }
    }

    /// The next message that is not about diagnostics, which are kept.
    pub(crate) fn next(&mut self) -> Value {
        loop {
            let message = self.arrived();
            if message["method"] != "textDocument/publishDiagnostics" {
                return message;
            }
        }
    }

    fn arrived(&mut self) -> Value {
        let message = self
            .messages
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| panic!("the server says nothing: {}", self.complaints()));
        self.arrivals += 1;
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let list = params["diagnostics"].as_array().expect("a list").clone();
            let uri = params["uri"].as_str().expect("a text").to_owned();
            self.diagnostics.insert(uri, (params["version"].as_i64(), list));
        }
        message
    }

    /// Why a server that died did.
    fn complaints(&mut self) -> String {
        use std::io::Read as _;

        let mut text = String::new();
        if let (Ok(Some(_)), Some(errors)) = (self.child.try_wait(), self.child.stderr.as_mut()) {
            errors.read_to_string(&mut text).expect("text");
        }
        text
    }

    /// The diagnostics of a file about the text that the client holds of it.
    pub(crate) fn found(&mut self, uri: &str) -> Vec<Value> {
        let version = self.texts[uri].0;
        while self.diagnostics.get(uri).is_none_or(|(about, _)| *about != Some(version)) {
            let message = self.arrived();
            if message["method"] != "textDocument/publishDiagnostics" {
                self.held.push_back(message);
            }
        }
        self.diagnostics[uri].1.clone()
    }

    /// The next diagnostics.
    pub(crate) fn wait(&mut self) {
        loop {
            let message = self.arrived();
            if message["method"] == "textDocument/publishDiagnostics" {
                return;
            }
            self.held.push_back(message);
        }
    }

    /// The diagnostics of a file that may not be open, once there are any messages about it behind what was sent.
    pub(crate) fn told(&mut self, uri: &str) -> Vec<Value> {
        while !self.diagnostics.contains_key(uri) || self.texts.contains_key(uri) && self.diagnostics[uri].0.is_none() {
            self.wait();
        }
        self.diagnostics[uri].1.clone()
    }

    /// Their codes.
    pub(crate) fn codes(&mut self, uri: &str) -> Vec<String> {
        self.found(uri).iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
    }

    pub(crate) fn open(&mut self, path: &Path, text: &str) -> String {
        let uri = uri(path);
        let language = if text.contains("[") { "ini" } else { "yaml" };
        self.texts.insert(uri.clone(), (1, text.to_owned()));
        let item = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": item}));
        uri
    }

    /// Opens a file as it is on disk.
    pub(crate) fn open_file(&mut self, path: &Path) -> String {
        let text = std::fs::read_to_string(path).expect("a text");
        self.open(path, &text)
    }

    pub(crate) fn close(&mut self, uri: &str) {
        self.texts.remove(uri);
        // What is told from now on is about the file on disk.
        self.diagnostics.remove(uri);
        self.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// Replaces the whole text.
    pub(crate) fn set(&mut self, uri: &str, text: &str) {
        let entry = self.texts.get_mut(uri).expect("it is open");
        *entry = (entry.0 + 1, text.to_owned());
        let version = entry.0;
        let file = json!({"uri": uri, "version": version});
        self.tell("textDocument/didChange", json!({"textDocument": file, "contentChanges": [{"text": text}]}));
    }

    /// Replaces what stands once by something else, as an edit of that place.
    pub(crate) fn edit(&mut self, uri: &str, from: &str, to: &str) {
        let text = self.texts[uri].1.clone();
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {text}");
        let at = text.find(from).expect("it is there");
        self.edit_bytes(uri, at, at + from.len(), to);
    }

    pub(crate) fn edit_bytes(&mut self, uri: &str, start: usize, end: usize, to: &str) {
        let entry = self.texts.get_mut(uri).expect("it is open");
        let range =
            json!({"start": position(&entry.1, start, self.is_utf8), "end": position(&entry.1, end, self.is_utf8)});
        entry.1.replace_range(start..end, to);
        entry.0 += 1;
        let file = json!({"uri": uri, "version": entry.0});
        self.tell(
            "textDocument/didChange",
            json!({"textDocument": file, "contentChanges": [{"range": range, "text": to}]}),
        );
    }

    /// Asks about the place of a mark, which is not in the text: what stands before it, and what behind.
    pub(crate) fn at(&self, uri: &str, before: &str, behind: &str) -> Value {
        let text = &self.texts[uri].1;
        let whole = format!("{before}{behind}");
        assert_eq!(text.matches(&whole).count(), 1, "`{whole}` in {text}");
        let at = text.find(&whole).expect("it is there") + before.len();
        json!({"textDocument": {"uri": uri}, "position": position(text, at, self.is_utf8)})
    }

    /// What completion makes of the line of a place: every line that it would give, by its label.
    pub(crate) fn completed(&mut self, uri: &str, before: &str, behind: &str) -> BTreeMap<String, String> {
        let params = self.at(uri, before, behind);
        let line = params["position"]["line"].as_u64().expect("a line");
        let list = self.ask("textDocument/completion", params);
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let lines = |item: &Value| {
            let after = applied(&self.texts[uri].1, std::slice::from_ref(&item["textEdit"]));
            after.split('\n').nth(usize::try_from(line).expect("small")).unwrap_or_default().trim().to_owned()
        };
        items.iter().map(|item| (item["label"].as_str().expect("a label").to_owned(), lines(item))).collect()
    }

    /// What hovering shows.
    pub(crate) fn hovered(&mut self, uri: &str, before: &str, behind: &str) -> String {
        let params = self.at(uri, before, behind);
        self.ask("textDocument/hover", params)["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Where definitions lie: the name of the file and its line.
    pub(crate) fn defined(&mut self, uri: &str, before: &str, behind: &str) -> Vec<String> {
        let params = self.at(uri, before, behind);
        places(&self.ask("textDocument/definition", params))
    }

    /// Says goodbye as the protocol wants it; returns the exit code.
    pub(crate) fn end(mut self) -> i32 {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.tell("exit", Value::Null);
        self.code()
    }

    /// The exit code.
    pub(crate) fn code(mut self) -> i32 {
        let complaints = self.child.wait().expect("it ends").code().expect("no signal");
        assert_eq!(self.complaints(), "");
        complaints
    }

    /// Goes away without a word.
    pub(crate) fn hang_up(mut self) -> i32 {
        self.input = None;
        self.code()
    }
}

/// `file:line` of locations.
pub(crate) fn places(locations: &Value) -> Vec<String> {
    let place = |location: &Value| {
        let file = location["uri"].as_str().expect("a URI").rsplit('/').next().expect("a name").to_owned();
        format!("{file}:{}", location["range"]["start"]["line"].as_u64().expect("a line") + 1)
    };
    locations.as_array().into_iter().flatten().map(place).collect()
}

/// A text after edits of it, which do not overlap.
pub(crate) fn applied(text: &str, edits: &[Value]) -> String {
    let mut edits: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let at = |end: &str| offset(text, &edit["range"][end]);
            (at("start"), at("end"), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    edits.sort();
    let mut after = text.to_owned();
    for (start, end, with) in edits.into_iter().rev() {
        after.replace_range(start..end, with);
    }
    after
}

/// Line and column of a byte, in UTF-16 code units or in bytes; LF, CRLF and CR end lines.
pub(crate) fn position(text: &str, offset: usize, is_utf8: bool) -> Value {
    let before = &text[..offset];
    let lines = before.replace("\r\n", "\n").matches(['\n', '\r']).count();
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    // Between CR and LF is the end of the line before.
    let (lines, start, end) = match before.ends_with('\r') && text[offset..].starts_with('\n') {
        true => (lines - 1, before[..offset - 1].rfind(['\n', '\r']).map_or(0, |at| at + 1), offset - 1),
        false => (lines, start, offset),
    };
    let character = if is_utf8 { end - start } else { text[start..end].encode_utf16().count() };
    json!({"line": lines, "character": character})
}

/// The byte of a position, found by trying them all: slow, and by no code of the server's.
pub(crate) fn offset(text: &str, wanted: &Value) -> usize {
    let bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    bytes
        .into_iter()
        .find(|at| position(text, *at, false) == *wanted)
        .unwrap_or_else(|| panic!("{wanted} is not in {text:?}"))
}

/// The URI of a file, everything encoded but letters.
pub(crate) fn uri(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    for byte in path.to_str().expect("UTF-8").bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    uri
}

fn read(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut size = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => size = line.strip_prefix("Content-Length: ").and_then(|size| size.parse().ok()).or(size),
        }
    }
    let mut body = vec![0; size.expect("a size")];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}

/// A copy of the lab.
pub(crate) fn lab() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("sité %41 lab");
    aciform_testkit::program::copy(&aciform_testkit::program::repository().join("examples/rdo-lab"), &site);
    (folder, site)
}
