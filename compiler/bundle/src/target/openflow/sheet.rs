//! The sheet on which flows are written: keeps one line per (table, priority, match), then puts them in the file's order.
//!
//! The switch keeps one flow per (table, priority, match). Owners may want the same one (a DHCP server of many ports, a subnet of many groups);
//! two that want different actions under one key would overwrite each other without a word, so that is a finding.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use aciform_diagnostics::{Diagnostic, Diagnostics};

use super::action::Actions;
use super::matching::Match;
use super::meta::cookie;
use super::owner::Owner;
use super::scene::Scene;
use super::table::Table;
use super::text::{push_decimal, push_hex};
use crate::artifact::{Content, Reused};
use crate::codes::CONTRADICTING_FLOWS;

/// What a line takes on the average of a host, and some more: a text that outgrows its room is copied.
const BYTES_OF_A_LINE: usize = 200;

thread_local! {
    /// The memory of the lines of the thread's last sheet.
    static SPARE: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

/// Flows as they are written.
pub(super) struct Sheet {
    text: Reused,
    lines: Vec<Line>,
    /// The numbers of the lines of each rank, in the order in which they came.
    ranks: BTreeMap<u32, Vec<u32>>,
}

/// A finished line in the text. Offsets count from its start.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Table, then priority from the highest: the first two keys of the file's order.
    rank: u32,
    owner: Owner,
    start: usize,
    match_start: u16,
    match_end: u16,
    end: u16,
}

/// Where a flow stands, and what the switch says about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    table: Table,
    priority: u16,
    cookie: u64,
    /// `send_flow_rem`: the agent is told when it goes.
    reported: bool,
}

impl Table {
    /// A flow here, with this priority.
    pub(super) fn at(self, priority: u16) -> Place {
        Place { table: self, priority, cookie: cookie::NONE, reported: false }
    }
}

impl Place {
    /// With a cookie.
    pub(super) fn cookie(self, cookie: u64) -> Self {
        Self { cookie, ..self }
    }

    /// The agent wants its counters when it goes: `send_flow_rem`.
    pub(super) fn reported(self) -> Self {
        Self { reported: true, ..self }
    }
}

impl Sheet {
    /// Room for about so many lines.
    pub(super) fn with_capacity(lines: usize) -> Self {
        let text = Reused::with_capacity(lines * BYTES_OF_A_LINE);
        let spare = SPARE.take();
        let lines = if spare.capacity() < lines { Vec::with_capacity(lines) } else { spare };
        Self { text, lines, ranks: BTreeMap::new() }
    }

