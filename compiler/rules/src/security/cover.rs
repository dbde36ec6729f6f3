//! Which of some rules lets through all that another does, looked up without comparing each with each.

use std::collections::BTreeMap;

use aciform_diagnostics::Span;
use aciform_intent::model::{Direction, EtherType, Rule};

/// Direction, family and protocol number; `None`: any protocol.
type Class = (Direction, EtherType, Option<u8>);

/// Rules that hold for everybody, by what they are about.
#[derive(Debug, Default)]
pub(super) struct Cover {
    spans: Vec<Span>,
    /// Rules for a whole protocol.
    whole: BTreeMap<Class, usize>,
    /// Port ranges by their first port, each with the one up to there that reaches farthest: its last port and its rule.
    ports: BTreeMap<Class, BTreeMap<u16, (u16, usize)>>,
    /// ICMP types with their code.
    icmp: BTreeMap<(Class, u8, Option<u8>), usize>,
}

impl Cover {
    /// Takes in the wide rules.
    pub(super) fn of<'a>(rules: impl Iterator<Item = &'a Rule>) -> Self {
        let mut cover = Self::default();
        for rule in rules {
            let (at, class) = (cover.spans.len(), class(rule));
            cover.spans.push(rule.span);
            match (&rule.port, &rule.icmp) {
                (Some(port), _) => {
                    let ranges = cover.ports.entry(class).or_default();
                    let known = ranges.entry(port.value.first).or_insert((port.value.last, at));
                    if known.0 < port.value.last {
                        *known = (port.value.last, at);
                    }
                }
                (None, Some(icmp)) => {
                    cover.icmp.entry((class, icmp.value.kind, icmp.value.code)).or_insert(at);
                }
                (None, None) => {
                    cover.whole.entry(class).or_insert(at);
                }
            }
        }
        for ranges in cover.ports.values_mut() {
            let mut farthest = (0, 0);
            for range in ranges.values_mut() {
                farthest = if range.0 > farthest.0 { *range } else { farthest };
                *range = farthest;
            }
        }
        cover
    }

    /// A wide rule that lets through all that a rule does.
    pub(super) fn covers(&self, rule: &Rule) -> Option<usize> {
        let class = class(rule);
        let any = (class.0, class.1, None);
        if let Some(wide) = self.whole.get(&any).or_else(|| self.whole.get(&class)) {
            return Some(*wide);
        }
        if let Some(port) = &rule.port {
            let (_, (last, wide)) = self.ports.get(&class)?.range(..=port.value.first).next_back()?;
            return (*last >= port.value.last).then_some(*wide);
        }
        let icmp = rule.icmp.as_ref()?.value;
        let codes = [None, icmp.code];
        codes.into_iter().find_map(|code| self.icmp.get(&(class, icmp.kind, code)).copied())
    }

    /// Where a wide rule stands.
    pub(super) fn span(&self, rule: usize) -> Span {
        self.spans[rule]
    }
}

fn class(rule: &Rule) -> Class {
    (rule.direction, rule.ethertype, rule.protocol.as_ref().map(|protocol| protocol.value.0))
}
