//! A site that is followed from edit to edit has the fabric, the lock and the bundle of one that is compiled from nothing,
//! whatever the edit, and however little of it was made again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aciform_bundle::again::{Difference, Lowered};
use aciform_bundle::artifact::Content;
use aciform_bundle::frame::Frames;
use aciform_bundle::{Bundle, Selection, assemble};
use aciform_diagnostics::{Diagnostic, Diagnostics, Span};
use aciform_fabric::again::{Extent, Resolved};
use aciform_fabric::model::fingerprint;
use aciform_generate::Dice;
use aciform_site::{Follower, Loaded, Reader, Round, absolute, follow};
use aciform_testkit::program::repository;
use serde_json::Value;

/// Edits of a site's files in memory, each followed and held against a compile from nothing.
struct Edits {
    folder: PathBuf,
    files: Vec<PathBuf>,
    dice: Dice,
    buffers: BTreeMap<PathBuf, String>,
    /// To go back to, while an edit is tried.
    before: Option<BTreeMap<PathBuf, String>>,
    goes_back: bool,
    /// The file that was edited last.
    edited: Option<PathBuf>,
    left: usize,
    lowered: Lowered,
    /// What the bundle held before this round, and what the round says of it.
    held: BTreeMap<String, String>,
    differences: Vec<Difference>,
    counts: Counts,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    rounds: usize,
    compiled: usize,
    /// Of those, how many kept their ground, and how many changed in place.
    upon: usize,
    in_place: usize,
    made: usize,
    parts: usize,
}

/// What a site compiles to from nothing.
struct Whole {
    /// `None` with errors.
    made: Option<(Resolved, Bundle)>,
    findings: Vec<String>,
}

impl Whole {
    fn new(folder: &Path, buffers: &BTreeMap<PathBuf, String>) -> Self {
        let mut reader = Reader::over(buffers.clone());
        let mut loaded = reader.site(folder).expect("a site");
        let config = loaded.config(&mut reader.diagnostics);
        let mut ledger = std::mem::take(&mut loaded.ledger);
        let prefix = format!("{}/", folder.display());
        let texts = reader.sources.shared().to_vec();
        let name_of = |span: Span| {
            let name = &texts[span.file.0 as usize].name;
            name.strip_prefix(&prefix).unwrap_or(name).to_owned()
        };
        let (site, intent) = (&loaded.site, &loaded.intent);
        let fabric = aciform_fabric::resolve(site, &config, intent, &mut ledger, &name_of, &mut reader.diagnostics);
        let mut bundle = None;
        if !reader.diagnostics.has_errors() {
            let frames = Frames::new(loaded.templates);
            bundle = Some(assemble(&fabric, &frames, &Selection::default(), &mut reader.diagnostics));
        }
        let bundle = bundle.filter(|_| !reader.diagnostics.has_errors());
        let made = bundle.map(|bundle| (Resolved { fabric, ledger }, bundle));
        Self { made, findings: told(&reader.diagnostics) }
    }
}

/// Every finding with its places.
fn told(diagnostics: &Diagnostics) -> Vec<String> {
    let tell = |Diagnostic { code, severity, message, labels, help, fix }: &Diagnostic| {
        format!("{} {severity:?} {message} {labels:?} {help:?} {fix:?}", code.id)
    };
    let mut told: Vec<String> = diagnostics.iter().map(tell).collect();
    told.sort();
    told
}

impl Follower for Edits {
    fn wait(&mut self) -> Option<Reader> {
        if self.before.is_some()
            && self.dice.once_in(2)
            && let Some(place) = &self.edited
        {
            // With errors too, the places move with the lines.
            let text = self.buffers.get(place).cloned().unwrap_or_default();
            self.buffers.insert(place.clone(), format!("\n{text}"));
        } else if let Some(before) = self.before.take() {
            let text = self.edited.as_ref().and_then(|place| Some((place.clone(), before.get(place)?.clone())));
            (self.buffers, self.goes_back) = (before, false);
            // What was right before is right a line further down.
            self.buffers.extend(text.map(|(place, text)| (place, format!("\n{text}"))));
        } else if self.counts.rounds > 0 {
            self.left = self.left.checked_sub(1)?;
            let place = absolute(self.dice.pick::<PathBuf>(&self.files)).expect("a path");
            self.before = Some(self.buffers.clone());
            self.edited = Some(place.clone());
            let text = self.buffers.get(&place).cloned();
            let text = text.unwrap_or_else(|| std::fs::read_to_string(&place).expect("a file"));
            let mut value: Value = serde_yaml::from_str(&text).expect("YAML");
            // What is edited at large is taken back after it was tried: little would be left after a hundred of them.
            self.goes_back = self.dice.once_in(4);
            match self.goes_back {
                true => edit(&mut value, &mut self.dice),
                false => edit_below_project(&mut value, &mut self.dice),
            }
            // Lines move, and with them the places of all that stands below.
            let lines = "\n".repeat(self.dice.index(3));
            self.buffers.insert(place, format!("{lines}{value}"));
        }
        self.counts.rounds += 1;
        Some(Reader::over(self.buffers.clone()))
    }

