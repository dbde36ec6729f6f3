//! The line grammar: a loop over lines with at most one open option.

use aciform_diagnostics::{Diagnostic, Diagnostics, Edit, FileId, Fix, Span, Spanned};

use super::line::{Line, Piece, lines, without_comment};
use super::{Entry, IniFile, MAX_BYTES, Section, codes};
use crate::yaml::FILE_TOO_LARGE;

const BOM: &str = "\u{feff}";

/// So many findings of a file are kept; a file with more is something else than an ini file.
const MAX_FINDINGS: usize = 100;

/// What a continuation line belongs to.
enum Open<'a> {
    /// Nothing: a header, an empty line or a comment came last.
    Nothing,
    /// An option: its key, whether its value was quoted, its lines so far: what each adds to the value, and the whole.
    Option(Piece<'a>, bool, Vec<(Piece<'a>, Line<'a>)>),
    /// A line that was reported and left out; its continuations are no finding of their own.
    LeftOut,
}

struct Parser<'a> {
    file: FileId,
    sections: Vec<Section>,
    open: Open<'a>,
    orphan_reported: bool,
    /// Whether the last option is a secret or empty: a line without a separator may be its value.
    maybe_value: bool,
    findings: Vec<Diagnostic>,
    /// Findings beyond those kept.
    more: usize,
    /// The first text of a template engine, and how many lines hold some.
    template: Option<(Span, usize)>,
    /// Whether the last header held such text: what stands below it belongs to no section that we know.
    in_template: bool,
    /// What ends the lines of the file; LF until one ends.
    line_end: Option<&'static str>,
}

pub(super) fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> IniFile {
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes; an ini file may have {MAX_BYTES}", text.len());
        let finding = Diagnostic::at(&FILE_TOO_LARGE, Span::start_of(file), message);
        diagnostics.push(finding.help("name another file: this is hardly an ini file"));
        return IniFile::default();
    }
    let mut parser = Parser {
        file,
        sections: Vec::new(),
        open: Open::Nothing,
        orphan_reported: false,
        maybe_value: false,
        findings: Vec::new(),
        more: 0,
        template: None,
        in_template: false,
        line_end: None,
    };
    let mut from = 0;
    if text.starts_with(BOM) {
        from = BOM.len();
        let finding =
            Diagnostic::at(&codes::BOM, Span::new(file, 0, from), "a byte order mark makes the first line unreadable");
        let fix = Fix::safe("remove the byte order mark", vec![Edit::delete(Span::new(file, 0, from))]);
        parser.report(finding.help("save the file as UTF-8 without a byte order mark").fix(fix));
    }
    for line in lines(text, from) {
        parser.line_end = parser.line_end.or(Some(line.end).filter(|end| !end.is_empty()));
        parser.line(line);
    }
    parser.close();
    parser.report_template();
    if let Some(last) = parser.findings.last_mut().filter(|_| parser.more > 0) {
        last.message += &format!("; {} more findings are left out", parser.more);
    }
    for finding in std::mem::take(&mut parser.findings) {
        diagnostics.push(finding);
    }
    IniFile {
        line_end: parser.line_end(),
        sections: parser.sections,
        template: parser.template.is_some(),
        length: text.len(),
        open_ended: !text.is_empty() && !text.ends_with(['\n', '\r']),
    }
}

impl<'a> Parser<'a> {
    fn line(&mut self, whole: Line<'a>) {
        let line = whole.content.trim_end();
        if line.text.is_empty() {
            self.close();
        } else if line.text.starts_with([' ', '\t']) {
            self.indented(line, whole);
        } else {
            self.close();
            self.flush_left(line, whole);
        }
    }

    fn indented(&mut self, line: Piece<'a>, whole: Line<'a>) {
        let content = line.trim_start();
        match &mut self.open {
            Open::Option(_, _, value) => value.push((content, whole)),
            Open::LeftOut => {}
            Open::Nothing => {
                let indentation = self.span(line.slice(0..content.start - line.start));
                let finding = Diagnostic::at(
                    &codes::UNEXPECTED_INDENT,
                    indentation,
                    "a line is indented, but no option is open that it could continue; the service does not start",
                );
                let help = if content.text.starts_with(['#', ';']) {
                    "start the comment in column 1"
                } else {
                    "remove the indentation"
                };
                let fix = || Fix::safe(help, vec![Edit::delete(indentation)]);
                self.report(finding.help(help).maybe_fix(is_meant(content).then(fix)));
                self.flush_left(content, whole);
            }
        }
    }

