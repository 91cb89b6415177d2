use imprenta::accounts::policy::{AccountAction, AccountSubject, may, may_grant};
use imprenta::accounts::{ApiKeyScope, Role, Viewer};

use crate::support::{logged_in, with_key};

/// A row for each action, a column for each kind of viewer.
pub fn by_viewer() -> String {
    let viewers = viewers();
    let mut table = heading(
        "action",
        viewers.iter().map(|(name, ..)| (*name).to_owned()),
    );
    for action in AccountAction::ALL {
        let cells = viewers
            .iter()
            .map(|(_, viewer, role)| extent(viewer, *role, action));
        table += &row(&words(action), cells);
    }
    table
}

/// A row for each scope, a column for each role.
pub fn scopes_by_role() -> String {
    let mut table = heading("scope", Role::ALL.map(|role| role.as_str().to_owned()));
    for scope in ApiKeyScope::ALL {
        let cells = Role::ALL.map(|role| if may_grant(role, scope) { "yes" } else { "–" });
        table += &row(
            &format!("`{}`", scope.as_str()),
            cells.map(ToOwned::to_owned),
        );
    }
    table
}

/// The viewers with their names, and the roles of their own accounts.
fn viewers() -> Vec<(&'static str, Viewer, Role)> {
    let mut viewers = vec![("anonymous", Viewer::anonymous(), Role::Reader)];
    viewers.extend(Role::ALL.map(|role| (role.as_str(), logged_in(role, None), role)));
    let key = with_key(Role::Admin, None, &ApiKeyScope::ALL);
    viewers.push(("API key of an admin", key, Role::Admin));
    viewers.push(("the program", Viewer::system(), Role::Reader));
    viewers
}

/// Whose accounts a viewer may do something to.
fn extent(viewer: &Viewer, own_role: Role, action: AccountAction) -> String {
    let may = |own, role| may(viewer, action, &AccountSubject { own, role });
    let own = may(true, own_role);
    let others = Role::ALL.map(|role| may(false, role));
    match (own, others) {
        (true, [true, true, true, true]) => "all".to_owned(),
        (true, [false, false, false, false]) => "own".to_owned(),
        (false, [false, false, false, false]) => "–".to_owned(),
        (own, others) => format!("own: {own}, of readers, authors, editors, admins: {others:?}"),
    }
}

/// `ReadUser` as "read user".
fn words(action: AccountAction) -> String {
    let mut words = String::new();
    for letter in format!("{action:?}").chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words.replace("api key", "API key")
}

fn heading(first: &str, columns: impl IntoIterator<Item = String>) -> String {
    let columns: Vec<_> = columns.into_iter().collect();
    let line = columns.iter().map(|_| "---".to_owned());
    row(first, columns.clone()) + &row("---", line)
}

fn row(first: &str, cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<_> = cells.into_iter().collect();
    format!("| {first} | {} |\n", cells.join(" | "))
}
