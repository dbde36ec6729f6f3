//! Tries a property on texts that were spoilt on purpose, without a fuzzer: the same texts in each run, no clock.
//!
//! Seeds are files; each round takes one and spoils it some times over, with the words of the grammar at hand. A text
//! that breaks the property is made smaller before it is shown. The targets of cargo-fuzz try the same properties longer.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;

/// Longer texts are cut: size is tried elsewhere, and many small texts find more than few large ones.
const LONGEST: usize = 12 << 10;

/// Bytes that break readers whatever they read.
const NASTY: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98",
    b"\xef\xbb\xbf",
    b"\x1b[31m",
    b"\x7f",
    "\u{85}".as_bytes(),
    "\u{a0}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{3000}".as_bytes(),
    "\u{202e}".as_bytes(),
    "e\u{301}".as_bytes(),
    "\u{130}\u{df}".as_bytes(),
    "\u{4e2d}\u{6587}".as_bytes(),
    "\u{1f600}\u{1f3fd}".as_bytes(),
    b"\r",
    b"\r\n",
    b"\n",
    b"\n\n",
    b"\t",
    b" ",
    b"\x0b\x0c\x1c",
    b"0",
    b"-1",
    b"99999999999999999999",
];

/// Tries the seeds as they are, then so many spoilt texts.
///
/// `seeds` are files and folders below the crate, `dictionary` a list of words as libFuzzer reads it.
///
/// # Panics
/// The property broke; the smallest text found that breaks it is shown.
pub(crate) fn holds(property: impl Fn(&[u8]), seeds: &[&str], dictionary: &str, rounds: u64) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for seed in seeds {
        let before = texts.len();
        collect(&root.join(seed), &mut texts);
        assert!(texts.len() > before, "there is no seed in {seed}");
    }
    let words = words(&std::fs::read_to_string(root.join(dictionary)).expect("the dictionary can be read"));
    for text in &texts {
        attempt(&property, text);
    }
    for round in 0..rounds {
        attempt(&property, &Spoiler { numbers: round, texts: &texts, words: &words }.text());
    }
}

