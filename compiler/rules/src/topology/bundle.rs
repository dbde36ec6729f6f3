//! Bundles that were made on APIC before, as the port of a switch names them: `vpc-1-25/bundle-101-1-25-and-102-1-25`.

/// The name of the bundle that a port names.
pub(super) fn bundle(port: &str) -> Option<&str> {
    let (_, name) = port.split_once('/')?;
    name.starts_with("bundle-").then_some(name)
}

/// The switches that the name of a bundle holds, where it has the usual form.
pub(super) fn switches(bundle: &str) -> Option<(&str, &str)> {
    let (one, two) = bundle.strip_prefix("bundle-")?.split_once("-and-")?;
    let id = |part: &'_ str| part.find('-').map_or(part.len(), |end| end);
    let (one, two) = (&one[..id(one)], &two[..id(two)]);
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (number(one) && number(two)).then_some((one, two))
}

/// Module and port, where both are numbers.
pub(super) fn plain(port: &str) -> Option<(&str, &str)> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    port.split_once('/').filter(|(module, port)| number(module) && number(port))
}
