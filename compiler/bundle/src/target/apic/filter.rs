//! Filters: one entry without attributes, which matches everything. What an instance may send is the host's business.

use aciform_fabric::model::{Fabric, Filter};

use super::class;
use super::object::Object;

/// A filter with its entry.
pub(super) fn object(fabric: &Fabric, filter: &Filter) -> Object {
    let mark = &fabric.system.annotation;
    let entry = Object::new(&class::FILTER_ENTRY, &[&filter.entry]).mark(mark);
    Object::new(&class::FILTER, &[&filter.name]).mark(mark).because(filter.source).child(entry)
}