    /// Starts a line.
    pub(super) fn flow(&mut self, owner: Owner, place: Place, matching: &Match) -> Actions<'_> {
        let text = &mut self.text;
        let start = text.len();
        if place.cookie != cookie::NONE {
            text.push_str("cookie=");
            push_hex(text, place.cookie);
            text.push_str(", ");
        }
        if place.table != Table::Entry {
            text.push_str("table=");
            push_decimal(text, u32::from(place.table.number()));
            text.push_str(", ");
        }
        if place.reported {
            text.push_str("send_flow_rem ");
        }
        text.push_str("priority=");
        push_decimal(text, u32::from(place.priority));
        let match_start = offset(text, start);
        matching.append(text);
        let match_end = offset(text, start);
        text.push_str(" actions=");
        let rank = u32::from(place.table.number()) << 16 | u32::from(u16::MAX - place.priority);
        let line = Line { rank, owner, start, match_start, match_end, end: 0 };
        Actions::new(self, line, place.table)
    }

    /// The text being written.
    pub(super) fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// Takes a line whose last byte is the text's.
    pub(super) fn close(&mut self, mut line: Line) {
        line.end = offset(&self.text, line.start);
        self.text.push('\n');
        let number = u32::try_from(self.lines.len()).expect("a host has fewer than 4 thousand million flows");
        self.ranks.entry(line.rank).or_default().push(number);
        self.lines.push(line);
    }

    /// Drops repeats, reports contradictions and gives the lines in the file's order.
    pub(super) fn finish(self, scene: &Scene<'_>, diagnostics: &mut Diagnostics) -> Content {
        let Self { text, mut lines, ranks } = self;
        let mut order: Vec<Range<usize>> = Vec::new();
        let mut keyed: Vec<Keyed> = Vec::new();
        for of_rank in ranks.values() {
            let alike = sort_by_match(of_rank, &lines, &text, &mut keyed);
            keyed.dedup_by(|later, kept| {
                let line = |keyed: &Keyed| &lines[keyed.number as usize];
                if later.first != kept.first || line(later).matching(&text) != line(kept).matching(&text) {
                    return false;
                }
                // Two contracts may allow the same pair of groups; the flow then counts for the cookie that sorts first.
                if line(later).actions(&text) != line(kept).actions(&text) {
                    diagnostics.push(contradiction(line(kept), line(later), &text, scene));
                }
                true
            });
            let whole = |keyed: &Keyed| lines[keyed.number as usize].whole(&text);
            // Cookies and flags stand in front of the table, so lines are ordered by them before their match.
            // A stable sort finds the long ordered runs that the first one has left.
            if alike == Heads::Differ {
                keyed.sort_by(|a, b| whole(a).cmp(whole(b)));
            }
            debug_assert!(
                keyed.is_sorted_by(|a, b| whole(a) < whole(b)),
                "a match holds nothing that sorts before a blank"
            );
            // What stands side by side in the text already is one part of the file.
            for part in keyed.iter().map(|keyed| lines[keyed.number as usize].with_line_end()) {
                match order.last_mut() {
                    Some(last) if last.end == part.start => last.end = part.end,
                    Some(_) | None => order.push(part),
                }
            }
        }
        lines.clear();
        SPARE.replace(lines);
        Content::of_parts(text, order)
    }
}

/// A line by its number, with the first bytes of its match that others of its rank do not share.
#[derive(Clone, Copy)]
struct Keyed {
    first: u128,
    number: u32,
}

/// What stands in front of the matches of a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heads {
    Alike,
    Differ,
}

/// Sorts lines of one rank by match, then by bytes; repeats stay as they came.
///
/// A host that serves many networks has tens of thousands of lines of one rank whose matches begin alike, so they are
/// compared by the first bytes in which they differ, as one number.
fn sort_by_match(numbers: &[u32], lines: &[Line], text: &str, keyed: &mut Vec<Keyed>) -> Heads {
    keyed.clear();
    let line = |number: u32| &lines[number as usize];
    let Some(first) = numbers.first().map(|first| line(*first)) else { return Heads::Alike };
    let mut heads = Heads::Alike;
    let mut shared = first.matching(text).as_bytes();
    for line in numbers.iter().map(|number| line(*number)) {
        let matching = line.matching(text).as_bytes();
        if !matching.starts_with(shared) {
            let alike = matching.iter().zip(shared).take_while(|(a, b)| a == b).count();
            shared = &shared[..alike];
        }
        if line.head(text) != first.head(text) {
            heads = Heads::Differ;
        }
    }
    let first_bytes = |at: &u32| number(&line(*at).matching(text).as_bytes()[shared.len()..]);
    keyed.extend(numbers.iter().map(|at| Keyed { first: first_bytes(at), number: *at }));
    keyed.sort_unstable_by_key(|keyed| keyed.first);
    // A comparison of numbers alone is a few instructions; only those that are alike in them are looked up.
    for alike in keyed.chunk_by_mut(|a, b| a.first == b.first).filter(|alike| alike.len() > 1) {
        alike.sort_unstable_by(|a, b| {
            let (of_a, of_b) = (line(a.number), line(b.number));
            let in_full = of_a.matching(text).cmp(of_b.matching(text));
            in_full.then_with(|| of_a.whole(text).cmp(of_b.whole(text))).then(a.number.cmp(&b.number))
        });
    }
    heads
}

/// The first bytes as a number that is ordered as they are.
fn number(bytes: &[u8]) -> u128 {
    let mut first = [0; 16];
    let length = bytes.len().min(first.len());
    first[..length].copy_from_slice(&bytes[..length]);
    u128::from_be_bytes(first)
}

