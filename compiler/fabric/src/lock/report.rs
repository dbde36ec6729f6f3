//! What is told when a wish cannot be met, or is met at the cost of another.

use aciform_diagnostics::{Diagnostic, Diagnostics, Spanned};

use super::allocate::{Fixed, Loser, Ordinal, Outcome, Request, scope_bounds};
use super::codes::{
    EQUAL_FACTS, EVICTED_ALLOCATION, FACT_OUTSIDE_RANGE, FULL_POOL, FULL_RANGE, MOVED_ALLOCATION, POOL_CHANGED,
};
use super::kind::Kind;

/// A fixed value that its kind cannot have.
pub(super) fn outside<T: Ordinal>(request: &Request<'_, T>, at: usize, value: Spanned<T>) -> Diagnostic {
    let (nouns, bounds) = (request.kind.nouns(), request.kind.bounds());
    let ranges = format!("{}-{}", bounds.start(), bounds.end());
    let message = format!("{} of `{}` is not among the {nouns} {ranges}", value.value, request.wanted[at].key);
    Diagnostic::at(&FACT_OUTSIDE_RANGE, value.span, message)
        .help(format!("write one of {ranges}, or leave it out to have one handed out"))
}

/// A fixed value that an earlier wish has.
pub(super) fn equal<T: Ordinal>(request: &Request<'_, T>, first: usize, at: usize, value: Spanned<T>) -> Diagnostic {
    let (one, other) = (&request.wanted[first], &request.wanted[at]);
    let message = format!("{} is written for both `{}` and `{}`", value.value, one.key, other.key);
    let mut finding = Diagnostic::at(&EQUAL_FACTS, value.span, message);
    if let Some(place) = one.fixed {
        finding = finding.label(place.span, "the same here");
    }
    finding.help(format!("{} differ {}: correct one of the two", request.kind.nouns(), within(request.scope)))
}

pub(super) fn losers<T: Ordinal>(
    request: &Request<'_, T>,
    outcome: &Outcome<'_, T>,
    losers: &[Loser<T>],
    diagnostics: &mut Diagnostics,
) {
    let Outcome { keys, slots, given } = *outcome;
    let gets = |at: usize| given[at].map_or_else(|| "gets none".to_owned(), |value| format!("gets {value}"));
    let entry = |at: usize| slots.get(&keys[at]).and_then(|slot| slot.span());
    for loser in losers {
        let Some(winner) = loser.winner else { continue };
        let (key, had) = (&keys[loser.wanted], loser.had);
        let message = format!("{had} is written for `{}`; `{key}` had it and {}", keys[winner], gets(loser.wanted));
        let mut finding = Diagnostic::new(&EVICTED_ALLOCATION, message);
        if let Some(fixed) = &request.wanted[winner].fixed {
            finding = finding.label(fixed.span, "written here");
        }
        if let Some(span) = entry(loser.wanted) {
            finding = finding.label(span, "handed out here");
        }
        diagnostics.push(finding);
    }
    // One finding per scope: a pool that moves takes every entry with it.
    let moved: Vec<&Loser<T>> = losers.iter().filter(|loser| loser.winner.is_none()).collect();
    let Some(first) = moved.first() else { return };
    let (key, had) = (&keys[first.wanted], first.had);
    let why = if request.taken.contains(&had) {
        "is taken".to_owned()
    } else {
        format!("lies outside {}", spell(&request.ranges))
    };
    let more = match moved.len() - 1 {
        0 => String::new(),
        1 => "; so does another".to_owned(),
        more => format!("; so do {more} others"),
    };
    let message = format!("{had} of `{key}` {why}: the entry {}{more}", gets(first.wanted));
    let pool = request.wanted[first.wanted].span;
    if let (Kind::Snat, Some(pool)) = (request.kind, pool) {
        let mut finding = Diagnostic::at(&POOL_CHANGED, pool, message);
        if let Some(span) = entry(first.wanted) {
            finding = finding.label(span, "handed out here");
        }
        diagnostics.push(finding.help(
            "plan a migration: the plugin keeps the pool that it has until the external network is created anew",
        ));
        return;
    }
    let mut finding = Diagnostic::new(&MOVED_ALLOCATION, message);
    if let Some(span) = entry(first.wanted).or(request.wanted[first.wanted].span) {
        finding = finding.label(span, "handed out here");
    }
    diagnostics.push(finding);
}