    fn flush_left(&mut self, line: Piece<'a>, whole: Line<'a>) {
        if let Some(leftover) = template_text(line) {
            let span = self.span(leftover);
            let (first, count) = self.template.unwrap_or((span, 0));
            self.template = Some((first, count + 1));
            self.open = Open::LeftOut;
            self.in_template |= line.text.starts_with('[');
        } else if line.text.starts_with('[') {
            self.header(line, whole);
        } else if !line.text.starts_with(['#', ';']) {
            self.assignment(line, whole);
        }
    }

    fn header(&mut self, line: Piece<'a>, whole: Line<'a>) {
        self.in_template = false;
        self.maybe_value = false;
        let name = match line.text.strip_suffix(']') {
            Some(_) if line.text.len() > 2 => line.slice(1..line.text.len() - 1),
            Some(_) => {
                let finding = Diagnostic::at(&codes::BAD_HEADER, self.span(line), "a section header has no name");
                self.report(finding.help("name the section, for example `[DEFAULT]`"));
                line.slice(1..1)
            }
            None => self.unclosed_header(line, whole),
        };
        let name = Spanned::new(name.text.to_owned(), self.span(name));
        let line = Span::new(self.file, whole.content.start, whole.next());
        self.sections.push(Section { name, line, entries: Vec::new(), left_out: None });
    }

