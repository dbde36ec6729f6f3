//! Mutations of rule sets of a host and of its namespaces: rules gone, moved, or with another value, chains and policies.

use super::flows::replaced;
use super::{Artifact, Draw, Edit, Kind};

use Artifact::{NamespaceRules, Rules};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Rules, "remove-rule", remove_rule),
    Kind::new(Rules, "swap-rules", swap_rules),
    Kind::new(Rules, "add-rule", add_rule),
    Kind::new(Rules, "remove-match", remove_match),
    Kind::new(Rules, "change-address", change_address),
    Kind::new(Rules, "change-port", change_port),
    Kind::new(Rules, "change-protocol", change_protocol),
    Kind::new(Rules, "change-icmp-type", change_icmp_type),
    Kind::new(Rules, "change-target", change_target),
    Kind::new(Rules, "change-chain", change_chain),
    Kind::new(Rules, "change-interface", change_interface),
    Kind::new(Rules, "change-state", change_state),
    Kind::new(Rules, "change-set", change_set),
    Kind::new(Rules, "change-mac", change_mac),
    Kind::new(Rules, "change-zone", change_zone),
    Kind::new(Rules, "change-comment", change_comment),
    Kind::new(Rules, "change-policy", change_policy),
    Kind::new(Rules, "remove-chain", remove_chain),
    Kind::new(Rules, "remove-declaration", remove_declaration),
    Kind::new(NamespaceRules, "remove-rule", remove_rule),
    Kind::new(NamespaceRules, "swap-rules", swap_rules),
    Kind::new(NamespaceRules, "add-rule", add_rule),
    Kind::new(NamespaceRules, "change-target", change_target),
    Kind::new(NamespaceRules, "change-interface", change_interface),
    Kind::new(NamespaceRules, "change-source", change_source),
    Kind::new(NamespaceRules, "change-policy", change_policy),
];

const STATES: [&str; 5] = ["RELATED,ESTABLISHED", "INVALID", "NEW", "ESTABLISHED", "NEW,RELATED,ESTABLISHED"];
const VERDICTS: [&str; 3] = ["ACCEPT", "DROP", "RETURN"];

/// The words of a rule; a quoted text is one word.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        quoted ^= c == '"';
        match words.last_mut() {
            Some(word) if c != ' ' || quoted => word.push(c),
            _ => words.push(String::new()),
        }
    }
    words
}

/// What options hold, by option.
pub(super) fn values(text: &str) -> impl Iterator<Item = (String, String)> {
    let rules = text.lines().filter(|line| line.starts_with("-A ")).map(words);
    rules.flat_map(|words| {
        let pairs = words.windows(2).filter(|pair| pair[0].starts_with('-') && !pair[1].starts_with('-'));
        pairs.map(|pair| (pair[0].clone(), pair[1].clone())).collect::<Vec<_>>()
    })
}

type Line<'a> = (&'a str, &'a str, Vec<&'a str>, usize);

fn line<'a>(draw: &mut Draw<'a>, artifact: Artifact, fits: impl Fn(&str) -> bool) -> Option<Line<'a>> {
    let (path, text) = draw.file(artifact)?;
    let lines: Vec<&str> = text.lines().collect();
    let fitting: Vec<usize> = (0..lines.len()).filter(|at| fits(lines[*at])).collect();
    let at = draw.one(&fitting)?;
    Some((path, text, lines, at))
}

fn edit((path, text, lines, at): &Line<'_>, new: Option<&str>) -> Edit {
    let place = format!("line {}", at + 1);
    Edit::file(path, replaced(text, *at, new), &place, lines[*at], new.unwrap_or_default())
}

fn is_rule(line: &str) -> bool {
    line.starts_with("-A ")
}

fn remove_rule(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    Some(edit(&line(draw, artifact, is_rule)?, None))
}

