//! The settings file that is written at each start and included by the cluster's configuration.

use std::fmt::Write;

use super::endpoint::{Endpoint, SOCKET_PORT};
use super::error::Problem;

/// What every server of ours gets; everything that keeps data safe stays at PostgreSQL's defaults.
const DEFAULTS: [(&str, &str); 6] = [
    ("logging_collector", "off"),
    ("log_timezone", "UTC"),
    ("timezone", "UTC"),
    ("lc_messages", "C"),
    ("max_connections", "100"),
    ("password_encryption", "scram-sha-256"),
];

/// The content of the settings file. Of two lines for one setting the later counts: callers can
/// replace the defaults, but not where the server listens.
///
/// # Errors
/// When a name is not that of a setting, and might smuggle in a line.
pub(super) fn render(
    endpoint: &Endpoint,
    settings: &[(String, String)],
) -> Result<String, Problem> {
    let mut text = String::from("# Written anew whenever the server is started.\n");
    for (name, value) in DEFAULTS {
        push(&mut text, name, value);
    }
    for (name, value) in settings {
        if !is_name(name) {
            let name = name.clone();
            return Err(Problem::SettingName { name });
        }
        push(&mut text, name, value);
    }
    push_listening(&mut text, endpoint);
    Ok(text)
}

fn push_listening(text: &mut String, endpoint: &Endpoint) {
    match endpoint {
        Endpoint::Socket(folder) => {
            push(text, "listen_addresses", "");
            push(text, "port", &SOCKET_PORT.to_string());
            let folder = list_element(&folder.to_string_lossy());
            push(text, "unix_socket_directories", &folder);
            push(text, "unix_socket_permissions", "0700");
        }
        Endpoint::Loopback(port) => {
            push(text, "listen_addresses", "127.0.0.1");
            push(text, "port", &port.to_string());
            push(text, "unix_socket_directories", "");
        }
    }
}

fn push(text: &mut String, name: &str, value: &str) {
    let value = value
        .replace('\\', "\\\\")
        .replace('\'', "''")
        .replace('\n', "\\n");
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{name} = '{value}'");
}

/// A folder as one element of a list, whose quotes are another layer within the setting's own.
fn list_element(folder: &str) -> String {
    format!("\"{}\"", folder.replace('"', "\"\""))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_' || char == '.')
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, render};

    #[test]
    fn quotes_a_folder_in_both_layers() {
        let endpoint = Endpoint::Socket("/a 'b' \"c\"\\d".into());
        let text = render(&endpoint, &[]).unwrap_or_default();
        let line = r#"unix_socket_directories = '"/a ''b'' ""c""\\d"'"#;
        assert!(text.lines().any(|found| found == line), "{text}");
    }

    #[test]
    fn callers_cannot_open_the_server_to_the_network() {
        let wish = [("listen_addresses".to_owned(), "*".to_owned())];
        let text = render(&Endpoint::Loopback(5433), &wish).unwrap_or_default();
        let last = text
            .lines()
            .rfind(|line| line.starts_with("listen_addresses"));
        assert_eq!(last, Some("listen_addresses = '127.0.0.1'"));
    }

    #[test]
    fn refuses_a_name_that_is_none() {
        let wish = [("port = 1\nfsync".to_owned(), "off".to_owned())];
        assert!(render(&Endpoint::Loopback(5433), &wish).is_err());
    }
}
