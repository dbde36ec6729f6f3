//! Frames: the templates around generated lines.
//!
//! A frame has no arithmetic and no conditions on data; it receives finished lines.
//! A site may put a file of the same name under its own `templates/` in place of a built-in one.

use std::collections::BTreeMap;

/// The templates of a site, compiled once.
#[derive(Debug, Default)]
pub struct Frames {
    overrides: BTreeMap<String, String>,
}

impl Frames {
    /// The built-in frames, with a site's own in their place: template name (`openflow/br-int.flows.j2`) to text.
    #[must_use]
    pub fn new(overrides: BTreeMap<String, String>) -> Self {
        Self { overrides }
    }

    /// The names of the templates that are the site's own, sorted.
    pub fn overridden(&self) -> impl Iterator<Item = &str> {
        self.overrides.keys().map(String::as_str)
    }

    /// Fills a frame with finished blocks of lines; each block ends in a newline or is empty.
    /// `built_in` is the compiled-in text of the template called `name`.
    ///
    /// # Errors
    /// The text of what is wrong with an overriding template, with its name and line.
    pub fn render(&self, name: &str, built_in: &str, blocks: &[(&str, &str)]) -> Result<String, String> {
        let source = self.overrides.get(name).map_or(built_in, String::as_str);
        let mut environment = minijinja::Environment::new();
        let syntax = minijinja::syntax::SyntaxConfig::builder().keep_trailing_newline(true).build();
        environment.set_syntax(syntax.map_err(|error| error.to_string())?);
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_fuel(Some(1_000_000));
        let context: BTreeMap<&str, &str> = blocks.iter().copied().collect();
        environment.render_named_str(name, source, minijinja::value::Serde(context)).map_err(|error| {
            let detail = error.detail().map_or_else(String::new, |detail| format!(": {detail}"));
            format!("templates/{name}:{}: {}{detail}", error.line().unwrap_or(1), error.kind())
        })
    }
}
