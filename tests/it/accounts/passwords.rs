use chrono::TimeDelta;
use imprenta::accounts::model::Role;
use imprenta::config::Environment;
use serde_json::{Value, json};

use crate::support::{Client, MailInLog, PASSWORD, SmtpServer, TestApp};

const NEW: &str = "canary, quite another one";

async fn change(client: &Client, current: &str, new: &str) -> Value {
    let document = "mutation($current: String!, $new: String!) {
        changePassword(input: { currentPassword: $current, newPassword: $new }) {
            user { email } userErrors { code message path }
        }
    }";
    let variables = json!({ "current": current, "new": new });
    client.query_with(document, variables).await["changePassword"].take()
}

async fn request_reset(app: &TestApp, email: &str) -> Value {
    let document = "mutation($email: String!) {
        requestPasswordReset(input: { email: $email }) { requested userErrors { code path } }
    }";
    let variables = json!({ "email": email });
    app.anonymous().query_with(document, variables).await["requestPasswordReset"].take()
}

async fn reset(app: &TestApp, token: &str, new: &str) -> Value {
    let document = "mutation($token: String!, $new: String!) {
        resetPassword(input: { token: $token, newPassword: $new }) {
            user { email } userErrors { code path }
        }
    }";
    let variables = json!({ "token": token, "new": new });
    app.anonymous().query_with(document, variables).await["resetPassword"].take()
}

async fn can_log_in(app: &TestApp, password: &str) -> bool {
    let document = "mutation($password: String!) {
        logIn(input: { email: \"ana@example.org\", password: $password }) { session { expiresIn } }
    }";
    let data = app
        .anonymous()
        .query_with(document, json!({ "password": password }))
        .await;
    !data["logIn"]["session"].is_null()
}

async fn is_logged_in(client: &Client) -> bool {
    client.graphql("{ me { id } }", Value::Null).await.status == 200
}

/// An application that sends mail, the server that takes it, and Ana.
async fn with_mail() -> (TestApp, SmtpServer) {
    let smtp = SmtpServer::start().await;
    let url = smtp.url();
    let settings = Environment::from([
        ("SMTP_URL", url),
        ("MAIL_FROM", "site@example.org"),
        (
            "PASSWORD_RESET_URL",
            "https://www.example.org/reset#{token}",
        ),
    ]);
    let app = TestApp::with_settings(settings).await;
    app.user("ana", Role::Reader).await;
    (app, smtp)
}

/// The token in the next mail.
async fn mailed_token(smtp: &mut SmtpServer) -> String {
    let mail = smtp.next_mail().await;
    assert_eq!(mail.to, ["ana@example.org"]);
    let text = mail.text();
    let start = text
        .find("https://www.example.org/reset#")
        .expect("the page");
    let link = text[start..].split_whitespace().next().unwrap();
    link.split('#').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn a_change_ends_the_other_sessions() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Reader).await;
    let other = app.log_in("ana").await;
    let changed = change(&client, PASSWORD, NEW).await;
    assert_eq!(changed["userErrors"], json!([]));
    assert!(is_logged_in(&client).await);
    assert!(!is_logged_in(&other).await);
    assert!(!can_log_in(&app, PASSWORD).await);
    assert!(can_log_in(&app, NEW).await);
}

#[tokio::test]
async fn a_change_tells_everything_that_is_wrong() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Reader).await;
    let refused = change(&client, "canary wrong", "canary").await;
    let paths: Vec<_> = refused["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["path"].clone())
        .collect();
    let expected = [
        json!(["input", "currentPassword"]),
        json!(["input", "newPassword"]),
    ];
    assert_eq!(paths, expected);
    assert!(can_log_in(&app, PASSWORD).await);
}

#[tokio::test]
async fn passwords_that_many_use_are_refused() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Reader).await;
    let long = "canary ".repeat(200);
    for password in [
        "password1234",
        "passwordpassword",
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "ana@example.org",
        "canary 4567",
        long.as_str(),
        "twelve\0characters",
    ] {
        let refused = change(&client, PASSWORD, password).await;
        assert!(!refused.to_string().contains(password), "{refused}");
        let path = &refused["userErrors"][0]["path"];
        assert_eq!(*path, json!(["input", "newPassword"]), "{password}");
    }
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_a_mailed_token_once() {
    let (app, mut smtp) = with_mail().await;
    let client = app.log_in("ana").await;
    let answer = request_reset(&app, "Ana@Example.org").await;
    let token = mailed_token(&mut smtp).await;
    // What the answer says of an address that nobody has is the same.
    assert_eq!(request_reset(&app, "nobody@example.org").await, answer);
    let short = reset(&app, &token, "canary").await;
    assert_eq!(
        short["userErrors"][0]["path"],
        json!(["input", "newPassword"])
    );
    let done = reset(&app, &token, NEW).await;
    assert_eq!(done["user"]["email"], "ana@example.org");
    assert!(can_log_in(&app, NEW).await);
    assert!(!is_logged_in(&client).await);
    let again = reset(&app, &token, PASSWORD).await;
    assert_eq!(again["userErrors"][0]["code"], "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_mailed_token_ends_after_half_an_hour_and_with_the_next_one() {
    let (app, mut smtp) = with_mail().await;
    request_reset(&app, "ana@example.org").await;
    let first = mailed_token(&mut smtp).await;
    request_reset(&app, "ana@example.org").await;
    let second = mailed_token(&mut smtp).await;
    let replaced = reset(&app, &first, NEW).await;
    assert_eq!(replaced["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    app.advance(TimeDelta::minutes(30));
    let late = reset(&app, &second, NEW).await;
    assert_eq!(late["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    assert!(can_log_in(&app, PASSWORD).await);
}

#[tokio::test]
async fn without_a_mail_server_the_embedded_database_s_log_has_the_token() {
    let mail = MailInLog::expected();
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    request_reset(&app, "ana@example.org").await;
    while mail.lines().is_empty() {
        tokio::task::yield_now().await;
    }
    let lines = mail.lines();
    let token = lines[0].find("imt_").map(|at| &lines[0][at..at + 47]);
    let done = reset(&app, token.unwrap(), NEW).await;
    assert_eq!(done["user"]["email"], "ana@example.org");
    assert_eq!(lines.len(), 1);
}

#[tokio::test]
async fn guessing_the_present_password_is_limited() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Reader).await;
    let guess = |number: u32| {
        format!(
            "a{number}: changePassword(input: {{
                currentPassword: \"canary {number}\", newPassword: \"{NEW}\"
            }}) {{ userErrors {{ code }} }}"
        )
    };
    let guesses: Vec<_> = (0..12).map(guess).collect();
    let guesses = guesses.join(" ");
    let data = client.query(&format!("mutation {{ {guesses} }}")).await;
    assert_eq!(data["a9"]["userErrors"][0]["code"], "INVALID_INPUT");
    assert_eq!(data["a10"]["userErrors"][0]["code"], "RATE_LIMITED");
    assert!(!can_log_in(&app, PASSWORD).await);
}

