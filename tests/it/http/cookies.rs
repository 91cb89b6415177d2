//! Sessions in cookies, and what keeps pages of other sites from using them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::session::{EMAIL, LOG_IN, LOG_IN_FOR_TOKENS, LOG_OUT, REFRESH, WHO};
use super::session::{access_token, app_with_user, ask, bearer, revoke, verdict, who};
use crate::support::{Answer, Client, TestApp};

const ACCESS: &str = "__Host-imprenta-access";
const RENEWAL: &str = "__Host-imprenta-refresh";
const CSRF: &str = "__Host-imprenta-csrf";
const OWN: (&str, &str) = ("origin", "https://content.example.org");
const FOREIGN: (&str, &str) = ("origin", "https://evil.example");

/// What an answer sets, by name: value and attributes.
fn set_cookies(answer: &Answer) -> BTreeMap<String, (String, String)> {
    let lines = answer.headers.get_all("set-cookie").iter();
    let cookies = lines.map(|line| {
        let (cookie, attributes) = line.to_str().unwrap().split_once("; ").unwrap();
        let (name, value) = cookie.split_once('=').unwrap();
        (name.to_owned(), (value.to_owned(), attributes.to_owned()))
    });
    cookies.collect()
}

fn is_cleared(answer: &Answer) -> bool {
    let cookies = set_cookies(answer);
    let gone = |name: &&str| {
        let cookie = cookies.get(*name);
        cookie.is_some_and(|(value, rest)| value.is_empty() && rest.contains("Max-Age=0;"))
    };
    [ACCESS, RENEWAL, CSRF].iter().all(gone)
}

/// A browser and its cookies.
struct Browser {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// One that is logged in.
    async fn logged_in(app: &TestApp) -> Self {
        let client = app.anonymous();
        let answer = ask(&client, LOG_IN, &[OWN]).await;
        let cookies = set_cookies(&answer);
        assert_eq!(cookies.len(), 3, "{}", answer.text());
        let cookies = cookies.into_iter().map(|(name, (value, _))| (name, value));
        let cookies = cookies.collect();
        Self { client, cookies }
    }

    /// Sends an operation, the cookies and these headers.
    async fn ask(&self, query: &str, headers: &[(&str, &str)]) -> Answer {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let cookies = format!("theirs=é; {}", cookies.join("; "));
        let mut all = vec![("cookie", cookies.as_str())];
        all.extend_from_slice(headers);
        ask(&self.client, query, &all).await
    }

    /// The header that a page of ours adds.
    fn token(&self) -> (&'static str, &str) {
        ("x-csrf-token", &self.cookies[CSRF])
    }

    /// As it is when the access token has ended.
    fn idle(mut self) -> Self {
        self.cookies.remove(ACCESS);
        self
    }
}

fn assert_forbidden(answer: &Answer) {
    assert_eq!(verdict(answer), (403, "FORBIDDEN".into()));
    assert_eq!(answer.json().get("data"), None);
    assert!(
        !set_cookies(answer)
            .values()
            .any(|(value, _)| !value.is_empty())
    );
}

#[tokio::test]
async fn a_log_in_sets_cookies_that_scripts_and_other_hosts_cannot_take() {
    let app = app_with_user([]).await;
    let answer = ask(&app.anonymous(), LOG_IN, &[OWN]).await;
    let cookies = set_cookies(&answer);
    let attributes = |name: &str| cookies[name].1.as_str();
    let minutes = 15 * 60 - 10;
    assert_eq!(
        attributes(ACCESS),
        format!("Path=/; Max-Age={minutes}; Secure; HttpOnly; SameSite=Strict")
    );
    assert_eq!(
        attributes(RENEWAL),
        "Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Strict"
    );
    assert_eq!(
        attributes(CSRF),
        "Path=/; Max-Age=2592000; Secure; SameSite=Strict"
    );
    let tokens = ask(&app.anonymous(), LOG_IN_FOR_TOKENS, &[OWN]).await;
    assert_eq!(set_cookies(&tokens).len(), 0);
}

