//! What stands where in a YAML text, broken or not: keys, list items and the words between, by indentation and brackets.
//!
//! The reader of the language refuses a text from the first mistake on; while a line is being typed there always is one.
//! This outline reads every line for itself, and a bracket or quote that is never closed ends where the indentation does.

use std::ops::Range;

/// The items of a text, parents before their children, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    pub(crate) items: Vec<Item>,
}

/// What leads from a value to one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A key.
    Key(String),
    /// A place in a list.
    Index(usize),
    /// A word where a key is expected: one that is being typed.
    Word,
}

/// What is written behind a key or a dash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Nothing on its line.
    Nothing,
    /// A scalar on its line, or an alias.
    Scalar,
    /// A block scalar, or a scalar over several lines.
    Lines,
    /// Brackets.
    Flow,
}

/// A key with its value, an item of a list, or a word.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) parent: Option<usize>,
    pub(crate) step: Step,
    /// The key or word with its quotes; of an item of a list the dash, or nothing.
    pub(crate) key: Range<usize>,
    /// Where a value stands or would: from behind the colon or dash to the end of the scalar or the line.
    pub(crate) value: Range<usize>,
    /// The scalar with its quotes.
    pub(crate) scalar: Option<Range<usize>>,
    pub(crate) holds: Holds,
    /// The column of the key or dash, counted in bytes.
    pub(crate) indent: usize,
    /// Whether it stands in brackets.
    pub(crate) flow: bool,
    /// Everything that belongs to it, what is inside included.
    pub(crate) extent: Range<usize>,
    /// How many items of a list it holds.
    pub(super) count: usize,
}

impl Item {
    /// The key, where it is one.
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.step {
            Step::Key(name) => Some(name),
            Step::Index(_) | Step::Word => None,
        }
    }
}

impl Outline {
    pub(crate) fn of(text: &str) -> Self {
        let mut builder = Builder { text, items: Vec::new(), open: Vec::new(), last: 0 };
        builder.read();
        Self { items: builder.items }
    }

    /// What leads from the root to an item. Words are left out.
    pub(crate) fn path(&self, item: Option<usize>) -> Vec<Step> {
        let mut path = Vec::new();
        let mut at = item;
        while let Some(index) = at {
            let item = &self.items[index];
            if item.step != Step::Word {
                path.push(item.step.clone());
            }
            at = item.parent;
        }
        path.reverse();
        path
    }

    /// The items directly inside another, or at the top.
    pub(crate) fn children(&self, parent: Option<usize>) -> impl Iterator<Item = (usize, &Item)> {
        // Whatever is inside an item stands behind it, up to the first item that hangs on one before it.
        let first = parent.map_or(0, |parent| parent + 1);
        let inside = self.items.iter().enumerate().skip(first).take_while(move |(_, item)| item.parent >= parent);
        inside.filter(move |(_, item)| item.parent == parent)
    }

    /// The child of an item that a key names.
    pub(crate) fn child(&self, parent: Option<usize>, key: &str) -> Option<&Item> {
        self.children(parent).map(|(_, item)| item).find(|item| item.name() == Some(key))
    }
}

/// The text of a scalar or key without its quotes.
pub(crate) fn unquoted(text: &str) -> String {
    let inner = |quote: char| text.strip_prefix(quote).map(|rest| rest.strip_suffix(quote).unwrap_or(rest));
    if let Some(inner) = inner('\'') {
        return inner.replace("''", "'");
    }
    // Escapes other than these do not occur in names.
    inner('"').map_or_else(|| text.to_owned(), |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"))
}

pub(super) struct Builder<'a> {
    pub(super) text: &'a str,
    pub(super) items: Vec<Item>,
    /// The block items around the current line, outermost first.
    open: Vec<usize>,
    /// Behind the last byte that is not blank.
    last: usize,
}

