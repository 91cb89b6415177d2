use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{EventStream, TestApp, canary};

/// Someone who sends requests.
#[derive(Clone)]
pub struct Client {
    router: axum::Router,
    bearer: Option<String>,
}

/// What came back.
#[must_use]
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new(router: axum::Router) -> Self {
        Self {
            router,
            bearer: None,
        }
    }

    /// The same, with a token in the header `Authorization`.
    pub fn with_bearer(mut self, token: &str) -> Self {
        self.bearer = Some(format!("Bearer {token}"));
        self
    }

    /// The same, at another process.
    pub fn at(&self, app: &TestApp) -> Self {
        Self {
            router: app.anonymous().router,
            bearer: self.bearer.clone(),
        }
    }

    /// Sends any request.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        if let Some(bearer) = &self.bearer {
            let headers = request.headers_mut();
            headers.insert(AUTHORIZATION, bearer.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let answer = Answer {
            status: head.status,
            headers: head.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        };
        canary::look_at_answer(&answer);
        canary::check();
        if let Ok(body) = serde_json::from_slice(&answer.body) {
            assert_errors_name_their_request(&body);
        }
        answer
    }

    /// Sends a request whose answer does not end by itself.
    pub async fn open(&self, mut request: Request<Body>) -> (StatusCode, HeaderMap, Body) {
        if let Some(bearer) = &self.bearer {
            let headers = request.headers_mut();
            headers.insert(AUTHORIZATION, bearer.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        (head.status, head.headers, body)
    }

    /// Subscribes, over server-sent events.
    pub async fn subscribe(&self, query: &str, variables: Value) -> EventStream {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = Request::post("/graphql/stream")
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream")
            .body(Body::from(body));
        let (status, _, body) = self.open(request.unwrap()).await;
        assert_eq!(status, StatusCode::OK);
        EventStream::new(body)
    }

    /// The header `Authorization`, if it sends one.
    pub fn bearer(&self) -> Option<&str> {
        self.bearer.as_deref()
    }

    /// Sends a GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Sends an operation as an up-to-date client does.
    pub async fn graphql(&self, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = Request::post("/graphql")
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/graphql-response+json")
            .body(Body::from(body));
        self.send(request.unwrap()).await
    }

    /// The data of a query that has no error.
    pub async fn query(&self, query: &str) -> Value {
        self.query_with(query, Value::Null).await
    }

    /// The data of a query with variables that has no error.
    pub async fn query_with(&self, query: &str, variables: Value) -> Value {
        let mut json = self.graphql(query, variables).await.json();
        assert_eq!(json.get("errors"), None, "{query}\n{json:#}");
        json["data"].take()
    }

    /// The code and the message of the only error of a query.
    pub async fn refusal(&self, query: &str) -> (String, String) {
        let json = self.graphql(query, Value::Null).await.json();
        let errors = json["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("no error: {json:#}"));
        assert_eq!(errors.len(), 1, "{json:#}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (
            text(&errors[0]["extensions"]["code"]),
            text(&errors[0]["message"]),
        )
    }
}

/// In an answer of GraphQL, every error has the id by which the log names its request.
pub fn assert_errors_name_their_request(answer: &Value) {
    let errors = answer["errors"].as_array().into_iter().flatten();
    for error in errors {
        let id = error["extensions"]["requestId"].as_str();
        assert!(id.is_some_and(|id| !id.is_empty()), "{answer:#}");
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's text, empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}
