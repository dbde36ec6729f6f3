//! The sheet on which flows are written: keeps one line per (table, priority, match), then puts them in the file's order.
//!
//! The switch keeps one flow per (table, priority, match). Owners may want the same one (a DHCP server of many ports, a subnet of many groups);
//! two that want different actions under one key would overwrite each other without a word, so that is a finding.

use std::cmp::Ordering;
use std::ops::Range;

use aciform_diagnostics::{Diagnostic, Diagnostics};

use super::action::Actions;
use super::matching::Match;
use super::meta::cookie;
use super::owner::Owner;
use super::scene::Scene;
use super::table::Table;
use super::text::{push_decimal, push_hex};
use crate::artifact::Content;
use crate::codes::CONTRADICTING_FLOWS;

/// What a line takes on the average of a host, and some more: a text that outgrows its room is copied.
const BYTES_OF_A_LINE: usize = 200;

/// Flows as they are written.
pub(super) struct Sheet {
    text: String,
    lines: Vec<Line>,
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
        Self { text: String::with_capacity(lines * BYTES_OF_A_LINE), lines: Vec::with_capacity(lines) }
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
        self.lines.push(line);
    }

    /// Drops repeats, reports contradictions and gives the lines in the file's order.
    pub(super) fn finish(mut self, scene: &Scene<'_>, diagnostics: &mut Diagnostics) -> Content {
        let text = self.text.as_str();
        sort_by_key(&mut self.lines, text);
        self.lines.dedup_by(|later, kept| {
            if later.same_key(kept, text) != Ordering::Equal {
                return false;
            }
            // Two contracts may allow the same pair of groups; the flow then counts for the cookie that sorts first.
            if later.actions(text) != kept.actions(text) {
                diagnostics.push(contradiction(kept, later, text, scene));
            }
            true
        });
        // Cookies and flags stand in front of the table, so lines of one rank are ordered by them before their match.
        // A stable sort finds the long ordered runs that the first one has left.
        self.lines.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.whole(text).cmp(b.whole(text))));
        // What stands side by side in the text already is one part of the file.
        let mut order: Vec<Range<usize>> = Vec::new();
        for part in self.lines.iter().map(Line::with_line_end) {
            match order.last_mut() {
                Some(last) if last.end == part.start => last.end = part.end,
                Some(_) | None => order.push(part),
            }
        }
        Content::of_parts(self.text, order)
    }
}

/// Sorts by table, priority and match, then by bytes; repeats stay as they came.
///
/// A host that serves many networks has tens of thousands of lines of one rank whose matches begin alike, so they are
/// compared by the first bytes in which they differ, as one number.
fn sort_by_key(lines: &mut [Line], text: &str) {
    lines.sort_by_key(|line| line.rank);
    let mut keyed: Vec<(u128, Line)> = Vec::new();
    for group in lines.chunk_by_mut(|a, b| a.rank == b.rank) {
        let first = group[0].matching(text).as_bytes();
        let alike = group.iter().fold(first.len(), |most, line| {
            let pairs = line.matching(text).bytes().zip(&first[..most]);
            pairs.take_while(|(a, b)| a == *b).count()
        });
        keyed.clear();
        keyed.extend(group.iter().map(|line| (number(&line.matching(text).as_bytes()[alike..]), *line)));
        // Lines stand in the text in the order in which they came.
        keyed.sort_unstable_by(|(a, of_a), (b, of_b)| {
            let in_full = || of_a.matching(text).cmp(of_b.matching(text));
            let in_bytes = || of_a.whole(text).cmp(of_b.whole(text));
            a.cmp(b).then_with(in_full).then_with(in_bytes).then_with(|| of_a.start.cmp(&of_b.start))
        });
        group.iter_mut().zip(&keyed).for_each(|(place, (_, line))| *place = *line);
    }
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

    fn matching<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start + usize::from(self.match_start)..self.start + usize::from(self.match_end)]
    }

    fn actions<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start + usize::from(self.match_end)..self.start + usize::from(self.end)]
    }

    fn same_key(&self, other: &Self, text: &str) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| self.matching(text).cmp(other.matching(text)))
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

    /// A line a rank, match and actions.
    fn sheet(flows: &[(u32, &str, &str)]) -> (String, Vec<Line>) {
        let mut text = String::new();
        let lines = flows.iter().map(|(rank, matching, actions)| {
            let start = text.len();
            text.push_str("priority=1");
            let match_start = offset(&text, start);
            text.push_str(matching);
            let match_end = offset(&text, start);
            text.push_str(actions);
            let end = offset(&text, start);
            text.push('\n');
            Line { rank: *rank, owner: Owner::Bridge, start, match_start, match_end, end }
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
            ",arp",
            ",a",
        ];
        let flows = |alike: &'static str| {
            let of_rank = move |rank: u32| {
                matches
                    .into_iter()
                    .rev()
                    .flat_map(move |end| ["2", "1", "2"].map(|actions| (rank, format!("{alike}{end}"), actions)))
            };
            [7, 3, 9].into_iter().flat_map(of_rank).collect::<Vec<_>>()
        };
        for alike in ["", ",reg0=0x1", long] {
            let flows = flows(alike);
            let flows: Vec<(u32, &str, &str)> =
                flows.iter().map(|(rank, end, does)| (*rank, end.as_str(), *does)).collect();
            let (text, mut lines) = sheet(&flows);
            let mut expected = lines.clone();
            expected.sort_by(|a, b| a.same_key(b, &text).then_with(|| a.whole(&text).cmp(b.whole(&text))));
            sort_by_key(&mut lines, &text);
            let starts = |lines: &[Line]| lines.iter().map(|line| line.start).collect::<Vec<_>>();
            assert_eq!(starts(&lines), starts(&expected), "{alike}");
        }
    }
}
