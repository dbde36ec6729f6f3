//! How the tools print back what they were given, where that differs from what we write.
//!
//! Everything that is not on these lists has to come back letter for letter.
//! The order of tables is no respelling: texts are compared table by table (legacy prints them as they were registered, nft in
//! its own order). The order of a set's members is that of a hash, so members are compared as a set.

/// One way of printing the same thing otherwise.
#[derive(Debug)]
pub struct Respelling {
    /// What it is about.
    pub name: &'static str,
    /// Who prints it so.
    pub reason: &'static str,
    /// Brings a line, given or printed, to a common form; `None` drops it.
    pub apply: fn(&str) -> Option<String>,
}

/// Of iptables-save.
pub static RULES: &[Respelling] = &[
    Respelling {
        name: "notes",
        reason: "iptables-save heads and ends each table with a line that has the version and the date",
        apply: |line| (!line.starts_with('#')).then(|| line.to_owned()),
    },
    Respelling {
        name: "counters",
        reason: "the kernel counts packets and bytes of each chain's policy",
        apply: |line| {
            let counters = line.rfind(" [").filter(|_| line.starts_with(':') && line.ends_with(']'));
            Some(counters.map_or_else(|| line.to_owned(), |at| format!("{} [0:0]", &line[..at])))
        },
    },
    Respelling {
        name: "mac-case",
        reason: "Neutron writes MACs in upper case, iptables 1.8.9 prints lower case and other versions upper case",
        apply: |line| Some(change_word_after(line, "--mac-source", str::to_ascii_lowercase)),
    },
    Respelling {
        name: "icmp-type-255",
        reason: "iptables takes ICMP type 255, whatever the code, for every type and prints `any`",
        apply: |line| {
            let is_any = |word: &str| word == "255" || word.starts_with("255/");
            let any = |word: &str| if is_any(word) { "any".to_owned() } else { word.to_owned() };
            Some(change_word_after(line, "--icmp-type", any))
        },
    },
];

/// Of `ipset save`.
pub static SETS: &[Respelling] = &[
    Respelling {
        name: "set-options",
        reason: "ipset prints the defaults in force and the seed of its hash behind the family",
        apply: |line| {
            let keep = if line.starts_with("create ") { 5 } else { usize::MAX };
            Some(line.split(' ').take(keep).collect::<Vec<_>>().join(" "))
        },
    },
    Respelling {
        name: "single-address",
        reason: "ipset prints an address without its length of 32 or 128",
        apply: |line| {
            // Only an IPv6 address can have the length 128, and an IPv6 /32 keeps its length.
            let single = if line.contains(':') { "/128" } else { "/32" };
            Some(line.strip_suffix(single).unwrap_or(line).to_owned())
        },
    },
];

/// Brings a whole text to its common form, line by line.
#[must_use]
pub fn normal<'a>(text: &str, respellings: impl IntoIterator<Item = &'a Respelling, IntoIter: Clone>) -> Vec<String> {
    let respellings = respellings.into_iter();
    let one = |line: &str| respellings.clone().try_fold(line.to_owned(), |line, respelling| (respelling.apply)(&line));
    text.lines().filter_map(one).collect()
}

fn change_word_after(line: &str, option: &str, change: impl Fn(&str) -> String) -> String {
    let mut changed = false;
    let words = line.split(' ').map(|word| {
        let word = if std::mem::take(&mut changed) { change(word) } else { word.to_owned() };
        changed = word == option;
        word
    });
    words.collect::<Vec<_>>().join(" ")
}
