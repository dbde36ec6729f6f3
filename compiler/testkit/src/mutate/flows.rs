//! Mutations of flow sets, line by line: a flow gone, added, or with another match, action, priority or table.

use super::{Artifact, Draw, Edit, Kind};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Artifact::Flows, "remove-flow", remove_flow),
    Kind::new(Artifact::Flows, "add-flow", add_flow),
    Kind::new(Artifact::Flows, "change-match", change_match),
    Kind::new(Artifact::Flows, "remove-match", remove_match),
    Kind::new(Artifact::Flows, "change-action", change_action),
    Kind::new(Artifact::Flows, "remove-action", remove_action),
    Kind::new(Artifact::Flows, "swap-actions", swap_actions),
    Kind::new(Artifact::Flows, "drop-instead", drop_instead),
    Kind::new(Artifact::Flows, "change-priority", change_priority),
    Kind::new(Artifact::Flows, "change-next-table", change_next_table),
    Kind::new(Artifact::Flows, "change-table", change_table),
    Kind::new(Artifact::Flows, "change-cookie", change_cookie),
];

/// A line taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// `cookie=…`, `table=…`, `send_flow_rem`, as written and in order.
    pub(crate) front: Vec<String>,
    pub(crate) priority: String,
    pub(crate) matches: Vec<String>,
    pub(crate) actions: Vec<String>,
}

impl Flow {
    pub(crate) fn read(line: &str) -> Option<Self> {
        let (head, actions) = line.split_once(" actions=")?;
        let (front, matches) = head.split_once("priority=")?;
        let mut matches = matches.split(',').map(str::to_owned);
        Some(Self {
            front: front.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            priority: matches.next()?,
            matches: matches.collect(),
            actions: split(actions),
        })
    }

    fn write(&self) -> String {
        let mut line = String::new();
        for word in &self.front {
            line += word;
            line += if word.contains('=') { ", " } else { " " };
        }
        let matches: String = self.matches.iter().flat_map(|part| [",", part]).collect();
        line + "priority=" + &self.priority + &matches + " actions=" + &self.actions.join(",")
    }

    /// The number of its table.
    pub(crate) fn table(&self) -> &str {
        self.front.iter().find_map(|word| word.strip_prefix("table=")).unwrap_or("0")
    }
}

/// Splits at the commas that are in no parentheses.
fn split(actions: &str) -> Vec<String> {
    let mut depth = 0usize;
    let mut parts = vec![String::new()];
    for c in actions.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match parts.last_mut() {
            Some(part) if c != ',' || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts
}

/// What fields and actions hold, by what they are for.
pub(super) fn values(text: &str) -> impl Iterator<Item = (String, String)> {
    text.lines().filter_map(Flow::read).flat_map(|flow| {
        let mut found = Vec::new();
        for part in &flow.matches {
            found.extend(part.split_once('=').map(|(key, value)| (format!("match {key}"), value.to_owned())));
        }
        for action in &flow.actions {
            found.extend(value_of(action).map(|(key, value, _)| (key, value.to_owned())));
        }
        found
    })
}

/// The value in an action: what it is for, itself, and where it begins.
fn value_of(action: &str) -> Option<(String, &str, usize)> {
    let (name, rest) = action.split_once(':')?;
    let (value, target) = rest.split_once("->").unwrap_or((rest, ""));
    let field = value.contains("NX") || value.contains("OXM");
    (!field).then(|| (format!("{name} {target}"), value, name.len() + 1))
}

/// Changes one flow of one host; the change says what was there and what is.
fn flow(draw: &mut Draw<'_>, change: impl Fn(&mut Draw<'_>, &mut Flow) -> Option<()>) -> Option<Edit> {
    let (path, text, lines, at) = line(draw)?;
    let mut flow = Flow::read(lines[at])?;
    change(draw, &mut flow)?;
    let new = flow.write();
    let old = lines[at].to_owned();
    Some(Edit::file(path, replaced(text, at, Some(&new)), &format!("line {}", at + 1), old, new))
}

fn line<'a>(draw: &mut Draw<'a>) -> Option<(&'a str, &'a str, Vec<&'a str>, usize)> {
    let (path, text) = draw.file(Artifact::Flows)?;
    let lines: Vec<&str> = text.lines().collect();
    let flows: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains(" actions=")).collect();
    let at = draw.one(&flows)?;
    Some((path, text, lines, at))
}

/// The text with another line, or without it.
pub(super) fn replaced(text: &str, at: usize, new: Option<&str>) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        match new {
            Some(new) if number == at => out += new,
            None if number == at => continue,
            _ => out += line,
        }
        out.push('\n');
    }
    out
}

fn remove_flow(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let (path, text, lines, at) = line(draw)?;
    Some(Edit::file(path, replaced(text, at, None), &format!("line {}", at + 1), lines[at], ""))
}