    /// The text up to the first `]`, or to the end of the line where there is none.
    fn unclosed_header(&mut self, line: Piece<'a>, whole: Line<'a>) -> Piece<'a> {
        let Some(end) = line.text.find(']') else {
            let name = line.slice(1..line.text.len());
            let finding = Diagnostic::at(&codes::BAD_HEADER, self.span(line), "a section header does not end with `]`");
            // A line with a stray bracket: what follows its key may be a password.
            let key_end = name.text.find(['=', ':']).or_else(|| name.text.find(super::is_blank));
            let key = name.slice(0..key_end.unwrap_or(name.text.len())).trim();
            if name.text.contains('=') || key.text.len() < name.text.len() && is_secret(key.text) {
                self.maybe_value = true;
                self.report(finding.help("remove the `[` in front of a `key = value`, or end the header with `]`"));
                return key;
            }
            let (name, comment) = without_comment(name);
            let help = format!("write `[{}]`", name.text);
            let bracket = Edit::replace(Span::new(self.file, name.end(), line.end()), "]");
            let above = Span::new(self.file, whole.content.start, whole.content.start);
            let above = comment.map(|text| Edit::replace(above, format!("{}{}", text.text, self.end_of(whole))));
            let edits = above.into_iter().chain([bracket]).collect();
            let fix = (!name.text.is_empty()).then(|| Fix::unsafe_(&help, edits));
            self.report(finding.help(help).maybe_fix(fix));
            return name;
        };
        let (header, rest) = (line.slice(0..end + 1), line.slice(end + 1..line.text.len()).trim());
        // A password may hold a bracket, as in `[key = pass]word`.
        let named = !header.text.contains('=');
        let shown = if named { format!(" `{}`", header.text) } else { String::new() };
        let message = format!("text stands behind the section header{shown}, whose line must end with `]`");
        let finding = Diagnostic::at(&codes::BAD_HEADER, self.span(rest), message);
        if !rest.text.starts_with(['#', ';']) {
            self.maybe_value = true;
            self.report(finding.help(if named {
                format!("end the line after{shown}")
            } else {
                "remove the brackets around a `key = value`".to_owned()
            }));
            return line.slice(1..end);
        }
        let help = "move the comment to a line of its own";
        let above = Span::new(self.file, whole.content.start, whole.content.start);
        let comment = format!("{}{}", rest.text, self.end_of(whole));
        let behind = Span::new(self.file, header.end(), line.end());
        let fix = Fix::safe(help, vec![Edit::replace(above, comment), Edit::delete(behind)]);
        self.report(finding.help(help).maybe_fix((end > 1).then_some(fix)));
        line.slice(1..end)
    }

    fn assignment(&mut self, line: Piece<'a>, whole: Line<'a>) {
        let Some(separator) = line.text.find(['=', ':']) else {
            self.leave_out(line);
            if self.maybe_value && !is_secret(first_word(line.text)) {
                let message = "this line is no header, comment or `key = value`";
                let finding = Diagnostic::at(&codes::NO_SEPARATOR, self.span(line), message);
                self.report(finding.help("write a value in the line of its key, or indented right below it"));
                return;
            }
            let finding = Diagnostic::at(&codes::NO_SEPARATOR, self.span(line), no_separator(line.text));
            let first = first_word(line.text);
            let fix = (is_name(first) && first.len() < line.text.len()).then(|| {
                let place = line.start + first.len();
                Fix::unsafe_("insert `=`", vec![Edit::replace(Span::new(self.file, place, place), " =")])
            });
            self.report(finding.help(no_separator_help(line.text)).maybe_fix(fix));
            self.maybe_value = is_secret(first_word(line.text));
            return;
        };
        let key = line.slice(0..separator).trim();
        if key.text.is_empty() {
            let place = self.span(line.slice(0..separator + 1));
            let finding = Diagnostic::at(&codes::EMPTY_KEY, place, "the name of the option is missing");
            self.report(finding.help("name the option in front of the separator, or delete the line"));
            self.leave_out(line.slice(0..separator + 1));
            return;
        }
        // Blanks behind the separator of an empty value are gone already: the line is trimmed.
        let written = line.slice(separator + 1..line.text.len()).trim();
        let value = unquoted(written);
        self.maybe_value = value.text.is_empty() || is_secret(key.text);
        self.open = Open::Option(key, value.text.len() < written.text.len(), vec![(value, whole)]);
    }

    /// Passes over a line that was reported, and what continues it.
    fn leave_out(&mut self, line: Piece<'a>) {
        self.open = Open::LeftOut;
        let span = self.span(line);
        if let Some(section) = self.sections.last_mut() {
            section.left_out.get_or_insert(span);
        }
    }

    /// Ends the open option and files it under the last header.
    fn close(&mut self) {
        let Open::Option(key, quoted, lines) = std::mem::replace(&mut self.open, Open::Nothing) else { return };
        if self.in_template {
            return;
        }
        if self.sections.is_empty() {
            let place = Span::new(self.file, key.start, key.start);
            let name = Spanned::new("DEFAULT".to_owned(), place);
            self.sections.push(Section { name, line: place, entries: Vec::new(), left_out: None });
            self.orphan(key, lines[0].1);
        }
        let entry = self.entry(key, quoted, &lines);
        if let Some(section) = self.sections.last_mut() {
            section.entries.push(entry);
        }
    }

    /// Reports the first option before any header; those below it have the same cause.
    fn orphan(&mut self, key: Piece<'a>, whole: Line<'a>) {
        if std::mem::replace(&mut self.orphan_reported, true) {
            return;
        }
        let name = if is_secret(key.text) { first_word(key.text) } else { key.text };
        let message = format!("`{name}` stands before the first section; the service does not start");
        let finding = Diagnostic::at(&codes::ORPHAN_OPTION, self.span(key), message);
        let above = Span::new(self.file, whole.content.start, whole.content.start);
        let header = format!("[DEFAULT]{}", self.end_of(whole));
        let fix = Fix::unsafe_("write `[DEFAULT]` above", vec![Edit::replace(above, header)]);
        self.report(finding.help("write the header of its section above, for example `[DEFAULT]`").fix(fix));
    }

    fn entry(&self, key: Piece<'a>, quoted: bool, lines: &[(Piece<'a>, Line<'a>)]) -> Entry {
        let texts: Vec<&str> = lines.iter().map(|(line, _)| line.text).collect();
        let first = lines.iter().find(|(line, _)| !line.text.is_empty()).or(lines.first());
        let start = first.map_or(key.end(), |(line, _)| line.start);
        let end = lines.last().map_or(start, |(line, _)| line.end());
        let from = lines.first().map_or(key.start, |(_, whole)| whole.content.start);
        let to = lines.last().map_or(end, |(_, whole)| whole.next());
        Entry {
            key: Spanned::new(key.text.to_owned(), self.span(key)),
            value: Spanned::new(texts.join("\n"), Span::new(self.file, start, end)),
            lines: lines.iter().map(|(line, _)| self.span(*line)).collect(),
            line_starts: lines.iter().map(|(_, whole)| whole.content.start).collect(),
            quoted,
            whole: Span::new(self.file, from, to),
            line_end: lines.last().map_or("\n", |(_, whole)| self.end_of(*whole)),
        }
    }

    /// What ends a line, or would if it were not the last.
    fn end_of(&self, line: Line<'_>) -> &'static str {
        if line.end.is_empty() { self.line_end() } else { line.end }
    }

    fn line_end(&self) -> &'static str {
        self.line_end.unwrap_or("\n")
    }

    fn report_template(&mut self) {
        let Some((first, count)) = self.template else { return };
        let lines = if count == 1 { "a line holds".to_owned() } else { format!("{count} lines hold") };
        let message = format!("{lines} text of a template that was not rendered");
        let finding = Diagnostic::at(&codes::TEMPLATE_LEFTOVER, first, message);
        self.findings.insert(0, finding.help("render the template first, and name the file that comes out"));
    }

    fn report(&mut self, finding: Diagnostic) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    fn span(&self, piece: Piece<'_>) -> Span {
        Span::new(self.file, piece.start, piece.end())
    }
}

