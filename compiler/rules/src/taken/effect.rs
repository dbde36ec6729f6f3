//! Which names a fix makes and which go: the lines that it touches are read anew as they will be.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use aciform_diagnostics::{Diagnostics, Edit, FileId};
use aciform_syntax::ini::{Entry, IniFile, Section, parse};

use super::Origin;
use super::names::{Name, Names};
use crate::Input;

const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// What a fix does to names.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// Names that are there afterwards and were not, with the place that they come from.
    pub(super) made: Vec<(Name, Origin)>,
    /// How often each name stood in the lines that it touches.
    before: HashMap<Name, usize>,
    /// How often it stands there afterwards.
    after: HashMap<Name, usize>,
}

impl Effect {
    /// How many lines of a name are touched.
    pub(super) fn gone(&self, name: &Name) -> usize {
        self.before.get(name).copied().unwrap_or_default()
    }

    /// Names of which there are fewer afterwards.
    pub(super) fn lost(&self) -> impl Iterator<Item = &Name> {
        self.before.iter().filter(|(name, count)| self.after.get(name).unwrap_or(&0) < count).map(|(name, _)| name)
    }
}

/// Lines that a fix touches, with its edits in them.
pub(super) struct Region<'e> {
    file: FileId,
    range: Range<usize>,
    edits: Vec<&'e Edit>,
}

/// The ini files that can be edited, by their ids.
pub(super) struct Files<'a>(BTreeMap<FileId, (&'a str, &'a IniFile)>);

impl<'a> Files<'a> {
    pub(super) fn new(input: &Input<'a>) -> Self {
        let files = input.ini.files.iter().filter(|(_, parsed)| !parsed.template);
        Self(files.map(|(file, parsed)| (*file, (input.sources.file(*file).text.as_str(), *parsed))).collect())
    }

    /// The lines that edits touch, in order; `None` where none of them can write a name.
    pub(super) fn regions<'e>(&self, edits: &'e [Edit]) -> Option<Vec<Region<'e>>> {
        let mut touched: Vec<Region<'e>> = Vec::new();
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| edit.span);
        for edit in edits.into_iter().filter(|edit| !self.is_within_value(edit)) {
            let file = edit.span.file;
            let Some((text, parsed)) = self.0.get(&file) else { continue };
            let range = lines(text, parsed, edit.span.range());
            match touched.last_mut() {
                Some(last) if last.file == file && range.start < last.range.end => {
                    last.range.end = last.range.end.max(range.end);
                    last.edits.push(edit);
                }
                Some(_) | None => touched.push(Region { file, range, edits: vec![edit] }),
            }
        }
        (!touched.is_empty()).then_some(touched)
    }

    /// Whether an edit changes nothing but a part of one line of a value.
    fn is_within_value(&self, edit: &Edit) -> bool {
        let range = edit.span.range();
        let Some((text, parsed)) = self.0.get(&edit.span.file) else { return false };
        let value = entry_at(parsed, range.start).map(|entry| entry.value.span.range());
        let inside = value.is_some_and(|value| value.start <= range.start && range.end <= value.end);
        inside
            && !edit.text.contains(LINE_ENDS)
            && text.get(range.clone()).is_some_and(|old| !old.contains(LINE_ENDS))
            && !text[..range.start].ends_with(LINE_ENDS)
    }

    pub(super) fn effect(&self, regions: Vec<Region<'_>>, names: &Names) -> Effect {
        let mut effect = Effect::default();
        let mut made: Vec<(Name, Origin)> = Vec::new();
        // A section whose header the fix writes anew, and its text then.
        let mut moved: Option<(*const Section, String)> = None;
        for region in &regions {
            let Some((text, parsed)) = self.0.get(&region.file) else { continue };
            let range = region.range.clone();
            for (section, entry) in entries_in(parsed, range.clone()) {
                effect.count_before(names.taken_by(&section.name.value, entry));
            }
            let own = section_before(parsed, range.start);
            let mut current = match (&moved, own) {
                (Some((section, text)), Some(own)) if std::ptr::eq(*section, own) => text.clone(),
                (_, Some(own)) => own.name.value.clone(),
                (_, None) => "DEFAULT".to_owned(),
            };
            let new = parse(region.file, &rewritten(text, region), &mut Diagnostics::new());
            let origin = |number: usize| (region.file, range.start + number);
            let mut number = 0;
            for section in &new.sections {
                // Lines without a header go on with the section above.
                if !section.line.range().is_empty() {
                    current.clone_from(&section.name.value);
                    made.push((Name::Header(current.clone()), origin(number)));
                    number += 1;
                }
                for entry in &section.entries {
                    made.extend(names.taken_by(&current, entry).into_iter().map(|name| (name, origin(number))));
                    number += 1;
                }
            }
            let Some(below) = section_before(parsed, range.end) else { continue };
            if below.name.value == current {
                continue;
            }
            for entry in below.entries.iter().filter(|entry| entry.whole.range().start >= range.end) {
                if regions.iter().any(|other| other.file == region.file && other.holds(entry)) {
                    continue;
                }
                effect.count_before(names.taken_by(&below.name.value, entry));
                let origin = (region.file, entry.whole.range().start);
                made.extend(names.taken_by(&current, entry).into_iter().map(|name| (name, origin)));
            }
            moved = Some((std::ptr::from_ref(below), current));
        }
        for (name, _) in &made {
            *effect.after.entry(name.clone()).or_default() += 1;
        }
        let headers = regions.iter().filter_map(|region| Some((region, self.0.get(&region.file)?.1)));
        let headers = headers.flat_map(|(region, parsed)| headers_in(parsed, region.range.clone()));
        effect.count_before(headers.map(|section| Name::Header(section.name.value.clone())).collect());
        made.retain(|(name, _)| effect.after[name] > effect.gone(name));
        effect.made = made;
        effect
    }
}