#[tokio::test]
async fn queries_need_the_cookie_alone_and_mutations_its_token_as_well() {
    let app = app_with_user([]).await;
    let browser = Browser::logged_in(&app).await;
    let other = Browser::logged_in(&app).await;
    let answer = browser.ask(WHO, &[]).await;
    assert_eq!(who(&answer).as_deref(), Some(EMAIL));
    let token = browser.token();
    let refused: [&[(&str, &str)]; 6] = [
        &[],
        &[OWN],
        &[("x-csrf-token", "")],
        &[("x-csrf-token", "wrong")],
        &[other.token()],
        &[token, token],
    ];
    for headers in refused {
        let answer = browser.ask(LOG_OUT, headers).await;
        assert_forbidden(&answer);
        assert!(set_cookies(&answer).is_empty());
    }
    // Nothing of them was executed.
    assert!(who(&browser.ask(WHO, &[]).await).is_some());
    let answer = browser.ask(LOG_OUT, &[token, OWN]).await;
    assert_eq!(answer.json()["errors"], Value::Null);
    assert!(is_cleared(&answer));
    assert_eq!(verdict(&browser.ask(WHO, &[]).await).0, 401);
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing_even_with_the_token() {
    let app = app_with_user([]).await;
    let browser = Browser::logged_in(&app).await;
    let idle = Browser::logged_in(&app).await.idle();
    let places: [&[(&str, &str)]; 7] = [
        &[FOREIGN],
        &[("origin", "null")],
        &[("origin", "https://content.example.org.evil.example")],
        &[("origin", "https://content.example.org:8443")],
        &[("origin", "content.example.org")],
        &[OWN, FOREIGN],
        &[("sec-fetch-site", "cross-site")],
    ];
    for place in places {
        for (browser, query) in [(&browser, LOG_OUT), (&idle, REFRESH), (&idle, LOG_IN)] {
            let headers = [place, &[browser.token()]].concat();
            let answer = browser.ask(query, &headers).await;
            assert_forbidden(&answer);
            assert!(!is_cleared(&answer));
        }
    }
    assert!(who(&browser.ask(WHO, &[]).await).is_some());
    let same_site = [browser.token(), ("sec-fetch-site", "same-origin")];
    assert_eq!(browser.ask(LOG_OUT, &same_site).await.status, 200);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_log_a_browser_in() {
    let app = app_with_user([]).await;
    for headers in [[FOREIGN], [("sec-fetch-site", "cross-site")]] {
        for query in [LOG_IN, LOG_IN_FOR_TOKENS] {
            assert_forbidden(&ask(&app.anonymous(), query, &headers).await);
        }
    }
    let open = app_with_user([("CORS_ORIGINS", "*")]).await;
    let tokens = ask(&open.anonymous(), LOG_IN_FOR_TOKENS, &[FOREIGN]).await;
    assert_eq!(tokens.json()["errors"], Value::Null);
    let cookies = ask(&open.anonymous(), LOG_IN, &[FOREIGN]).await;
    let error = &cookies.json()["data"]["logIn"]["userErrors"][0];
    assert_eq!(error["code"], "FORBIDDEN");
    assert_eq!(set_cookies(&cookies).len(), 0);
    let browser = Browser::logged_in(&open).await;
    assert_forbidden(&browser.ask(LOG_OUT, &[FOREIGN, browser.token()]).await);
}

#[tokio::test]
async fn listed_sites_and_the_public_address_are_no_other_sites() {
    let settings = [
        ("PUBLIC_URL", "https://www.example.org"),
        ("CORS_ORIGINS", "https://app.example.org"),
    ];
    let app = app_with_user(settings).await;
    for (origin, status) in [
        ("https://www.example.org", 200),
        ("https://app.example.org", 200),
        ("https://content.example.org", 200),
        ("http://www.example.org", 403),
        ("https://evil.example", 403),
    ] {
        let answer = ask(&app.anonymous(), LOG_IN, &[("origin", origin)]).await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[tokio::test]
async fn a_session_is_renewed_by_its_cookie_and_token() {
    let app = app_with_user([]).await;
    let idle = Browser::logged_in(&app).await.idle();
    let other = Browser::logged_in(&app).await.idle();
    // Not taken for a visitor, who would be shown less.
    let lapsed = idle.ask(WHO, &[]).await;
    assert_eq!(verdict(&lapsed), (401, "UNAUTHENTICATED".into()));
    assert_eq!(set_cookies(&lapsed).len(), 0);
    for headers in [&[][..], &[other.token()]] {
        let answer = idle.ask(REFRESH, headers).await;
        assert_forbidden(&answer);
        assert!(!is_cleared(&answer));
    }
    // Another session's readable cookie beside this one's: double submit would take it.
    let mut planted = Browser::logged_in(&app).await.idle();
    let token = other.cookies[CSRF].clone();
    planted.cookies.insert(CSRF.into(), token);
    assert_forbidden(&planted.ask(REFRESH, &[planted.token()]).await);
    let answer = idle.ask(REFRESH, &[idle.token(), OWN]).await;
    assert_eq!(answer.json()["errors"], Value::Null, "{}", answer.text());
    let cookies = set_cookies(&answer);
    assert_ne!(cookies[RENEWAL].0, idle.cookies[RENEWAL]);
    let session = |value: &str| value.split('.').next().unwrap().to_owned();
    assert_eq!(
        session(&cookies[RENEWAL].0),
        session(&idle.cookies[RENEWAL])
    );
}

#[tokio::test]
async fn a_browser_with_cookies_of_no_more_use_can_log_in() {
    let app = app_with_user([]).await;
    // The readable cookie is lost, so no page can send the token.
    let mut halved = Browser::logged_in(&app).await.idle();
    halved.cookies.remove(CSRF);
    assert_eq!(set_cookies(&halved.ask(LOG_IN, &[OWN]).await).len(), 3);
    // The key that made the token is gone: a page of ours sends it, and it is not valid any more.
    let mut stale = Browser::logged_in(&app).await.idle();
    stale.cookies.insert(CSRF.into(), "of-another-key".into());
    let answer = stale.ask(LOG_IN, &[OWN, stale.token()]).await;
    assert_forbidden(&answer);
    assert!(is_cleared(&answer));
    // The access token is not valid any more.
    let browser = Browser::logged_in(&app).await;
    let token = browser.cookies[ACCESS].clone();
    revoke(&app, &token).await;
    let answer = browser.ask(WHO, &[]).await;
    assert_eq!(verdict(&answer), (401, "UNAUTHENTICATED".into()));
    assert!(is_cleared(&answer));
    assert!(!answer.header("www-authenticate").is_empty());
}

#[tokio::test]
async fn an_access_cookie_that_is_no_token_of_a_session_is_refused() {
    let app = app_with_user([]).await;
    for value in [
        "",
        "a b",
        "canary,canary",
        "imp_canary",
        "\u{e9}canary",
        "=",
    ] {
        let headers = [("cookie", format!("{ACCESS}={value}"))];
        let answer = ask(&app.anonymous(), WHO, &headers).await;
        assert_eq!(verdict(&answer), (401, "UNAUTHENTICATED".into()), "{value}");
        assert!(is_cleared(&answer));
        assert!(!answer.text().contains("canary"));
    }
    let wrong = [("cookie", format!("{RENEWAL}=nothing; {CSRF}=nothing"))];
    assert_eq!(who(&ask(&app.anonymous(), WHO, &wrong).await), None);
}

#[tokio::test]
async fn a_database_that_is_away_does_not_cost_a_browser_its_session() {
    let app = app_with_user([]).await;
    let browser = Browser::logged_in(&app).await;
    app.database.take_away().await;
    let answer = browser.ask(WHO, &[]).await;
    assert_eq!(verdict(&answer), (503, "SERVICE_UNAVAILABLE".into()));
    assert_eq!(set_cookies(&answer).len(), 0);
}

#[tokio::test]
async fn a_header_takes_the_place_of_the_cookies() {
    let app = app_with_user([]).await;
    let browser = Browser::logged_in(&app).await;
    let token = access_token(&app).await;
    let header = bearer(&token);
    let header = (header[0].0, header[0].1.as_str());
    let answer = browser.ask(LOG_OUT, &[header]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    // It was the session of the header that ended.
    assert!(who(&browser.ask(WHO, &[]).await).is_some());
    let wrong = [("authorization", "Bearer wrong")];
    let answer = browser.ask(WHO, &wrong).await;
    assert_eq!(answer.status, 401);
    assert_eq!(set_cookies(&answer).len(), 0);
    // The refresh cookie is not used either.
    let token = access_token(&app).await;
    let answer = browser
        .ask(REFRESH, &[("authorization", &format!("Bearer {token}"))])
        .await;
    let error = &answer.json()["data"]["refreshSession"]["userErrors"][0];
    assert_eq!(error["code"], "INVALID_INPUT");
}