pub(super) fn full<T: Ordinal>(
    request: &Request<'_, T>,
    outcome: &Outcome<'_, T>,
    unseen: &[usize],
    diagnostics: &mut Diagnostics,
) {
    let Outcome { keys, given, .. } = *outcome;
    let without: Vec<usize> = unseen.iter().copied().filter(|at| given[*at].is_none()).collect();
    let Some(first) = without.first() else { return };
    let nouns = request.kind.nouns();
    let owner = if request.scope.is_empty() { "the site".to_owned() } else { format!("`{}`", request.scope) };
    let lack = match without.len() {
        1 => format!("`{}` gets none", keys[*first]),
        lack => format!("{lack} get none, the first is `{}`", keys[*first]),
    };
    let ranges = if request.ranges.is_empty() { String::new() } else { format!(" {}", spell(&request.ranges)) };
    let message = format!("the {nouns}{ranges} of {owner} are used up: {lack}");
    let (code, help) = match request.fixed {
        Fixed::Recorded => (&FULL_RANGE, "remove what is no longer needed there".to_owned()),
        Fixed::Written => (&FULL_POOL, way_out(request, outcome, &without)),
    };
    let mut finding = Diagnostic::new(code, message);
    if let Some(span) = request.wanted[*first].span {
        finding = finding.label(span, "");
    }
    diagnostics.push(finding.help(help));
}

/// What to do about full pools. What is written nowhere yet cannot be freed: only a compile that succeeds writes that
/// a host is gone, so the newcomers have to wait for one.
fn way_out<T: Ordinal>(request: &Request<'_, T>, outcome: &Outcome<'_, T>, without: &[usize]) -> String {
    let (mut written, mut fresh) = (0, 0);
    let (from, to) = scope_bounds(request.scope);
    for (_, slot) in outcome.slots.range::<str, _>((from.as_bound(), to.as_bound())) {
        let had = slot.before().and_then(T::read);
        let reserved = slot.after.is_none() && !slot.dropped && request.kind.leaves_tombstones();
        if reserved && had.is_some_and(|had| request.hands_out(had)) {
            if slot.was_removed() { written += 1 } else { fresh += 1 }
        }
    }
    let addresses = |count: usize| if count == 1 { "1 address".to_owned() } else { format!("{count} addresses") };
    let free = "what is reserved for removed hosts";
    if written >= without.len() {
        return format!("widen the pool, or free {free} with `aciform lock compact` ({})", addresses(written));
    }
    if written + fresh == 0 {
        return "widen the pool, or write an address".to_owned();
    }
    let (newcomers, them) = match without {
        [one] => (format!("`{}`", request.wanted[*one].key), "it"),
        _ => ("those that get none".to_owned(), "them"),
    };
    let count = addresses(written + fresh);
    format!(
        "widen the pool, or free {free} ({count}): compile without {newcomers}, run `aciform lock compact`, then add {them}"
    )
}

/// Up to three ranges, and how many more there are.
fn spell<T: Ordinal>(ranges: &[(T, T)]) -> String {
    let shown: Vec<String> = ranges
        .iter()
        .take(3)
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    match ranges.len() {
        0 => "an empty range".to_owned(),
        1..=3 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), more - 3),
    }
}

fn within(scope: &str) -> String {
    if scope.is_empty() { "within a site".to_owned() } else { format!("within `{scope}`") }
}
