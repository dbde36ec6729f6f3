//! The table of pools in the forms that people and programs read.

use std::fmt::Write as _;

use aciform_diagnostics::{SourceMap, Span};
use schemars::JsonSchema;
use serde::Serialize;

use super::usage::{Kind, Pools, Row, Use};

/// The JSON form of the table.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// `<major>.<minor>` of this form.
    pub format_version: &'static str,
    /// Compute hosts.
    pub hosts: Hosts,
    /// Totals.
    pub summary: Summary,
    /// The pools, what runs out first in front.
    pub pools: Vec<Pool>,
}

/// Compute hosts.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hosts {
    /// How many are declared.
    pub declared: usize,
    /// How many are planned for.
    pub planned: usize,
}

/// Totals over all pools.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Pools in the list.
    pub pools: usize,
    /// Pools with nothing left today.
    pub full: usize,
    /// Pools that do not hold what is planned.
    pub short: usize,
    /// IPv6 pools and subnets that are not in the list, because nobody fills them.
    pub endless: usize,
    /// The SNAT pool that is full first when hosts are added.
    pub first: Option<String>,
}

/// One pool.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// What is handed out.
    pub kind: Kind,
    /// What people call it.
    pub name: String,
    /// Its prefix or ranges; of a limit, where the figure is from.
    pub range: String,
    /// Where it is written; null for what stands in no file.
    pub place: Option<Place>,
    /// How many there are.
    pub size: u64,
    /// How many of them are never handed out: network, broadcast and gateway addresses, and what allocation pools leave out.
    pub reserved: u64,
    /// How many are handed out.
    pub used: u64,
    /// To whom.
    pub uses: Vec<Use>,
    /// How many are handed out when the site has grown.
    pub planned: u64,
    /// How many are left.
    pub free: u64,
    /// Whether every new compute host takes one.
    pub grows: bool,
    /// How many are left after growth; what is missing is negative.
    pub free_after_growth: i64,
    /// The length of the smallest prefix that holds what is used after growth; null where it is no prefix.
    pub smallest_prefix: Option<u8>,
    /// The length of the smallest prefix that leaves room for a quarter more.
    pub recommended_prefix: Option<u8>,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// JSON for programs; see `schema/pools.schema.json`.
#[must_use]
pub fn json(pools: &Pools, sources: &SourceMap) -> String {
    let report = Report {
        format_version: "1.1",
        hosts: Hosts { declared: pools.hosts, planned: pools.planned },
        summary: Summary {
            pools: pools.rows.len(),
            full: full(pools),
            short: pools.short().count(),
            endless: pools.endless,
            first: pools.first().map(|row| row.name.clone()),
        },
        pools: pools.rows.iter().map(|row| pool(row, sources)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&report).expect("a report holds only strings and numbers");
    text.push('\n');
    text
}

fn pool(row: &Row, sources: &SourceMap) -> Pool {
    Pool {
        kind: row.kind,
        name: row.name.clone(),
        range: row.range.clone(),
        place: row.span.map(|span| place(sources, span)),
        size: row.size,
        reserved: row.reserved,
        used: row.used(),
        uses: row.uses.clone(),
        planned: row.planned(),
        free: row.free(),
        grows: row.grows,
        free_after_growth: row.after(),
        smallest_prefix: row.smallest,
        recommended_prefix: row.recommended,
    }
}

fn place(sources: &SourceMap, span: Span) -> Place {
    let file = sources.file(span.file);
    let at = file.position(span.start as usize);
    Place { file: file.name.clone(), line: at.line, column: at.column }
}

/// The pools with nothing left.
fn full(pools: &Pools) -> usize {
    pools.rows.iter().filter(|row| row.free() == 0).count()
}

/// The columns; those of numbers are set to the right.
const COLUMNS: [(&str, bool); 11] = [
    ("pool", false),
    ("range", false),
    ("size", true),
    ("reserved", true),
    ("used", true),
    ("free", true),
    ("planned", true),
    ("after growth", true),
    ("runs out after", false),
    ("would do", false),
    ("written at", false),
];

/// A table for people, and what it comes to.
#[must_use]
pub fn human(pools: &Pools, sources: &SourceMap) -> String {
    let heads = COLUMNS.map(|(head, _)| head.to_owned());
    let lines: Vec<[String; 11]> =
        std::iter::once(heads).chain(pools.rows.iter().map(|row| cells(row, sources))).collect();
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..COLUMNS.len()).map(width).collect();
    let mut out = String::new();
    for line in &lines {
        let mut text = String::new();
        for ((cell, width), (_, right)) in line.iter().zip(&widths).zip(COLUMNS) {
            let _ = if right { write!(text, "{cell:>width$}  ") } else { write!(text, "{cell:<width$}  ") };
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&totals(pools));
    out
}

fn cells(row: &Row, sources: &SourceMap) -> [String; 11] {
    let (one, several) = row.kind.nouns();
    let runs_out = match row.free() {
        0 => "full".to_owned(),
        1 => format!("1 more {one}"),
        free => format!("{free} more {several}"),
    };
    let would_do = match (row.smallest, row.recommended) {
        (Some(smallest), Some(recommended)) if smallest != recommended => format!("/{smallest}, better /{recommended}"),
        (Some(smallest), _) => format!("/{smallest}"),
        (None, _) => "-".to_owned(),
    };
    let written = row.span.map(|span| place(sources, span));
    [
        row.name.clone(),
        row.range.clone(),
        row.size.to_string(),
        row.reserved.to_string(),
        row.used().to_string(),
        // What is missing today is negative, so that the figures of a row add up.
        signed(row).to_string(),
        row.planned().to_string(),
        row.after().to_string(),
        runs_out,
        would_do,
        written.map_or_else(|| "-".to_owned(), |at| format!("{}:{}", at.file, at.line)),
    ]
}

/// The lines below the table.
fn totals(pools: &Pools) -> String {
    let plural = |number: usize, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let mut out = format!("{}, {}", plural(pools.rows.len(), "pool"), plural(pools.hosts, "compute host"));
    if pools.planned > pools.hosts {
        let _ = write!(out, ", {} planned", pools.planned);
    }
    let _ = write!(out, ": {} full, {} short of what is planned", full(pools), pools.short().count());
    if pools.endless > 0 {
        let _ = write!(out, "; {} of IPv6 that nobody fills left out", plural(pools.endless, "pool"));
    }
    out.push('\n');
    if let Some(row) = pools.first() {
        let _ = match row.free() {
            0 => writeln!(out, "the next host finds no address in `{}`", row.name),
            free => writeln!(out, "first to run out as hosts are added: `{}`, after {}", row.name, {
                let free = usize::try_from(free).unwrap_or(usize::MAX);
                plural(free, "more host")
            }),
        };
    }
    out
}

/// What is left today, negative where more is wanted than there is.
fn signed(row: &Row) -> i128 {
    i128::from(row.capacity()) - i128::from(row.used())
}