fn swap_rules(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text, lines, at) = line(draw, artifact, is_rule)?;
    let chain = |at: usize| lines.get(at).and_then(|line| line.split(' ').nth(1));
    if !lines.get(at + 1).is_some_and(|line| is_rule(line)) || chain(at) != chain(at + 1) {
        return None;
    }
    let half = replaced(text, at, Some(lines[at + 1]));
    let whole = replaced(&half, at + 1, Some(lines[at]));
    let (old, new) = (lines[at].to_owned(), lines[at + 1].to_owned());
    Some(Edit::file(path, whole, &format!("lines {} and {}", at + 1, at + 2), old, new))
}

/// A second rule above one that is there: another value of it, or another verdict.
fn add_rule(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let found = line(draw, artifact, is_rule)?;
    let mut words = words(found.2[found.3]);
    let valued: Vec<usize> = (2..words.len().saturating_sub(1))
        .filter(|at| words[*at].starts_with('-') && !words[at + 1].starts_with('-'))
        .filter(|at| !matches!(words[*at].as_str(), "-m" | "-j" | "--comment"))
        .collect();
    match draw.one(&valued) {
        Some(at) => words[at + 1] = draw.pool.other(draw.dice, &words[at], &words[at + 1]),
        None => *words.last_mut()? = draw.dice.pick(&VERDICTS).to_string(),
    }
    let new = words.join(" ");
    let both = format!("{new}\n{}", found.2[found.3]);
    let (path, text, _, at) = found;
    Some(Edit::file(path, replaced(text, at, Some(&both)), &format!("above line {}", at + 1), "", new))
}

/// A rule without one of its conditions.
fn remove_match(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let found = line(draw, artifact, |line| is_rule(line) && words(line).len() > 4)?;
    let all = words(found.2[found.3]);
    let target = all.iter().position(|word| word == "-j")?;
    let options: Vec<usize> = (2..target).filter(|at| all[*at].starts_with('-')).collect();
    // A module without its option would only not load.
    let options: Vec<usize> =
        options.into_iter().filter(|at| !matches!(all[*at].as_str(), "-m" | "--comment")).collect();
    let from = draw.one(&options)?;
    let to = (from + 1..=target).find(|at| all[*at].starts_with('-'))?;
    let kept: Vec<&str> = all[..from].iter().chain(&all[to..]).map(String::as_str).collect();
    Some(edit(&found, Some(&kept.join(" "))))
}

/// Another value for one of these options.
fn option(draw: &mut Draw<'_>, artifact: Artifact, names: &[&str], listed: &[&str]) -> Option<Edit> {
    let place = |words: &[String]| {
        (0..words.len().saturating_sub(1)).filter(|at| names.contains(&words[*at].as_str())).collect::<Vec<_>>()
    };
    let found = line(draw, artifact, |line| is_rule(line) && !place(&words(line)).is_empty())?;
    let mut words = words(found.2[found.3]);
    let at = draw.one(&place(&words))?;
    let old = words[at + 1].clone();
    let others: Vec<&&str> = listed.iter().filter(|other| **other != old).collect();
    words[at + 1] = match draw.one(&others) {
        Some(other) => (*other).to_owned(),
        None => draw.pool.other(draw.dice, names[0], &old),
    };
    Some(edit(&found, Some(&words.join(" "))))
}

fn change_address(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let name = *draw.dice.pick(&["-s", "-d"]);
    option(draw, artifact, &[name], &[])
}

fn change_port(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let name = *draw.dice.pick(&["--dport", "--sport", "--dports"]);
    option(draw, artifact, &[name], &[])
}

fn change_icmp_type(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let name = *draw.dice.pick(&["--icmpv6-type", "--icmp-type"]);
    option(draw, artifact, &[name], &[])
}

fn change_interface(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let name = *draw.dice.pick(&["--physdev-in", "--physdev-out", "-i", "-o"]);
    option(draw, artifact, &[name], &[])
}

fn change_state(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    option(draw, artifact, &["--state"], &STATES)
}

fn change_set(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    option(draw, artifact, &["--match-set"], &[])
}

fn change_mac(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    option(draw, artifact, &["--mac-source"], &[])
}

fn change_zone(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    option(draw, artifact, &["--zone"], &[])
}

