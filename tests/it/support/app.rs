use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::Request;
use axum::middleware::Next;
use chrono::{DateTime, TimeDelta, Utc};
use imprenta::accounts::Viewer;
use imprenta::app::App;
use imprenta::blog::imports::{Imported, Mode, PreparedPost};
use imprenta::blog::model::By;
use imprenta::clock::Clock;
use imprenta::config::{Config, Environment};
use imprenta::db::Pool;
use imprenta::graphql::{self, Variables, schema_builder};
use imprenta::ids::AuthorId;
use serde_json::Value;

use super::{Client, Database, PgBouncer, PostBuilder, Served, canary, database};

/// What every test's tokens are signed with.
pub const SECRET_KEY: &str = "canary: a secret key of the tests";

/// What time it is where a test does not say.
const NOON: &str = "2026-06-01T12:00:00Z";

/// A whole application on a database of its own, at noon of 1 June 2026 unless a test says another
/// time.
pub struct TestApp {
    pub app: Arc<App>,
    pub pool: Pool,
    pub database: Database,
    now: Arc<Mutex<DateTime<Utc>>>,
    number: AtomicU32,
    router: axum::Router,
    /// Whether it reads what was committed, by whomever, before it answers a request: then what it keeps
    /// of answers is right in every test.
    catches_up: Arc<AtomicBool>,
    /// What it reaches the database through, if that is not direct. As long-lived as the router.
    pooler: Option<Arc<PgBouncer>>,
}

impl TestApp {
    /// With the default settings.
    pub async fn new() -> Self {
        Self::with_settings(Environment::default()).await
    }

    /// With settings as the environment gives them.
    pub async fn with_settings(environment: Environment) -> Self {
        Self::start(&environment, database().await)
    }

    /// Behind a PgBouncer of its own.
    pub async fn behind_pgbouncer() -> Self {
        let (database, now) = (database().await, Arc::new(Mutex::new(at(NOON))));
        let pooler = PgBouncer::start(&database);
        Self::start_through(&Environment::default(), database, now, Some(pooler))
    }

    /// At another time.
    pub async fn at(time: &str) -> Self {
        Self::start_at(&Environment::default(), database().await, at(time))
    }

    /// With the default settings, on a database that may have content.
    pub fn on(database: Database) -> Self {
        Self::start(&Environment::default(), database)
    }

    fn start(environment: &Environment, database: Database) -> Self {
        Self::start_at(environment, database, at(NOON))
    }

    /// Another process on the same database, at the same time.
    pub fn replica(&self) -> Self {
        Self::start_with(
            &Environment::default(),
            self.database.clone(),
            Arc::clone(&self.now),
        )
    }

    /// Another process on the same database, with other settings.
    pub fn replica_with<const N: usize>(&self, settings: [(&str, &str); N]) -> Self {
        let (database, now) = (self.database.clone(), Arc::clone(&self.now));
        Self::start_with(&Environment::from(settings), database, now)
    }

    fn start_at(environment: &Environment, database: Database, now: DateTime<Utc>) -> Self {
        Self::start_with(environment, database, Arc::new(Mutex::new(now)))
    }

    fn start_with(
        environment: &Environment,
        database: Database,
        now: Arc<Mutex<DateTime<Utc>>>,
    ) -> Self {
        let is_pooled = std::env::var("TEST_DATABASE_POOLER").is_ok_and(|it| it == "transaction");
        let pooler = is_pooled.then(|| PgBouncer::start(&database));
        Self::start_through(environment, database, now, pooler)
    }

