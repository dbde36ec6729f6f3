//! What other YAML readers take a plain scalar for.
//!
//! Here a plain scalar is what its key makes of it; a reader of YAML 1.1 (PyYAML, Ansible) or of the 1.2 core schema guesses from the text.

/// What at least one common reader makes of plain text that we take as text.
pub(super) fn taken_for(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "" | "~" | "null" => Some("null"),
        "true" | "false" | "yes" | "no" | "on" | "off" => Some("a truth value"),
        _ if is_number(&lower) => Some("a number"),
        _ if is_date(&lower) => Some("a date"),
        _ => None,
    }
}

/// Integers and floats of either schema, underscores and sexagesimal groups included; `text` in lower case.
fn is_number(text: &str) -> bool {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let starts_well = body.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    starts_well && (is_radix(body) || is_sexagesimal(body) || is_decimal(body) || matches!(body, ".inf" | ".nan"))
}

fn is_radix(body: &str) -> bool {
    let digits = |prefix: &str, radix: u32| {
        body.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c == '_' || c.is_digit(radix)))
    };
    digits("0x", 16) || digits("0o", 8) || digits("0b", 2)
}

/// `12:30`, `1:02:03.5`: the groups behind the first are below 60.
fn is_sexagesimal(body: &str) -> bool {
    let mut groups = body.split(':');
    let first = groups.next().unwrap_or_default();
    let whole = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let below_sixty = |group: &str| whole(group) && group.len() <= 2 && (group.len() == 1 || group < "60");
    let rest: Vec<&str> = groups.collect();
    let Some((last, middle)) = rest.split_last() else { return false };
    let last = last.split_once('.').map_or(*last, |(seconds, _)| seconds);
    first.bytes().all(|b| b.is_ascii_digit() || b == b'_')
        && first.starts_with(|c: char| c.is_ascii_digit())
        && middle.iter().all(|group| below_sixty(group))
        && below_sixty(last)
}

fn is_decimal(body: &str) -> bool {
    let (mantissa, exponent) = body.split_once('e').map_or((body, None), |(m, e)| (m, Some(e)));
    let exponent_fits = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && e.bytes().all(|b| b.is_ascii_digit())
    });
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    exponent_fits && digits(whole) && digits(fraction) && mantissa.bytes().any(|b| b.is_ascii_digit())
}

/// `2017-03-01`, with or without a time behind it.
fn is_date(text: &str) -> bool {
    let day = text.split([' ', 't']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split('-').collect();
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day] if year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2))
}

#[cfg(test)]
mod tests {
    use super::taken_for;

    #[test]
    fn text_that_other_readers_type_is_known() {
        for text in [
            "017",
            "1_000",
            "12:30",
            "1e3",
            "-5",
            "0x1F",
            "0o17",
            "0b11",
            "2.7",
            ".5",
            ".inf",
            "-.NaN",
            "52:54:00:12:34:56",
        ] {
            assert_eq!(taken_for(text), Some("a number"), "{text}");
        }
        for text in ["no", "On", "YES", "true"] {
            assert_eq!(taken_for(text), Some("a truth value"), "{text}");
        }
        assert_eq!(taken_for("~"), Some("null"));
        assert_eq!(taken_for("2017-03-01"), Some("a date"));
    }

    #[test]
    fn names_and_addresses_are_text_to_everybody() {
        for text in
            ["web", "centos-01", "10.0.0.1", "10.0.0.0/8", "fa:16:3e:10:00:17", "L", "e1", "1-2", "y", "2.7.1", "."]
        {
            assert_eq!(taken_for(text), None, "{text}");
        }
    }
}
