//! Generations of names and shapes. One so far: `ml2`, the generation of `ml2_conf_cisco_apic.ini`.

pub(crate) mod apic;
pub(crate) mod ml2;
