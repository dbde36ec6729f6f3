//! The intent and the site file, as far as they can be read while they are written.

pub(crate) mod complete;
pub(crate) mod cursor;
mod flow;
pub(crate) mod hover;
pub(crate) mod names;
pub(crate) mod outline;
pub(crate) mod schema;

#[cfg(test)]
mod tests;

use names::Names;
use outline::Outline;

/// What stands in one text.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) text: String,
    pub(crate) outline: Outline,
    pub(crate) names: Names,
}

impl Facts {
    pub(crate) fn of(text: String) -> Self {
        let outline = Outline::of(&text);
        let names = Names::of(&outline, &text);
        Self { text, outline, names }
    }
}
