//! What the blog's mutations give back.

use async_graphql::{ID, SimpleObject};
use secrecy::{ExposeSecret, SecretString};

use crate::blog;
use crate::error::Result;
use crate::graphql::blog::preview::PreviewLink;
use crate::graphql::blog::{Author, Post, Tag};
use crate::graphql::in_order::InOrder;
use crate::graphql::siblings::Sibling;
use crate::graphql::user_error::{UserError, divided, payload};

/// Declares the payload of a mutation of one post.
macro_rules! post_payload {
    ($(#[$doc:meta])* $name:ident) => {
        payload!(
            $(#[$doc])*
            $name {
                /// The post as it is now; null if nothing was done.
                post: Post
            }
        );
    };
}

/// Declares the payload of a mutation of several posts.
macro_rules! posts_payload {
    ($(#[$doc:meta])* $name:ident) => {
        payload!(
            $(#[$doc])*
            $name {
                /// The posts as they are now, in the order of the input; null if nothing was done.
                posts: Vec<Post>
            }
        );
    };
}

post_payload!(
    /// What became of the making of a post.
    CreatePostPayload
);
post_payload!(
    /// What became of the change of a post.
    UpdatePostPayload
);
post_payload!(
    /// What became of the publication of a post.
    PublishPostPayload
);
post_payload!(
    /// What became of the plan to publish a post.
    SchedulePostPayload
);
post_payload!(
    /// What became of making a post a draft again.
    UnpublishPostPayload
);
post_payload!(
    /// What became of archiving a post.
    ArchivePostPayload
);
post_payload!(
    /// What became of throwing a post away.
    TrashPostPayload
);
post_payload!(
    /// What became of having a post back from the trash.
    RestorePostPayload
);
post_payload!(
    /// What became of dropping a working draft.
    DiscardDraftPayload
);
post_payload!(
    /// What became of restoring a revision.
    RestoreRevisionPayload
);
posts_payload!(
    /// What became of the publication of posts.
    PublishPostsPayload
);
posts_payload!(
    /// What became of the plan to publish posts.
    SchedulePostsPayload
);
posts_payload!(
    /// What became of making posts drafts again.
    UnpublishPostsPayload
);
posts_payload!(
    /// What became of archiving posts.
    ArchivePostsPayload
);
posts_payload!(
    /// What became of throwing posts away.
    TrashPostsPayload
);
posts_payload!(
    /// What became of having posts back from the trash.
    RestorePostsPayload
);
payload!(
    /// What became of removing a post for good.
    PurgePostPayload {
        /// The id that the post had; null if nothing was done.
        purged_id: ID
    }
);
payload!(
    /// What became of removing posts for good.
    PurgePostsPayload {
        /// The ids that the posts had; null if nothing was done.
        purged_ids: Vec<ID>
    }
);
payload!(
    /// What became of ending a preview link.
    RevokePreviewLinkPayload {
        /// The link; null if nothing was done.
        preview_link: PreviewLink
    }
);
payload!(
    /// What became of the making of an author.
    CreateAuthorPayload {
        /// The author; null if there is none.
        author: Author
    }
);
payload!(
    /// What became of the change of an author.
    UpdateAuthorPayload {
        /// The author as they are now; null if nothing was changed.
        author: Author
    }
);
payload!(
    /// What became of removing an author.
    DeleteAuthorPayload {
        /// The id that the author had; null if nothing was done.
        deleted_id: ID
    }
);
payload!(
    /// What became of the making of a tag.
    CreateTagPayload {
        /// The tag; null if there is none.
        tag: Tag
    }
);
payload!(
    /// What became of renaming a tag.
    RenameTagPayload {
        /// The tag as it is now; null if nothing was changed.
        tag: Tag
    }
);
payload!(
    /// What became of making one tag of several.
    MergeTagsPayload {
        /// The tag that their posts have now; null if nothing was done.
        tag: Tag
    }
);
payload!(
    /// What became of removing a tag.
    DeleteTagPayload {
        /// The id that the tag had; null if nothing was done.
        deleted_id: ID
    }
);

/// What became of the making of a preview link.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(in crate::graphql) struct CreatePreviewLinkPayload {
    /// The link; null if there is none.
    preview_link: Option<PreviewLink>,
    /// Give it to `preview` to see the post. It is shown this once.
    token: Option<String>,
    /// Why it could not be done; empty if it was.
    user_errors: Vec<InOrder<UserError>>,
}

impl CreatePreviewLinkPayload {
    /// The payload of the service's result.
    pub(super) fn of(
        result: Result<(blog::PreviewLink, SecretString)>,
    ) -> async_graphql::Result<Self> {
        let (created, user_errors) = divided(result)?;
        let (link, token) = created.unzip();
        Ok(Self {
            preview_link: link.map(PreviewLink),
            token: token.map(|it| it.expose_secret().to_owned()),
            user_errors,
        })
    }
}

/// A post that was loaded alone.
pub(super) fn post(post: blog::model::Post) -> Post {
    Post(Sibling::single(post))
}

/// Posts that were loaded together.
pub(super) fn posts(posts: Vec<blog::model::Post>) -> Vec<Post> {
    Sibling::all(posts).map(Post).collect()
}
