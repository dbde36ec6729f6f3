//! Frames: the templates around generated lines.
//!
//! A frame has no arithmetic and no conditions on data; it receives finished lines.
//! A site may put a file of the same name under its own `templates/` in place of a built-in one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::artifact::Content;

/// The templates of a site.
#[derive(Debug, Default)]
pub struct Frames {
    overrides: BTreeMap<String, String>,
    /// Built-in templates by name, asked once where each block goes: a site has thousands of files of a few kinds.
    layouts: Mutex<BTreeMap<&'static str, Arc<Layout>>>,
}

/// A template that ships with the program.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// Its name below `templates/`: `openflow/br-int.flows.j2`.
    pub name: &'static str,
    /// The built-in text.
    pub text: &'static str,
}

/// What a template makes: texts of its own, and blocks by their place among those that are handed in.
type Layout = Vec<Part>;

#[derive(Debug)]
enum Part {
    Text(String),
    Block(usize),
}

/// Around a block's number where a template is asked for its layout. No template of ours holds it.
const MARK: char = '\u{0}';

impl Frames {
    /// The built-in frames, with a site's own in their place: template name (`openflow/br-int.flows.j2`) to text.
    #[must_use]
    pub fn new(overrides: BTreeMap<String, String>) -> Self {
        Self { overrides, layouts: Mutex::default() }
    }

    /// The names of the templates that are the site's own, sorted.
    pub fn overridden(&self) -> impl Iterator<Item = &str> {
        self.overrides.keys().map(String::as_str)
    }

    /// The site's own templates: name to text.
    #[must_use]
    pub fn overrides(&self) -> &BTreeMap<String, String> {
        &self.overrides
    }

    /// Fills a frame with finished blocks of lines; each block ends in a newline or is empty.
    ///
    /// # Errors
    /// The text of what is wrong with an overriding template, with its name and line.
    pub fn render<const N: usize>(
        &self,
        template: Template,
        blocks: [(&'static str, impl Into<Content>); N],
    ) -> Result<Content, String> {
        let mut blocks = blocks.map(|(name, lines)| (name, lines.into()));
        // A site's own template may do with the lines what it likes, so it has to see them.
        if let Some(text) = self.overrides.get(template.name) {
            let blocks = blocks.map(|(name, lines)| (name, lines.into_string()));
            let context = blocks.iter().map(|(name, lines)| (*name, lines.as_str())).collect();
            return render(template.name, text, context).map(Content::from);
        }
        let layout = self.layout(template, blocks.each_ref().map(|(name, _)| *name))?;
        let mut content = Content::default();
        for part in layout.iter() {
            match part {
                Part::Text(text) => content.push(text.clone()),
                Part::Block(at) => content.append(std::mem::take(&mut blocks[*at].1)),
            }
        }
        Ok(content)
    }

    /// Where a built-in template puts its blocks. It is told by the template engine, over marks in the blocks' place.
    fn layout<const N: usize>(&self, template: Template, names: [&'static str; N]) -> Result<Arc<Layout>, String> {
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = layouts.get(template.name) {
            return Ok(Arc::clone(known));
        }
        let marks: Vec<String> = (0..N).map(|at| format!("{MARK}{at}{MARK}")).collect();
        let context = names.into_iter().zip(marks.iter().map(String::as_str)).collect();
        let made = render(template.name, template.text, context)?;
        let parts = made.split(MARK).enumerate().map(|(at, text)| match text.parse() {
            Ok(block) if at % 2 == 1 => Part::Block(block),
            Ok(_) | Err(_) => Part::Text(text.to_owned()),
        });
        let layout: Arc<Layout> =
            Arc::new(parts.filter(|part| !matches!(part, Part::Text(text) if text.is_empty())).collect());
        layouts.insert(template.name, Arc::clone(&layout));
        Ok(layout)
    }
}

fn render(name: &str, source: &str, context: BTreeMap<&str, &str>) -> Result<String, String> {
    let mut environment = minijinja::Environment::new();
    let syntax = minijinja::syntax::SyntaxConfig::builder().keep_trailing_newline(true).build();
    environment.set_syntax(syntax.map_err(|error| error.to_string())?);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_fuel(Some(1_000_000));
    environment.render_named_str(name, source, minijinja::value::Serde(context)).map_err(|error| {
        let detail = error.detail().map_or_else(String::new, |detail| format!(": {detail}"));
        format!("templates/{name}:{}: {}{detail}", error.line().unwrap_or(1), error.kind())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: Template = Template { name: "a.j2", text: "head\n{{ one }}between\n{{ two }}{{ three -}}\n" };

    fn blocks() -> [(&'static str, String); 3] {
        [("one", "1\n".to_owned()), ("two", String::new()), ("three", "3\n".to_owned())]
    }

    #[test]
    fn a_built_in_template_gives_what_the_engine_gives() {
        let frames = Frames::default();
        let as_site_has_it = Frames::new([("a.j2".to_owned(), TEMPLATE.text.to_owned())].into());
        for _ in 0..2 {
            let made = frames.render(TEMPLATE, blocks()).unwrap().into_string();
            assert_eq!(made, "head\n1\nbetween\n3\n");
            assert_eq!(made, as_site_has_it.render(TEMPLATE, blocks()).unwrap().into_string());
        }
    }

    #[test]
    fn a_template_of_the_site_sees_the_lines() {
        let own = "{{ one | upper }}{% if two %}two{% else %}none{% endif %}\n{{ three }}";
        let frames = Frames::new([("a.j2".to_owned(), own.to_owned())].into());
        let mut of_site = blocks();
        of_site[0].1 = "a\n".to_owned();
        assert_eq!(frames.render(TEMPLATE, of_site).unwrap().into_string(), "A\nnone\n3\n");
    }
}
