//! Input that was never meant to be read: garbage, other encodings, bombs. Each within 5 seconds and 500 MB.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;

use aciform_testkit::generate::Dice;
use expect_test::{Expect, expect};

use super::kit::Lab;

/// So many random bytes, the same in each run.
fn garbage(lab: &Lab, path: &str, bytes: usize) {
    let mut dice = Dice::new(41);
    let block: Vec<u8> = (0..128 * 1024).flat_map(|_| dice.bits().to_le_bytes()).collect();
    let mut file = File::create(lab.place("site").join(path)).expect("a file can be made");
    let mut left = bytes;
    while left > 0 {
        let part = left.min(block.len());
        file.write_all(&block[..part]).expect("it can be written");
        left -= part;
    }
}

fn of_100_megabytes(path: &str, refusal: &Expect) {
    let lab = Lab::new();
    garbage(&lab, path, 100_000_000);
    lab.refused(1, refusal);
}

#[test]
fn a_100_megabyte_intent_of_garbage_is_refused_unread() {
    of_100_megabytes(
        "intent/garbage.yaml",
        &expect![
            "site/intent/garbage.yaml:1:1: error[ACI1012]: `site/intent/garbage.yaml` has 100000000 bytes, more than the 64 MiB that are read"
        ],
    );
}

#[test]
fn a_100_megabyte_ini_of_garbage_is_refused_unread() {
    of_100_megabytes(
        "ml2_conf_cisco_apic.ini",
        &expect![
            "site/ml2_conf_cisco_apic.ini:1:1: error[ACI1012]: `site/ml2_conf_cisco_apic.ini` has 100000000 bytes, more than the 2 MiB that are read"
        ],
    );
}

#[test]
fn a_100_megabyte_lock_of_garbage_is_refused_unread() {
    of_100_megabytes(
        "aciform.lock",
        &expect![
            "site/aciform.lock:1:1: error[ACI1012]: `site/aciform.lock` has 100000000 bytes, more than the 64 MiB that are read"
        ],
    );
}

#[test]
fn a_100_megabyte_site_file_of_garbage_is_refused_unread() {
    of_100_megabytes(
        "aciform.yaml",
        &expect![
            "site/aciform.yaml:1:1: error[ACI1012]: `site/aciform.yaml` has 100000000 bytes, more than the 64 MiB that are read"
        ],
    );
}

#[test]
fn garbage_that_is_small_enough_to_be_read_is_refused_at_its_first_byte() {
    let lab = Lab::new();
    garbage(&lab, "intent/garbage.yaml", 40_000_000);
    lab.refused(1, &expect!["site/intent/garbage.yaml:1:3: error[ACI1010]: the byte 0xac is no UTF-8 here"]);
    let lab = Lab::new();
    garbage(&lab, "ml2_conf_cisco_apic.ini", 1_900_000);
    lab.refused(
        1,
        &expect!["site/ml2_conf_cisco_apic.ini:1:3: error[ACI001]: the file is not UTF-8: byte 0xAC stands here"],
    );
    let lab = Lab::new();
    garbage(&lab, "aciform.lock", 40_000_000);
    lab.refused(1, &expect!["site/aciform.lock:1:3: error[ACI1010]: the byte 0xac is no UTF-8 here"]);
}

#[test]
fn text_that_is_no_intent_is_one_finding() {
    let prose = "the quick brown fox jumps over the lazy dog and again\n".repeat(80_000);
    Lab::new().write("intent/prose.yaml", prose).refused(1, &expect!["site/intent/prose.yaml:1:1: error[ACI1022]: an intent file is a map, not `the quick brown fox jumps over the lazy dog and again the qu…`"]);
}

#[test]
fn another_encoding_is_told_at_the_first_byte_that_shows_it() {
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).expect("latin-1")).collect::<Vec<u8>>();
    let lab = Lab::new();
    lab.write("intent/more.yaml", latin("hosts:\n  # caf\u{e9}\n  centos-03: {}\n"))
        .refused(1, &expect!["site/intent/more.yaml:2:8: error[ACI1010]: the byte 0xe9 is no UTF-8 here"]);
    let utf16: Vec<u8> = "\u{feff}hosts: {}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    lab.write("intent/more.yaml", utf16).refused(
        1,
        &expect!["site/intent/more.yaml:1:1: error[ACI1010]: `site/intent/more.yaml` is UTF-16, not UTF-8"],
    );
    lab.remove("intent/more.yaml");
    let ini = lab.read("site/ml2_conf_cisco_apic.ini");
    lab.write("ml2_conf_cisco_apic.ini", latin(&format!("{ini}# caf\u{e9}\n"))).refused(
        1,
        &expect!["site/ml2_conf_cisco_apic.ini:25:6: error[ACI001]: the file is not UTF-8: byte 0xE9 stands here"],
    );
    lab.write("ml2_conf_cisco_apic.ini", ini);
    let lock = lab.read("site/aciform.lock");
    lab.write("aciform.lock", latin(&format!("{lock}# caf\u{e9}\n")))
        .refused(1, &expect!["site/aciform.lock:78:6: error[ACI1010]: the byte 0xe9 is no UTF-8 here"]);
    lab.write("aciform.lock", lock);
    lab.write("aciform.yaml", latin("# caf\u{e9}\naciform: 1\n"))
        .refused(1, &expect!["site/aciform.yaml:1:6: error[ACI1010]: the byte 0xe9 is no UTF-8 here"]);
}

#[test]
fn aliases_that_stand_for_more_than_any_site_holds_are_refused() {
    let mut lists = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    let mut maps = "x0: &a0 {a: b}\n".to_owned();
    for level in 1..30 {
        let below = format!("*a{}", level - 1);
        let _ = writeln!(lists, "a{level}: &a{level} [{}]", [below.as_str(); 9].join(", "));
        let fields: Vec<String> = (0..9).map(|field| format!("k{field}: {below}")).collect();
        let _ = writeln!(maps, "x{level}: &a{level} {{{}}}", fields.join(", "));
    }
    let lab = Lab::new();
    lab.write("intent/bomb.yaml", format!("{lists}hosts: *a29\n")).refused(
        1,
        &expect![
            "site/intent/bomb.yaml:7:25: error[ACI1005]: the aliases of this file stand for more than 3000000 values"
        ],
    );
    lab.write("intent/bomb.yaml", format!("{maps}hosts: *a29\n")).refused(
        1,
        &expect![
            "site/intent/bomb.yaml:8:14: error[ACI1005]: the aliases of this file stand for more than 3000000 values"
        ],
    );
    lab.write("intent/bomb.yaml", "hosts: &a {b: *a}\n").refused(
        1,
        &expect!["site/intent/bomb.yaml:1:15: error[ACI1004]: the alias stands inside the value that it repeats"],
    );
}

#[test]
fn nesting_without_end_is_refused() {
    Lab::new().write("intent/deep.yaml", "[".repeat(1_000_000)).refused(
        1,
        &expect!["site/intent/deep.yaml:1:129: error[ACI1006]: collections are nested more than 128 levels deep"],
    );
    Lab::new().write("intent/deep.json", "{\"a\":".repeat(500_000)).refused(
        1,
        &expect!["site/intent/deep.json:1:641: error[ACI1006]: collections are nested more than 128 levels deep"],
    );
}
