//! `growth` of `aciform.yaml`.

use std::collections::BTreeMap;

use aciform_diagnostics::{Applicability, Spanned};

use super::node::{Node, Value};
use super::reader::Reader;
use super::scalars::is_decimal;
use super::shapes;
use crate::codes;
use crate::model::{FloatingGrowth, Growth, Increase};

/// Reads what a site plans for.
pub(super) fn growth(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> Growth {
    let Some(fields) = shapes::Growth::read(reader, node) else { return Growth::default() };
    Growth {
        compute_hosts: fields.compute_hosts.and_then(|node| increase(reader, node)),
        floating_ips: fields.floating_ips.and_then(|node| floating_ips(reader, node)),
        ports: fields.ports.and_then(|node| share(reader, node)),
    }
}

/// One number for every external network, or one for each that is named.
fn floating_ips(reader: &mut Reader<'_>, node: Node<'_>) -> Option<FloatingGrowth> {
    match node.value {
        Value::Map(_) => {
            let mut each = BTreeMap::new();
            for (name, span, _, value) in reader.entries(Some(node)) {
                if let Some(increase) = increase(reader, value) {
                    each.entry(name.to_owned()).or_insert((Spanned::new(name.to_owned(), span), increase));
                }
            }
            Some(FloatingGrowth::Each(each))
        }
        Value::Scalar(..) => increase(reader, node).map(FloatingGrowth::Every),
        Value::List(_) | Value::Gone => {
            let help = format!("write `{}: {{EXTERNAL_NETWORK: 40}}`", node.name);
            reader.wrong_type(node, "one number, or a map of numbers by external network", help);
            None
        }
    }
}

/// `40`, `+8` or `+25%`.
fn increase(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Spanned<Increase>> {
    const EXPECTED: &str = "a total as `40`, or growth as `\"+8\"` or `\"+25%\"`";
    let text = reader.scalar(node, EXPECTED)?;
    let increase = match (text.strip_prefix('+'), text.strip_suffix('%')) {
        (Some(more), Some(_)) => more.strip_suffix('%').and_then(number).map(Increase::Percent),
        (Some(more), None) => number(more).map(Increase::Plus),
        (None, Some(_)) => None,
        (None, None) => number(text).map(Increase::Total),
    };
    if increase.is_none() {
        refuse(reader, node, text, EXPECTED);
    }
    increase.map(|increase| Spanned::new(increase, node.span))
}

/// `+25%`: a number of ports is no plan for subnets of every size.
fn share(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Spanned<u32>> {
    const EXPECTED: &str = "a share of the ports on each subnet, as `\"+25%\"`";
    let text = reader.scalar(node, EXPECTED)?;
    let percent = text.strip_prefix('+').and_then(|text| text.strip_suffix('%')).and_then(number);
    if percent.is_none() {
        refuse(reader, node, text, EXPECTED);
    }
    percent.map(|percent| Spanned::new(percent, node.span))
}

/// Refuses what is none of those; a share without its sign is most likely meant as growth.
fn refuse(reader: &mut Reader<'_>, node: Node<'_>, text: &str, expected: &str) {
    let Some(percent) = text.strip_suffix('%').and_then(number) else {
        reader.value(node, expected, None);
        return;
    };
    let meant = format!("\"+{percent}%\"");
    let message = format!("`{}` takes {expected}, not {}", node.name, node.described());
    let help = format!("write `{}: {meant}`", node.name);
    let fix = (Applicability::Unsafe, node.unquoted(&meant));
    reader.report_fix(&codes::VALUE, node.place(), message, help, fix);
}

fn number(digits: &str) -> Option<u32> {
    if is_decimal(digits) { digits.parse().ok() } else { None }
}