/// Removes one layer of quotes when the first and the last character are the same quote; a lone quote leaves nothing.
fn unquoted(value: Piece<'_>) -> Piece<'_> {
    for quote in ['"', '\''] {
        if value.text == quote.to_string() {
            return value.slice(1..1);
        }
        if value.text.starts_with(quote) && value.text.ends_with(quote) {
            return value.slice(1..value.text.len() - 1);
        }
    }
    value
}

/// Whether a line without its indentation would be a comment, a header or an option.
fn is_meant(line: Piece<'_>) -> bool {
    if line.text.starts_with('[') {
        return line.text.len() > 2 && line.text.ends_with(']');
    }
    line.text.starts_with(['#', ';'])
        || line.text.find(['=', ':']).is_some_and(|separator| !line.slice(0..separator).trim().text.is_empty())
}

/// What a template engine (Jinja, ERB, Go) would have replaced: a line that starts with its tag, a value that is one, a
/// header with one in it. Braces inside a value may well be meant.
fn template_text(line: Piece<'_>) -> Option<Piece<'_>> {
    const TAGS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("<%", "%>")];
    if TAGS.iter().any(|(open, _)| line.text.starts_with(open)) {
        return Some(line);
    }
    if line.text.starts_with('[') {
        return TAGS.iter().any(|(open, close)| line.text.contains(open) && line.text.contains(close)).then_some(line);
    }
    let separator = line.text.find(['=', ':'])?;
    let value = line.slice(separator + 1..line.text.len()).trim();
    TAGS.iter().any(|(open, close)| value.text.starts_with(open) && value.text.ends_with(close)).then_some(value)
}

/// The message for a line without a separator. It names the first word only: the rest may be a password.
fn no_separator(line: &str) -> String {
    let first = shortened(first_word(line));
    let more = if first_word(line).len() < line.len() { " …" } else { "" };
    format!("`{first}{more}` is no header, comment or `key = value`")
}

fn no_separator_help(line: &str) -> String {
    let first = first_word(line);
    if !is_name(first) {
        return "start a comment with `#` in column 1; indent a line that continues the one above".to_owned();
    }
    if first.len() < line.len() {
        format!("write `{first} = ` in front of its value")
    } else {
        format!("write `{first} = ` and a value, or delete the line")
    }
}

/// Whether a name is that of a secret. What a secret is, is decided where options are known; this is for messages.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["pas", "pwd", "secret", "token", "credential", "_key", "-key", "connection", "_url"]
        .iter()
        .any(|word| name.contains(word))
}

fn first_word(line: &str) -> &str {
    line.split(super::is_blank).next().unwrap_or_default()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// The first 40 characters, for messages.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
