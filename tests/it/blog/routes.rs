use serde_json::json;

use crate::support::{TestApp, post};

const ROUTE: &str = "query($path: String!) { route(path: $path) {
    ... on Post { slug } ... on Redirect { status location }
} }";

#[tokio::test]
async fn a_path_leads_to_a_post_and_a_former_one_to_its_present_path() {
    let app = TestApp::new().await;
    app.import([post("one")
        .path("/2026/05/Ünï-1.0")
        .alias("/old/one.html")
        .alias("/one")])
        .await;
    let client = app.anonymous();
    let post = json!({ "slug": "uni-1-0" });
    let redirect = json!({ "status": 301, "location": "/2026/05/Ünï-1.0" });
    let paths = [
        ("/2026/05/Ünï-1.0", &post),
        ("/2026/05/%C3%9Cn%C3%AF-1.0/", &post),
        ("2026/05/Ünï-1.0?from=mail#end", &post),
        ("/old/one.html", &redirect),
        ("/one/", &redirect),
    ];
    for (path, expected) in paths {
        let data = client.query_with(ROUTE, json!({ "path": path })).await;
        assert_eq!(&data["route"], expected, "{path}");
    }
    for path in ["", "/", "/ONE", "/old", "/\0", "%FF", "/old/one.html/more"] {
        let data = client.query_with(ROUTE, json!({ "path": path })).await;
        assert_eq!(data, json!({ "route": null }), "{path:?}");
    }
}

#[tokio::test]
async fn neither_a_draft_nor_a_redirect_to_it_can_be_seen() {
    let app = TestApp::new().await;
    app.import([post("secret").draft().alias("/formerly")])
        .await;
    for path in ["/secret", "/formerly"] {
        let data = app
            .anonymous()
            .query_with(ROUTE, json!({ "path": path }))
            .await;
        assert_eq!(data, json!({ "route": null }), "{path}");
    }
}
