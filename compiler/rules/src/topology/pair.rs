//! The items of `apic_vpc_pairs` with their places.

use aciform_diagnostics::Span;

use super::link::option;
use crate::Input;
use crate::list::items;

/// The items as they are written; none where references make them of other text.
pub(super) fn written<'a>(input: &Input<'a>) -> Vec<(&'a str, Span)> {
    let Some(option) = option(input, "apic_vpc_pairs") else { return Vec::new() };
    match option.entry {
        Some(entry) if entry.value.value == option.text => items(entry),
        Some(_) | None => Vec::new(),
    }
}

/// The two switches of an item that the driver takes.
pub(super) fn switches(item: &str) -> Option<(&str, &str)> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    item.split_once(':').filter(|(one, two)| number(one) && number(two))
}
