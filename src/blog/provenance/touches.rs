use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::reading::Place;
use super::{Reading, Scope, Source};
use crate::blog::order::PostOrderField;
use crate::blog::repository::touches::{LoggedChange, OwnerState, PostState};

/// What commits and the time have touched.
#[derive(Clone, Debug, Default)]
pub struct Touches {
    by_source: HashMap<Source, Vec<Touch>>,
    is_everything: bool,
}

/// Where a source was touched.
#[derive(Clone, Debug)]
pub struct Touch {
    /// In which place of a list; everywhere if that is not known.
    place: Option<Place>,
    /// What the post belongs to that did it.
    scopes: Arc<[Scope]>,
}

impl Touches {
    /// As if all there is was touched.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            is_everything: true,
            ..Self::default()
        }
    }

    /// Whether all is to be taken for touched.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.is_everything
    }

    /// Whether nothing was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.is_everything && self.by_source.is_empty()
    }

    /// The sources that were touched.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.by_source.keys()
    }

    /// Whether what was read may be another since.
    #[must_use]
    pub fn reach(&self, reading: &Reading) -> bool {
        self.is_everything
            || self.by_source.get(&reading.source).is_some_and(|touches| {
                reading.bounds.as_ref().is_none_or(|bounds| {
                    let mut touches = touches.iter();
                    touches.any(|touch| bounds.hold(touch.place, &touch.scopes))
                })
            })
    }

    fn add(&mut self, source: Source) {
        self.add_at(source, None, &Arc::default());
    }

    fn add_at(&mut self, source: Source, place: Option<Place>, scopes: &Arc<[Scope]>) {
        let scopes = Arc::clone(scopes);
        let touch = Touch { place, scopes };
        self.by_source.entry(source).or_default().push(touch);
    }
}

/// What was changed, as far as it is known yet.
pub(super) struct Changed {
    /// The posts, whatever has happened to them.
    ids: Vec<Uuid>,
    /// The authors and tags that may have got their first public post, or lost their last.
    owners: HashSet<Uuid>,
    posts: HashMap<Uuid, PostChange>,
    authors: Vec<OwnerChange>,
    tags: Vec<OwnerChange>,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each a question of its own, of which several may be true"
)]
#[derive(Default)]
struct PostChange {
    /// Whether visitors may have seen it before, or may now.
    concerns_public: bool,
    /// Whether it may be public where it was not, or at other times.
    comes_or_goes: bool,
    /// Whether its authors or tags are others.
    is_relinked: bool,
    is_renamed: bool,
    left_owners: Vec<Uuid>,
    state: Option<PostState>,
}

struct OwnerChange {
    id: Uuid,
    /// Whether lists of its kind may be others.
    is_listed_anew: bool,
}

