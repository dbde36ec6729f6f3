//! Changes of a reviewed bundle, and how what is found reads.

use std::fmt::Write as _;

use aciform_verify::{Verified, verify};
use expect_test::Expect;

use super::reviewed::{bundle, changed, replace, short};

/// Places and messages.
pub(crate) fn told(verified: &Verified) -> String {
    let places = short(verified);
    let messages = verified.findings.clone().into_sorted();
    let mut text = String::new();
    for (place, finding) in places.iter().zip(&messages) {
        let _ = writeln!(text, "{place}\n  {}", finding.message);
    }
    text
}

/// Each change by itself: file, what stands there, what stands there then.
pub(crate) fn each(name: &str, changes: &[(&str, &str, &str)], expected: &Expect) {
    let (files, manifest) = bundle(name);
    assert_eq!(told(&verify(files, &manifest, "out/")), "", "{name} as it is reviewed");
    let mut text = String::new();
    for (file, from, to) in changes {
        let found = told(&changed(name, file, from, to));
        let line = |text: &str| text.trim().lines().next().unwrap_or_default().to_owned();
        let _ = writeln!(text, "{file}: {} -> {}\n{found}", line(from), line(to));
    }
    expected.assert_eq(&text);
}

/// All changes at once: file, what stands there, what stands there then.
pub(crate) fn together(name: &str, changes: &[(&str, &str, &str)], expected: &Expect) {
    let (mut files, manifest) = bundle(name);
    for (file, from, to) in changes {
        replace(&mut files, file, from, to);
    }
    expected.assert_eq(&told(&verify(files, &manifest, "out/")));
}
