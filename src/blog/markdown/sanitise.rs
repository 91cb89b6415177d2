//! The last step of rendering: an HTML5 parser and the allow-list.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

use super::policy::{ELEMENTS, GLOBAL_ATTRIBUTES, URL_SCHEMES, allows_value};

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(sanitiser);

/// Removes everything [`ELEMENTS`] does not allow, scripts in all their guises first.
pub(super) fn sanitise(html: &str) -> String {
    SANITISER.clean(html).to_string()
}

fn sanitiser() -> Builder<'static> {
    // The box of a task list is the one form control; its type is fixed and it
    // is always disabled, so that it can collect nothing.
    let checkbox = [(
        "input",
        HashMap::from([("type", "checkbox"), ("disabled", "")]),
    )];
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.iter().map(|e| e.name).chain(["input"]).collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(
            ELEMENTS
                .iter()
                .map(|e| (e.name, e.attributes.iter().copied().collect()))
                .chain([("input", HashSet::from(["checked", "disabled", "type"]))])
                .collect(),
        )
        .set_tag_attribute_values(HashMap::from(checkbox))
        .generic_attributes(GLOBAL_ATTRIBUTES.iter().copied().collect())
        .url_schemes(URL_SCHEMES.iter().copied().collect())
        // Set while writing, on external links alone; `allows_value` fixes the value.
        .link_rel(None)
        .attribute_filter(|element, attribute, value| {
            allows_value(element, attribute, value).then_some(Cow::Borrowed(value))
        });
    builder
}
