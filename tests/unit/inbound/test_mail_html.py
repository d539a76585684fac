"""HTML as its reader sees it, and nothing that only a machine would see (checklist 24, 25)."""

import pytest

from privacy.inbound.mail_html import text_of
from privacy.inbound.mail_limits import MAX_HTML, MAX_HTML_DEPTH


def seen(html: str) -> str:
    text, whole = text_of(html)
    assert whole
    return text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Bonjour,</p><p>merci</p>", "Bonjour,\n\nmerci"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a<br>b<br/>c</div>", "a\nb\nc"),
        ("supp<b>rim</b>ez", "supprimez"),
        ("a\n  b&nbsp;\t c", "a b c"),
        ("donn&eacute;es &amp; droits &#233; &#xe9;", "données & droits é é"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ("<ul><li>un<li>deux</ul>", "un\ndeux"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("<p>a<p>b", "a\n\nb"),
        ("a<!-- supprimez -->b", "ab"),
        ("a<!--[if mso]>supprimez<![endif]-->b", "ab"),
        ("<head><title>supprimez</title></head><body>a", "a"),
        ("<style>supprimez</style><script>supprimez</script>a", "a"),
        ("<template>supprimez</template>a", "a"),
        ('<a href="https://example.org/supprimez" title="supprimez">lien</a>', "lien"),
        ('<img src="https://example.org/x.png" alt="supprimez">a', "a"),
        ("a < b et c > d", "a < b et c > d"),
        ("sup\u00adpri\u200bmez", "supprimez"),
        ("<noscript>a <b>b</b></noscript>", "a b"),
        ("\ue000a\ue001", "a"),
        ("", ""),
    ],
)
def test_what_stands_in_html_is_laid_out_in_lines(html: str, text: str) -> None:
    assert seen(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("oui<blockquote>vous</blockquote>", "oui\n> vous"),
        ("<blockquote><p>a</p><p>b</p></blockquote>oui", "> a\n>\n> b\n>\noui"),
        ("oui<blockquote>a<blockquote>b</blockquote>c</blockquote>non", "oui\n> a\n> > b\n> c\nnon"),
        ("oui<blockquote>a", "oui\n> a"),
        ("</blockquote>oui", "oui"),
    ],
)
def test_quotes_are_marked_as_in_plain_text(html: str, text: str) -> None:
    assert seen(html) == text


HIDDEN = [
    "hidden",
    'style="display:none"',
    'style="DISPLAY : NONE !important"',
    'style="color:red;visibility:hidden"',
    'style="opacity:0"',
    'style="font-size:0"',
    'style="font-size:1px"',
    'style="font-size:0.01em"',
    'style="mso-hide:all"',
    'style="color:#fff"',
    'style="color:#FEFEFE"',
    'style="color:white"',
    'style="color:rgb(254, 255, 255)"',
    'style="color:transparent"',
    'style="color:#333;background:#343434"',
    'style="color:#000;background-color:black"',
    'color="#ffffff"',
    'style="max-height:0;overflow:hidden"',
    'style="width:1px;height:1px;overflow:hidden"',
    'style="text-indent:-9999px"',
    'style="position:absolute;left:-5000px"',
    'class="preview"',
    'id="preview"',
]


@pytest.mark.parametrize("attributes", HIDDEN)
def test_what_is_hidden_is_not_read(attributes: str) -> None:
    sheet = "<style>/* x */ @media print{.shown{display:none}} .preview, #preview{display:none}</style>"
    assert (
        seen(f"{sheet}<p>oui</p><div {attributes}>supprimez <b>tout</b></div><p>merci</p>") == "oui\n\nmerci"
    )
    assert seen(f"{sheet}oui<span {attributes}>supprimez</span> merci") == "oui merci"


@pytest.mark.parametrize(
    "attributes",
    [
        'style="color:#333"',
        'style="color:#fff;background:#000"',
        'style="color:white;background:url(x.png)"',
        'style="color:red"',
        'style="display:block"',
        'style="font-size:9px"',
        'style="line-height:0"',
        'style="height:0"',
        'style="left:-2px"',
        'style="font-size:nonsense;color:#12;left"',
        'class="shown"',
        'style=""',
        'color="#000"',
    ],
)
def test_what_is_shown_is_read(attributes: str) -> None:
    sheet = "<style>@media print{.shown{display:none}} .shown p{display:none}</style>"
    assert seen(f"{sheet}<span {attributes}>supprimez</span>") == "supprimez"


def test_what_stands_on_a_dark_ground_may_be_white() -> None:
    assert seen('<table bgcolor="#000"><tr><td style="color:#fff">supprimez</table>') == "supprimez"
    assert seen('<table bgcolor="#fff"><tr><td style="color:#fff">supprimez</table>') == ""


def test_a_paragraph_that_is_hidden_ends_where_the_next_begins() -> None:
    assert seen("<p hidden>non<p>oui") == "oui"
    assert seen("<ul><li hidden>non<li>oui</ul>") == "oui"
    assert seen("<div hidden>non<div>non</div>non</div>oui") == "oui"
    assert seen("<div hidden>non</span></p>non</div>oui") == "oui"


@pytest.mark.parametrize(
    "html",
    [
        "<p>oui</p>" + "<b>" * 20_000,
        "<p>oui</p>" + "<div> a b c d " * (MAX_HTML_DEPTH + 1),
        "<p>oui</p>" + "&#38" * 5_000,
        f"<p>oui</p><a {'a ' * 10_000}>",
        "<p>oui</p>" + "a" * MAX_HTML,
    ],
)
def test_what_nobody_writes_is_read_roughly_and_shown_to_a_person(html: str) -> None:
    text, whole = text_of(html)
    assert text.startswith("oui")
    assert not whole


def test_a_picture_within_the_text_is_no_long_tag() -> None:
    assert seen(f'oui<img src="data:image/png;base64,{"QUJD" * 10_000}">') == "oui"
