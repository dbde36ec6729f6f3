//! `aciform.yaml`.

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, Span, Spanned};
use aciform_syntax::yaml::Tree;

use super::growth::growth;
use super::node::{Node, Value, quoted};
use super::reader::Reader;
use super::shapes;
use crate::codes;
use crate::model::{Allow, ApicPassword, OpflexAgent, Releases, Site};

/// The ini that a site has unless it says otherwise.
const INI: &str = "ml2_conf_cisco_apic.ini";

/// Reads the site file; `file` is a place for what the file lacks as a whole.
/// `None` where it holds no map or is written in another version of the language.
pub fn site(tree: &Tree, file: Span, diagnostics: &mut Diagnostics) -> Option<Site> {
    let mut reader = Reader::new(diagnostics);
    let site = read(&mut reader, tree, file);
    reader.finish();
    site
}

fn read(reader: &mut Reader<'_>, tree: &Tree, file: Span) -> Option<Site> {
    if let [_, second, ..] = tree.documents.as_slice() {
        let message = "the site file has more than one document".to_owned();
        let help = "keep one; the intent stands in files of its own".to_owned();
        reader.report(&codes::SEVERAL_DOCUMENTS, tree.node(*second).span, message, help);
    }
    let root = tree.documents.first().map(|root| reader.document(tree, *root)).filter(|root| !root.is_null());
    let Some(root) = root else {
        // What cannot be read is not empty.
        if tree.incomplete {
            return None;
        }
        let message = "the site file is empty".to_owned();
        reader.report(&codes::MISSING_KEY, file, message, "write `aciform: 1`".to_owned());
        return None;
    };
    let fields = shapes::SiteFile::read(reader, Some(root))?;
    if !version(reader, fields.aciform) {
        return None;
    }
    let paths = |reader: &mut Reader<'_>, node: Node<'_>| reader.some_text(Some(node));
    let ini = reader.list(fields.ini, paths).unwrap_or_else(|| vec![Spanned::new(INI.to_owned(), file)]);
    let intent = reader.list(fields.intent, paths);
    reader.repeated_entries("ini", &ini);
    reader.repeated_entries("intent", intent.as_deref().unwrap_or_default());
    let growth = growth(reader, fields.growth);
    let password = shapes::Apic::read(reader, fields.apic).and_then(|apic| apic.password);
    Some(Site {
        span: root.span,
        ini,
        intent,
        golden: reader.some_text(fields.golden),
        releases: releases(reader, fields.releases),
        growth,
        allow: reader.list(fields.allow, allow).unwrap_or_default(),
        apic_password: password.and_then(|node| apic_password(reader, node)),
    })
}

