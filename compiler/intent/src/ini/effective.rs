//! What oslo.config hands to the service: which line counts, what its references expand to, and which type it has.
//!
//! One value is looked up in the files from the last to the first; in a file the option's name comes before its
//! deprecated ones and the last line wins. References are expanded before the type is read, so a bad value of one
//! option also stops those that refer to it.

use std::collections::HashMap;

use aciform_syntax::ini::{Entry, IniFile};

use super::options::{Group, OptionRow, group, normalised};
use super::secret::is_swallowed;
use super::substitute::{Piece, pieces, unescaped};
use super::value::{TypeError, Value};

/// How much longer than what was written a value may become by its references. oslo.config has no limit; a file of a
/// hundred lines can ask for more memory than there is.
const EXPANSION_LIMIT: usize = 1 << 20;

/// A value in force.
#[derive(Clone, Debug)]
pub(super) struct Effective<'a> {
    pub(super) value: Value,
    /// The text the type was read from, references expanded; `None` where there is neither a line nor a default.
    pub(super) text: Option<String>,
    /// The line it comes from; `None`: the default.
    pub(super) entry: Option<&'a Entry>,
    /// Whether it is a secret, or holds one by reference or in an indented line that it swallowed.
    pub(super) secret: bool,
}

/// A value that the service cannot read.
#[derive(Clone, Debug)]
pub(super) struct Refused<'a> {
    pub(super) refusal: Refusal,
    pub(super) entry: Option<&'a Entry>,
}

/// Why reading an option stops the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The expanded text is no value of the type.
    Type {
        /// Why.
        error: TypeError,
        /// The expanded text.
        text: String,
        /// Whether it holds a secret.
        secret: bool,
    },
    /// A reference to an option that is not registered.
    UnknownOption(String),
    /// A reference `group.option` to a group that is not registered; holds the whole.
    UnknownGroup(String),
    /// A reference to the name of a group.
    GroupName(String),
    /// A reference that leads back; the options on the way, this one first.
    Ring(Vec<String>),
    /// References that make the value longer than [`EXPANSION_LIMIT`].
    TooLong,
    /// An option that this one refers to is refused.
    Consequence {
        /// oslo.config takes a missing option behind a reference for the reference itself being missing.
        no_such_option: bool,
    },
}

/// An option: its group's registered name and its own.
type Key = (&'static str, &'static str);

/// By normalised section, by key.
type LastLines<'a> = HashMap<String, HashMap<&'a str, &'a Entry>>;

/// How an evaluation ended, on its way up.
enum Stop {
    Refused(Refusal),
    /// A ring was closed: its first member, and the way from there.
    Ring(Key, Vec<String>),
}

/// What a reference is replaced by.
struct Found {
    value: Value,
    secret: bool,
}

impl Found {
    fn of(effective: &Effective<'_>) -> Self {
        Self { value: effective.value.clone(), secret: effective.secret }
    }
}

/// The lines of all files, and the values worked out so far.
#[derive(Debug)]
pub(super) struct Values<'a> {
    /// Per file, the last line of every key.
    files: Vec<LastLines<'a>>,
    known: HashMap<Key, Result<Effective<'a>, Refused<'a>>>,
    open: Vec<Key>,
}

impl<'a> Values<'a> {
    pub(super) fn new(files: impl Iterator<Item = &'a IniFile>) -> Self {
        Self { files: files.map(last_lines).collect(), known: HashMap::new(), open: Vec::new() }
    }

