//! The codes of findings: each declared once, listed once, with a name and a page of its own.

use std::collections::BTreeMap;

use aciform_diagnostics::Code;

use crate::repository::{assert_none, files};

/// A code as its crate lists it, or as the binary writes it.
pub(crate) struct Listed {
    pub(crate) owner: &'static str,
    pub(crate) id: String,
    name: String,
    page: String,
}

/// Every code that a library lists.
fn of_libraries() -> Vec<Listed> {
    let syntax = aciform_syntax::CODES.iter().copied();
    let intent = aciform_intent::CODES.iter().copied();
    let fabric = aciform_fabric::CODES.iter().copied();
    let tables: Vec<(&'static str, &'static [&'static Code])> = syntax
        .map(|table| ("syntax", table))
        .chain(intent.map(|table| ("intent", table)))
        .chain(fabric.map(|table| ("fabric", table)))
        .chain([
            ("diagnostics", aciform_diagnostics::CODES),
            ("bundle", aciform_bundle::CODES),
            ("site", aciform_site::CODES),
            ("verify", aciform_verify::CODES),
        ])
        .collect();
    tables
        .into_iter()
        .flat_map(|(owner, table)| table.iter().map(move |code| (owner, *code)))
        .chain(aciform_rules::codes().map(|code| ("rules", code)))
        .map(|(owner, code)| Listed { owner, id: code.id.into(), name: code.name.into(), page: code.page.into() })
        .collect()
}

/// The codes of the binary, which no test can link: read from where they are written, if they are listed.
fn of_the_binary() -> Vec<Listed> {
    let pages = files("compiler/aciform/src/codes", ".md");
    let (_, text) = files("compiler/aciform/src", "codes.rs").remove(0);
    let (_, list) = text.split_once("static OWN: &[&Code] = &[").expect("the binary has a list of its own codes");
    let (list, _) = list.split_once("];").unwrap();
    let listed: Vec<&str> =
        list.split(',').map(|name| name.trim().trim_start_matches('&')).filter(|name| !name.is_empty()).collect();
    let literal = |body: &str, field: &str| {
        body.split_once(&format!("{field}: \""))
            .and_then(|(_, rest)| rest.split('"').next())
            .unwrap_or_default()
            .to_owned()
    };
    listed
        .into_iter()
        .map(|ident| {
            let (_, body) = text.split_once(&format!("static {ident}: Code")).expect("a listed code is declared");
            let body = body.split("};").next().unwrap();
            let id = literal(body, "id");
            let page = pages.iter().find(|(path, _)| path.ends_with(&format!("/{id}.md")));
            Listed {
                owner: "aciform",
                name: literal(body, "name"),
                page: page.map_or(String::new(), |(_, text)| text.clone()),
                id,
            }
        })
        .collect()
}

pub(crate) fn all() -> Vec<Listed> {
    let all: Vec<Listed> = of_libraries().into_iter().chain(of_the_binary()).collect();
    assert!(all.len() > 50, "only {} codes were found", all.len());
    all
}

/// Crate and id of every code that is written down in a source file, whatever the form of the declaration.
fn written() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, text) in files("compiler", ".rs").into_iter().filter(|(path, _)| path.contains("/src/")) {
        let shipped = text.split("#[cfg(test)]").next().unwrap();
        for literal in shipped.split('"').filter(|literal| is_id(literal)) {
            found.push((path.split('/').nth(1).unwrap().to_owned(), literal.to_owned()));
        }
    }
    found
}

fn is_id(text: &str) -> bool {
    text.strip_prefix("ACI")
        .is_some_and(|digits| matches!(digits.len(), 3 | 4) && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn every_code_has_an_id_and_a_name_of_its_own() {
    let all = all();
    let mut wrong = Vec::new();
    for (field, value) in [("id", (|code| &code.id) as fn(&Listed) -> &String), ("name", |code| &code.name)] {
        let mut owners: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        all.iter()
            .for_each(|code| owners.entry(value(code)).or_default().push(format!("{} of {}", code.id, code.owner)));
        let repeated = owners.into_iter().filter(|(_, owners)| owners.len() > 1);
        wrong.extend(
            repeated.map(|(value, owners)| format!("the {field} `{value}` belongs to {}", owners.join(" and "))),
        );
    }
    for Listed { owner, id, name, .. } in &all {
        if !is_id(id) {
            wrong.push(format!("{owner}: `{id}` is not ACI and three or four digits"));
        }
        let kebab = name
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9')));
        // The ini catalogue (three digits) brought its names along.
        let ours = id.len() == "ACI1000".len();
        if !kebab || ours && ["check-", "no-", "invalid-", "bad-"].iter().any(|prefix| name.starts_with(prefix)) {
            wrong.push(format!("{owner}: `{name}` ({id}) does not name a mistake in kebab-case"));
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_code_that_is_written_down_is_listed_once_by_its_crate() {
    let all = all();
    let mut wrong: Vec<String> = written()
        .into_iter()
        .filter_map(|(owner, id)| {
            let listed = all.iter().filter(|code| code.id == id && code.owner == owner).count();
            (listed != 1).then(|| format!("{id} is written in {owner} and listed there {listed} times"))
        })
        .collect();
    let pages = files("compiler", ".md").into_iter().map(|(path, _)| path).filter(|path| path.contains("/codes/ACI"));
    wrong.extend(pages.filter_map(|path| {
        let id = path.rsplit('/').next().unwrap().trim_end_matches(".md");
        (!all.iter().any(|code| code.id == id)).then(|| format!("{path} is the page of no code"))
    }));
    assert_none(&wrong);
}

#[test]
fn every_code_has_a_page_with_a_bad_and_a_good_example() {
    let mut wrong = Vec::new();
    for Listed { owner, id, page, .. } in all() {
        if page.split_whitespace().count() < 15 {
            wrong.push(format!("{owner}: the page of {id} says nothing"));
        } else if !(page.contains("Bad") && page.contains("Good")
            || page.contains("\nNot allowed:") && page.contains("\nAllowed:"))
        {
            wrong.push(format!("{owner}: the page of {id} lacks a bad or a good example"));
        }
    }
    assert_none(&wrong);
}
