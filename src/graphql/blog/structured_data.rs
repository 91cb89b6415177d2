use crate::blog::json_ld::{Described, Question, Site, Writer, json_ld};
use crate::blog::{markdown, model};
use crate::config::SiteConfig;
use crate::error::{Error, Result};

/// What search engines are told of a post, by these authors and with these tags.
pub(super) fn of_post(
    site: &SiteConfig,
    post: &model::Post,
    authors: &[&model::Author],
    tags: &[&model::Tag],
) -> Result<String> {
    let missing = || Error::internal("parts of a post were selected and not read");
    let faq = post.faq.clone().ok_or_else(missing)?;
    let faq: Vec<model::FaqItem> = serde_json::from_value(faq).map_err(Error::internal)?;
    let faq: Vec<_> = faq
        .into_iter()
        .map(|item| (item.question, markdown::render_html(&item.answer)))
        .collect();
    let described = Described {
        path: &post.path,
        canonical_url: post.canonical_url.as_deref(),
        title: post.meta_title.as_deref().unwrap_or(&post.title),
        description: post.meta_description.as_deref().or(post.excerpt.as_deref()),
        published_at: post.published_at,
        updated_at: post.updated_at,
        authors: authors.iter().map(|author| writer(author)).collect(),
        tags: tags.iter().map(|tag| tag.name.as_str()).collect(),
        word_count: post.word_count.unsigned_abs(),
        locale: post.locale.as_deref(),
        faq: faq
            .iter()
            .map(|(question, answer)| Question { question, answer })
            .collect(),
    };
    let site = Site {
        name: site.name.clone(),
        url: site.url.clone(),
    };
    Ok(json_ld(&site, &described))
}

fn writer(author: &model::Author) -> Writer<'_> {
    Writer {
        name: &author.name,
        slug: Some(&author.slug),
        bio: &author.bio,
        avatar_url: author.avatar_url.as_deref(),
    }
}