    /// The line that counts for an option.
    pub(super) fn entry(&self, group: &Group, row: &OptionRow) -> Option<&'a Entry> {
        let section = normalised(group.name);
        self.files.iter().rev().find_map(|file| {
            let keys = file.get(&section)?;
            std::iter::once(row.name).chain(row.deprecated.iter().copied()).find_map(|name| keys.get(name).copied())
        })
    }

    /// The value of a registered option, or why there is none.
    pub(super) fn get(&mut self, group: &'static Group, row: &'static OptionRow) -> Result<Effective<'a>, Refused<'a>> {
        let key = (group.name, row.name);
        if !self.known.contains_key(&key) {
            // The result is filed; here the way up ends.
            let _ = self.work_out(group, row);
        }
        self.known.get(&key).cloned().expect("an option is filed when it has been worked out")
    }

    /// The value of an option that was worked out before.
    pub(super) fn known(&self, group: &Group, row: &OptionRow) -> Option<&Result<Effective<'a>, Refused<'a>>> {
        self.known.get(&(group.name, row.name))
    }

    /// Sets a text option to another value than the files give it.
    pub(super) fn replace(&mut self, group: &'static Group, row: &'static OptionRow, text: &str) {
        let value = Effective {
            value: Value::Text(text.to_owned()),
            text: Some(text.to_owned()),
            entry: None,
            secret: row.secret,
        };
        self.known.clear();
        self.known.insert((group.name, row.name), Ok(value));
    }

    /// A text as if it stood in a group, its references replaced. `None` where one cannot be, or is a secret.
    pub(super) fn expanded(&mut self, group: &'static Group, text: &str) -> Option<String> {
        let (text, secret) = self.expand(group, text).ok()?;
        (!secret).then_some(text)
    }

    fn work_out(&mut self, group: &'static Group, row: &'static OptionRow) -> Result<Found, Stop> {
        let key = (group.name, row.name);
        if let Some(known) = self.known.get(&key) {
            return known.as_ref().map(Found::of).map_err(|refused| Stop::Refused(refused.refusal.clone()));
        }
        if let Some(at) = self.open.iter().position(|open| *open == key) {
            return Err(Stop::Ring(key, self.open[at..].iter().map(|(_, name)| (*name).to_owned()).collect()));
        }
        let entry = self.entry(group, row);
        self.open.push(key);
        let result = self.read(group, row, entry);
        self.open.pop();
        match result {
            Ok(effective) => {
                let found = Found::of(&effective);
                self.known.insert(key, Ok(effective));
                Ok(found)
            }
            Err(Stop::Ring(first, way)) if first != key => {
                let refusal = Refusal::Consequence { no_such_option: false };
                self.known.insert(key, Err(Refused { refusal, entry }));
                Err(Stop::Ring(first, way))
            }
            Err(Stop::Ring(_, way)) => {
                self.known.insert(key, Err(Refused { refusal: Refusal::Ring(way.clone()), entry }));
                Err(Stop::Refused(Refusal::Ring(way)))
            }
            Err(Stop::Refused(refusal)) => {
                self.known.insert(key, Err(Refused { refusal: refusal.clone(), entry }));
                Err(Stop::Refused(refusal))
            }
        }
    }

    fn read(
        &mut self,
        group: &'static Group,
        row: &'static OptionRow,
        entry: Option<&'a Entry>,
    ) -> Result<Effective<'a>, Stop> {
        let Some(written) = entry.map(|entry| entry.value.value.as_str()).or(row.default) else {
            return Ok(Effective { value: Value::Null, text: None, entry, secret: row.secret });
        };
        let (text, secret) = self.expand(group, written)?;
        let secret = secret || row.secret || is_swallowed(written);
        match row.kind.read(&text) {
            Ok(value) => Ok(Effective { value, text: Some(text), entry, secret }),
            Err(error) => Err(Stop::Refused(Refusal::Type { error, text, secret })),
        }
    }

    /// The text with its references replaced, and whether one of them is a secret.
    fn expand(&mut self, group: &'static Group, written: &str) -> Result<(String, bool), Stop> {
        if !written.contains('$') {
            return Ok((written.to_owned(), false));
        }
        let written = unescaped(written);
        let (mut out, mut secret) = (String::new(), false);
        for piece in pieces(&written) {
            match piece {
                Piece::Text(text) => out += text,
                Piece::Reference(name) => {
                    let found = self.refer(group, name)?;
                    out += &found.value.python_text();
                    secret |= found.secret;
                }
            }
            if out.len() > written.len() + EXPANSION_LIMIT {
                return Err(Stop::Refused(Refusal::TooLong));
            }
        }
        Ok((out, secret))
    }

    /// Looks a reference up: in its own group first, then in `[DEFAULT]`; `group.option` in that group.
    fn refer(&mut self, from: &'static Group, name: &str) -> Result<Found, Stop> {
        let (scope, option) = match name.split_once('.') {
            None => (from, name),
            Some((other, option)) => match group(other).filter(|group| group.name != DEFAULT) {
                Some(other) => (other, option),
                None => return Err(Stop::Refused(Refusal::UnknownGroup(name.to_owned()))),
            },
        };
        let first = scope.row(option).map(|row| self.work_out(scope, row).map_err(as_consequence));
        match first {
            None | Some(Err(Stop::Refused(Refusal::Consequence { no_such_option: true }))) => {}
            Some(other) => return other,
        }
        // oslo.config catches the missing option and tries `[DEFAULT]`, with the dot if there is one.
        if group(name).is_some_and(|group| group.name != DEFAULT) {
            return Err(Stop::Refused(Refusal::GroupName(name.to_owned())));
        }
        match group(DEFAULT).and_then(|default| Some((default, default.row(name)?))) {
            Some((default, row)) => self.work_out(default, row).map_err(as_consequence),
            None if first.is_some() => Err(Stop::Refused(Refusal::Consequence { no_such_option: true })),
            None => Err(Stop::Refused(Refusal::UnknownOption(name.to_owned()))),
        }
    }
}

const DEFAULT: &str = "DEFAULT";

impl Refusal {
    /// Whether oslo.config raises `NoSuchOptError` for it.
    fn is_missing_option(&self) -> bool {
        matches!(self, Self::UnknownOption(_) | Self::Consequence { no_such_option: true })
    }
}

/// What a reference to a refused option is: no finding of its own.
fn as_consequence(stop: Stop) -> Stop {
    match stop {
        Stop::Refused(refusal) => Stop::Refused(Refusal::Consequence { no_such_option: refusal.is_missing_option() }),
        Stop::Ring(first, way) => Stop::Ring(first, way),
    }
}

/// The last line of every key of every section, sections by their normalised name.
fn last_lines(file: &IniFile) -> LastLines<'_> {
    let mut lines = LastLines::new();
    for section in &file.sections {
        let keys = lines.entry(normalised(&section.name.value)).or_default();
        keys.extend(section.entries.iter().map(|entry| (entry.key.value.as_str(), entry)));
    }
    lines
}
