//! `apic_vpc_pairs`: which switches are a vPC pair.

use std::collections::BTreeMap;

/// The other member of each switch, as the driver keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VpcPairs(BTreeMap<String, String>);

impl VpcPairs {
    /// Reads the items of the option. What is not `id:id`, digits only, is dropped without a word; of a switch in two
    /// pairs the last counts, and the earlier partner still points to it.
    #[must_use]
    pub fn new<'a>(items: impl IntoIterator<Item = &'a str>) -> Self {
        let mut pairs = BTreeMap::new();
        for item in items {
            let Some((first, second)) = item.split_once(':').filter(|(a, b)| is_number(a) && is_number(b)) else {
                continue;
            };
            pairs.insert(first.to_owned(), second.to_owned());
            pairs.insert(second.to_owned(), first.to_owned());
        }
        Self(pairs)
    }

    /// The other member of a switch.
    #[must_use]
    pub fn partner(&self, switch: &str) -> Option<&str> {
        self.0.get(switch).map(String::as_str)
    }

    /// Every switch with its partner.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(switch, partner)| (switch.as_str(), partner.as_str()))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
