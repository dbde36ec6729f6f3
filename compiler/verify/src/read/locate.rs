//! Where in a JSON text a value stands, by the keys and positions that lead to it.
//!
//! Only findings need places, so the text is walked when there is one, and the artifacts are read without.

use std::ops::Range;

/// One step towards a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

/// The bytes of a value; of the last that is there on the way to it. Numbers among the steps lead into lists.
pub(crate) fn locate(text: &str, path: &[&str]) -> Range<usize> {
    let mut walk = Walk { text: text.as_bytes(), at: 0 };
    walk.blank();
    let mut start = walk.at;
    for step in path {
        let step = step.parse().map_or(Step::Key(step), Step::Item);
        if walk.enter(step).is_none() {
            break;
        }
        start = walk.at;
    }
    let mut end = Walk { text: text.as_bytes(), at: start };
    let _ = end.skip(0);
    // A whole object would be a page: its first line says enough.
    let first_line = text[start..].find('\n').map_or(text.len(), |at| start + at);
    start..end.at.min(first_line).max(start)
}

struct Walk<'a> {
    text: &'a [u8],
    at: usize,
}

/// Deeper than any artifact; a hostile text must not use up the stack.
const DEEPEST: usize = 64;

impl Walk<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',' || byte == b':') {
            self.at += 1;
        }
    }

    /// Moves to a member or an item of the value that starts here.
    fn enter(&mut self, step: Step<'_>) -> Option<()> {
        let open = self.peek()?;
        self.at += 1;
        for position in 0.. {
            self.blank();
            match (open, self.peek()?) {
                (_, b'}' | b']') => return None,
                (b'{', _) => {
                    let from = self.at;
                    self.string();
                    let key = self.text.get(from + 1..self.at.saturating_sub(1))?;
                    self.blank();
                    if matches!(step, Step::Key(wanted) if wanted.as_bytes() == key) {
                        return Some(());
                    }
                }
                (b'[', _) if step == Step::Item(position) => return Some(()),
                (b'[', _) => {}
                _ => return None,
            }
            self.skip(0)?;
        }
        None
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
    }

    /// Moves behind the value that starts here.
    fn skip(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' if depth < DEEPEST => {
                self.at += 1;
                loop {
                    self.blank();
                    if matches!(self.peek()?, b'}' | b']') {
                        self.at += 1;
                        return Some(());
                    }
                    self.skip(depth + 1)?;
                }
            }
            _ => {
                let from = self.at;
                while self.peek().is_some_and(|byte| !b",:}] \n\t\r".contains(&byte)) {
                    self.at += 1;
                }
                // Something that is no value: on, or this would never end.
                self.at += usize::from(self.at == from);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::locate;

    #[test]
    fn values_are_found_by_keys_and_positions() {
        let text = "{\"a\": {\"b\": [1, {\"c\": \"x, }\"}]},\n \"d\": true}";
        let of = |path: &[&str]| &text[locate(text, path)];
        assert_eq!(of(&["a", "b", "0"]), "1");
        assert_eq!(of(&["a", "b", "1", "c"]), "\"x, }\"");
        assert_eq!(of(&["d"]), "true");
        assert_eq!(of(&["a", "e"]), "{\"b\": [1, {\"c\": \"x, }\"}]}");
    }
}
