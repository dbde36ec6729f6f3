//! Brackets: `{key: value}` and `[item]`, over any number of lines. Every place between separators is an item, also an
//! empty one, so that there is something to complete.

use std::ops::Range;

use super::outline::{Builder, Holds, Step, quoted, unquoted};

/// Brackets deeper than this are passed over: the language needs four.
const MOST_DEPTH: usize = 64;

/// An open bracket.
struct Open {
    is_map: bool,
    owner: Option<usize>,
    /// How many items a list has.
    count: usize,
}

impl Builder<'_> {
    /// Reads brackets from the opening one on. They end at the closing one, or unclosed at a line that is not indented
    /// more than `limit`. Returns the place behind.
    pub(super) fn flow(&mut self, at: usize, owner: Option<usize>, limit: isize) -> usize {
        let mut open = vec![Open { is_map: self.text[at..].starts_with('{'), owner, count: 0 }];
        let mut at = at + 1;
        while let Some(innermost) = open.last_mut() {
            let (is_map, owner) = (innermost.is_map, innermost.owner);
            let step = if is_map { Step::Word } else { Step::Index(innermost.count) };
            innermost.count += 1;
            let slot = at;
            let item = self.add(owner, step, at..at, 0, true);
            let (behind, opened) = self.slot(item, at, is_map, limit, open.len() < MOST_DEPTH);
            at = behind;
            self.items[item].extent = slot..at;
            if let Some(is_map) = opened {
                open.push(Open { is_map, owner: Some(item), count: 0 });
                at += 1;
                continue;
            }
            // Behind a value: a comma goes on, a bracket closes, anything else is the end of what can be read.
            loop {
                match self.text.as_bytes().get(at) {
                    Some(b',') => {
                        at += 1;
                        break;
                    }
                    Some(b'}' | b']') => {
                        at += 1;
                        if let Some(closed) = open.pop().and_then(|closed| closed.owner)
                            && self.items[closed].flow
                        {
                            self.items[closed].extent.end = at;
                            self.items[closed].value.end = at;
                        }
                        if open.is_empty() {
                            return at;
                        }
                        match self.blanks(at, limit) {
                            Some(next) => at = next,
                            None => return self.line_end(at),
                        }
                    }
                    Some(_) if at < self.text.len() && !matches!(self.text.as_bytes()[at], b'\n' | b'\r') => {
                        // Words behind a closed bracket or quote: passed over up to the next separator of the line.
                        let end = self.line_end(at);
                        let length = self.text[at..end].find([',', '}', ']']).unwrap_or(end - at);
                        at += length;
                        if length == 0 || at == end {
                            match self.blanks(at, limit) {
                                Some(next) => at = next,
                                None => return at,
                            }
                        }
                    }
                    _ => return at,
                }
            }
        }
        at
    }

    /// Reads one place between separators. Returns the place behind, and whether there an inner bracket opens.
    fn slot(&mut self, item: usize, at: usize, is_map: bool, limit: isize, may_open: bool) -> (usize, Option<bool>) {
        self.items[item].value = at..at;
        let Some(mut at) = self.blanks(at, limit) else { return (self.unclosed(item, at), None) };
        let end = self.line_end(at);
        at = self.skip_properties(at, end);
        let mut value_from = None;
        if is_map {
            let word = self.word(at, end);
            self.items[item].key = word.clone();
            let behind = self.skip_blanks(word.end, end);
            let is_key = self.text[behind..end].starts_with(':') && !word.is_empty();
            if !is_key {
                self.items[item].value = word.end..word.end;
                return (self.blanks(word.end, limit).unwrap_or(self.line_end(word.end)), None);
            }
            self.items[item].step = Step::Key(unquoted(&self.text[word]));
            value_from = Some(behind + 1);
            at = behind + 1;
        }
        let from = value_from.unwrap_or(self.items[item].value.start);
        let Some(start) = self.blanks(at, limit) else {
            self.items[item].value = from..self.line_end(at);
            return (self.line_end(at), None);
        };
        let end = self.line_end(start);
        let start = self.skip_properties(start, end);
        if may_open && let Some(bracket @ (b'{' | b'[')) = self.text.as_bytes().get(start) {
            self.items[item].holds = Holds::Flow;
            self.items[item].value = from..start;
            return (start, Some(*bracket == b'{'));
        }
        let scalar = self.word(start, end);
        let behind = self.blanks(scalar.end, limit).unwrap_or(self.line_end(scalar.end));
        if scalar.is_empty() {
            self.items[item].value = from..start.max(from);
        } else {
            self.items[item].holds = Holds::Scalar;
            self.items[item].value = from..scalar.end;
            self.items[item].scalar = Some(scalar);
        }
        (behind, None)
    }

    fn unclosed(&mut self, item: usize, at: usize) -> usize {
        let end = self.line_end(at);
        self.items[item].key = end..end;
        self.items[item].value = end..end;
        end
    }

    /// A key, or a word that may become one.
    fn word(&self, at: usize, end: usize) -> Range<usize> {
        let rest = &self.text[at..end];
        if let Some(length) = quoted(rest) {
            return at..at + length;
        }
        let mut length = rest.len();
        for (place, found) in rest.match_indices([',', '{', '}', '[', ']', ':', '#']) {
            let behind = rest[place + 1..].chars().next();
            let ends = match found {
                ":" => behind.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '{' | '}' | '[' | ']')),
                "#" => rest[..place].ends_with([' ', '\t']) || place == 0,
                _ => true,
            };
            if ends {
                length = place;
                break;
            }
        }
        at..at + rest[..length].trim_end().len()
    }

    /// Passes over blanks, comments and line ends. `None`: the text ends, or a line that no longer belongs here follows.
    fn blanks(&self, mut at: usize, limit: isize) -> Option<usize> {
        loop {
            let end = self.line_end(at);
            at = self.skip_blanks(at, end);
            if at < end && !self.text[at..end].starts_with('#') {
                return Some(at);
            }
            let mut next = end;
            loop {
                let rest = &self.text[next..];
                next += if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
                let line = self.text.get(next..self.line_end(next)).filter(|_| next < self.text.len())?;
                let content = line.trim_start_matches([' ', '\t']);
                if !content.is_empty() {
                    let indent = isize::try_from(line.len() - content.len()).unwrap_or(isize::MAX);
                    if indent <= limit && !content.starts_with(['}', ']']) {
                        return None;
                    }
                    break;
                }
                next = self.line_end(next);
            }
            at = next;
        }
    }
}