    fn start_through(
        environment: &Environment,
        database: Database,
        now: Arc<Mutex<DateTime<Utc>>>,
        pooler: Option<PgBouncer>,
    ) -> Self {
        canary::watch();
        let mut config = Config::from_environment(environment).unwrap();
        config.database.pool_size = 4;
        if std::env::var("TEST_RESPONSE_CACHE").is_ok_and(|it| it == "off") {
            config.graphql.response_cache = 0;
        }
        let secret_key = &mut config.accounts.secret_key;
        secret_key.get_or_insert_with(|| SECRET_KEY.into());
        let mut url = database.url.clone();
        if let Some(pooler) = &pooler {
            config.database.pooler = pooler.setting();
            url = pooler.url();
        }
        let pool = Pool::new(&url, &config.database).unwrap();
        let clock = Arc::clone(&now);
        let clock = Clock::from_fn(move || *clock.lock().unwrap());
        let app = App::new(config, pool.clone(), &clock).unwrap();
        let catches_up = Arc::new(AtomicBool::new(true));
        let pooler = pooler.map(Arc::new);
        let router = imprenta::http::router(&app).layer(axum::Extension(pooler.clone()));
        Self {
            router: catching_up(router, &app, &catches_up),
            catches_up,
            now,
            number: AtomicU32::new(1),
            app,
            pool,
            database,
            pooler,
        }
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// Lets time pass.
    pub fn advance(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    /// A number that no one else of this application gets.
    pub fn next_number(&self) -> u32 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    /// Has it hear what is committed, as a process does that serves.
    pub fn follow(&self) {
        let app = Arc::clone(&self.app);
        tokio::spawn(async move { app.follow_changes().await });
    }

    /// A server on a socket, which hears what is committed.
    pub async fn serve(&self) -> Served {
        self.follow();
        Served::start(self.router.clone()).await
    }

    /// A connection of a test's own that takes the way that its own take.
    pub async fn through_pooler(&self) -> tokio_postgres::Client {
        let url = self.pooler.as_ref().unwrap().url();
        let (client, connection) = url.postgres().connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// A visitor.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// The data of a query by someone who got in somehow.
    pub async fn query_as(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let request = graphql::Request::new(query)
            .variables(Variables::from_json(variables))
            .data(self.app.clone())
            .data(viewer.clone());
        let response = schema_builder().finish().execute(request).await;
        assert!(response.errors.is_empty(), "{query}\n{:?}", response.errors);
        response.data.into_json().unwrap()
    }

    /// The id of the author with this slug, whoever may see them.
    pub async fn author_id(&self, slug: &str) -> AuthorId {
        let by = By::Slug(slug.to_owned());
        let found = self.app.blog.authors.find(&Viewer::system(), &by).await;
        found.unwrap().unwrap().id
    }

    /// Stores posts as an import does.
    pub async fn import(&self, posts: impl IntoIterator<Item = PostBuilder>) -> Vec<Imported> {
        let imports = &self.app.blog.imports;
        let mut session = imports.begin(&Viewer::system(), Mode::Keep).await.unwrap();
        let posts = posts
            .into_iter()
            .map(|post| PreparedPost::new(post.build()));
        let outcomes = session.posts(posts.collect()).await.unwrap();
        session.finish().await.unwrap();
        outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap())
            .collect()
    }

    /// How many statements `work` sends, where nothing is kept of answers.
    pub async fn statements_of<T>(&self, work: impl Future<Output = T>) -> (u64, T) {
        self.catches_up.store(false, Ordering::Relaxed);
        self.app.responses.suspend();
        let before = self.app.statements();
        let result = work.await;
        let statements = self.app.statements() - before;
        self.catches_up.store(true, Ordering::Relaxed);
        (statements, result)
    }

    /// From here on it hears what is committed as a process does that serves, and not at each request.
    pub fn hear_alone(&self) {
        self.catches_up.store(false, Ordering::Relaxed);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        canary::check();
    }
}

/// Has an application read what was committed before each request.
fn catching_up(router: axum::Router, app: &Arc<App>, catches_up: &Arc<AtomicBool>) -> axum::Router {
    let (app, catches_up) = (Arc::clone(app), Arc::clone(catches_up));
    router.layer(axum::middleware::from_fn(
        move |request: Request, next: Next| {
            let (app, catches_up) = (Arc::clone(&app), Arc::clone(&catches_up));
            async move {
                // Without a database there is nothing to read, and nothing is kept.
                if catches_up.load(Ordering::Relaxed) && app.catch_up().await.is_err() {
                    app.responses.suspend();
                }
                next.run(request).await
            }
        },
    ))
}

/// A time as RFC 3339 writes it.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