    fn make(&mut self, resolved: &Resolved, loaded: &Loaded, diagnostics: &mut Diagnostics) {
        let held = self.lowered.artifacts();
        self.held = held.into_iter().map(|(path, text)| (path.to_owned(), text.to_string())).collect();
        let frames = Frames::new(loaded.templates.clone());
        self.differences = self.lowered.follow(&resolved.fabric, &frames, diagnostics);
    }

    fn tell(&mut self, round: Round<'_>) {
        let whole = Whole::new(&self.folder, &self.buffers);
        assert_eq!(told(&round.reader.diagnostics), whole.findings);
        let Some(((made, bundle), resolved)) = whole.made.zip(round.resolved) else { return };
        if !self.goes_back {
            self.before = None;
        }
        self.counts.compiled += 1;
        self.counts.upon += usize::from(round.extent == Extent::Ground);
        self.counts.in_place += usize::from(round.extent == Extent::InPlace);
        let (now, all) = self.lowered.made();
        self.counts.made += now;
        self.counts.parts += all;
        let same = fingerprint::take(&resolved.fabric) == fingerprint::take(&made.fabric);
        assert!(same, "another fabric than from nothing: {:?}", round.extent);
        assert_eq!(resolved.ledger.render(), made.ledger.render());
        assert_eq!(resolved.ledger.changed(), made.ledger.changed());
        let kept = self.lowered.artifacts();
        assert!(kept.keys().copied().eq(bundle.artifacts.keys().map(String::as_str)), "other files");
        for (path, artifact) in &bundle.artifacts {
            assert!(*kept[path.as_str()] == artifact.content, "{path} is not what a compile from nothing makes");
        }
        // What it says of the change is what changed.
        for difference in &self.differences {
            let text = |content: &Option<Arc<Content>>| content.as_ref().map(ToString::to_string);
            assert_eq!(text(&difference.old).as_ref(), self.held.get(&difference.path));
            assert_eq!(difference.new.as_deref(), kept.get(difference.path.as_str()).copied());
            assert_ne!(difference.old, difference.new);
        }
        let untold = kept.iter().filter(|(path, text)| self.held.get(**path) != Some(&text.to_string())).count();
        assert_eq!(untold, self.differences.iter().filter(|difference| difference.new.is_some()).count());
    }
}

/// What people edit all day: a rule, a port, an instance that comes or goes.
fn edit_below_project(file: &mut Value, dice: &mut Dice) {
    let projects = file.get("projects").and_then(Value::as_object);
    let mut places = Vec::new();
    for (project, body) in projects.into_iter().flatten() {
        for kind in ["security_groups", "instances", "ports", "floating_ips"] {
            let own = body.get(kind).and_then(Value::as_object).into_iter().flatten();
            places.extend(own.map(|(handle, _)| (project.clone(), kind, handle.clone())));
        }
    }
    if places.is_empty() {
        return edit(file, dice);
    }
    let (project, kind, handle) = dice.pick(&places);
    let own = &mut file["projects"][project];
    let groups: Vec<String> = own
        .get("security_groups")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    let of_kind = own[*kind].as_object_mut().expect("a map");
    if dice.once_in(5) {
        let mut twin = of_kind[handle].clone();
        forget_identity(&mut twin);
        of_kind.insert(format!("{handle}-{}", dice.below(1000)), twin);
        return;
    }
    if dice.once_in(12) {
        of_kind.remove(handle);
        return;
    }
    let object = &mut of_kind[handle];
    match *kind {
        "security_groups" => edit_rules(object, dice),
        "instances" => {
            let ports = object.get_mut("ports").and_then(Value::as_object_mut);
            if let Some(port) = ports.and_then(|ports| ports.values_mut().next()) {
                edit_port(port, &groups, dice);
            }
        }
        "ports" => edit_port(object, &groups, dice),
        _ => edit(object, dice),
    }
}

fn edit_rules(group: &mut Value, dice: &mut Dice) {
    let Some(group) = group.as_object_mut() else { return };
    let rules = group.entry("rules").or_insert_with(|| Value::Array(Vec::new()));
    let Some(rules) = rules.as_array_mut() else { return };
    match dice.index(3) {
        0 if !rules.is_empty() => drop(rules.remove(dice.index(rules.len()))),
        1 if !rules.is_empty() => {
            let at = dice.index(rules.len());
            edit(&mut rules[at], dice);
        }
        _ => rules.push(serde_json::json!({"protocol": "tcp", "port": 1 + dice.below(60_000)})),
    }
}