#[tokio::test]
async fn an_address_that_no_account_can_have_gets_no_mail() {
    let (app, smtp) = with_mail().await;
    for email in [
        "",
        "аna@example.org",
        "ana@exämple.org",
        "ana\0@example.org",
        "ana",
    ] {
        let refused = request_reset(&app, email).await;
        assert_eq!(
            refused["userErrors"][0]["path"],
            json!(["input", "email"]),
            "{email}"
        );
    }
    request_reset(&app, "ana@example.org").await;
    assert_eq!(smtp.next_mail().await.to, ["ana@example.org"]);
    assert!(!smtp.has_mail().await);
}

#[tokio::test]
async fn a_mailed_token_is_nothing_to_someone_kept_out() {
    let (app, mut smtp) = with_mail().await;
    request_reset(&app, "ana@example.org").await;
    let token = mailed_token(&mut smtp).await;
    let database = app.database.connect().await;
    let keep_out = "UPDATE users SET active = false";
    database.execute(keep_out, &[]).await.unwrap();
    let refused = reset(&app, &token, NEW).await;
    assert_eq!(refused["userErrors"][0]["code"], "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_mailbox_is_not_flooded() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        let answer = request_reset(&app, "ana@example.org").await;
        assert_eq!(answer["requested"], true);
    }
    let limited = request_reset(&app, "ana@example.org").await;
    assert_eq!(limited["userErrors"][0]["code"], "RATE_LIMITED");
}

#[tokio::test]
async fn a_hash_of_an_older_system_is_replaced_at_the_log_in() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let database = app.database.connect().await;
    // bcrypt of "canary of an older system", cost 4.
    let old = bcrypt::hash("canary of an older system", 4).unwrap();
    let set = "UPDATE users SET password_hash = $1";
    database.execute(set, &[&old]).await.unwrap();
    assert!(!can_log_in(&app, PASSWORD).await);
    for _ in 0..2 {
        assert!(can_log_in(&app, "canary of an older system").await);
        let row = database
            .query_one("SELECT password_hash FROM users", &[])
            .await
            .unwrap();
        let hash: String = row.get(0);
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "the hash is not new"
        );
    }
}

#[tokio::test]
async fn a_token_that_was_mailed_to_another_address_lets_nobody_in() {
    let (app, mut smtp) = with_mail().await;
    let admin = app.person("root", Role::Admin).await;
    let list = "{ users(filter: { role: READER }) { nodes { id } } }";
    let ana = admin.query(list).await["users"]["nodes"][0]["id"].take();
    request_reset(&app, "ana@example.org").await;
    let token = mailed_token(&mut smtp).await;
    let document =
        "mutation($input: UpdateUserInput!) { updateUser(input: $input) { user { email } } }";
    let input = json!({ "id": ana, "email": "ana@elsewhere.example" });
    admin.query_with(document, json!({ "input": input })).await;
    let late = reset(&app, &token, NEW).await;
    assert_eq!(late["userErrors"][0]["code"], "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a_reset_lets_in_whom_others_have_locked_out() {
    let (app, mut smtp) = with_mail().await;
    for _ in 0..11 {
        assert!(!can_log_in(&app, "canary wrong").await);
    }
    assert!(!can_log_in(&app, PASSWORD).await);
    request_reset(&app, "ana@example.org").await;
    let token = mailed_token(&mut smtp).await;
    reset(&app, &token, NEW).await;
    assert!(can_log_in(&app, NEW).await);
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_refused() {
    let app = TestApp::new().await;
    let client = app.person("ana", Role::Reader).await;
    let document = "mutation($current: String!, $new: String!) {
        changePassword(input: { currentPassword: $current, newPassword: $new }) { user { email } userErrors { code } }
    }";
    let change = async |new: &str| {
        let variables = json!({ "current": PASSWORD, "new": new });
        client.graphql(document, variables).await.json()
    };
    let other = "canary, and yet another";
    let (one, two) = tokio::join!(change(NEW), change(other));
    let done = [&one, &two].map(|it| it["data"]["changePassword"]["user"]["email"].is_string());
    assert_ne!(done[0], done[1], "{one} {two}");
    assert_eq!(can_log_in(&app, NEW).await, done[0]);
    assert_eq!(can_log_in(&app, other).await, done[1]);
}
