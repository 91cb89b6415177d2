use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::{sql_query, sql_types};
use diesel_async::RunQueryDsl;
use imprenta::accounts::model::{Role, User};
use imprenta::accounts::{NewUser, OpenedSession, Viewer};
use imprenta::ids::UserId;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{Client, TestApp};

/// The password of the kit's users. Its first word is in every password of the tests: see `secrets`.
pub const PASSWORD: &str = "canary sings in the mine";

/// The hashes of the tests' passwords. Each is computed once, by the first user that has it: that
/// takes as long as ten requests.
static HASHES: Mutex<BTreeMap<String, String>> = Mutex::const_new(BTreeMap::new());

impl TestApp {
    /// Makes a user `name@example.org` with [`PASSWORD`], as the command does.
    pub async fn user(&self, name: &str, role: Role) -> User {
        let new = NewUser {
            email: format!("{name}@example.org"),
            name: name.to_owned(),
            role,
            password: Some(PASSWORD.into()),
            author: None,
        };
        self.add_user(new).await
    }

    /// Makes a user.
    pub async fn add_user(&self, mut new: NewUser) -> User {
        let users = &self.app.accounts.users;
        let Some(password) = new.password.take() else {
            return users.create(&Viewer::system(), new).await.unwrap();
        };
        let mut hashes = HASHES.lock().await;
        let known = hashes.get(password.expose_secret()).cloned();
        let text = password.expose_secret().to_owned();
        new.password = known.is_none().then_some(password);
        let user = users.create(&Viewer::system(), new).await.unwrap();
        if let Some(hash) = known {
            drop(hashes);
            let store = sql_query("UPDATE users SET password_hash = $2 WHERE id = $1")
                .bind::<sql_types::Uuid, _>(user.id.0)
                .bind::<sql_types::Text, _>(hash);
            let connection = &mut self.pool.get().await.unwrap();
            let stored = connection.change(async |it| Ok(store.execute(it).await?));
            stored.await.unwrap();
        } else {
            let database = self.database.connect().await;
            // By its key: tests that look for scans find none of the kit's.
            let id = user.id.0;
            let read = format!("SELECT password_hash FROM users WHERE id = '{id}'");
            let row = database.query_one(&read, &[]).await.unwrap();
            hashes.insert(text, row.get(0));
        }
        user
    }

    /// Makes a user, and a client that is logged in as them.
    pub async fn person(&self, name: &str, role: Role) -> Client {
        let user = self.user(name, role).await;
        let session = self.open_session(user.id).await;
        self.bearer(session.access_token.expose_secret())
    }

    /// Opens a session without a password, which costs much: one is put into the database and
    /// renewed. For tests that are not about logging in.
    pub async fn open_session(&self, user: UserId) -> OpenedSession {
        let random = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let token = format!("imr_{random}");
        let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
        let (now, end) = (self.now(), self.now() + TimeDelta::days(30));
        let insert = sql_query(
            "WITH session AS (
                INSERT INTO sessions (id, user_id, created_at, expires_at)
                VALUES (gen_random_uuid(), $1, $2, $3) RETURNING id
            )
            INSERT INTO refresh_tokens (digest, session_id, created_at, expires_at)
            SELECT $4, id, $2, $3 FROM session",
        )
        .bind::<sql_types::Uuid, _>(user.0)
        .bind::<sql_types::Timestamptz, _>(now)
        .bind::<sql_types::Timestamptz, _>(end)
        .bind::<sql_types::Binary, _>(digest.as_ref());
        let connection = &mut self.pool.get().await.unwrap();
        let inserted = connection.change(async |it| Ok(insert.execute(it).await?));
        inserted.await.unwrap();
        let sessions = &self.app.accounts.sessions;
        let renewed = sessions.refresh(&Viewer::anonymous(), &token.into()).await;
        renewed.unwrap()
    }

    /// Logs a user in by their password: a client with their access token.
    pub async fn log_in(&self, name: &str) -> Client {
        let session = self.session(name).await;
        self.bearer(session["accessToken"].as_str().unwrap())
    }

    /// The tokens of a new session of a user.
    pub async fn session(&self, name: &str) -> Value {
        let mut data = self
            .anonymous()
            .query_with(
                "mutation($input: LogInInput!) { logIn(input: $input) {
                    session { accessToken refreshToken expiresIn user { id email } }
                    userErrors { code message }
                } }",
                json!({ "input": { "email": format!("{name}@example.org"), "password": PASSWORD } }),
            )
            .await;
        assert_eq!(data["logIn"]["userErrors"], json!([]));
        data["logIn"]["session"].take()
    }

    /// A client with this access token or API key.
    pub fn bearer(&self, token: &str) -> Client {
        self.anonymous().with_bearer(token)
    }

    /// The access token of a session, after its time.
    pub fn expired_token(&self, session: &OpenedSession) -> String {
        self.advance(TimeDelta::minutes(15));
        session.access_token.expose_secret().to_owned()
    }

    /// Keeps a user out.
    pub async fn deactivate(&self, user: UserId) {
        let users = &self.app.accounts.users;
        users.deactivate(&Viewer::system(), user).await.unwrap();
    }

    /// A client with an API key of the person that `owner` is.
    pub async fn api_key(&self, owner: &Client, scopes: &[&str]) -> Client {
        let data = owner
            .query_with(
                "mutation($scopes: [ApiKeyScope!]!) {
                    createApiKey(input: { name: \"build\", scopes: $scopes }) {
                        secret userErrors { message }
                    }
                }",
                json!({ "scopes": scopes }),
            )
            .await;
        self.bearer(data["createApiKey"]["secret"].as_str().unwrap())
    }
}
