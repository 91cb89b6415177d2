//! Every kind of viewer.

use imprenta::accounts::{ApiKeyScope, Role, Viewer};

use super::world::World;
use crate::support::{Client, logged_in, with_key};

/// A viewer, as they ask and as the policies know them.
pub struct Member {
    pub name: &'static str,
    pub client: Client,
    pub viewer: Viewer,
}

pub async fn cast(world: &World) -> Vec<Member> {
    use ApiKeyScope::{ContentRead, ContentReadDrafts, ContentWrite};
    let app = &world.app;
    let ana = Some(world.profile("ana"));
    let ben = Some(world.profile("ben"));
    let member = |name, client, viewer| Member {
        name,
        client,
        viewer,
    };
    let (writer, editor) = (app.log_in("ana").await, app.log_in("edith").await);
    let reading = app.api_key(&editor, &["CONTENT_READ"]).await;
    let drafts = app.api_key(&writer, &["CONTENT_READ_DRAFTS"]).await;
    let writing = app.api_key(&editor, &["CONTENT_WRITE"]).await;
    vec![
        member("a visitor", app.anonymous(), Viewer::anonymous()),
        member(
            "a reader",
            app.log_in("rita").await,
            logged_in(Role::Reader, ben),
        ),
        member("an author", writer, logged_in(Role::Author, ana)),
        member(
            "an author without a profile",
            app.log_in("nora").await,
            logged_in(Role::Author, None),
        ),
        member("an editor", editor, logged_in(Role::Editor, None)),
        member(
            "an admin",
            app.log_in("adam").await,
            logged_in(Role::Admin, None),
        ),
        member(
            "an editor's key to read",
            reading,
            with_key(Role::Editor, None, &[ContentRead]),
        ),
        member(
            "an author's key to read drafts",
            drafts,
            with_key(Role::Author, ana, &[ContentReadDrafts]),
        ),
        member(
            "an editor's key to write",
            writing,
            with_key(Role::Editor, None, &[ContentWrite]),
        ),
    ]
}
