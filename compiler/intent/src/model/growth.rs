//! What a site plans for.

use std::collections::BTreeMap;

use aciform_diagnostics::Spanned;

/// What to plan for; of what is absent nothing more is planned.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    /// Compute hosts.
    pub compute_hosts: Option<Spanned<Increase>>,
    /// Floating IPs.
    pub floating_ips: Option<FloatingGrowth>,
    /// How many percent more ports every subnet of a project is to hold.
    pub ports: Option<Spanned<u32>>,
}

/// Floating IPs to plan for.
#[derive(Clone, Debug)]
pub enum FloatingGrowth {
    /// On every external network that has subnets for them.
    Every(Spanned<Increase>),
    /// By external network, each with the place of its name.
    Each(BTreeMap<String, (Spanned<String>, Spanned<Increase>)>),
}

/// How many of something to plan for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Increase {
    /// So many in all.
    Total(u32),
    /// So many more than declared: `+8`.
    Plus(u32),
    /// So many percent more than declared, rounded up: `+25%`.
    Percent(u32),
}

impl Increase {
    /// How many are planned for where so many are declared; never fewer than those.
    #[must_use]
    pub fn of(self, declared: usize) -> usize {
        let wide = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        match self {
            Self::Total(total) => declared.max(wide(total)),
            Self::Plus(more) => declared.saturating_add(wide(more)),
            Self::Percent(percent) => declared.saturating_add(declared.saturating_mul(wide(percent)).div_ceil(100)),
        }
    }

    /// How many more than declared.
    #[must_use]
    pub fn more(self, declared: usize) -> usize {
        self.of(declared) - declared
    }
}
