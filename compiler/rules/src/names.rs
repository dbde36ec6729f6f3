//! Names on APIC: too long, illegal, colliding or reserved once they are mapped.

mod case_only;
mod default_system_id;
mod domain_name;
mod name_chars;
mod name_collision;
mod name_long;
mod named;
mod reserved_name;
mod shared_fixed_name;
mod use_name_risk;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &name_long::RULE,
    &name_chars::RULE,
    &name_collision::RULE,
    &default_system_id::RULE,
    &domain_name::RULE,
    &reserved_name::RULE,
    &case_only::RULE,
    &use_name_risk::RULE,
    &shared_fixed_name::RULE,
];