impl Line {
    fn whole<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.start + usize::from(self.end)]
    }

    fn with_line_end(&self) -> Range<usize> {
        self.start..self.start + usize::from(self.end) + 1
    }

    fn head<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.start + usize::from(self.match_start)]
    }

    fn matching<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start + usize::from(self.match_start)..self.start + usize::from(self.match_end)]
    }

    fn actions<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start + usize::from(self.match_end)..self.start + usize::from(self.end)]
    }
}

fn offset(text: &str, start: usize) -> u16 {
    u16::try_from(text.len() - start).expect("a flow has fewer than 65536 bytes: its fields are of fixed size")
}

fn contradiction(kept: &Line, later: &Line, text: &str, scene: &Scene<'_>) -> Diagnostic {
    let (fabric, host) = (scene.fabric, scene.host);
    let priority = u32::from(u16::MAX) - (kept.rank & 0xffff);
    let mut diagnostic = Diagnostic::new(
        &CONTRADICTING_FLOWS,
        format!(
            "on host `{}` {} and {} want different actions for one flow of table {}: priority={priority}{}",
            host.name,
            kept.owner.name(fabric, host),
            later.owner.name(fabric, host),
            kept.rank >> 16,
            kept.matching(text),
        ),
    )
    .help(format!(
        "`{}` and `{}` cannot both be in force; give the two different addresses",
        &kept.actions(text)[1..],
        &later.actions(text)[1..]
    ));
    for (owner, what) in [(kept.owner, "wants one"), (later.owner, "wants the other")] {
        if let Some(span) = owner.source(fabric, host) {
            diagnostic = diagnostic.label(span, what);
        }
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of one rank, of a head, a match and actions each.
    fn sheet(flows: &[(&str, String, &str)]) -> (String, Vec<Line>) {
        let mut text = String::new();
        let lines = flows.iter().map(|(head, matching, actions)| {
            let start = text.len();
            text.push_str(head);
            let match_start = offset(&text, start);
            text.push_str(matching);
            let match_end = offset(&text, start);
            text.push_str(actions);
            let end = offset(&text, start);
            text.push('\n');
            Line { rank: 0, owner: Owner::Bridge, start, match_start, match_end, end }
        });
        let lines = lines.collect();
        (text, lines)
    }

    #[test]
    fn lines_are_sorted_as_a_comparison_of_their_bytes_sorts_them() {
        let long = ",ipv6,reg6=0x1,dl_dst=33:33:00:00:00:00/ff:ff:00:00:00:00";
        let matches = [
            "",
            ",a",
            ",ab",
            ",reg0=0x1,reg2=0x10",
            ",reg0=0x1,reg2=0x1",
            ",reg0=0x10,reg2=0x1",
            ",reg0=0x8000000a,reg2=0x2",
            ",reg0=0x8000000a,reg2=0x1",
            long,
            ",ipv6,reg6=0x1",
            ",a",
        ];
        for alike in ["", ",reg0=0x1", long] {
            for heads in [&["priority=1"][..], &["priority=1", "cookie=0x1, priority=1"]] {
                let flows: Vec<(&str, String, &str)> = matches
                    .into_iter()
                    .rev()
                    .flat_map(|end| ["2", "1", "2"].map(|actions| (format!("{alike}{end}"), actions)))
                    .zip(heads.iter().cycle())
                    .map(|((matching, actions), head)| (*head, matching, actions))
                    .collect();
                let (text, lines) = sheet(&flows);
                let numbers: Vec<u32> = (0..).take(lines.len()).collect();
                let mut expected = numbers.clone();
                let key = |number: &u32| &lines[*number as usize];
                expected.sort_by_key(|at| (key(at).matching(&text), key(at).whole(&text)));
                let mut keyed = Vec::new();
                let found = sort_by_match(&numbers, &lines, &text, &mut keyed);
                assert_eq!(keyed.iter().map(|keyed| keyed.number).collect::<Vec<_>>(), expected, "{alike}");
                assert_eq!(found == Heads::Alike, heads.len() == 1);
            }
        }
    }
}