/// Comments do nothing in the kernel.
fn change_comment(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let found = line(draw, artifact, |line| is_rule(line) && line.contains("--comment \""))?;
    let (front, comment) = found.2[found.3].split_once("--comment \"")?;
    Some(edit(&found, Some(&format!("{front}--comment \"not {comment}"))))
}

fn change_source(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    option(draw, artifact, &["--to-source"], &[])
}

/// Both `-p tcp` and `-m tcp`: one alone would not load.
fn change_protocol(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let found = line(draw, artifact, |line| is_rule(line) && (line.contains(" -p tcp") || line.contains(" -p udp")))?;
    let words = words(found.2[found.3]);
    let at = words.iter().position(|word| word == "-p")?;
    let old = words.get(at + 1)?;
    let new = if old == "tcp" { "udp" } else { "tcp" };
    let changed = words.iter().map(|word| if word == old { new } else { word }).collect::<Vec<_>>();
    Some(edit(&found, Some(&changed.join(" "))))
}

fn change_target(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let found = line(draw, artifact, |line| is_rule(line) && line.contains(" -j "))?;
    let mut words = words(found.2[found.3]);
    let at = words.iter().position(|word| word == "-j")? + 1;
    let chains = chains(&found);
    let all: Vec<&str> = chains.iter().copied().chain(VERDICTS).filter(|other| *other != words[at]).collect();
    // A verdict for a verdict, a chain for a chain, mostly.
    let is_verdict = VERDICTS.contains(&words[at].as_str());
    let alike: Vec<&str> = all.iter().copied().filter(|it| VERDICTS.contains(it) == is_verdict).collect();
    let new = if draw.dice.once_in(4) { draw.one(&all) } else { draw.one(&alike) }?;
    new.clone_into(&mut words[at]);
    words.truncate(if is_verdict || VERDICTS.contains(&new) { at + 1 } else { usize::MAX });
    Some(edit(&found, Some(&words.join(" "))))
}

/// The chains of ours in the table of a line.
fn chains<'a>((_, _, lines, at): &Line<'a>) -> Vec<&'a str> {
    let start = lines[..*at].iter().rposition(|line| line.starts_with('*')).unwrap_or(0);
    let table = lines[start..].iter().take_while(|line| **line != "COMMIT");
    table.filter(|line| line.starts_with(':') && line.contains(" - ")).filter_map(|line| declared(line)).collect()
}

fn declared(line: &str) -> Option<&str> {
    line.strip_prefix(':')?.split(' ').next()
}

fn change_chain(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let found = line(draw, artifact, is_rule)?;
    let mut words = words(found.2[found.3]);
    let chains: Vec<&str> = chains(&found).into_iter().filter(|chain| *chain != words[1]).collect();
    draw.one(&chains)?.clone_into(&mut words[1]);
    Some(edit(&found, Some(&words.join(" "))))
}

fn change_policy(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let found = line(draw, artifact, |line| line.starts_with(':') && line.contains(" ACCEPT "))?;
    Some(edit(&found, Some(&found.2[found.3].replace(" ACCEPT ", " DROP "))))
}

/// A chain with its rules and the jumps to it.
fn remove_chain(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text, lines, at) = line(draw, artifact, |line| line.starts_with(':') && line.contains(" - "))?;
    let chain = declared(lines[at])?;
    let end = lines[at..].iter().position(|line| *line == "COMMIT").map_or(lines.len(), |end| at + end);
    let about = |line: &str| {
        let words = words(line);
        words.first().is_some_and(|word| word == "-A")
            && (words[1] == chain || words.last().is_some_and(|it| it == chain))
    };
    let kept =
        lines.iter().enumerate().filter(|(here, line)| *here != at && (!(at..end).contains(here) || !about(line)));
    let text_without: String = kept.flat_map(|(_, line)| [*line, "\n"]).collect();
    debug_assert!(text_without.len() < text.len());
    Some(Edit::file(path, text_without, &format!("line {}", at + 1), chain, ""))
}

fn remove_declaration(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    Some(edit(&line(draw, artifact, |line| line.starts_with(':') && line.contains(" - "))?, None))
}