/// Whether the file is in the version that is read here; an absent one was reported and is taken as that.
fn version(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> bool {
    let Some(node) = node else { return true };
    match node.text() {
        Some("1") => true,
        Some(other) => {
            let message = format!("the site file is in version {}, and this compiler reads version 1", quoted(other));
            reader.report(&codes::VERSION, node.place(), message, "write `aciform: 1`".to_owned());
            false
        }
        None => {
            reader.scalar(node, "`1`");
            true
        }
    }
}

fn releases(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> Releases {
    let mut releases = Releases::default();
    let Some(fields) = shapes::Releases::read(reader, node) else { return releases };
    if release(reader, fields.opflex_agent, "L").is_some() {
        releases.opflex_agent = OpflexAgent::L;
    }
    for (field, supported) in [
        (fields.agent_ovs, &mut releases.agent_ovs),
        (fields.neutron, &mut releases.neutron),
        (fields.apic, &mut releases.apic),
    ] {
        if let Some(written) = release(reader, field, supported) {
            *supported = written;
        }
    }
    releases
}

/// A release, which has to be the one that is reproduced.
fn release(reader: &mut Reader<'_>, node: Option<Node<'_>>, supported: &str) -> Option<String> {
    let node = node?;
    let written = reader.some_text(Some(node))?;
    if written.value != supported {
        let message = format!("the output of {} {} is not reproduced", node.name, quoted(&written.value));
        let help = format!("write \"{supported}\", the one that is, or leave the key out");
        reader.report(&codes::RELEASE, node.place(), message, help);
        return None;
    }
    Some(written.value)
}

fn allow(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Allow> {
    let fields = shapes::Allow::read(reader, Some(node))?;
    let code = reader.some_text(fields.code).and_then(|code| {
        let fits = is_code(&code);
        if !fits && let Some(node) = fields.code {
            let upper = code.value.to_ascii_uppercase();
            let edit = node.rewritten(&upper).filter(|_| is_code(&upper));
            let help = if is_code(&upper) { format!("write `{upper}`") } else { "write it as `ACI706`".to_owned() };
            let message = format!("`{}` takes a code, not {}", node.name, node.described());
            reader.report_fix(&codes::VALUE, node.place(), message, help, (Applicability::Safe, edit));
        }
        fits.then_some(code)
    });
    let at = reader.some_text(fields.at);
    let reason = reader.some_text(fields.reason);
    Some(Allow { code: code?, at, reason: reason? })
}

fn is_code(text: &str) -> bool {
    let digits = text.strip_prefix("ACI").unwrap_or_default();
    (3..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Where the password is kept; nothing that could be the password itself is repeated in a message.
fn apic_password(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Spanned<ApicPassword>> {
    const PLACES: &str =
        "name where it is kept: `{env: APIC_PASSWORD}`, `{file: PATH}` or `{command: [PROGRAM, ARGUMENT]}`";
    if matches!(node.value, Value::Scalar(..)) && !node.is_null() {
        let message = "the APIC password stands here in plain text".to_owned();
        let finding = Diagnostic::at(&codes::PLAIN_PASSWORD, node.place(), message);
        reader.push(finding.help(format!("{PLACES}; and change it, now that a file has held it")));
        return None;
    }
    let fields = shapes::Password::read(reader, Some(node))?;
    let written: Vec<Node<'_>> = [fields.env, fields.file, fields.command].into_iter().flatten().collect();
    let [one] = written.as_slice() else {
        let (code, at) = match written.as_slice() {
            [_, second, ..] => (&codes::CONFLICTING_KEYS, second.at()),
            _ => (&codes::MISSING_KEY, node.at()),
        };
        let message = "`password` takes exactly one of `env`, `file` and `command`".to_owned();
        reader.report(code, at, message, PLACES.to_owned());
        return None;
    };
    let password = if fields.command.is_some() {
        ApicPassword::Command(command(reader, *one)?)
    } else if fields.file.is_some() {
        ApicPassword::File(reader.some_text(Some(*one))?.value)
    } else {
        ApicPassword::Env(variable(reader, *one)?)
    };
    Some(Spanned::new(password, one.span))
}

/// The name of an environment variable; what is none may be the password itself and is not shown.
fn variable(reader: &mut Reader<'_>, node: Node<'_>) -> Option<String> {
    let text = reader.scalar(node, "the name of an environment variable")?;
    let fits = !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !fits {
        let message = "`env` takes the name of an environment variable, and this is none".to_owned();
        let help = "write the name alone, without `$`: `env: APIC_PASSWORD`".to_owned();
        reader.report(&codes::VALUE, node.place(), message, help);
    }
    fits.then(|| text.to_owned())
}

/// Program and arguments; a command line in one text is not split and not shown.
fn command(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Vec<String>> {
    let help = "write `command: [PROGRAM, ARGUMENT]`";
    if matches!(node.value, Value::Scalar(..)) && !node.is_null() {
        let message = "`command` takes a list, the program and its arguments, not one text".to_owned();
        reader.report(&codes::WRONG_TYPE, node.place(), message, help.to_owned());
        return None;
    }
    let words =
        reader.list(Some(node), |reader, node| reader.scalar(node, "a word of the command").map(str::to_owned))?;
    if words.is_empty() {
        reader.report(&codes::VALUE, node.place(), "`command` names no program".to_owned(), help.to_owned());
        return None;
    }
    Some(words)
}
