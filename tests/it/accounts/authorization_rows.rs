//! The rows of the table of `authorization`.

/// What a viewer is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The field does its work.
    Done,
    /// Null: there is nothing that this viewer may see.
    Nothing,
    /// The request is not authenticated, or not as a person.
    LogIn,
    /// The viewer is known, and may not.
    Forbidden,
    /// Anyone may ask, and what they show is looked at.
    Refused,
}

use Outcome::{Done, Forbidden, LogIn, Nothing, Refused};

pub type Row = (&'static str, &'static str, [Outcome; 8]);

const EVERYONE: [Outcome; 8] = [Done, Done, Done, Done, Done, Done, LogIn, LogIn];
const PEOPLE: [Outcome; 8] = [LogIn, Done, Done, Done, Done, Forbidden, LogIn, LogIn];
const ADMINS: [Outcome; 8] = [
    LogIn, Forbidden, Forbidden, Forbidden, Done, Forbidden, LogIn, LogIn,
];

const EDITORS: [Outcome; 8] = [LogIn, Forbidden, Forbidden, Done, Done, Done, LogIn, LogIn];
/// Of a post that everyone may read: a key that may not read drafts changes none.
const EDITORS_NO_KEY: [Outcome; 8] = [
    LogIn, Forbidden, Forbidden, Done, Done, Forbidden, LogIn, LogIn,
];
/// Of a post that is not there for others.
const EDITORS_OF_HIDDEN: [Outcome; 8] =
    [LogIn, Forbidden, Nothing, Done, Done, Nothing, LogIn, LogIn];
/// Of several: what is wrong with one of them is told at its place.
const EDITORS_OF_MANY: [Outcome; 8] =
    [LogIn, Forbidden, Refused, Done, Done, Refused, LogIn, LogIn];

