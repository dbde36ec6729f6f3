//! Names of files as the machine-read formats write them: one spelling a file, and a URI of it.

/// A name without `.`, empty and inner `..` steps, so that `./a.ini` and `x/../a.ini` are one file.
/// Works on the text alone: a step back over a symbolic link leads where the text says.
pub(crate) fn tidy(name: &str) -> String {
    let absolute = name.starts_with('/');
    let mut steps: Vec<&str> = Vec::new();
    for step in name.split('/').filter(|step| !step.is_empty() && *step != ".") {
        match (step, steps.last()) {
            ("..", Some(last)) if *last != ".." => {
                steps.pop();
            }
            ("..", None) if absolute => {}
            _ => steps.push(step),
        }
    }
    match (absolute, steps.is_empty()) {
        (true, _) => format!("/{}", steps.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => steps.join("/"),
    }
}

/// Where a file lies, as a URI.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Uri {
    /// A `file:` URI of an absolute name; else a relative reference.
    pub(crate) text: String,
    /// Whether it is to be read from the top of the checkout.
    pub(crate) in_checkout: bool,
}

/// The URI of a name. Standard input lies nowhere; its name stands for it.
pub(crate) fn uri(name: &str) -> Uri {
    let tidy = tidy(name);
    let text = encode(&tidy);
    if tidy.starts_with('/') {
        Uri { text: format!("file://{text}"), in_checkout: false }
    } else {
        Uri { text, in_checkout: !matches!(name, "-" | "<stdin>") }
    }
}

/// Everything but `/` and what RFC 3986 calls unreserved stands as `%XX`, so that no name is taken for a scheme, a
/// query or a fragment.
fn encode(path: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{tidy, uri};

    #[test]
    fn a_file_has_one_spelling() {
        for (name, expected) in [
            ("a.ini", "a.ini"),
            ("./a.ini", "a.ini"),
            ("x//y/./../a.ini", "x/a.ini"),
            ("x/../../a.ini", "../a.ini"),
            ("../../a.ini", "../../a.ini"),
            ("/etc/../../a.ini", "/a.ini"),
            ("x/..", "."),
            ("", "."),
            ("-", "-"),
        ] {
            assert_eq!(tidy(name), expected, "{name}");
        }
    }

    #[test]
    fn no_name_is_taken_for_more_than_a_path() {
        for (name, expected, in_checkout) in [
            ("site/a b.ini", "site/a%20b.ini", true),
            ("größe.yaml", "gr%C3%B6%C3%9Fe.yaml", true),
            ("100%.ini", "100%25.ini", true),
            ("http://x?y#z", "http%3A/x%3Fy%23z", true),
            ("a\\b\n", "a%5Cb%0A", true),
            ("../a.ini", "../a.ini", true),
            ("/etc/neutron/a b.ini", "file:///etc/neutron/a%20b.ini", false),
            ("-", "-", false),
            ("<stdin>", "%3Cstdin%3E", false),
        ] {
            let uri = uri(name);
            assert_eq!((uri.text.as_str(), uri.in_checkout), (expected, in_checkout), "{name}");
        }
    }
}
