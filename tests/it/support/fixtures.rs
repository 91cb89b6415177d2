use imprenta::blog::imports::ImportedPost;

use super::at;

/// A published post to import, of which a test says only what matters to it.
#[derive(Clone)]
pub struct PostBuilder(ImportedPost);

/// The post "Hello" for `hello`, at `/hello`, of 1 May 2026, by Ana.
pub fn post(slug: &str) -> PostBuilder {
    let mut title = slug.to_owned();
    title[..1].make_ascii_uppercase();
    PostBuilder(ImportedPost {
        title,
        path: format!("/{slug}"),
        content: format!("The text of {slug}."),
        published_at: Some(at("2026-05-01T00:00:00Z")),
        authors: vec!["Ana".to_owned()],
        ..ImportedPost::default()
    })
}

impl PostBuilder {
    pub fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.0.title);
        self
    }

    pub fn slug(mut self, slug: &str) -> Self {
        self.0.slug = Some(slug.to_owned());
        self
    }

    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.0.path);
        self
    }

    pub fn content(mut self, content: &str) -> Self {
        content.clone_into(&mut self.0.content);
        self
    }

    pub fn summary(mut self, summary: &str) -> Self {
        self.0.summary = Some(summary.to_owned());
        self
    }

    pub fn published(mut self, time: &str) -> Self {
        self.0.published_at = Some(at(time));
        self
    }

    pub fn unpublished(mut self, time: &str) -> Self {
        self.0.unpublish_at = Some(at(time));
        self
    }

    pub fn updated(mut self, time: &str) -> Self {
        self.0.updated_at = Some(at(time));
        self
    }

    pub fn locale(mut self, tag: &str) -> Self {
        self.0.locale = Some(tag.to_owned());
        self
    }

    pub fn draft(mut self) -> Self {
        self.0.draft = true;
        self
    }

    pub fn authors(mut self, names: &[&str]) -> Self {
        self.0.authors = names.iter().map(ToString::to_string).collect();
        self
    }

    pub fn tag(mut self, name: &str) -> Self {
        self.0.tags.push(name.to_owned());
        self
    }

    pub fn alias(mut self, path: &str) -> Self {
        self.0.aliases.push(path.to_owned());
        self
    }

    pub fn front_matter(mut self, key: &str, value: serde_json::Value) -> Self {
        self.0.front_matter.insert(key.to_owned(), value);
        self
    }

    pub fn build(self) -> ImportedPost {
        self.0
    }
}
