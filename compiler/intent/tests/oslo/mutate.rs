//! Changes to files: of those that happen to operators, and of those that only hurt.

use aciform_intent::ini::options::{GROUPS, normalised};

use crate::random::Random;
use crate::words::{KEYS, LINES, MARKS, TEXTS, values};

/// One change to a text.
pub(crate) fn text(text: &str, random: &mut Random) -> String {
    match random.below(8) {
        0 | 1 => lines(text, random),
        2 | 3 => tokens(text, random),
        4 | 5 => option(text, random),
        6 => free_form(text, random),
        _ => {
            let mut lines = split(text);
            let at = random.below(lines.len());
            lines.insert(at, random.of(LINES).to_owned());
            lines.join("\n")
        }
    }
}

/// Whole lines: moved, doubled, taken out, indented, joined.
fn lines(text: &str, random: &mut Random) -> String {
    let mut lines = split(text);
    let at = random.below(lines.len());
    let other = random.below(lines.len());
    match random.below(12) {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(at, lines[other].clone()),
        2 => lines.swap(at, other),
        3 | 4 => lines[at].insert_str(0, random.of(&["  ", "\t", " ", "\u{a0}", "# ", ";", "\u{1c}"])),
        5 => lines[at] = lines[at].trim_start().to_owned(),
        6 => {
            let next = if at + 1 < lines.len() { lines.remove(at + 1) } else { String::new() };
            lines[at] += random.of(&["", " ", ",", "="]);
            lines[at] += &next;
        }
        7 => {
            let end = random.boundary(&lines[at]);
            let rest = lines[at].split_off(end);
            lines.insert(at + 1, random.of(&["", "  ", "\t"]).to_owned() + &rest);
        }
        8 => {
            // A part of the file again, at another place.
            let part: Vec<String> = lines.iter().skip(at).take(1 + random.below(8)).cloned().collect();
            lines.splice(other..other, part);
        }
        9 => lines.truncate(at + 1),
        10 => {
            // The header of a section is lost.
            let headers: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with('[')).collect();
            if !headers.is_empty() {
                let first = if random.one_in(2) { 0 } else { random.below(headers.len()) };
                lines.remove(headers[first]);
            }
        }
        _ => return text.replace('\n', random.of(&["\r\n", "\n\n", "\r", " \n"])),
    }
    lines.join("\n")
}

/// Parts of a line: quotes, separators, references, headers.
fn tokens(text: &str, random: &mut Random) -> String {
    let mut lines = split(text);
    let at = random.below(lines.len());
    let line = &mut lines[at];
    match random.below(9) {
        0 | 1 => {
            let place = random.boundary(line);
            line.insert_str(place, random.of(MARKS));
        }
        2 => {
            let place = random.boundary(line);
            if let Some(c) = line[place..].chars().next() {
                line.replace_range(place..place + c.len_utf8(), "");
            }
        }
        3 => line
            .push_str(random.of(&["  # note", " ; note", ",", ",,", " ", "\r", "\u{a0}", "\u{200b}", "\"", "]", " ]"])),
        4 => *line = if random.one_in(2) { line.to_uppercase() } else { line.replace('_', "-") },
        5 => {
            let (old, new) =
                [("=", ":"), ("=", " "), (":", "="), ("=", "=="), (" = ", "="), ("[", ""), ("]", "")][random.below(7)];
            *line = line.replacen(old, new, 1);
        }
        6 | 7 => {
            let assignments = assignments(&lines);
            if !assignments.is_empty() {
                let at = assignments[random.below(assignments.len())];
                let (key, value) = lines[at].split_once('=').expect("an assignment");
                let (key, value) = (key.trim_end(), value.trim());
                lines[at] = match random.below(6) {
                    0 => format!("{key} = \"{value}\""),
                    1 => format!("{key} = '{value}'"),
                    2 => format!("{key} = \"'{value}'\""),
                    3 => format!("{key} = {value}$apic_system_id"),
                    4 => format!("{key} = ${{{key}}}"),
                    _ => format!("{key} = {}", random.of(TEXTS)),
                };
            }
        }
        _ => {
            let headers: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with('[')).collect();
            if !headers.is_empty() {
                let at = headers[random.below(headers.len())];
                let name = lines[at].trim_matches(['[', ']']).to_owned();
                lines[at] = match random.below(9) {
                    0 => format!("[{name}"),
                    1 => format!("[ {name} ]"),
                    2 => format!("[{}]", name.to_uppercase()),
                    3 => format!("[{}]", name.replace(':', ": ")),
                    4 => format!("[{name}] # text"),
                    5 => format!("[{}]", name.replace(':', "::")),
                    6 => format!("[{name}]]"),
                    7 => format!(" [{name}]"),
                    _ => format!("[{}]", name.split(':').next().unwrap_or_default()),
                };
            }
        }
    }
    lines.join("\n")
}

