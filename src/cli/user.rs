use std::process::ExitCode;

use chrono::SecondsFormat;
use clap::{Args, Subcommand};
use secrecy::SecretString;

use super::database::Database;
use super::password::PasswordSource;
use super::{CommandError, StopSignal, print};
use crate::accounts::model::{Role, User};
use crate::accounts::{NewUser, UserFilter, Viewer};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, UserConfig};
use crate::error::{Error, FieldProblem};
use crate::page::{MAX_PAGE_SIZE, PageRequest};
use crate::telemetry;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Makes an account, and asks for its password
    Create(Create),
    /// Asks for a new password of an account, and ends its sessions
    SetPassword(SetPassword),
    /// Lists the accounts, oldest first: e-mail, name, role, whether active, last log-in; with
    /// tabs between
    List,
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    email: Email,
    /// What to call them [env: `USER_NAME`]
    #[arg(long)]
    name: Option<String>,
    /// What they may do: reader, author, editor or admin [env: `USER_ROLE`]
    #[arg(long)]
    role: Option<String>,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
struct SetPassword {
    #[command(flatten)]
    email: Email,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
struct Email {
    /// Their e-mail address, by which they log in [env: `USER_EMAIL`]
    #[arg(long)]
    email: Option<String>,
}

#[derive(Debug, Args)]
struct Password {
    /// Read the password from the first line of standard input instead of asking for it
    /// [env: `USER_PASSWORD_STDIN`]
    #[arg(long)]
    password_stdin: bool,
}

/// What to do, with all that it needs from the person who asks for it.
enum Task {
    Create(NewUser),
    SetPassword {
        email: String,
        password: SecretString,
    },
    List,
}

/// Makes accounts, sets their passwords, lists them.
pub(super) async fn run(config: Config, arguments: Arguments) -> Result<ExitCode, CommandError> {
    telemetry::start(&config.logging)?;
    // Before a password is asked for: it keeps Ctrl-C from leaving the terminal without its echo.
    let mut stop = StopSignal::new()?;
    // Before the database is opened, so that nothing is started for a command that cannot go on.
    let task = Task::new(arguments.action, &config.user)?;
    let database = Database::open(&config, &mut stop).await?;
    let done = tokio::select! {
        done = act(config, &database, task) => done,
        () = stop.received() => Err("stopped".into()),
    };
    let closed = database.close().await;
    let text = done?;
    closed?;
    print(text)?;
    Ok(ExitCode::SUCCESS)
}

impl Task {
    fn new(action: Action, settings: &UserConfig) -> Result<Self, CommandError> {
        Ok(match action {
            Action::Create(create) => Self::Create(create.user(settings)?),
            Action::SetPassword(it) => Self::SetPassword {
                email: it.email.or(settings)?,
                password: it.password.or(settings).read()?,
            },
            Action::List => Self::List,
        })
    }
}

impl Create {
    fn user(self, settings: &UserConfig) -> Result<NewUser, CommandError> {
        let email = self.email.or(settings)?;
        let name = self.name.or_else(|| settings.name.clone());
        let name = name.ok_or_else(|| missing("name"))?;
        let role = self.role.or_else(|| settings.role.clone());
        let role = role.ok_or_else(|| missing("role"))?;
        let role = Role::from_word(role.trim()).ok_or_else(|| {
            let problem = "not a role; give reader, author, editor or admin";
            format!("{}: {problem}", option("role"))
        })?;
        Ok(NewUser {
            email,
            name,
            role,
            password: Some(self.password.or(settings).read()?),
            author: None,
        })
    }
}

impl Email {
    fn or(self, settings: &UserConfig) -> Result<String, CommandError> {
        let email = self.email.or_else(|| settings.email.clone());
        email.ok_or_else(|| missing("email"))
    }
}

impl Password {
    fn or(&self, settings: &UserConfig) -> PasswordSource {
        if self.password_stdin || settings.password_stdin {
            PasswordSource::Stdin
        } else {
            PasswordSource::Prompt
        }
    }
}

fn missing(field: &str) -> CommandError {
    let example = match field {
        "email" => "ana@example.org",
        "role" => "editor",
        _ => "Ana",
    };
    format!(
        "{}: missing; for example --{field} {example}",
        option(field)
    )
    .into()
}

/// What the person who gives the command calls a field of an account.
fn option(field: &str) -> String {
    match field {
        "email" | "name" | "role" => format!("--{field} (USER_{})", field.to_ascii_uppercase()),
        _ => format!("the {field}"),
    }
}

async fn act(config: Config, database: &Database, task: Task) -> Result<String, CommandError> {
    database.migrate().await?;
    let app = App::new(config, database.pool.clone(), &Clock::system())?;
    let viewer = Viewer::system();
    match task {
        Task::Create(user) => {
            let user = app.accounts.users.create(&viewer, user).await;
            let user = user.map_err(explained)?;
            let (role, email) = (user.role.as_str(), &user.email);
            Ok(format!(
                "created {role} {email} ({})\n",
                printable(&user.name)
            ))
        }
        Task::SetPassword { email, password } => {
            let set = app.accounts.passwords.set(&viewer, &email, password).await;
            set.map_err(explained)?;
            Ok(format!("set the password of {}\n", printable(&email)))
        }
        Task::List => list(&app, &viewer).await,
    }
}

/// Says which option is wrong, each on a line.
fn explained(error: Error) -> CommandError {
    let Error::InvalidInput(problems) = error else {
        return error.into();
    };
    let line = |problem: &FieldProblem| {
        let field = problem.path.last().map_or("input", String::as_str);
        format!("{}: {}", option(field), problem.message)
    };
    let lines: Vec<_> = problems.iter().map(line).collect();
    lines.join("\n").into()
}

async fn list(app: &App, viewer: &Viewer) -> Result<String, CommandError> {
    let users = &app.accounts.users;
    let filter = UserFilter::default();
    let mut request = PageRequest {
        size: MAX_PAGE_SIZE,
        from_end: false,
        tells_more: true,
        after: None,
        before: None,
    };
    let mut text = "email\tname\trole\tactive\tlast log-in\n".to_owned();
    loop {
        let page = users.list(viewer, &filter, &request).await?;
        text.extend(page.items.iter().map(row));
        request.after = page.items.last().map(User::place);
        if !page.has_next || request.after.is_none() {
            return Ok(text);
        }
    }
}

fn row(user: &User) -> String {
    let last_log_in = user.last_log_in_at.map_or_else(
        || "never".to_owned(),
        |time| time.to_rfc3339_opts(SecondsFormat::Secs, true),
    );
    let email = printable(&user.email);
    let name = printable(&user.name);
    let role = user.role.as_str();
    let active = if user.active { "active" } else { "inactive" };
    format!("{email}\t{name}\t{role}\t{active}\t{last_log_in}\n")
}

/// A text that moves no terminal's cursor and begins no other column.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}