impl Changed {
    pub(super) fn new(changes: &[LoggedChange], by_time: &[Uuid]) -> Self {
        let mut posts: HashMap<Uuid, PostChange> = HashMap::new();
        let (mut authors, mut tags) = (Vec::new(), Vec::new());
        // What is only worked on beside the text that readers see is nothing to them.
        for change in changes.iter().filter(|it| it.is_live) {
            let owner = OwnerChange {
                id: change.subject_id,
                // A new one has no post yet that could show it.
                is_listed_anew: change.is_gone || change.is_renamed,
            };
            match change.subject_type.as_str() {
                "author" => authors.push(owner),
                "tag" => tags.push(owner),
                _ => posts.entry(change.subject_id).or_default().add(change),
            }
        }
        for post in by_time {
            let post = posts.entry(*post).or_default();
            post.concerns_public = true;
            post.comes_or_goes = true;
        }
        Self {
            ids: posts.keys().copied().collect(),
            owners: HashSet::new(),
            posts,
            authors,
            tags,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.authors.is_empty() && self.tags.is_empty()
    }

    /// The posts.
    pub(super) fn posts(&self) -> &[Uuid] {
        &self.ids
    }

    /// Takes the posts as they are; those that are missing are gone.
    pub(super) fn take_posts(&mut self, states: Vec<PostState>) {
        for state in states {
            if let Some(post) = self.posts.get_mut(&state.id) {
                post.state = Some(state);
            }
        }
    }

    /// The authors and the tags that have to be looked at: what was changed, and what the posts belong
    /// to or have left. What a post has left may be either.
    pub(super) fn owners(&mut self) -> (Vec<Uuid>, Vec<Uuid>) {
        let mut authors: HashSet<Uuid> = self.authors.iter().map(|it| it.id).collect();
        let mut tags: HashSet<Uuid> = self.tags.iter().map(|it| it.id).collect();
        let posts = self.posts.values();
        for post in posts.filter(|it| it.concerns_public && it.moves()) {
            if let Some(state) = &post.state {
                authors.extend(&state.authors);
                tags.extend(&state.tags);
                self.owners.extend(&state.authors);
                self.owners.extend(&state.tags);
            }
            authors.extend(&post.left_owners);
            tags.extend(&post.left_owners);
            self.owners.extend(&post.left_owners);
        }
        let sorted = |ids: HashSet<Uuid>| {
            let mut ids: Vec<_> = ids.into_iter().collect();
            ids.sort_unstable();
            ids
        };
        (sorted(authors), sorted(tags))
    }

    /// What all of that touches, with the authors and tags as they are.
    pub(super) fn touches(self, authors: &[OwnerState], tags: &[OwnerState]) -> Touches {
        let mut touches = Touches::default();
        for change in &self.authors {
            touches.add(Source::Author(change.id));
            if change.is_listed_anew {
                touches.add(Source::Authors);
            }
        }
        for change in &self.tags {
            touches.add(Source::Tag(change.id));
            if change.is_listed_anew {
                touches.add(Source::Tags);
            }
        }
        // Else what it is called has not changed, and it is to be seen before and after.
        let is_touched = |changes: &[OwnerChange], owner: &OwnerState| {
            let was_changed = changes.iter().any(|change| change.id == owner.id);
            was_changed || !owner.has_others
        };
        for author in authors.iter().filter(|it| is_touched(&self.authors, it)) {
            touches.add(Source::Author(author.id));
            touches.add(Source::AuthorSlug(author.slug.as_str().into()));
            if self.owners.contains(&author.id) && !author.has_others {
                touches.add(Source::Authors);
            }
        }
        for tag in tags.iter().filter(|it| is_touched(&self.tags, it)) {
            touches.add(Source::Tag(tag.id));
            touches.add(Source::TagSlug(tag.slug.as_str().into()));
            if self.owners.contains(&tag.id) && !tag.has_others {
                touches.add(Source::Tags);
            }
        }
        for (id, post) in &self.posts {
            post.touch(*id, &mut touches);
        }
        touches
    }
}

impl PostChange {
    fn add(&mut self, change: &LoggedChange) {
        self.concerns_public |= change.was_published || change.is_published;
        self.comes_or_goes |= change.was_published != change.is_published
            || change.is_redated
            || change.is_new
            || change.is_gone;
        self.is_relinked |= change.is_relinked;
        self.is_renamed |= change.is_renamed;
        self.left_owners.extend(change.left_owners.iter().flatten());
    }

    fn touch(&self, id: Uuid, touches: &mut Touches) {
        if !self.concerns_public {
            return;
        }
        touches.add(Source::Post(id));
        if let Some(state) = &self.state {
            let slugs = state.slugs.iter().map(|it| it.as_str().into());
            slugs.for_each(|slug| touches.add(Source::PostSlug(slug)));
            let paths = state.paths.iter().map(|it| it.as_str().into());
            paths.for_each(|path| touches.add(Source::PostPath(path)));
        }
        let scopes = self.scopes();
        touches.add_at(Source::Search, None, &scopes);
        for scope in scopes.iter().copied() {
            if self.comes_or_goes || self.is_relinked && scope != Scope::All {
                touches.add_at(Source::Count(scope), None, &scopes);
            }
        }
        // Pages that show it, or stopped before it, have read it. Others may come to show it.
        let Some(state) = self.state.as_ref().filter(|it| it.is_public) else {
            return;
        };
        let places = [
            (PostOrderField::PublishedAt, state.listed_at),
            (PostOrderField::CreatedAt, state.created_at),
            (PostOrderField::UpdatedAt, state.updated_at),
        ];
        for scope in scopes.iter().copied() {
            for (order, time) in places {
                touches.add_at(Source::Posts(scope, order), Some((time, id)), &scopes);
            }
            if self.moves() || self.is_renamed {
                let source = Source::Posts(scope, PostOrderField::Title);
                touches.add_at(source, None, &scopes);
            }
        }
    }

    /// Whether it may belong to other lists than before.
    fn moves(&self) -> bool {
        self.comes_or_goes || self.is_relinked
    }

    /// What the post belongs to, or did before.
    fn scopes(&self) -> Arc<[Scope]> {
        let mut scopes = vec![Scope::All];
        if let Some(state) = &self.state {
            scopes.extend(state.authors.iter().copied().map(Scope::Author));
            scopes.extend(state.tags.iter().copied().map(Scope::Tag));
        }
        for left in self.left_owners.iter().copied() {
            scopes.extend([Scope::Author(left), Scope::Tag(left)]);
        }
        scopes.into()
    }
}
