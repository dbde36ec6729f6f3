//! A flow with its numbers taken out: what remains tells which flow it is, and the numbers tell what it knows.

/// Where numbers stand that a host or a fabric hands out, by what is in front of them. What is behind an action's number
/// tells a register from an address.
const BEFORE: [&str; 11] =
    ["reg0=", "reg2=", "reg4=", "reg5=", "reg6=", "reg7=", "tun_id=", "pkt_mark=", "in_port=", "output:", "group:"];

const REGISTERS: [&str; 8] = [
    "->NXM_NX_REG0[]",
    "->NXM_NX_REG2[]",
    "->NXM_NX_REG4[]",
    "->NXM_NX_REG5[]",
    "->NXM_NX_REG6[]",
    "->NXM_NX_REG7[]",
    "->NXM_NX_TUN_IPV4_DST[]",
    "->NXM_NX_PKT_MARK[]",
];

/// A flow or what it is expected to be, split.
#[derive(Debug, Default)]
pub(crate) struct Pattern<'a> {
    /// The text with a blank byte for each number.
    pub(crate) shape: String,
    pub(crate) values: Vec<&'a str>,
}

/// Takes the numbers out of a flow.
pub(crate) fn split(flow: &str) -> Pattern<'_> {
    let mut pattern = Pattern { shape: String::with_capacity(flow.len()), values: Vec::new() };
    let mut from = 0;
    // Cookies of rules are small; the others are marks of the agent and part of the shape.
    if let Some(rest) = flow.strip_prefix("cookie=")
        && let Some(end) = rest.find(',')
        && (rest.starts_with('$') || end < "0x8000000000000000".len())
    {
        take(&mut pattern, flow, &mut from, 7, 7 + end);
    }
    let bytes = flow.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        let starts = at == 0 || matches!(bytes[at - 1], b',' | b' ' | b'=');
        let found = starts.then(|| found(&flow[at..])).flatten();
        match found {
            Some((start, end)) => {
                take(&mut pattern, flow, &mut from, at + start, at + end);
                at += end;
            }
            None => at += 1,
        }
    }
    pattern.shape.push_str(&flow[from..]);
    pattern
}

fn take<'a>(pattern: &mut Pattern<'a>, flow: &'a str, from: &mut usize, start: usize, end: usize) {
    pattern.shape.push_str(&flow[*from..start]);
    pattern.shape.push('\u{1}');
    pattern.values.push(&flow[start..end]);
    *from = end;
}

/// The bytes of a number that the next part of a flow holds.
fn found(rest: &str) -> Option<(usize, usize)> {
    match rest.as_bytes().first()? {
        b'r' | b't' | b'p' | b'i' | b'o' | b'g' => {
            let key = BEFORE.iter().find(|key| rest.starts_with(**key))?;
            let value = &rest[key.len()..];
            // A register after `output:` is no number.
            if value.starts_with('N') {
                return None;
            }
            let end = value.find([',', ' ']).unwrap_or(value.len());
            Some((key.len(), key.len() + end))
        }
        b'l' => {
            let value = rest.strip_prefix("load:")?;
            let end = value.find('-')?;
            let behind = &value[end..];
            REGISTERS.iter().any(|register| behind.starts_with(register)).then_some((5, 5 + end))
        }
        _ => None,
    }
}

/// The number of a value; `None` for an unknown or for something else.
pub(crate) fn number(value: &str) -> Option<u64> {
    match value.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => value.parse().ok(),
    }
}

/// The unknown that a value stands for.
pub(crate) fn unknown(value: &str) -> Option<usize> {
    value.strip_prefix(['$', '#'])?.strip_suffix(';')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{split, unknown};

    #[test]
    fn numbers_that_are_handed_out_are_taken_and_marks_and_addresses_stay() {
        let flow = "table=5, priority=20,arp,reg4=0x2,reg6=$7;,arp_tpa=10.0.0.1 actions=load:0x22bdf819ff->NXM_OF_ETH_SRC[],load:0x3->NXM_NX_REG2[],output:12";
        let pattern = split(flow);
        assert_eq!(pattern.values, ["0x2", "$7;", "0x3", "12"]);
        assert_eq!(unknown(pattern.values[1]), Some(7));
        assert!(pattern.shape.contains("load:0x22bdf819ff->NXM_OF_ETH_SRC[]"));
    }

    #[test]
    fn a_rules_cookie_is_a_number_and_the_agents_marks_are_not() {
        assert_eq!(split("cookie=0x1, table=12, priority=8192 actions=drop").values, ["0x1"]);
        assert!(split("cookie=0x4000000000000000, table=12, priority=0 actions=drop").values.is_empty());
    }
}