/// Every file below a place, in byte order of their paths.
fn collect(place: &Path, texts: &mut Vec<Vec<u8>>) {
    if place.is_file() {
        texts.push(std::fs::read(place).expect("a seed can be read"));
        return;
    }
    let entries = std::fs::read_dir(place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
    let mut places: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    places.sort();
    places.iter().for_each(|place| collect(place, texts));
}

/// The words of a dictionary of libFuzzer: one between double quotes on each line.
fn words(dictionary: &str) -> Vec<Vec<u8>> {
    let quoted = |line: &str| Some(line.split_once('"')?.1.strip_suffix('"')?.to_owned());
    let lines = dictionary.lines().filter(|line| !line.starts_with('#')).filter_map(quoted);
    lines.map(|word| unescaped(word.as_bytes())).collect()
}

fn unescaped(word: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = word;
    while let [first, tail @ ..] = rest {
        (out, rest) = match (first, tail) {
            (b'\\', [b'x', high, low, tail @ ..]) => {
                let digits = String::from_utf8_lossy(&[*high, *low]).into_owned();
                ([out, vec![u8::from_str_radix(&digits, 16).expect("two hexadecimal digits")]].concat(), tail)
            }
            (b'\\', [escaped, tail @ ..]) => ([out, vec![*escaped]].concat(), tail),
            _ => ([out, vec![*first]].concat(), tail),
        };
    }
    out
}

fn attempt(property: &impl Fn(&[u8]), text: &[u8]) {
    let breaks = |text: &[u8]| catch_unwind(AssertUnwindSafe(|| property(text))).is_err();
    if !breaks(text) {
        return;
    }
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let smallest = reduced(text.to_vec(), breaks);
    set_hook(hook);
    let shown = smallest.escape_ascii();
    let broken = catch_unwind(AssertUnwindSafe(|| property(&smallest)));
    let why = broken.err().and_then(|why| {
        why.downcast_ref::<String>().cloned().or_else(|| why.downcast_ref::<&str>().map(|why| (*why).to_owned()))
    });
    panic!("broken by b\"{shown}\": {}", why.unwrap_or_default());
}

/// Takes out ever smaller pieces while the rest still breaks.
fn reduced(mut text: Vec<u8>, breaks: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut piece = text.len() / 2;
    let mut left = 400;
    while piece > 0 && left > 0 {
        let mut at = 0;
        while at < text.len() && left > 0 {
            let shorter = [&text[..at], text.get(at + piece..).unwrap_or_default()].concat();
            left -= 1;
            if breaks(&shorter) {
                text = shorter;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    text
}

/// Makes one text; its seed decides everything.
struct Spoiler<'a> {
    numbers: u64,
    texts: &'a [Vec<u8>],
    words: &'a [Vec<u8>],
}

impl Spoiler<'_> {
    fn text(mut self) -> Vec<u8> {
        // Neighbouring seeds would begin alike.
        self.numbers = self.numbers.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
        let mut text = self.texts[self.below(self.texts.len())].clone();
        // A large seed is mostly tried by a window of it, so that spoilt places lie near each other.
        if text.len() > 600 && self.below(3) > 0 {
            let from = line_start(&text, self.below(text.len()));
            text = text[from..(from + 60 + self.below(600)).min(text.len())].to_vec();
        }
        for _ in 0..=self.below(7) {
            self.spoil(&mut text);
            text.truncate(LONGEST);
        }
        text
    }

    fn spoil(&mut self, text: &mut Vec<u8>) {
        let at = self.below(text.len() + 1);
        let (line, next) = (line_start(text, at), line_end(text, at));
        match self.below(20) {
            0 => {
                if let Some(byte) = text.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 => drop(text.drain(at..(at + 1 + self.below(12)).min(text.len()))),
            2 => self.nasty(text, at),
            3..=5 => {
                let word = self.word();
                text.splice(at..at, word);
            }
            6 | 7 => {
                let word = self.word();
                text.splice(word_range(text, at), word);
            }
            8 => {
                let word = self.word();
                text.splice(line..line, word);
            }
            9 => drop(text.drain(line..next)),
            10 => {
                let copy = text[line..next].repeat(1 + self.below(4));
                let to = line_start(text, self.below(text.len() + 1));
                text.splice(to..to, copy);
            }
            11 => {
                let blanks: &[u8] = [&b" "[..], b"  ", b"\t", b"    ", b" \t"][self.below(5)];
                text.splice(line..line, blanks.iter().copied());
            }
            12 => {
                let blanks = text[line..next].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                text.drain(line..line + blanks);
            }
            13 => self.line_ends(text),
            14 => {
                let other = &self.texts[self.below(self.texts.len())];
                let from = line_start(other, self.below(other.len() + 1));
                text.truncate(at);
                text.extend_from_slice(&other[from..]);
            }
            15 => {
                let other = &self.texts[self.below(self.texts.len())];
                let from = line_start(other, self.below(other.len() + 1));
                let part = other[from..line_end(other, from)].to_vec();
                text.splice(line..line, part);
            }
            16 => text.truncate(at),
            17 => {
                let word = self.word().repeat(1 + self.below(300));
                text.splice(at..at, word);
            }
            18 => self.nest(text, at),
            _ => {
                let part = text[at..(at + self.below(40)).min(text.len())].repeat(1 + self.below(60));
                text.splice(at..at, part);
            }
        }
    }

    fn nasty(&mut self, text: &mut Vec<u8>, at: usize) {
        let bytes = NASTY[self.below(NASTY.len())];
        let at = if self.below(4) == 0 { 0 } else { at };
        text.splice(at..at, bytes.iter().copied());
    }

    /// Other line ends, everywhere or here and there.
    fn line_ends(&mut self, text: &mut Vec<u8>) {
        let end: &[u8] = [&b"\r\n"[..], b"\r", b"\n\r", b"\n\n", "\u{2028}".as_bytes()][self.below(5)];
        let one_in = 1 + self.below(3);
        let mut out = Vec::new();
        for byte in std::mem::take(text) {
            if byte == b'\n' && self.below(one_in) == 0 {
                out.extend_from_slice(end);
            } else {
                out.push(byte);
            }
        }
        *text = out;
    }

    /// Opens much more than it closes.
    fn nest(&mut self, text: &mut Vec<u8>, at: usize) {
        let times = [3, 30, 127, 128, 129, 400][self.below(6)];
        let open = [&b"["[..], b"{a: ", b"- ", b"? ", b"[[", b"\"", b"$(", b"${", b"'", b"&a [*a, "][self.below(10)];
        let stairs = |level: usize| [" ".repeat(level).as_bytes(), b"a:\n"].concat();
        let nested: Vec<u8> =
            if self.below(4) == 0 { (0..times).flat_map(stairs).collect() } else { open.repeat(times) };
        text.splice(at..at, nested);
    }

    fn word(&mut self) -> Vec<u8> {
        match self.below(8) {
            0 => NASTY[self.below(NASTY.len())].to_vec(),
            _ => self.words[self.below(self.words.len())].clone(),
        }
    }

    /// The next number below an end, by splitmix64.
    fn below(&mut self, end: usize) -> usize {
        self.numbers = self.numbers.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.numbers;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) >> 32).expect("32 bits") % end.max(1)
    }
}

fn line_start(text: &[u8], at: usize) -> usize {
    text[..at.min(text.len())].iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    text[at.min(text.len())..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |found| at + found + 1)
}

/// The letters and digits around a place.
fn word_range(text: &[u8], at: usize) -> std::ops::Range<usize> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/');
    let start = at - text[..at].iter().rev().take_while(|byte| is_word(byte)).count();
    start..at + text[at..].iter().take_while(|byte| is_word(byte)).count()
}
