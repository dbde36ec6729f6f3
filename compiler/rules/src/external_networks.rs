//! External networks of the ini and their pools, alone and against the intent.

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[];
