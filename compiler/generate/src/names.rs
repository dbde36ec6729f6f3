//! Names as people give them.

/// What teams call their projects.
const PROJECTS: &[&str] = &[
    "billing",
    "web-shop",
    "search",
    "identity",
    "logistics",
    "media",
    "payments",
    "analytics",
    "ci",
    "crm",
    "iot",
    "mail",
    "maps",
    "monitoring",
    "portal",
    "reports",
];

/// What runs in an instance.
const ROLES: &[&str] = &["api", "worker", "proxy", "cache", "queue", "store", "batch", "front"];

/// Security groups, by what their members do.
const GROUPS: &[&str] = &["web", "app", "data", "ops", "edge", "batch"];

/// The handle of a project, by its number.
pub(crate) fn project(at: u32) -> String {
    let (word, round) = word(PROJECTS, at);
    if round == 0 { word.to_owned() } else { format!("{word}-{}", round + 1) }
}

/// The handle of a security group, by its number in its project.
pub(crate) fn group(at: u32) -> String {
    let (word, round) = word(GROUPS, at);
    if round == 0 { word.to_owned() } else { format!("{word}-{}", round + 1) }
}

/// The handle of an instance, by its number in its project.
pub(crate) fn instance(at: u32, role: u32) -> String {
    format!("{}-{at:04}", word(ROLES, role).0)
}

fn word(words: &'static [&'static str], at: u32) -> (&'static str, u32) {
    let many = u32::try_from(words.len()).unwrap_or(1);
    (words[(at % many) as usize], at / many)
}
