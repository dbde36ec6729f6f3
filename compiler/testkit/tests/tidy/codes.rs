//! The codes of findings: each declared once, listed once, with a page.

use std::collections::BTreeMap;

use crate::repository::{assert_none, files, root};

/// A `static NAME: Code = Code { … }` as it is written.
struct Declared {
    path: String,
    ident: String,
    body: String,
}

impl Declared {
    /// The text of a field that is a literal.
    fn field(&self, name: &str) -> &str {
        let rest = self.body.split_once(&format!("{name}: \"")).map_or("", |(_, rest)| rest);
        rest.split('"').next().unwrap()
    }
}

/// Every declaration outside of tests, where codes are invented freely.
fn declared() -> Vec<Declared> {
    let mut found = Vec::new();
    for (path, text) in files("compiler", ".rs").into_iter().filter(|(path, _)| path.contains("/src/")) {
        let shipped = text.split("#[cfg(test)]").next().unwrap().to_owned();
        for (at, _) in shipped.match_indices(": Code =") {
            let head = &shipped[..at];
            let ident = head.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            if !head[..head.len() - ident.len()].ends_with("static ") {
                continue;
            }
            let body = shipped[at..].split("};").next().unwrap().to_owned();
            found.push(Declared { path: path.clone(), ident: ident.to_owned(), body });
        }
    }
    found
}

#[test]
fn every_code_is_declared_once_with_a_name_of_its_own() {
    let all = declared();
    assert!(all.len() > 30, "only {} codes were found", all.len());
    let mut wrong = Vec::new();
    for field in ["id", "name"] {
        let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        all.iter().for_each(|code| owners.entry(code.field(field)).or_default().push(&code.path));
        let repeated = owners.into_iter().filter(|(_, paths)| paths.len() > 1);
        wrong.extend(repeated.map(|(value, paths)| format!("the {field} `{value}` is declared in {}", paths.join(" and "))));
    }
    for code in &all {
        let (id, name) = (code.field("id"), code.field("name"));
        let digits = id.strip_prefix("ACI").unwrap_or_default();
        if !matches!(digits.len(), 3 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            wrong.push(format!("{}: `{id}` is not ACI and three or four digits", code.path));
        }
        let kebab = name.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9')));
        if !kebab || ["check-", "no-", "invalid-", "bad-"].iter().any(|prefix| name.starts_with(prefix)) {
            wrong.push(format!("{}: `{name}` ({id}) does not name a mistake in kebab-case", code.path));
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_code_is_listed_once_where_it_is_declared() {
    let sources = files("compiler", ".rs");
    let lists: Vec<(String, String)> = sources
        .iter()
        .filter(|(path, _)| path.contains("/src/"))
        .flat_map(|(path, text)| {
            text.match_indices("CODES: &[&Code] =").map(move |(at, _)| {
                let rest = &text[at..];
                (crate_of(path), rest[..rest.find("];").unwrap_or(rest.len())].to_owned())
            })
        })
        .collect();
    let wrong: Vec<String> = declared()
        .into_iter()
        .filter_map(|code| {
            let own = lists.iter().filter(|(owner, _)| *owner == crate_of(&code.path));
            let listed: usize = own
                .map(|(_, list)| {
                    let words = list.split(|c: char| !c.is_alphanumeric() && c != '_');
                    words.filter(|word| *word == code.ident).count()
                })
                .sum();
            (listed != 1).then(|| format!("{}: {} is listed {listed} times in the CODES of its crate", code.path, code.ident))
        })
        .collect();
    assert_none(&wrong);
}

fn crate_of(path: &str) -> String {
    path.split('/').nth(1).unwrap().to_owned()
}

#[test]
fn every_code_has_a_page_that_says_something() {
    let mut wrong = Vec::new();
    let mut used = Vec::new();
    for code in declared() {
        let id = code.field("id").to_owned();
        let Some((_, rest)) = code.body.split_once("include_str!(\"") else {
            wrong.push(format!("{}: the page of {id} is not a file", code.path));
            continue;
        };
        let folder = root().join(&code.path);
        let page = folder.parent().unwrap().join(rest.split('"').next().unwrap());
        let text = std::fs::read_to_string(&page).unwrap_or_default();
        if page.file_stem().unwrap().to_str() != Some(&id) {
            wrong.push(format!("{}: the page of {id} is {}", code.path, page.display()));
        }
        if text.split_whitespace().count() < 20 || !text.contains("Bad:") || !text.contains("Good:") {
            wrong.push(format!("{}: the page of {id} lacks words, or a `Bad:` and a `Good:` example", code.path));
        }
        used.push(page.canonicalize().unwrap_or(page));
    }
    for (path, _) in files("compiler", ".md").into_iter().filter(|(path, _)| path.contains("/codes/ACI")) {
        if !used.contains(&root().join(&path)) {
            wrong.push(format!("{path} is the page of no code"));
        }
    }
    assert_none(&wrong);
}
