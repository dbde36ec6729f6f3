//! The conversation: what a client may say when, and what it is answered.

use std::collections::{BTreeSet, VecDeque};
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use aciform_diagnostics::Code;
use crossbeam_channel::{Receiver, Sender, select};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::answer;
use crate::text::Encoding;
use crate::transport::{self, Incoming};
use crate::uri;
use crate::worker::{self, Job, Looked};
use crate::workspace::Workspace;

/// How far the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing was agreed.
    Fresh,
    /// The usual.
    Open,
    /// The client said `shutdown`.
    Shut,
}

struct Server<W> {
    output: W,
    phase: Phase,
    workspace: Workspace,
    jobs: Sender<Job>,
    /// Whether the worker is at work.
    is_busy: bool,
    /// Requests that wait for findings.
    waiting: Vec<Request>,
    watches: bool,
}

/// Serves one client until it says `exit` or goes away. Returns whether it said `shutdown` before, as it should.
///
/// # Errors
/// When the client cannot be written to.
pub fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write,
    codes: &'static [&'static Code],
) -> io::Result<bool> {
    let incoming = transport::read(input);
    let (jobs, results) = worker::start(codes);
    let workspace = Workspace::new(codes);
    let (phase, waiting) = (Phase::Fresh, Vec::new());
    let mut server = Server { output, phase, workspace, jobs, is_busy: false, waiting, watches: false };
    server.run(&incoming, &results)
}

impl<W: Write> Server<W> {
    fn run(&mut self, incoming: &Receiver<Incoming>, results: &Receiver<Looked>) -> io::Result<bool> {
        loop {
            let mut queue = VecDeque::new();
            select! {
                recv(incoming) -> message => match message {
                    Ok(message) => queue.push_back(message),
                    Err(_) => return Ok(self.phase == Phase::Shut),
                },
                recv(results) -> result => match result {
                    Ok(looked) => self.take(looked)?,
                    Err(_) => return Err(io::Error::other("the linter is gone")),
                },
            }
            // All that is there already: a request may be cancelled by then, and typing need not be linted letter by letter.
            queue.extend(incoming.try_iter());
            let mut cancelled: BTreeSet<RequestId> = queue.iter().filter_map(cancelled).collect();
            for message in queue {
                match message {
                    Incoming::Malformed(code, why) => transport::write_malformed(&mut self.output, code, &why)?,
                    Incoming::Message(message) => match *message {
                        Message::Request(request) if cancelled.remove(&request.id) => self.cancel(request.id)?,
                        Message::Request(request) => self.request(request)?,
                        Message::Notification(told) if told.method == "exit" => return Ok(self.phase == Phase::Shut),
                        Message::Notification(told) => self.notification(told)?,
                        // Nothing is asked that matters.
                        Message::Response(_) => {}
                    },
                }
            }
            self.go_on()?;
        }
    }

    /// Says what changed, answers what waited, and gives the worker something to do.
    fn go_on(&mut self) -> io::Result<()> {
        if self.phase != Phase::Open {
            return Ok(());
        }
        for diagnostics in self.workspace.settle() {
            self.tell("textDocument/publishDiagnostics", json!(diagnostics))?;
        }
        for request in std::mem::take(&mut self.waiting) {
            self.ask(request)?;
        }
        if !self.is_busy
            && let Some(job) = self.workspace.job()
        {
            self.is_busy = self.jobs.send(job).is_ok();
        }
        Ok(())
    }

    fn take(&mut self, looked: Looked) -> io::Result<()> {
        self.is_busy = false;
        self.workspace.take(looked);
        self.go_on()
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        match (self.phase, request.method.as_str()) {
            (Phase::Fresh, "initialize") => self.initialize(request),
            (Phase::Fresh, _) => self.refuse(request.id, ErrorCode::ServerNotInitialized, "nothing was agreed yet"),
            (_, "initialize") => self.refuse(request.id, ErrorCode::InvalidRequest, "this is agreed already"),
            (Phase::Shut, _) => self.refuse(request.id, ErrorCode::InvalidRequest, "the server is shut down"),
            (Phase::Open, "shutdown") => {
                self.phase = Phase::Shut;
                for request in std::mem::take(&mut self.waiting) {
                    self.cancel(request.id)?;
                }
                self.say(Response::new_ok(request.id, Value::Null))
            }
            (Phase::Open, _) => self.ask(request),
        }
    }