/// An option of the table, set to a value of its type or of another, in its own section or in a new one.
fn option(text: &str, random: &mut Random) -> String {
    let mut lines = split(text);
    let group = &GROUPS[random.below(GROUPS.len())];
    let rows: Vec<_> = group.rows().collect();
    let row = rows[random.below(rows.len())];
    let name = match row.deprecated {
        [] => row.name,
        [old, ..] => random.of(&[row.name, old]),
    };
    let value = if random.one_in(4) { random.of(TEXTS) } else { random.of(values(row.kind)) };
    let line = format!("{name} = {value}");
    let is_header = |line: &String| {
        line.strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .is_some_and(|name| normalised(name) == normalised(group.name))
    };
    match lines.iter().position(is_header).filter(|_| !random.one_in(4)) {
        Some(header) => lines.insert(header + 1, line),
        None => {
            let name = if random.one_in(2) { group.name.to_uppercase() } else { group.name.to_owned() };
            lines.push(format!("[{name}]"));
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// A line of a free-form section.
fn free_form(text: &str, random: &mut Random) -> String {
    let mut lines = split(text);
    let headers: Vec<usize> =
        (0..lines.len()).filter(|at| lines[*at].starts_with('[') && lines[*at].contains(':')).collect();
    let line = format!("{} = {}", random.of(KEYS), random.of(TEXTS));
    match headers.len() {
        0 => {
            lines.push("[apic_switch:202]".to_owned());
            lines.push(line);
        }
        count => lines.insert(headers[random.below(count)] + 1, line),
    }
    lines.join("\n")
}

/// One file out of the sections of several, in any order.
pub(crate) fn merged(files: &[&str], random: &mut Random) -> String {
    let mut sections: Vec<String> = Vec::new();
    for file in files {
        for line in split(file) {
            match sections.last_mut() {
                Some(section) if !line.starts_with('[') => *section += &format!("\n{line}"),
                _ => sections.push(line),
            }
        }
    }
    for at in (1..sections.len()).rev() {
        // Mostly as they were.
        if random.one_in(3) {
            let other = random.below(at + 1);
            sections.swap(at, other);
        }
    }
    sections.join("\n")
}

/// One change to bytes, which may end UTF-8.
pub(crate) fn bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    match random.below(6) {
        0 => bytes[at] = u8::try_from(random.below(256)).expect("a byte"),
        1 => bytes.insert(at, b"\n\r\t =:[]#;\"'$\\\0\xe9"[random.below(16)]),
        2 => {
            bytes.remove(at);
        }
        3 => bytes.truncate(at),
        4 => {
            let end = (at + 1 + random.below(20)).min(bytes.len());
            bytes.drain(at..end);
        }
        _ => {
            let other = random.below(bytes.len());
            bytes.swap(at, other);
        }
    }
}

fn split(text: &str) -> Vec<String> {
    text.split('\n').map(str::to_owned).collect()
}

fn assignments(lines: &[String]) -> Vec<usize> {
    (0..lines.len()).filter(|at| lines[*at].contains('=')).collect()
}
