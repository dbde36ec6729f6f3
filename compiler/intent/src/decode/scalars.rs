//! Text, truth values, numbers, ids and references, each as the key it stands under wants it.

use std::ops::RangeInclusive;

use aciform_diagnostics::{Applicability, Span, Spanned};
use aciform_syntax::yaml::Style;
use uuid::Uuid;

use super::node::{Node, Value, quoted};
use super::reader::{Reader, is_handle};
use crate::codes;

/// How many parts a reference may have, and how to write one.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) most: usize,
    pub(super) written: &'static str,
}

/// A project or a host.
pub(super) const HANDLE: Form = Form { most: 1, written: "`NAME` or an id" };
/// Something of this project or of another.
pub(super) const QUALIFIED: Form = Form { most: 2, written: "`NAME`, `PROJECT/NAME` or an id" };
/// A network or a subnet of one.
pub(super) const SUBNET: Form =
    Form { most: 3, written: "`NETWORK/SUBNET`, with `PROJECT/` in front for another's, or an id" };
/// A port of an instance or of nobody.
pub(super) const PORT: Form = Form { most: 3, written: "`INSTANCE/PORT`, `PORT` or an id" };

impl Reader<'_> {
    /// Any scalar as text; plain text that other readers type differently is warned of.
    pub(super) fn text(&mut self, node: Option<Node<'_>>) -> Option<Spanned<String>> {
        let node = node?;
        let text = self.scalar(node, "text")?;
        if matches!(node.value, Value::Scalar(_, Style::Plain)) {
            self.warn_unquoted(text, node.span);
        }
        Some(Spanned::new(text.to_owned(), node.span))
    }

    /// Text that is not empty.
    pub(super) fn some_text(&mut self, node: Option<Node<'_>>) -> Option<Spanned<String>> {
        let node = node?;
        let text = self.text(Some(node))?;
        if text.value.trim().is_empty() {
            self.no_value(node, "a text");
            return None;
        }
        Some(text)
    }

    /// A scalar of any style as it is written, for values that are neither text nor number to begin with.
    pub(super) fn scalar<'t>(&mut self, node: Node<'t>, expected: &str) -> Option<&'t str> {
        let text = node.text();
        if text.is_none() {
            if node.is_null() {
                self.no_value(node, expected);
            } else {
                self.wrong_type(node, expected, None);
            }
        }
        text
    }

    /// `true` or `false`, without quotes.
    pub(super) fn boolean(&mut self, node: Option<Node<'_>>) -> Option<Spanned<bool>> {
        let node = node?;
        if node.is_null() {
            self.no_value(node, "`true` or `false`");
            return None;
        }
        match node.plain() {
            Some("true" | "True" | "TRUE") => return Some(Spanned::new(true, node.span)),
            Some("false" | "False" | "FALSE") => return Some(Spanned::new(false, node.span)),
            Some(_) | None => {}
        }
        let meant = node.text().map(str::to_ascii_lowercase).and_then(|text| match text.as_str() {
            "true" | "yes" | "on" | "y" | "1" | "enabled" => Some("true"),
            "false" | "no" | "off" | "n" | "0" | "disabled" => Some("false"),
            _ => None,
        });
        match meant {
            Some(meant) => {
                let help = format!("write `{}: {meant}`", node.name);
                self.wrong_type_fix(node, "`true` or `false`", help, (Applicability::Safe, node.unquoted(meant)));
            }
            None => self.wrong_type(node, "`true` or `false`", None),
        }
        None
    }

    /// A plain decimal number within a range.
    pub(super) fn number(&mut self, node: Option<Node<'_>>, range: RangeInclusive<u32>) -> Option<Spanned<u32>> {
        let node = node?;
        let expected = format!("a number from {} to {}", range.start(), range.end());
        if node.is_null() {
            self.no_value(node, &expected);
            return None;
        }
        let read = node.plain().filter(|text| is_decimal(text));
        let Some(text) = read else {
            // Underscores, leading zeros, signs and quotes: the number that is probably meant, as we write it.
            let digits = node.text().map(|text| text.trim_start_matches('+').replace('_', ""));
            let trimmed = digits.as_deref().map(|text| text.trim_start_matches('0'));
            let quotes = if node.plain().is_none() { ", without quotes" } else { "" };
            match trimmed.filter(|text| is_decimal(text)) {
                Some(meant) => {
                    let same = node.text() == Some(meant);
                    let applicability = if same { Applicability::Safe } else { Applicability::Unsafe };
                    let help = format!("write `{meant}`{quotes}");
                    self.wrong_type_fix(node, &expected, help, (applicability, node.unquoted(meant)));
                }
                None => self.wrong_type(node, &expected, None),
            }
            return None;
        };
        let number = text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.value(node, &expected, None);
        }
        number.map(|number| Spanned::new(number, node.span))
    }

    /// A number of 16 bits.
    pub(super) fn short(&mut self, node: Option<Node<'_>>, range: RangeInclusive<u16>) -> Option<Spanned<u16>> {
        let number = self.number(node, u32::from(*range.start())..=u32::from(*range.end()))?;
        Some(Spanned::new(u16::try_from(number.value).ok()?, number.span))
    }

    /// One word of a list.
    pub(super) fn choice<T: Copy>(&mut self, node: Option<Node<'_>>, words: &[(&str, T)]) -> Option<Spanned<T>> {
        self.word(node, words, |word, text| word == text)
    }

    /// One word of a list in upper or lower case, where Neutron takes either.
    pub(super) fn choice_folded<T: Copy>(&mut self, node: Option<Node<'_>>, words: &[(&str, T)]) -> Option<Spanned<T>> {
        self.word(node, words, str::eq_ignore_ascii_case)
    }

    fn word<T: Copy>(
        &mut self,
        node: Option<Node<'_>>,
        words: &[(&str, T)],
        same: impl Fn(&str, &str) -> bool,
    ) -> Option<Spanned<T>> {
        let node = node?;
        let expected = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        let text = self.scalar(node, &expected)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| same(word, text)) {
            return Some(Spanned::new(*value, node.span));
        }
        let near = super::unknown::nearest(text, words.iter().map(|(word, _)| *word));
        let Some(near) = near else {
            self.value(node, &expected, None);
            return None;
        };
        let message = format!("`{}` takes {expected}, not {}", node.name, node.described());
        let applicability = if near.eq_ignore_ascii_case(text) { Applicability::Safe } else { Applicability::Unsafe };
        let fix = (applicability, node.rewritten(near));
        self.report_fix(&codes::VALUE, node.place(), message, format!("write `{near}`"), fix);
        None
    }

    /// A UUID, with or without hyphens.
    pub(super) fn id(&mut self, node: Option<Node<'_>>) -> Option<Spanned<Uuid>> {
        let node = node?;
        let text = self.scalar(node, "a UUID")?;
        let id = uuid(text);
        if id.is_none() {
            let message = format!("{} is no UUID", quoted(text));
            // Braces and `urn:uuid:` are other programs' ways to write the same.
            let meant = Uuid::try_parse(text).ok().map(|meant| meant.to_string());
            let edit = meant.as_deref().and_then(|meant| node.rewritten(meant));
            let help = match meant {
                Some(meant) => format!("write `{meant}`"),
                None => {
                    "write 32 hex digits as `43591b4f-8635-4ad6-b8d7-c6510dd618ee`, or leave the key out".to_owned()
                }
            };
            self.report_fix(&codes::ID, node.place(), message, help, (Applicability::Safe, edit));
        }
        id.map(|id| Spanned::new(id, node.span))
    }

    /// A reference: handles joined by `/`, or a UUID.
    pub(super) fn reference(&mut self, node: Option<Node<'_>>, form: Form) -> Option<Spanned<String>> {
        let node = node?;
        let text = self.scalar(node, form.written)?;
        if node.plain().is_some() {
            self.warn_unquoted(text, node.span);
        }
        let parts = text.split('/').count();
        if parts > form.most || !text.split('/').all(is_handle) {
            let message = format!("{} is no reference", quoted(text));
            self.report(&codes::REFERENCE, node.place(), message, format!("write {}", form.written));
            return None;
        }
        Some(Spanned::new(text.to_owned(), node.span))
    }

    /// A path of handles as `renamed` has it on its left side.
    pub(super) fn handle_path(
        &mut self,
        text: &str,
        span: Span,
        style: Style,
        parts: &RangeInclusive<usize>,
        form: &str,
    ) -> Option<Spanned<String>> {
        if style == Style::Plain {
            self.warn_unquoted(text, span);
        }
        if !parts.contains(&text.split('/').count()) || !text.split('/').all(is_handle) {
            let message = format!("{} is no path of handles", quoted(text));
            self.report(&codes::REFERENCE, span, message, format!("write `{form}`"));
            return None;
        }
        Some(Spanned::new(text.to_owned(), span))
    }

    /// The same on its right side.
    pub(super) fn rename_target(
        &mut self,
        node: Node<'_>,
        parts: &RangeInclusive<usize>,
        form: &str,
    ) -> Option<Spanned<String>> {
        let text = self.scalar(node, "a path of handles")?;
        let style = if node.plain().is_some() { Style::Plain } else { Style::Quoted };
        self.handle_path(text, node.place(), style, parts, form)
    }

    /// Reports a value outside what the key takes.
    pub(super) fn value(&mut self, node: Node<'_>, expected: &str, help: impl Into<Option<String>>) {
        let message = format!("`{}` takes {expected}, not {}", node.name, node.described());
        let help = help.into().unwrap_or_else(|| format!("write {expected}"));
        self.report(&codes::VALUE, node.place(), message, help);
    }
}

/// Digits without leading zeros.
pub(super) fn is_decimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

/// The hyphenated and the bare form; `urn:` and braces are other people's.
fn uuid(text: &str) -> Option<Uuid> {
    matches!(text.len(), 32 | 36).then(|| Uuid::try_parse(text).ok()).flatten()
}
