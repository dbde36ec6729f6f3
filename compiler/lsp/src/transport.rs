//! Messages on a byte stream: framing by `Content-Length`, and what to answer where a message is none.
//!
//! A client that sends garbage gets an error and is read on; sizes are bounded, so that a wrong header costs no memory.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read, Write};
use std::thread;

use crossbeam_channel::{Receiver, unbounded};
use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

/// A message beyond this size is skipped; the largest file that is read is far smaller.
const MOST_BYTES: u64 = 256 << 20;

/// A header line beyond this length is cut.
const MOST_HEADER: u64 = 4096;

/// No number of bytes is longer than that, with its line end.
const MOST_VALUE: u64 = 32;

/// What arrived.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A message.
    Message(Box<Message>),
    /// Something else: the code and the words of the error to answer with.
    Malformed(ErrorCode, String),
}

/// Reads messages on a thread of its own until the stream ends or `exit` arrives.
pub(crate) fn read(mut input: impl BufRead + Send + 'static) -> Receiver<Incoming> {
    let (sender, receiver) = unbounded();
    thread::spawn(move || {
        let mut lost = false;
        while let Ok(Some(incoming)) = next(&mut input, &mut lost) {
            let exits = matches!(&incoming, Incoming::Message(message)
                if matches!(&**message, Message::Notification(told) if told.method == "exit"));
            if sender.send(incoming).is_err() || exits {
                break;
            }
        }
    });
    receiver
}

/// The next message; `None` at the end of the stream. `lost` says whether the end of the last one is not known.
fn next(input: &mut impl BufRead, lost: &mut bool) -> io::Result<Option<Incoming>> {
    let size = match header(input, lost)? {
        Header::End => return Ok(None),
        Header::Unknown(value) => {
            let why = format!("`Content-Length: {value}` is no number of bytes");
            return Ok(Some(Incoming::Malformed(ErrorCode::InvalidRequest, why)));
        }
        Header::Size(size) => size,
    };
    if size > MOST_BYTES {
        io::copy(&mut input.take(size), &mut io::sink())?;
        let why = format!("the message has {size} bytes, more than {MOST_BYTES}");
        return Ok(Some(Incoming::Malformed(ErrorCode::InvalidRequest, why)));
    }
    let mut body = Vec::new();
    if input.take(size).read_to_end(&mut body)? as u64 != size {
        return Ok(None);
    }
    Ok(Some(parse(&body)))
}

fn parse(body: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => return Incoming::Malformed(ErrorCode::ParseError, format!("this is not JSON: {error}")),
    };
    match serde_json::from_value(value) {
        Ok(message) => Incoming::Message(Box::new(message)),
        Err(_) => Incoming::Malformed(ErrorCode::InvalidRequest, "this is no message of JSON-RPC".to_owned()),
    }
}

/// What the header of a message says.
enum Header {
    /// How long the message is.
    Size(u64),
    /// Something else, so that where the message ends is not known.
    Unknown(String),
    /// Nothing: the stream is at its end.
    End,
}

/// Reads header lines up to the blank one behind a size. Blocks without a size are passed over.
fn header(input: &mut impl BufRead, lost: &mut bool) -> io::Result<Header> {
    let mut size = None;
    if *lost {
        size = resume(input)?;
        *lost = false;
    }
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MOST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(Header::End);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            if let Some(size) = size {
                return Ok(Header::Size(size));
            }
        } else if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("Content-Length")
        {
            size = value.trim().parse().ok();
            if size.is_none() {
                *lost = true;
                return Ok(Header::Unknown(value.trim().to_owned()));
            }
        }
    }
}

/// Reads on to the next size, wherever in a line it stands: a message does not end its last line. Within a message there
/// is no line end behind the same words.
fn resume(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    const NAME: &[u8] = b"content-length:";
    let mut last: VecDeque<u8> = VecDeque::new();
    let mut byte = [0];
    while input.read(&mut byte)? > 0 {
        if last.len() == NAME.len() {
            last.pop_front();
        }
        last.push_back(byte[0].to_ascii_lowercase());
        if !last.iter().eq(NAME) {
            continue;
        }
        let mut value = Vec::new();
        input.by_ref().take(MOST_VALUE).read_until(b'\n', &mut value)?;
        if let Some(size) = String::from_utf8_lossy(&value).strip_suffix('\n').and_then(|text| text.trim().parse().ok())
        {
            return Ok(Some(size));
        }
    }
    Ok(None)
}

/// Writes a message.
pub(crate) fn write(output: &mut impl Write, message: &Message) -> io::Result<()> {
    message.write(output)
}

/// Answers what was no message: nobody knows which request it was.
pub(crate) fn write_malformed(output: &mut impl Write, code: ErrorCode, why: &str) -> io::Result<()> {
    let text = json!({"jsonrpc": "2.0", "id": null, "error": {"code": code as i32, "message": why}}).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::{Incoming, next};

    fn all(mut bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        let mut lost = false;
        while let Some(incoming) = next(&mut bytes, &mut lost).unwrap() {
            found.push(match incoming {
                Incoming::Message(message) => format!("{message:?}").split('(').next().unwrap().to_owned(),
                Incoming::Malformed(code, _) => format!("{code:?}"),
            });
        }
        found
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_no_message_is_said_and_read_past() {
        let good = framed(r#"{"jsonrpc":"2.0","id":1,"method":"x"}"#);
        let text = [&framed("{"), "rubbish\r\n\r\n", &framed("[1]"), &good, "Content-Length: 99\r\n\r\n{}"].concat();
        assert_eq!(all(text.as_bytes()), ["ParseError", "InvalidRequest", "Request"]);
        let unknown = "Content-Length: 99999999999999999999\r\n\r\n";
        assert_eq!(all([unknown, &good].concat().as_bytes()), ["InvalidRequest", "Request"]);
        let body = format!("{{\"x\": \"Content-Length: 7{}\"}}", " ".repeat(5000));
        let text = ["Content-Length: -5\r\nContent-Type: x\r\n\r\n", &body, &good, &good].concat();
        assert_eq!(all(text.as_bytes()), ["InvalidRequest", "Request", "Request"]);
        assert_eq!(all(b"Content-Length: x\r\n\r\n{}"), ["InvalidRequest"]);
        assert_eq!(all(b"Content-Length: 9999999999999\r\n\r\nx"), ["InvalidRequest"]);
        assert_eq!(all(b"Content-Length: 2\r\n\r\n\xff\xfe"), ["ParseError"]);
    }
}