/// `$live` (with a working draft), `$hidden`, `$trashed` (posts of nobody here), `$author`, `$lonely` (an
/// author without posts), `$tag`, `$other_tag`, `$link` and `$preview` (a preview link and its token),
/// `$post`, `$user` (someone else), `$own` (the viewer), `$key` (the viewer's), `$token` (a refresh
/// token of someone else) and `$mail` (a new address) are there to be used.
pub const ROWS: &[Row] = &[
    ("Query.health", "{ health { status } }", EVERYONE),
    ("Query.node", "query($post: ID!) { node(id: $post) { id } }", EVERYONE),
    ("Query.nodes", "query($post: ID!) { nodes(ids: [$post]) { id } }", EVERYONE),
    ("Query.post", "{ post(by: { slug: \"hello\" }) { id } }", EVERYONE),
    ("Query.posts", "{ posts { totalCount nodes { id } } }", EVERYONE),
    ("Query.author", "{ author(by: { slug: \"ana\" }) { id } }", EVERYONE),
    ("Query.authors", "{ authors { totalCount nodes { id } } }", EVERYONE),
    ("Query.tag", "{ tag(by: { slug: \"rust\" }) { id } }", EVERYONE),
    ("Query.tags", "{ tags { totalCount nodes { id } } }", EVERYONE),
    ("Query.route", "{ route(path: \"/hello\") { __typename } }", EVERYONE),
    (
        "Query.me",
        "{ me { id email } }",
        [Nothing, Done, Done, Done, Done, Nothing, LogIn, LogIn],
    ),
    (
        "Query.csrfToken",
        "{ csrfToken }",
        [Nothing, Done, Done, Done, Done, Nothing, LogIn, LogIn],
    ),
    ("Query.users", "{ users { __typename } }", ADMINS),
    ("Query.apiKeys", "{ apiKeys { __typename } }", PEOPLE),
    ("Query.auditLog", "{ auditLog { __typename } }", ADMINS),
    ("Query.users", "{ users { totalCount nodes { id email } } }", ADMINS),
    ("Query.apiKeys", "{ apiKeys { totalCount nodes { id } } }", PEOPLE),
    ("Query.auditLog", "{ auditLog { totalCount nodes { action } } }", ADMINS),
    (
        "Query.node",
        "query($user: ID!) { node(id: $user) { id } }",
        [Nothing, Nothing, Nothing, Nothing, Done, Nothing, LogIn, LogIn],
    ),
    (
        "Query.apiKeys",
        "query($user: ID!) { apiKeys(user: $user) { totalCount } }",
        ADMINS,
    ),
    (
        "Mutation.logIn",
        "mutation($user_mail: String!, $password: String!) {
            logIn(input: { email: $user_mail, password: $password }) {
                session { expiresIn } userErrors { code }
            }
        }",
        EVERYONE,
    ),
    (
        "Mutation.refreshSession",
        "mutation($token: String!) {
            refreshSession(input: { refreshToken: $token }) {
                session { expiresIn } userErrors { code }
            }
        }",
        EVERYONE,
    ),
    (
        "Mutation.logOut",
        "mutation { logOut { loggedOut userErrors { code } } }",
        PEOPLE,
    ),
    (
        "Mutation.logOutEverywhere",
        "mutation { logOutEverywhere { endedSessions userErrors { code } } }",
        PEOPLE,
    ),
    (
        "Mutation.logOutEverywhere",
        "mutation($user: ID!) {
            logOutEverywhere(input: { user: $user }) { endedSessions userErrors { code } }
        }",
        ADMINS,
    ),
    (
        "Mutation.changePassword",
        "mutation($password: String!) {
            changePassword(input: { currentPassword: $password, newPassword: \"canary, another one\" }) {
                user { id } userErrors { code }
            }
        }",
        PEOPLE,
    ),
    (
        "Mutation.requestPasswordReset",
        "mutation($mail: String!) {
            requestPasswordReset(input: { email: $mail }) { requested userErrors { code } }
        }",
        EVERYONE,
    ),
    (
        // The token alone gives the right; there is none here that would.
        "Mutation.resetPassword",
        "mutation {
            resetPassword(input: { token: \"none\", newPassword: \"canary, another one\" }) {
                userErrors { code }
            }
        }",
        [Refused, Refused, Refused, Refused, Refused, Refused, LogIn, LogIn],
    ),
    (
        "Mutation.createUser",
        "mutation($mail: String!) {
            createUser(input: { email: $mail, name: \"New\", role: READER }) {
                user { id } userErrors { code }
            }
        }",
        ADMINS,
    ),
    (
        "Mutation.updateUser",
        "mutation($user: ID!) {
            updateUser(input: { id: $user, name: \"Renamed\" }) { user { id } userErrors { code } }
        }",
        ADMINS,
    ),
    (
        // Nobody raises themselves.
        "Mutation.updateUser",
        "mutation($own: ID!) {
            updateUser(input: { id: $own, role: ADMIN }) { user { id } userErrors { code } }
        }",
        ADMINS,
    ),
    (
        "Mutation.deactivateUser",
        "mutation($user: ID!) {
            deactivateUser(input: { id: $user }) { user { id } userErrors { code } }
        }",
        ADMINS,
    ),
    (
        "Mutation.createApiKey",
        "mutation {
            createApiKey(input: { name: \"build\", scopes: [CONTENT_READ] }) {
                apiKey { id } userErrors { code }
            }
        }",
        PEOPLE,
    ),
    (
        "Mutation.revokeApiKey",
        "mutation($key: ID!) {
            revokeApiKey(input: { id: $key }) { apiKey { id } userErrors { code } }
        }",
        PEOPLE,
    ),
    (
        "Query.preview",
        "query($preview: String!) { preview(token: $preview) { number } }",
        EVERYONE,
    ),
    (
        // A key that may not read drafts only makes posts.
        "Mutation.createPost",
        "mutation($author: ID!) {
            createPost(input: { title: \"New\", authors: [$author] }) { post { id } userErrors { code } }
        }",
        EDITORS,
    ),
    (
        "Mutation.updatePost",
        "mutation($live: ID!) {
            updatePost(input: { id: $live, expectedVersion: 2, title: \"Changed\" }) { post { id } userErrors { code } }
        }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.publishPost",
        "mutation($live: ID!) { publishPost(input: { id: $live }) { post { id } userErrors { code } } }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.schedulePost",
        "mutation($hidden: ID!) { schedulePost(input: { id: $hidden, at: \"2027-01-01T00:00:00Z\" }) { post { id } userErrors { code } } }",
        EDITORS_OF_HIDDEN,
    ),
    (
        "Mutation.unpublishPost",
        "mutation($live: ID!) { unpublishPost(input: { id: $live }) { post { id } userErrors { code } } }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.archivePost",
        "mutation($live: ID!) { archivePost(input: { id: $live }) { post { id } userErrors { code } } }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.trashPost",
        "mutation($live: ID!) { trashPost(input: { id: $live }) { post { id } userErrors { code } } }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.restorePost",
        "mutation($trashed: ID!) { restorePost(input: { id: $trashed }) { post { id } userErrors { code } } }",
        EDITORS_OF_HIDDEN,
    ),
    (
        "Mutation.discardDraft",
        "mutation($live: ID!) { discardDraft(input: { id: $live }) { post { id } userErrors { code } } }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.restoreRevision",
        "mutation($live: ID!) { restoreRevision(input: { id: $live, number: 1 }) { post { id } userErrors { code } } }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.purgePost",
        "mutation($trashed: ID!) { purgePost(input: { id: $trashed }) { purgedId userErrors { code } } }",
        EDITORS_OF_HIDDEN,
    ),
    (
        "Mutation.publishPosts",
        "mutation($live: ID!) { publishPosts(input: { ids: [$live] }) { posts { id } userErrors { code } } }",
        EDITORS_OF_MANY,
    ),
    (
        "Mutation.unpublishPosts",
        "mutation($live: ID!) { unpublishPosts(input: { ids: [$live] }) { posts { id } userErrors { code } } }",
        EDITORS_OF_MANY,
    ),
    (
        "Mutation.archivePosts",
        "mutation($live: ID!) { archivePosts(input: { ids: [$live] }) { posts { id } userErrors { code } } }",
        EDITORS_OF_MANY,
    ),
    (
        "Mutation.trashPosts",
        "mutation($live: ID!) { trashPosts(input: { ids: [$live] }) { posts { id } userErrors { code } } }",
        EDITORS_OF_MANY,
    ),
    (
        "Mutation.restorePosts",
        "mutation($trashed: ID!) { restorePosts(input: { ids: [$trashed] }) { posts { id } userErrors { code } } }",
        EDITORS_OF_MANY,
    ),
    (
        "Mutation.purgePosts",
        "mutation($trashed: ID!) { purgePosts(input: { ids: [$trashed] }) { purgedIds userErrors { code } } }",
        EDITORS_OF_MANY,
    ),
    (
        "Mutation.schedulePosts",
        "mutation($hidden: ID!) {
            schedulePosts(input: { ids: [$hidden], at: \"2027-01-01T00:00:00Z\" }) { posts { id } userErrors { code } }
        }",
        EDITORS_OF_MANY,
    ),
    (
        "Mutation.createPreviewLink",
        "mutation($live: ID!) {
            createPreviewLink(input: { post: $live }) { previewLink { id } userErrors { code } }
        }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.revokePreviewLink",
        "mutation($link: ID!) {
            revokePreviewLink(input: { id: $link }) { previewLink { id } userErrors { code } }
        }",
        EDITORS_NO_KEY,
    ),
    (
        "Mutation.createAuthor",
        "mutation { createAuthor(input: { name: \"New\" }) { author { id } userErrors { code } } }",
        EDITORS,
    ),
    (
        "Mutation.updateAuthor",
        "mutation($author: ID!) {
            updateAuthor(input: { id: $author, expectedVersion: 1, bio: \"Writes.\" }) { author { id } userErrors { code } }
        }",
        EDITORS,
    ),
    (
        "Mutation.deleteAuthor",
        "mutation($lonely: ID!) {
            deleteAuthor(input: { id: $lonely }) { deletedId userErrors { code } }
        }",
        EDITORS,
    ),
    (
        "Mutation.createTag",
        "mutation($mail: String!) { createTag(input: { name: $mail }) { tag { id } userErrors { code } } }",
        EDITORS,
    ),
    (
        "Mutation.renameTag",
        "mutation($tag: ID!, $mail: String!) {
            renameTag(input: { id: $tag, expectedVersion: 1, name: $mail }) { tag { id } userErrors { code } }
        }",
        EDITORS,
    ),
    (
        "Mutation.mergeTags",
        "mutation($tag: ID!, $other_tag: ID!) {
            mergeTags(input: { from: [$tag], into: $other_tag }) { tag { id } userErrors { code } }
        }",
        EDITORS,
    ),
    (
        "Mutation.deleteTag",
        "mutation($tag: ID!) { deleteTag(input: { id: $tag }) { deletedId userErrors { code } } }",
        EDITORS,
    ),
    (
        "Subscription.changes",
        "subscription { changes { cursor } }",
        EVERYONE,
    ),
    (
        "Subscription.postChanged",
        "subscription($live: ID!) { postChanged(post: $live) { kind } }",
        EVERYONE,
    ),
    (
        "Subscription.postPublished",
        "subscription { postPublished { id } }",
        EVERYONE,
    ),
];
