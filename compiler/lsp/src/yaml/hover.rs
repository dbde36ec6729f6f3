//! What a key of the intent or of the site file means.

use std::ops::Range;

use super::Facts;
use super::cursor;
use super::outline::Step;
use super::schema::Schema;
use crate::subject::Kind;

/// The Markdown for a place, and the bytes it is about.
pub(crate) fn hover(facts: &Facts, offset: usize, kind: Kind) -> Option<(String, Range<usize>)> {
    let (at, item) = cursor::item(&facts.outline, offset)?;
    let scalar = item.scalar.clone().filter(|scalar| scalar.start <= offset && offset <= scalar.end);
    let on_key = item.key.start <= offset && offset <= item.key.end && item.name().is_some();
    let range = if on_key { item.key.clone() } else { scalar? };
    // An item of a list is explained by the key of the list.
    let mut path = facts.outline.path(Some(at));
    while path.last().is_some_and(|step| matches!(step, Step::Index(_))) {
        path.pop();
    }
    let doc = Schema::of(kind).doc(&path)?;
    let Some(Step::Key(key)) = path.last() else { return None };
    let mut text = format!("**`{key}`**\n\n{}\n", doc.about);
    if let Some(holds) = doc.holds {
        text += &format!("\n{holds}\n");
    }
    if !doc.values.is_empty() {
        let words: Vec<String> = doc.values.iter().map(|word| format!("`{word}`")).collect();
        text += &format!("\n- values: {}\n", words.join(", "));
    }
    Some((text, range))
}