impl Builder<'_> {
    fn read(&mut self) {
        let mut at = 0;
        while at < self.text.len() {
            at = self.line(at);
            at = self.next_line(at);
        }
        self.close_to(0);
    }

    /// Where the line of an offset ends, before its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.text[at..].find(['\n', '\r']).map_or(self.text.len(), |length| at + length)
    }

    fn next_line(&self, at: usize) -> usize {
        let end = self.line_end(at);
        let rest = &self.text[end..];
        end + if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) }
    }

    /// Reads the line that starts at an offset and whatever its value needs; returns a place in the last line of it.
    fn line(&mut self, start: usize) -> usize {
        let end = self.line_end(start);
        let line = &self.text[start..end];
        let indent = line.len() - line.trim_start_matches([' ', '\t', '\u{feff}']).len();
        let content = line[indent..].trim_end();
        if content.is_empty() || content.starts_with('#') || content.starts_with('%') && indent == 0 {
            return end;
        }
        if indent == 0 && (content == "---" || content == "..." || content.starts_with("--- ")) {
            self.close_to(0);
            return end;
        }
        let is_dash = starts_with_dash(content);
        while let Some(top) = self.open.last() {
            let top = &self.items[*top];
            let holds_list = is_dash && top.name().is_some();
            if top.indent < indent || top.indent == indent && holds_list {
                break;
            }
            self.close_to(self.open.len() - 1);
        }
        self.last = start + indent + content.len();
        self.content(start, start + indent, end)
    }

    /// Reads what stands behind the indentation of a line.
    fn content(&mut self, start: usize, mut at: usize, end: usize) -> usize {
        let mut fresh = None;
        while starts_with_dash(&self.text[at..end]) {
            let parent = self.open.last().copied();
            let number = parent.map_or(0, |parent| self.items[parent].count);
            if let Some(parent) = parent {
                self.items[parent].count += 1;
            }
            let item = self.add(parent, Step::Index(number), at..at + 1, at - start, false);
            self.items[item].value = at + 1..end;
            self.open.push(item);
            fresh = Some(item);
            at = self.skip_blanks(at + 1, end);
        }
        at = self.skip_properties(at, end);
        if at >= end || self.text[at..].starts_with('#') {
            return end;
        }
        if let Some((key, behind)) = key(self.text, at, end) {
            let name = unquoted(&self.text[key.clone()]);
            let item = self.add(self.open.last().copied(), Step::Key(name), key, at - start, false);
            self.open.push(item);
            return self.value(item, behind, end, at - start);
        }
        match fresh {
            Some(item) => self.value(item, self.items[item].value.start, end, self.items[item].indent),
            None if self.text[at..].starts_with(['{', '[']) => self.flow(at, self.open.last().copied(), -1),
            None => {
                let word = at..at + self.text[at..end].trim_end().len();
                let item = self.add(self.open.last().copied(), Step::Word, word.clone(), at - start, false);
                self.items[item].value = word.end..word.end;
                end
            }
        }
    }

    /// Reads the value of a block item from an offset on.
    fn value(&mut self, item: usize, from: usize, end: usize, indent: usize) -> usize {
        let at = self.skip_properties(self.skip_blanks(from, end), end);
        self.items[item].value = from..end;
        if at >= end || self.text[at..].starts_with('#') {
            self.items[item].value.end = at.min(end);
            return end;
        }
        match self.text.as_bytes()[at] {
            b'{' | b'[' => {
                self.items[item].holds = Holds::Flow;
                let limit = isize::try_from(indent).unwrap_or(isize::MAX);
                let behind = self.flow(at, Some(item), limit);
                self.items[item].value.end = behind;
                self.last = self.last.max(behind);
                behind
            }
            b'|' | b'>' => {
                self.items[item].holds = Holds::Lines;
                self.skip_deeper(end, indent)
            }
            _ => {
                let scalar = self.scalar(at, end);
                self.items[item].value.end = scalar.end;
                if self.is_open_quote(&scalar)
                    && let Some(behind) = self.closing_quote(&scalar, indent)
                {
                    self.items[item].holds = Holds::Lines;
                    self.last = behind;
                    return behind;
                }
                self.items[item].holds = Holds::Scalar;
                self.items[item].scalar = Some(scalar);
                end
            }
        }
    }

    /// A scalar on one line.
    fn scalar(&self, at: usize, end: usize) -> Range<usize> {
        let text = &self.text[at..end];
        if let Some(length) = quoted(text) {
            return at..at + length;
        }
        let length = text.find(" #").unwrap_or(text.len());
        at..at + text[..length].trim_end().len()
    }

    fn is_open_quote(&self, scalar: &Range<usize>) -> bool {
        let text = &self.text[scalar.clone()];
        text.starts_with(['"', '\'']) && (text.len() == 1 || !text.ends_with(&text[..1]))
    }

    /// Where a quote that its line leaves open is closed, before the indentation ends.
    fn closing_quote(&self, scalar: &Range<usize>, indent: usize) -> Option<usize> {
        let quote = &self.text[scalar.start..scalar.start + 1];
        let mut at = self.next_line(scalar.end);
        while at < self.text.len() && self.is_deeper(at, indent) {
            let end = self.line_end(at);
            if let Some(length) = self.text[at..end].find(quote) {
                return Some(at + length + 1);
            }
            at = self.next_line(at);
        }
        None
    }

    /// The end of the last line below that is deeper than an indentation.
    fn skip_deeper(&mut self, end: usize, indent: usize) -> usize {
        let mut last = end;
        let mut at = self.next_line(end);
        while at < self.text.len() && self.is_deeper(at, indent) {
            last = self.line_end(at);
            if !self.text[at..last].trim().is_empty() {
                self.last = last;
            }
            at = self.next_line(at);
        }
        last
    }

    /// Whether a line is blank or indented more.
    fn is_deeper(&self, start: usize, indent: usize) -> bool {
        let line = &self.text[start..self.line_end(start)];
        let rest = line.trim_start_matches([' ', '\t']);
        rest.is_empty() || line.len() - rest.len() > indent
    }

    pub(super) fn skip_blanks(&self, at: usize, end: usize) -> usize {
        let rest = &self.text[at..end];
        end - rest.trim_start_matches([' ', '\t']).len()
    }

    /// Passes over anchors and tags.
    pub(super) fn skip_properties(&self, mut at: usize, end: usize) -> usize {
        while self.text[at..end].starts_with(['&', '!']) {
            let length = self.text[at..end].find([' ', '\t', ',', '}', ']']).unwrap_or(end - at);
            at = self.skip_blanks(at + length.max(1), end);
        }
        at
    }

    pub(super) fn add(
        &mut self,
        parent: Option<usize>,
        step: Step,
        key: Range<usize>,
        indent: usize,
        flow: bool,
    ) -> usize {
        let value = key.end..key.end;
        let extent = key.clone();
        let holds = Holds::Nothing;
        self.items.push(Item { parent, step, key, value, scalar: None, holds, indent, flow, extent, count: 0 });
        self.items.len() - 1
    }

    fn close_to(&mut self, depth: usize) {
        for item in self.open.split_off(depth) {
            let extent = &mut self.items[item].extent;
            extent.end = extent.end.max(self.last);
        }
    }
}

