use std::sync::Arc;

use chrono::{DateTime, Utc};
use imprenta::accounts::Viewer;
use imprenta::app::App;
use imprenta::blog::imports::{Imported, Mode};
use imprenta::blog::model::By;
use imprenta::clock::Clock;
use imprenta::config::{Config, Environment};
use imprenta::db::Pool;
use imprenta::graphql::{Request, Variables, schema_builder};
use imprenta::ids::AuthorId;
use serde_json::Value;

use super::{Client, Database, PostBuilder, database};

/// A whole application on a database of its own, at noon of 1 June 2026 unless a test says another
/// time.
pub struct TestApp {
    pub app: Arc<App>,
    pub pool: Pool,
    pub database: Database,
    router: axum::Router,
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

    /// At another time.
    pub async fn at(time: &str) -> Self {
        Self::start_at(&Environment::default(), database().await, at(time))
    }

    /// With the default settings, on a database that may have content.
    pub fn on(database: Database) -> Self {
        Self::start(&Environment::default(), database)
    }

    fn start(environment: &Environment, database: Database) -> Self {
        Self::start_at(environment, database, at("2026-06-01T12:00:00Z"))
    }

    fn start_at(environment: &Environment, database: Database, now: DateTime<Utc>) -> Self {
        let mut config = Config::from_environment(environment).unwrap();
        config.database.pool_size = 4;
        let pool = Pool::new(&database.url, &config.database).unwrap();
        let app = App::new(config, pool.clone(), &Clock::from_fn(move || now)).unwrap();
        Self {
            router: imprenta::http::router(&app),
            app,
            pool,
            database,
        }
    }

    /// A visitor.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// The data of a query by someone who got in somehow.
    pub async fn query_as(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let request = Request::new(query)
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
        let mut outcomes = Vec::new();
        for post in posts {
            outcomes.push(session.post(post.build()).await.unwrap());
        }
        session.finish().await.unwrap();
        outcomes
    }

    /// How many statements `work` sends.
    pub async fn statements_of<T>(&self, work: impl Future<Output = T>) -> (u64, T) {
        let before = self.app.statements();
        let result = work.await;
        (self.app.statements() - before, result)
    }
}

/// A time as RFC 3339 writes it.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
