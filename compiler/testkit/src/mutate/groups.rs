//! Mutations of the two small files beside the flows: group entries, and which port has which number.

use super::flows::replaced;
use super::{Artifact, Draw, Edit, Kind};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(Artifact::Groups, "remove-group", remove_line),
    Kind::new(Artifact::Groups, "remove-bucket", remove_bucket),
    Kind::new(Artifact::Groups, "add-bucket", add_bucket),
    Kind::new(Artifact::Groups, "change-output", change_output),
    Kind::new(Artifact::Ports, "remove-port", remove_line),
    Kind::new(Artifact::Ports, "change-number", change_number),
    Kind::new(Artifact::Ports, "change-name", change_name),
    Kind::new(Artifact::Ports, "swap-numbers", swap_numbers),
];

const BUCKET: &str = ",bucket=";

fn line<'a>(draw: &mut Draw<'a>, artifact: Artifact) -> Option<(&'a str, &'a str, Vec<&'a str>, usize)> {
    let (path, text) = draw.file(artifact)?;
    let lines: Vec<&str> = text.lines().collect();
    let used: Vec<usize> =
        (0..lines.len()).filter(|at| !lines[*at].starts_with('#') && !lines[*at].is_empty()).collect();
    let at = draw.one(&used)?;
    Some((path, text, lines, at))
}

fn remove_line(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text, lines, at) = line(draw, artifact)?;
    Some(Edit::file(path, replaced(text, at, None), &format!("line {}", at + 1), lines[at], ""))
}

fn group(
    draw: &mut Draw<'_>,
    artifact: Artifact,
    change: impl Fn(&mut Draw<'_>, &mut Vec<String>, &[&str]) -> Option<()>,
) -> Option<Edit> {
    let (path, text, lines, at) = line(draw, artifact)?;
    let mut parts: Vec<String> = lines[at].split(BUCKET).map(str::to_owned).collect();
    change(draw, &mut parts, &lines)?;
    let new = parts.join(BUCKET);
    Some(Edit::file(path, replaced(text, at, Some(&new)), &format!("line {}", at + 1), lines[at], new))
}

fn remove_bucket(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    group(draw, artifact, |draw, parts, _| {
        let at = (parts.len() > 2).then(|| 1 + draw.dice.index(parts.len() - 1))?;
        let _ = parts.remove(at);
        Some(())
    })
}

/// The outputs to single ports in any group of the host.
fn outputs(lines: &[&str]) -> Vec<String> {
    let buckets = lines.iter().flat_map(|line| line.split(BUCKET).skip(1));
    buckets.filter(|bucket| bucket.starts_with("actions=output:")).map(str::to_owned).collect()
}

/// A bucket of another group, or one that is there already.
fn add_bucket(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    group(draw, artifact, |draw, parts, lines| {
        let all = outputs(lines);
        let new = (!all.is_empty()).then(|| draw.dice.pick(&all).clone())?;
        parts.insert(1, new);
        Some(())
    })
}

fn change_output(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    group(draw, artifact, |draw, parts, lines| {
        let at = 1 + draw.dice.index(parts.len().checked_sub(1).filter(|buckets| *buckets > 0)?);
        let all = outputs(lines);
        let (front, port) = parts[at].rsplit_once("output:")?;
        let others: Vec<&str> = all.iter().filter_map(|it| it.rsplit_once(':')).map(|(_, port)| port).collect();
        let next = (port.parse::<u32>().ok()? + 1).to_string();
        let new = draw.one(&others).filter(|other| *other != port).unwrap_or(&next).to_owned();
        parts[at] = format!("{front}output:{new}");
        Some(())
    })
}

fn port(draw: &mut Draw<'_>, change: impl Fn(&mut Draw<'_>, &str, &str) -> Option<String>) -> Option<Edit> {
    let (path, text, lines, at) = line(draw, Artifact::Ports)?;
    let (number, name) = lines[at].split_once(' ')?;
    let new = change(draw, number, name)?;
    Some(Edit::file(path, replaced(text, at, Some(&new)), &format!("line {}", at + 1), lines[at], new))
}

fn change_number(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    port(draw, |draw, number, name| {
        let number: u64 = number.parse().ok()?;
        Some(format!("{} {name}", number + 1 + draw.dice.below(40)))
    })
}

fn change_name(draw: &mut Draw<'_>, _: Artifact) -> Option<Edit> {
    port(draw, |draw, number, name| Some(format!("{number} {}", draw.pool.other(draw.dice, "interface-name", name))))
}

fn swap_numbers(draw: &mut Draw<'_>, artifact: Artifact) -> Option<Edit> {
    let (path, text, lines, at) = line(draw, artifact)?;
    let other = (0..lines.len()).filter(|other| *other != at).filter(|other| lines[*other].contains(' '));
    let other = draw.one(&other.collect::<Vec<_>>())?;
    let ((one_number, one), (other_number, two)) = (lines[at].split_once(' ')?, lines[other].split_once(' ')?);
    let half = replaced(text, at, Some(&format!("{other_number} {one}")));
    let whole = replaced(&half, other, Some(&format!("{one_number} {two}")));
    let old = format!("{one_number} {one}, {other_number} {two}");
    let new = format!("{other_number} {one}, {one_number} {two}");
    Some(Edit::file(path, whole, &format!("lines {} and {}", at + 1, other + 1), old, new))
}
