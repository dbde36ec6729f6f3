//! A value of the tree in the place where it is read: with its key, aliases followed.

use aciform_diagnostics::{Edit, Span};
use aciform_syntax::yaml::{NodeId, Style, Tree};

/// A value under a key or in a list.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    pub(super) tree: &'t Tree,
    /// The key it stands under; of an entry, the key of its list. Empty for a document.
    pub(super) name: &'t str,
    /// The place of that key; `None` for entries of lists and for documents.
    pub(super) key: Option<Span>,
    /// Where the value is written; behind an alias, its target.
    pub(super) span: Span,
    pub(super) value: Value<'t>,
    /// Whether the value was reached through an alias, and so may be reached again.
    pub(super) aliased: bool,
    /// Whether the value is written for this place alone: no alias stands here, and none may stand for it.
    pub(super) own: bool,
}

/// What stands there.
#[derive(Clone, Copy)]
pub(super) enum Value<'t> {
    Scalar(&'t str, Style),
    List(&'t [NodeId]),
    Map(&'t [(NodeId, NodeId)]),
    /// Behind more aliases than anybody writes; reported once, skipped in silence.
    Gone,
}

impl<'t> Node<'t> {
    /// Where to point when the object as a whole is meant: its key, or itself in a list.
    pub(crate) fn at(&self) -> Span {
        self.key.unwrap_or(self.span)
    }

    /// Where to point when the value is meant; a value of no width is shown by its key.
    pub(super) fn place(&self) -> Span {
        if self.span.start == self.span.end { self.at() } else { self.span }
    }

    /// Whether nothing stands there.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.value, Value::Scalar("" | "~" | "null" | "Null" | "NULL", Style::Plain))
    }

    /// The text of a scalar that is not null.
    pub(super) fn text(&self) -> Option<&'t str> {
        match self.value {
            Value::Scalar(text, _) if !self.is_null() => Some(text),
            Value::Scalar(..) | Value::List(_) | Value::Map(_) | Value::Gone => None,
        }
    }

    /// The text of a scalar without quotes.
    pub(super) fn plain(&self) -> Option<&'t str> {
        match self.value {
            Value::Scalar(text, Style::Plain) => Some(text),
            Value::Scalar(_, Style::Quoted) | Value::List(_) | Value::Map(_) | Value::Gone => None,
        }
    }

    /// Writes another scalar in its place, in the quotes it has. `None` where it is not written as it reads: in a block,
    /// with escapes, behind a tag; and where other places read it too, which may want what stands there.
    pub(super) fn rewritten(&self, new: &str) -> Option<Edit> {
        let Value::Scalar(text, style) = self.value else { return None };
        Some(Edit::replace(inner(self.span, text, style).filter(|_| self.own)?, new))
    }

    /// Writes a plain scalar in its place, without quotes.
    pub(super) fn unquoted(&self, new: &str) -> Option<Edit> {
        let Value::Scalar(text, style) = self.value else { return None };
        inner(self.span, text, style).filter(|_| self.own).map(|_| Edit::replace(self.span, new))
    }

    /// What a message calls the value.
    pub(super) fn described(&self) -> String {
        match self.value {
            _ if self.is_null() => "nothing".to_owned(),
            Value::Scalar(text, Style::Plain) => quoted(text),
            Value::Scalar(text, Style::Quoted) => format!("the text {}", quoted(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
            Value::Gone => "an alias".to_owned(),
        }
    }
}

/// The place of the text itself, inside its quotes if there are some.
pub(super) fn inner(span: Span, text: &str, style: Style) -> Option<Span> {
    if text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let Span { file, start, end } = span;
    let quotes = match style {
        Style::Plain => 0,
        Style::Quoted => 1,
    };
    (span.range().len() == text.len() + 2 * quotes as usize).then(|| Span {
        file,
        start: start + quotes,
        end: end - quotes,
    })
}

/// A text of the input inside a one-line message: control characters visible, long ones cut.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::from("`");
    for (n, c) in text.chars().enumerate() {
        if n == LONGEST {
            shown.push('…');
            break;
        }
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown.push('`');
    shown
}