    fn initialize(&mut self, request: Request) -> io::Result<()> {
        let list = |pointer: &str| {
            let list = request.params.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).collect::<Vec<_>>()
        };
        self.workspace.encoding = Encoding::of_offered(&list("/capabilities/general/positionEncodings"));
        let versioned = "/capabilities/workspace/workspaceEdit/documentChanges";
        self.workspace.is_versioned = request.params.pointer(versioned) == Some(&Value::Bool(true));
        let dynamic = "/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration";
        self.watches = request.params.pointer(dynamic) == Some(&Value::Bool(true));
        self.phase = Phase::Open;
        let result = json!({
            "capabilities": answer::capabilities(self.workspace.encoding),
            "serverInfo": {"name": "aciform", "version": env!("CARGO_PKG_VERSION")},
        });
        self.say(Response::new_ok(request.id, result))
    }

    fn ask(&mut self, mut request: Request) -> io::Result<()> {
        mend_uris(&mut request.params);
        match answer::answer(&self.workspace, &request.method, request.params.clone()) {
            answer::Answer::Value(value) => self.say(Response::new_ok(request.id, value)),
            answer::Answer::Wait => {
                self.waiting.push(request);
                Ok(())
            }
            answer::Answer::Unknown => {
                let why = format!("`{}` is not answered here", request.method);
                self.refuse(request.id, ErrorCode::MethodNotFound, &why)
            }
            answer::Answer::Malformed(why) => self.refuse(request.id, ErrorCode::InvalidParams, &why),
        }
    }

    fn notification(&mut self, mut told: Notification) -> io::Result<()> {
        mend_uris(&mut told.params);
        match (self.phase, told.method.as_str()) {
            (Phase::Open, "initialized") if self.watches => self.watch(),
            (Phase::Open, "$/cancelRequest") => {
                let Some(id) = cancelled_id(&told.params) else { return Ok(()) };
                let before = self.waiting.len();
                self.waiting.retain(|request| request.id != id);
                if self.waiting.len() < before { self.cancel(id) } else { Ok(()) }
            }
            (Phase::Open, _) => {
                for path in self.changed(told) {
                    self.workspace.touch(&path);
                }
                Ok(())
            }
            (Phase::Fresh | Phase::Shut, _) => Ok(()),
        }
    }

    /// The files that a notification is about, after what it says was taken in.
    fn changed(&mut self, told: Notification) -> Vec<PathBuf> {
        let documents = &mut self.workspace.documents;
        let path: Option<PathBuf> = match told.method.as_str() {
            "textDocument/didOpen" => read(told.params)
                .and_then(|params: lsp_types::DidOpenTextDocumentParams| documents.open(params.text_document)),
            "textDocument/didChange" => read(told.params).and_then(|params: lsp_types::DidChangeTextDocumentParams| {
                let file = params.text_document;
                documents.change(&file.uri, file.version, &params.content_changes, self.workspace.encoding)
            }),
            "textDocument/didClose" => read(told.params)
                .and_then(|params: lsp_types::DidCloseTextDocumentParams| documents.close(&params.text_document.uri)),
            "textDocument/didSave" => read(told.params)
                .and_then(|params: lsp_types::DidSaveTextDocumentParams| uri::path(&params.text_document.uri)),
            "workspace/didChangeWatchedFiles" => {
                let params: Option<lsp_types::DidChangeWatchedFilesParams> = read(told.params);
                let changes = params.into_iter().flat_map(|params| params.changes);
                return changes.filter_map(|change| uri::path(&change.uri)).collect();
            }
            _ => None,
        };
        path.into_iter().collect()
    }

    /// Asks to be told of files that change outside of the editor.
    fn watch(&mut self) -> io::Result<()> {
        let watchers = json!([{"globPattern": "**/*.{yaml,yml,json,ini,conf,lock}"}]);
        let registration = json!({
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        });
        let params = json!({"registrations": [registration]});
        let id = RequestId::from("aciform-files".to_owned());
        self.send(Request::new(id, "client/registerCapability".to_owned(), params).into())
    }

    fn cancel(&mut self, id: RequestId) -> io::Result<()> {
        self.refuse(id, ErrorCode::RequestCanceled, "cancelled")
    }

    fn refuse(&mut self, id: RequestId, code: ErrorCode, why: &str) -> io::Result<()> {
        self.say(Response::new_err(id, code as i32, why.to_owned()))
    }

    fn say(&mut self, response: Response) -> io::Result<()> {
        self.send(response.into())
    }

    fn tell(&mut self, method: &str, params: Value) -> io::Result<()> {
        self.send(Notification { method: method.to_owned(), params }.into())
    }

    fn send(&mut self, message: Message) -> io::Result<()> {
        transport::write(&mut self.output, &message)
    }
}

/// Parameters, where they are what the protocol says; a notification that is not has nothing to be answered with.
fn read<T: DeserializeOwned>(params: Value) -> Option<T> {
    serde_json::from_value(params).ok()
}

fn cancelled(incoming: &Incoming) -> Option<RequestId> {
    let Incoming::Message(message) = incoming else { return None };
    match &**message {
        Message::Notification(told) if told.method == "$/cancelRequest" => cancelled_id(&told.params),
        Message::Notification(_) | Message::Request(_) | Message::Response(_) => None,
    }
}

fn cancelled_id(params: &Value) -> Option<RequestId> {
    serde_json::from_value(params.get("id")?.clone()).ok()
}

/// Encodes what clients forget to encode in URIs, which would make the whole message unreadable.
fn mend_uris(params: &mut Value) {
    if let Some(Value::String(text)) = params.pointer_mut("/textDocument/uri") {
        *text = uri::mended(text);
    }
    let changes = params.get_mut("changes").and_then(Value::as_array_mut);
    for change in changes.into_iter().flatten() {
        if let Some(Value::String(text)) = change.get_mut("uri") {
            *text = uri::mended(text);
        }
    }
}