fn edit_port(port: &mut Value, groups: &[String], dice: &mut Dice) {
    let Some(port) = port.as_object_mut() else { return };
    match dice.index(5) {
        0 => {
            let listed: Vec<&String> = groups.iter().filter(|_| dice.once_in(2)).collect();
            port.insert("security_groups".to_owned(), serde_json::json!(listed));
        }
        1 => {
            let pair = format!("10.{}.{}.7", dice.below(250), dice.below(250));
            port.insert("allowed_address_pairs".to_owned(), serde_json::json!([pair]));
        }
        2 => drop(port.remove("allowed_address_pairs")),
        3 => {
            let off = port.contains_key("security_groups") || port.contains_key("allowed_address_pairs");
            port.insert("port_security_enabled".to_owned(), Value::Bool(off || dice.once_in(2)));
        }
        _ => match port.get_mut("fixed_ips").and_then(Value::as_array_mut) {
            Some(addresses) => {
                for address in addresses {
                    let text = address.as_str().unwrap_or_default();
                    if let Some((network, host)) = text.rsplit_once('.') {
                        let host = host.parse().unwrap_or(1) + 1 + dice.below(40);
                        *address = format!("{network}.{host}").into();
                    }
                }
            }
            None => drop(port.remove("fixed_ips")),
        },
    }
}

/// A copy has ids, MACs and addresses of its own.
fn forget_identity(object: &mut Value) {
    match object {
        Value::Object(map) => {
            for key in ["id", "mac_address", "fixed_ips", "address", "fixed_ip"] {
                map.remove(key);
            }
            map.values_mut().for_each(forget_identity);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_identity),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Draws one change of a file: a value, an entry that goes, or one that comes twice under another key.
fn edit(node: &mut Value, dice: &mut Dice) {
    let here = dice.once_in(8);
    match node {
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(dice.index(map.len())).cloned().expect("there");
            match (here, dice.once_in(2)) {
                (true, true) => drop(map.remove(&key)),
                (true, false) => {
                    let twin = map[&key].clone();
                    map.insert(format!("{key}-too"), twin);
                }
                (false, _) => edit(&mut map[&key], dice),
            }
        }
        Value::Array(list) if !list.is_empty() => {
            let at = dice.index(list.len());
            if here {
                list.remove(at);
            } else {
                edit(&mut list[at], dice);
            }
        }
        Value::Number(number) => *node = (number.as_u64().unwrap_or(1) + 1 + dice.below(3)).into(),
        Value::Bool(value) => *node = (!*value).into(),
        Value::String(text) => {
            if let Some(at) = text.rfind(|c: char| c.is_ascii_digit() && c != '9') {
                let next = char::from(text.as_bytes()[at] + 1);
                text.replace_range(at..=at, &next.to_string());
            }
        }
        Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}

/// The intent's files of an example.
fn files(site: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(site.join("intent")).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.expect("a file")).filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.into_path()).collect()
}

/// So many edits on top of each other; one that does not compile is taken back after it was tried.
#[allow(clippy::print_stdout, reason = "says over how much was compared to those who want to see it")]
fn drawn_edits(example: &str, edits: usize, least: usize) {
    let folder = repository().join("examples").join(example);
    let mut site = Edits {
        files: files(&folder),
        folder: folder.clone(),
        dice: Dice::new(7),
        buffers: BTreeMap::new(),
        before: None,
        goes_back: false,
        edited: None,
        left: edits,
        lowered: Lowered::default(),
        held: BTreeMap::new(),
        differences: Vec::new(),
        counts: Counts::default(),
    };
    follow(&folder, &mut site);
    let Counts { rounds, compiled, upon, in_place, made, parts } = site.counts;
    let told = format!("{compiled} of {rounds} rounds compile, {upon} upon their ground, {in_place} in place");
    println!("{example}: {told}; {made} of {parts} parts were made");
    assert!(compiled >= least && upon >= least / 10 && in_place >= least / 4, "{told}");
    assert!(made < parts / 2, "{made} of {parts} parts were made again");
}

#[test]
fn the_lab_follows_its_edits() {
    drawn_edits("rdo-lab", 200, 60);
}

#[test]
fn two_projects_follow_their_edits() {
    drawn_edits("two-projects", 200, 60);
}

#[test]
fn a_production_cloud_follows_its_edits() {
    drawn_edits("production", 60, 20);
}