/// A second flow, like one that is there but for another match.
fn add_flow(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let (path, text, lines, at) = line(draw)?;
    let mut flow = Flow::read(lines[at])?;
    another_match(draw, &mut flow)?;
    let new = flow.write();
    let both = format!("{}\n{new}", lines[at]);
    Some(Edit::file(path, replaced(text, at, Some(&both)), &format!("below line {}", at + 1), "", new))
}

fn change_match(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, another_match)
}

fn another_match(draw: &mut Draw<'_>, flow: &mut Flow) -> Option<()> {
    let with_value: Vec<usize> = (0..flow.matches.len()).filter(|at| flow.matches[*at].contains('=')).collect();
    let at = draw.one(&with_value)?;
    let (key, value) = flow.matches[at].split_once('=')?;
    let new = format!("{key}={}", draw.pool.other(draw.dice, &format!("match {key}"), value));
    flow.matches[at] = new;
    Some(())
}

fn remove_match(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, |draw, flow| {
        let at = (!flow.matches.is_empty()).then(|| draw.dice.index(flow.matches.len()))?;
        let _ = flow.matches.remove(at);
        Some(())
    })
}

fn change_action(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, |draw, flow| {
        let valued: Vec<usize> = (0..flow.actions.len())
            .filter(|at| value_of(&flow.actions[*at]).is_some() && !flow.actions[*at].starts_with("goto_table"))
            .collect();
        let at = draw.one(&valued)?;
        let action = flow.actions[at].clone();
        let (key, value, start) = value_of(&action)?;
        let new = draw.pool.other(draw.dice, &key, value);
        flow.actions[at] = format!("{}{new}{}", &action[..start], &action[start + value.len()..]);
        Some(())
    })
}

fn remove_action(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, |draw, flow| {
        // Without its only action a line is none; dropping instead is a kind of its own.
        let at = (flow.actions.len() > 1).then(|| draw.dice.index(flow.actions.len()))?;
        let _ = flow.actions.remove(at);
        Some(())
    })
}

fn swap_actions(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, |draw, flow| {
        // An instruction stands last and cannot be moved.
        let movable =
            flow.actions.iter().take_while(|it| !it.starts_with("goto") && !it.starts_with("write_m")).count();
        let at = (movable > 1).then(|| draw.dice.index(movable - 1))?;
        flow.actions.swap(at, at + 1);
        Some(())
    })
}

fn drop_instead(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, |_, flow| {
        flow.actions = vec!["drop".to_owned()];
        Some(())
    })
}

fn change_priority(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    let (path, text, lines, at) = line(draw)?;
    let mut flow = Flow::read(lines[at])?;
    let flows = lines.iter().filter_map(|line| Flow::read(line)).filter(|other| other.table() == flow.table());
    let used: Vec<u32> = flows.filter_map(|flow| flow.priority.parse().ok()).collect();
    let old: u32 = flow.priority.parse().ok()?;
    let new = if draw.dice.once_in(2) { draw.one(&used)? } else { old ^ 1 };
    flow.priority = new.to_string();
    let new = flow.write();
    Some(Edit::file(path, replaced(text, at, Some(&new)), &format!("line {}", at + 1), lines[at], new))
}

fn change_next_table(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, |draw, flow| {
        let own: u8 = flow.table().parse().ok()?;
        let action =
            flow.actions.iter_mut().find(|it| it.starts_with("goto_table:") || it.starts_with("resubmit(,"))?;
        let (start, end) = if action.starts_with('g') { ("goto_table:", "") } else { ("resubmit(,", ")") };
        let old: u8 = action.strip_prefix(start)?.strip_suffix(end)?.parse().ok()?;
        let new = [old.wrapping_sub(1), old + 1, 5, 9, 12, 13, 14][draw.dice.index(7)];
        if new == old || new <= own && end.is_empty() {
            return None;
        }
        *action = format!("{start}{new}{end}");
        Some(())
    })
}

fn change_table(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, |draw, flow| {
        let word = flow.front.iter_mut().find(|word| word.starts_with("table="))?;
        let old: u8 = word.strip_prefix("table=")?.parse().ok()?;
        let new = if draw.dice.once_in(2) { old + 1 } else { old.checked_sub(1)? };
        *word = format!("table={new}");
        Some(())
    })
}

fn change_cookie(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    flow(draw, |draw, flow| {
        let word = flow.front.iter_mut().find(|word| word.starts_with("cookie="))?;
        let old = u64::from_str_radix(word.strip_prefix("cookie=0x")?, 16).ok()?;
        let new = if draw.dice.once_in(2) { old ^ 1 } else { old ^ 2 };
        *word = format!("cookie={new:#x}");
        Some(())
    })
}