impl Effect {
    fn count_before(&mut self, names: Vec<Name>) {
        for name in names {
            *self.before.entry(name).or_default() += 1;
        }
    }
}

impl Region<'_> {
    fn holds(&self, entry: &Entry) -> bool {
        self.range.contains(&entry.whole.range().start)
    }
}

/// The whole lines around a place, from the first of an option that it continues.
fn lines(text: &str, parsed: &IniFile, place: Range<usize>) -> Range<usize> {
    let mut start = text[..place.start].rfind(LINE_ENDS).map_or(0, |at| at + 1);
    if let Some(entry) = entry_at(parsed, start) {
        start = entry.whole.range().start;
    }
    let at_start = place.end == 0 || text[..place.end].ends_with('\n');
    if at_start && (place.is_empty() || place.end > start) {
        return start..place.end.max(start);
    }
    let rest = &text[place.end..];
    let end = rest.find(LINE_ENDS).map_or(rest.len(), |at| at + if rest[at..].starts_with("\r\n") { 2 } else { 1 });
    start..place.end + end
}

/// The lines of a region with its edits in them.
fn rewritten(text: &str, region: &Region<'_>) -> String {
    let (mut out, mut from) = (String::new(), region.range.start);
    for edit in &region.edits {
        let range = edit.span.range();
        if range.start < from || range.end > region.range.end {
            continue;
        }
        out += &text[from..range.start];
        out += &edit.text;
        from = range.end;
    }
    out + &text[from..region.range.end]
}

/// The option that a place stands in.
fn entry_at(parsed: &IniFile, place: usize) -> Option<&Entry> {
    let section = section_before(parsed, place + 1)?;
    let next = section.entries.partition_point(|entry| entry.whole.range().start <= place);
    section.entries.get(next.checked_sub(1)?).filter(|entry| place < entry.whole.range().end)
}

/// The section that a line at a place belongs to, where it is no header.
fn section_before(parsed: &IniFile, place: usize) -> Option<&Section> {
    let next = parsed.sections.partition_point(|section| section.line.range().start < place);
    parsed.sections.get(next.checked_sub(1)?)
}

fn headers_in(parsed: &IniFile, range: Range<usize>) -> impl Iterator<Item = &Section> {
    let from = parsed.sections.partition_point(|section| section.line.range().start < range.start);
    let written = parsed.sections[from..].iter().filter(|section| !section.line.range().is_empty());
    written.take_while(move |section| section.line.range().start < range.end)
}

fn entries_in(parsed: &IniFile, range: Range<usize>) -> impl Iterator<Item = (&Section, &Entry)> {
    let from = parsed.sections.partition_point(|section| section.line.range().start <= range.start).saturating_sub(1);
    let end = range.end;
    let sections = parsed.sections[from..].iter().take_while(move |section| section.line.range().start < end);
    sections.flat_map(move |section| {
        let range = range.clone();
        let from = section.entries.partition_point(|entry| entry.whole.range().start < range.start);
        let inside = section.entries[from..].iter().take_while(move |entry| entry.whole.range().start < range.end);
        inside.map(move |entry| (section, entry))
    })
}
