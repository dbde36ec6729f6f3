//! "Did you mean": the nearest of a set of names.

use strsim::osa_distance;

/// The one name that is nearest to what was written, if it is near enough: one change for up to five characters, two
/// up to ten, three above. Two that are equally near give none.
#[must_use]
pub fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // Nothing is near to a text of a hundred characters, and comparing costs its length.
    if written.chars().count() > 64 {
        return None;
    }
    let plain = plain(written);
    let length = plain.chars().count();
    let limit = match length {
        0 => return None,
        1..=5 => 1,
        6..=10 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    // A distance is at least the difference in length, and comparing is what costs.
    let own = letters(&plain);
    let may_be = |name: &&str| name.len().abs_diff(length) <= limit && differ(own, letters(name)) <= limit;
    for name in names.into_iter().filter(may_be) {
        let distance = osa_distance(&plain, &name.to_lowercase());
        match best {
            Some((other, known)) if distance == other && known != name => tied = true,
            Some((other, _)) if distance >= other => {}
            _ => (best, tied) = (Some((distance, name)), false),
        }
    }
    best.filter(|(distance, _)| *distance <= limit && !tied).map(|(_, name)| name)
}

/// Which letters a text has, a bit for each whatever its case; of a text that is not ASCII nothing is known.
fn letters(text: &str) -> Option<u64> {
    let bit = |byte: u8| 1u64 << (byte.to_ascii_lowercase() % 64);
    text.bytes().try_fold(0, |found, byte| byte.is_ascii().then(|| found | bit(byte)))
}

/// A distance is at least the number of letters that one of the two lacks: a change brings one.
fn differ(own: Option<u64>, other: Option<u64>) -> usize {
    let (Some(own), Some(other)) = (own, other) else { return 0 };
    (own & !other).count_ones().max((other & !own).count_ones()) as usize
}

/// Lower case, hyphens as underscores, without leading digits.
#[must_use]
pub(super) fn plain(written: &str) -> String {
    written.to_lowercase().replace('-', "_").trim_start_matches(|c: char| c.is_ascii_digit()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn one_near_name_is_suggested_and_a_tie_is_not() {
        assert_eq!(nearest("apic_usrname", ["apic_username", "apic_password"]), Some("apic_username"));
        assert_eq!(nearest("external_egp", ["external_epg"]), Some("external_epg"));
        assert_eq!(nearest("pota", ["porta", "potan"]), None);
        assert_eq!(nearest("something_else", ["apic_username"]), None);
    }
}