fn starts_with_dash(content: &str) -> bool {
    content == "-" || content.starts_with("- ") || content.starts_with("-\t")
}

/// The key at an offset and the place behind its colon.
fn key(text: &str, at: usize, end: usize) -> Option<(Range<usize>, usize)> {
    let rest = &text[at..end];
    if let Some(length) = quoted(rest) {
        let behind = rest[length..].trim_start_matches([' ', '\t']);
        let colon = end - behind.len();
        return is_colon(behind).then_some((at..at + length, colon + 1));
    }
    if rest.starts_with(['#', ',', '[', ']', '{', '}', '*', '|', '>', '"', '\'', '%', '@', '`']) {
        return None;
    }
    for (length, _) in rest.match_indices(':') {
        if rest[..length].contains(" #") {
            return None;
        }
        if is_colon(&rest[length..]) {
            return Some((at..at + rest[..length].trim_end().len(), at + length + 1));
        }
    }
    None
}

fn is_colon(text: &str) -> bool {
    text == ":" || text.starts_with(": ") || text.starts_with(":\t")
}

/// The length of a quoted text with its quotes; one that is not closed reaches to the end. `None`: there is no quote.
pub(super) fn quoted(text: &str) -> Option<usize> {
    let quote = *text.as_bytes().first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    Some(text.trim_end().len())
}
