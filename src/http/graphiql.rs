//! The explorer: GraphiQL, bundled by npm when the program was built and part of the binary.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_FRAME_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::HttpState;

/// A file of the bundle, as `build.rs` made it.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    /// In quotes, as the header has it.
    etag: &'static str,
    gzip: &'static [u8],
}

/// Empty where npm was missing when the program was built.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/graphiql_assets.rs"));

/// Nothing from elsewhere, no script but the bundle's files. Styles may be inline: the editor
/// positions its lines with them. Workers take the policy of their own file, so files have it, too.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const NOT_BUNDLED: &str = include_str!("graphiql_missing.html");

pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/graphiql", get(page))
        .route("/graphiql/assets/{name}", get(asset))
}

async fn page(headers: HeaderMap) -> Response {
    match find("index.html") {
        Some(page) => serve(page, &headers),
        None => (
            [
                (CONTENT_TYPE, "text/html; charset=utf-8"),
                (CONTENT_SECURITY_POLICY, POLICY),
            ],
            NOT_BUNDLED,
        )
            .into_response(),
    }
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match find(&name) {
        Some(asset) => serve(asset, &headers),
        None => super::root::not_found().await,
    }
}

fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

fn serve(asset: &'static Asset, request: &HeaderMap) -> Response {
    let known = request
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known == asset.etag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        encoded(asset, request)
    };
    // The names of the others change with their content.
    let lasting = !matches!(asset.name, "index.html" | "third-party-licenses.txt");
    let cache = if lasting {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers: [(HeaderName, &'static str); 6] = [
        (CACHE_CONTROL, cache),
        (ETAG, asset.etag),
        (VARY, "accept-encoding"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The file as it is kept, compressed; or unpacked for the rare client that cannot do that.
fn encoded(asset: &'static Asset, request: &HeaderMap) -> Response {
    let accepts_gzip = request
        .get(axum::http::header::ACCEPT_ENCODING)
        .and_then(|accepted| accepted.to_str().ok())
        .is_some_and(|accepted| accepted.contains("gzip") || accepted.contains('*'));
    let content_type = (CONTENT_TYPE, asset.content_type);
    if accepts_gzip {
        return ([content_type, (CONTENT_ENCODING, "gzip")], asset.gzip).into_response();
    }
    let mut unpacked = Vec::new();
    match std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(asset.gzip), &mut unpacked) {
        Ok(_) => ([content_type], unpacked).into_response(),
        Err(error) => {
            tracing::error!(cause = %error, asset.name, "a bundled file cannot be unpacked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
