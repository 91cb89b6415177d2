use imprenta::accounts::{ApiKeyScope, Role, Viewer};
use imprenta::blog::policy::{PostAction, PostState, PostSubject, may};
use imprenta::ids::AuthorId;

use crate::support::{logged_in, with_key};

/// What each kind of viewer may do with posts in each state.
pub fn by_role() -> String {
    let profile = Some(AuthorId(uuid::Uuid::nil()));
    let people = Role::ALL.map(|role| (role.as_str(), logged_in(role, profile)));
    let mut viewers = vec![("anonymous", Viewer::anonymous())];
    viewers.extend(people);
    viewers.push(("the program", Viewer::system()));
    rows(
        "role",
        viewers.iter().map(|(name, it)| ((*name).to_owned(), it)),
    )
}

/// What the owner of all rights may do through keys with each set of scopes.
pub fn by_scopes() -> String {
    let sets: [&[ApiKeyScope]; 4] = [
        &[ApiKeyScope::ContentRead],
        &[ApiKeyScope::ContentReadDrafts],
        &[ApiKeyScope::ContentWrite],
        &[ApiKeyScope::ContentReadDrafts, ApiKeyScope::ContentWrite],
    ];
    let keys = sets.map(|scopes| {
        let words: Vec<_> = scopes
            .iter()
            .map(|scope| format!("`{}`", scope.as_str()))
            .collect();
        (words.join(" "), with_key(Role::Admin, None, scopes))
    });
    rows("scopes", keys.iter().map(|(name, it)| (name.clone(), it)))
}

/// A row for each viewer and the actions that have the same answers, a column for each state.
fn rows<'a>(first: &str, viewers: impl Iterator<Item = (String, &'a Viewer)>) -> String {
    let states = PostState::ALL.map(|state| format!("{state:?}").to_lowercase());
    let mut lines = vec![
        format!("| {first} | actions | {} |", states.join(" | ")),
        format!("| --- | --- |{}", " --- |".repeat(states.len())),
    ];
    for (name, viewer) in viewers {
        let mut alike: Vec<(Vec<String>, String)> = Vec::new();
        for action in PostAction::ALL {
            let cells = PostState::ALL.map(|state| cell(viewer, action, state));
            let cells = cells.join(" | ");
            // `ReadHistory` is "read history".
            let action = format!("{action:?}").replace("History", " history");
            let action = action.to_lowercase();
            match alike.iter_mut().find(|(_, it)| *it == cells) {
                Some((actions, _)) => actions.push(action),
                None => alike.push((vec![action], cells)),
            }
        }
        let rows = alike.into_iter();
        lines.extend(
            rows.map(|(actions, cells)| format!("| {name} | {} | {cells} |", actions.join(", "))),
        );
    }
    lines.join("\n") + "\n"
}

/// Which posts in a state someone may do something with.
fn cell(viewer: &Viewer, action: PostAction, state: PostState) -> &'static str {
    let answers = [true, false].map(|own| may(viewer, action, &PostSubject { state, own }));
    match answers {
        [true, true] => "all",
        [true, false] => "own",
        [false, true] => "others'",
        [false, false] => "–",
    }
}
