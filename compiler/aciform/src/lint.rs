//! What `aciform lint` is asked for: which places, which codes, how findings and fixes come out.

pub(crate) mod known;
pub(crate) mod levels;
pub(crate) mod patch;
pub(crate) mod report;
pub(crate) mod subjects;
