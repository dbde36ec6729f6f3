//! What `lint --fix` may do to a file, over the samples and mutants of them: it ends, it breaks nothing that was read,
//! it changes what the findings are about and nothing else.

#[path = "../../../site/fuzz/effect.rs"]
mod effect;
mod lint;
mod mutant;
mod taken;

use aciform_diagnostics::{Applicability, Diagnostic, SourceMap, fix};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use effect::{Touched, shown};
use lint::{Round, lint, lint_but_line_ends};
use mutant::{SAMPLES, mutants};

/// As many rounds as `lint --fix` makes.
const MOST_ROUNDS: usize = 10;

fn seeded() -> ProptestConfig {
    let config = ProptestConfig::default();
    let rng_seed = match config.rng_seed {
        RngSeed::Random => RngSeed::Fixed(2026),
        chosen @ RngSeed::Fixed(_) => chosen,
    };
    ProptestConfig { rng_seed, ..config }
}

proptest! {
    // The same texts each time, so that a run says something about a change; `PROPTEST_RNG_SEED` draws others.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..seeded() })]

    #[test]
    fn safe_fixes_end_and_keep_what_no_finding_is_about(text in mutants()) {
        safe_fixes_hold(&text)?;
    }

    #[test]
    fn unsafe_fixes_break_nothing_that_was_read(text in mutants()) {
        let mut text = text;
        let mut grammar = lint(&text).grammar_errors();
        for _ in 0..MOST_ROUNDS {
            let round = lint(&text);
            places_are_inside(&round.sources, &round.findings)?;
            let Some(after) = round.fixed(Applicability::Unsafe) else { break };
            let left = lint(&after).grammar_errors();
            prop_assert!(left <= grammar, "{grammar} errors of grammar become {left}:\n{text}\n---- after\n{after}");
            (text, grammar) = (after, left);
        }
    }
}

#[test]
fn the_samples_themselves_are_fixed_as_mutants_are() {
    for text in SAMPLES {
        if let Err(error) = safe_fixes_hold(text) {
            panic!("{error}");
        }
    }
}

#[test]
fn a_fix_takes_its_own_finding_away() {
    let mut tried = 0;
    for text in SAMPLES {
        let round = lint(text);
        for finding in round.findings.iter().filter(|finding| finding.fix.is_some()) {
            let alone = std::slice::from_ref(finding);
            let fixed = fix::apply(&round.sources, alone, Applicability::Unsafe);
            let after = fixed.texts.into_values().next().expect("a fix changes the text");
            let same = |round: &Round| {
                round
                    .findings
                    .iter()
                    .filter(|other| other.code == finding.code && other.message == finding.message)
                    .count()
            };
            assert!(same(&lint(&after)) < same(&round), "{} {}\n{after}", finding.code.id, finding.message);
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried} fixes");
}

fn safe_fixes_hold(text: &str) -> Result<(), TestCaseError> {
    let before = shown(text);
    let mut touched = Touched::default();
    let first = lint_but_line_ends(text);
    let grammar = first.grammar_errors();
    let mut round = first;
    let mut rounds = 0;
    loop {
        places_are_inside(&round.sources, &round.findings)?;
        let Some(after) = round.fixed(Applicability::Safe) else { break };
        rounds += 1;
        prop_assert!(
            rounds <= MOST_ROUNDS,
            "after {MOST_ROUNDS} rounds fixes are left:\n{text}\n---- at last\n{after}"
        );
        touched.add(&round.text, &round.findings);
        nothing_between_edits_changes(&round, &after)?;
        line_ends_stay(&round.text, &after)?;
        round = lint_but_line_ends(&after);
    }
    let left = round.grammar_errors();
    prop_assert!(left <= grammar, "{grammar} errors of grammar become {left}:\n{text}\n---- after\n{}", round.text);
    let after = shown(&round.text);
    if let Some(difference) = touched.unexplained(&before, &after) {
        return Err(TestCaseError::fail(format!("{difference}\n{text}\n---- after\n{}", round.text)));
    }
    Ok(())
}

/// Every place lies in its file and splits no character.
fn places_are_inside(sources: &SourceMap, findings: &[Diagnostic]) -> Result<(), TestCaseError> {
    for finding in findings {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in finding.labels.iter().map(|label| label.span).chain(edits) {
            let text = &sources.file(span.file).text;
            prop_assert!(text.get(span.range()).is_some(), "{} {:?} in\n{text}", finding.code.id, span);
        }
    }
    Ok(())
}

/// What lies between the places of all edits is found in the new text, in the same order.
fn nothing_between_edits_changes(round: &Round, after: &str) -> Result<(), TestCaseError> {
    let fixes = round.findings.iter().filter_map(|finding| finding.fix.as_deref());
    let safe = fixes.filter(|fix| fix.applicability == Applicability::Safe);
    let mut spans: Vec<_> = safe.flat_map(|fix| &fix.edits).map(|edit| edit.span.range()).collect();
    spans.sort_by_key(|range| (range.start, range.end));
    let mut rest = after;
    let mut from = 0;
    for range in spans {
        if range.start > from {
            let kept = &round.text[from..range.start];
            // The last line takes its end along where the text had none at its end.
            let shorter = if round.text.ends_with(['\n', '\r']) { kept } else { kept.trim_end_matches(['\n', '\r']) };
            let found = [kept, shorter].into_iter().find_map(|kept| Some(rest.find(kept)? + kept.len()));
            prop_assert!(found.is_some(), "{kept:?} is gone:\n{}\n---- after\n{after}", round.text);
            rest = &rest[found.unwrap_or_default()..];
        }
        from = from.max(range.end);
    }
    prop_assert!(rest.ends_with(&round.text[from..]), "the end changes:\n{}\n---- after\n{after}", round.text);
    Ok(())
}

fn line_ends_stay(before: &str, after: &str) -> Result<(), TestCaseError> {
    let count = |text: &str, end: &str| text.matches(end).count();
    if !before.contains('\r') {
        prop_assert!(!after.contains('\r'), "CR in\n{after:?}");
    } else if count(before, "\r\n") == count(before, "\n") && count(before, "\r\n") == count(before, "\r") {
        prop_assert_eq!(count(after, "\r\n"), count(after, "\n"), "a bare LF in\n{:?}", after);
        prop_assert_eq!(count(after, "\r\n"), count(after, "\r"), "a bare CR in\n{:?}", after);
    }
    Ok(())
}
