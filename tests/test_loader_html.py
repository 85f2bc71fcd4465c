"""What of a web page is its text: what is seen, and what a reader opens with a click."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3assist.documents import BlockKind, Extract
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import html
from s3assist.ingest.loaders.furniture import names_furniture

H, P = BlockKind.HEADING, BlockKind.PARAGRAPH
TEXT = "<p>The Commission supports clusters of all regions with money and with advice.</p>"


def load(path: Path, body: str, head: str = "") -> Extract:
    page = (
        f"<html><head>{head}</head><body><main><h1>Clusters</h1>{TEXT}{body}</main></body></html>"
    )
    (path / "a.html").write_text(page, encoding="utf-8")
    return html.load(path / "a.html", Limits())


def texts(path: Path, body: str, head: str = "") -> list[str]:
    """The blocks behind TEXT."""
    return [block.text for block in load(path, body, head).blocks][2:]


@pytest.mark.parametrize(
    "body",
    [
        # Europa Component Library
        """<div class="ecl-accordion"><h3><button class="ecl-accordion__toggle"
        aria-controls="a1"><span>Who may apply?</span></button></h3>
        <div class="ecl-accordion__content" hidden id="a1">Any region.</div></div>""",
        # Bootstrap
        """<h3 class="accordion-header"><button data-bs-toggle="collapse" data-bs-target="#a"
        >Who may apply?</button></h3><div id="a" class="accordion-collapse collapse"
        style="display: none"><div class="accordion-body">Any region.</div></div>""",
        """<h3><a role="button" data-toggle="collapse" href="#c">Who may apply?</a></h3>
        <div id="c" aria-hidden="true">Any region.</div>""",
        # jQuery UI, and a page's own style sheet
        """<style>.answer{display:none}</style><div role="tablist"><h3 role="tab"
        aria-controls="x">Who may apply?</h3><div id="x" class="answer">Any region.</div></div>""",
        # plain
        """<div role="button" aria-controls="d"><h3>Who may apply?</h3></div>
        <div id="d" hidden>Any region.</div>""",
        """<h3><button>Who may apply?</button> <span>+</span></h3>
        <p hidden="until-found">Any region.""",
    ],
)
def test_what_a_click_opens_is_read_below_its_heading(tmp_path: Path, body: str) -> None:
    found = [(block.kind, block.text) for block in load(tmp_path, body).blocks][2:]

    assert found[0][0] is H
    assert found[0][1].startswith("Who may apply?")
    assert found[1:] == [(P, "Any region.")]


def test_a_button_that_opens_text_heads_it_without_a_heading(tmp_path: Path) -> None:
    body = """<button class="accordion" aria-expanded="false" aria-controls="a">Who may apply?
    </button><div id="a" hidden>Any region.</div><p>The end.</p>"""

    assert texts(tmp_path, body) == ["Who may apply?", "Any region.", "The end."]


def test_tabs_stand_above_what_they_show(tmp_path: Path) -> None:
    body = """<ul role="tablist"><li><a role="tab" href="#t1">2021</a></li>
    <li><a role="tab" href="#t2">2022</a></li></ul><div id="t1" role="tabpanel">It had 17 members.
    </div><div id="t2" role="tabpanel" aria-hidden="true">It had 23 members.</div>"""

    assert texts(tmp_path, body) == ["2021", "It had 17 members.", "2022", "It had 23 members."]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("<p>Paid by the <button class='term'>ERDF</button>, since 2014.</p>", "ERDF"),
        ("<p>Paid by towns. <button>Copy</button> Not by others.</p>", ""),
        ("<p>Paid by towns.</p><button>Subscribe</button>", ""),
        ("<h2>Payment <button>Copy link</button></h2>", ""),
        ("<label>Deadline</label><p>8 March.</p>", "Deadline"),
        ("<form><label>Deadline</label><input></form>", ""),
        ("<label for='x'>Deadline</label>", ""),
        ("<table><tr><th><button>Year</button></th><td>2021</td></tr></table>", "Year"),
    ],
)
def test_controls_are_read_where_they_are_a_part_of_the_text(
    tmp_path: Path, body: str, read: str
) -> None:
    words = ("ERDF", "Copy", "Subscribe", "Deadline", "Year")
    found = " ".join(texts(tmp_path, body))

    assert [word for word in words if word in found] == ([read] if read else [])


@pytest.mark.parametrize(
    "element",
    [
        "<p hidden>", "<p aria-hidden='true'>", "<p style='display:none'>",
        "<p style='visibility: hidden'>", "<p style='font-size:0'>", "<p style='font-size: 0px;'>",
        "<p class='d-none'>", "<p class='d-none d-print-block'>", "<p class='hid'>", "<p id='out'>",
        "<aside class='two hid'>", "<div class='modal' id='m'>", "<div class='cookie-banner'>",
        "<blink>", "<template>", "<div role='dialog' id='r'>", "<div hidden id='anchored'>",
    ],
)  # fmt: skip
def test_what_no_click_opens_stays_out(tmp_path: Path, element: str) -> None:
    body = f"""{element}Secret</p></div></template></aside></blink><p>Seen.</p>
    <button data-bs-toggle="modal" data-bs-target="#m">m</button>
    <button aria-controls="r" aria-expanded="false">r</button><a href="#anchored">see</a>"""
    head = """<style>/* .x{} */ @import "a.css"; .hid, #out > p, p#out {color: red; display: none}
    blink{visibility:hidden}</style>"""

    assert not any("Secret" in text for text in texts(tmp_path, body, head))


@pytest.mark.parametrize(
    "element",
    [
        "<div class='d-none d-md-block'>", "<div class='hidden lg:flex'>", "<p class='hid wide'>",
        "<p style='font-size:0.9em'>", "<p class='printed'>", "<p class='opened'>",
        "<p class='within'>", "<div class='market-share'>", "<div class='ecl-card__footer'>",
        "<div class='card-footer'>", "<div class='inland-navigation'>", "<div id='modal-shift'>",
        "<div style='font-size:0'><span style='font-size:1rem'>",
    ],
)  # fmt: skip
def test_what_some_readers_see_stays(tmp_path: Path, element: str) -> None:
    head = """<style>.hid{display:none} @media (min-width: 600px) {.wide{display:block}}
    @media print {.printed{display:none}} .opened{display:none} .js .opened.on{display:block}
    .menu .within{display:none}</style>"""

    assert any("Seen." in text for text in texts(tmp_path, f"{element}Seen.", head))


@pytest.mark.parametrize(
    ("name", "furniture"),
    [
        ("share-buttons", True), ("share", True), ("social", True), ("ecl-site-header__x", True),
        ("footer", True), ("site-footer", True), ("footerNav", True), ("wtCookieBanner", True),
        ("menu-item-123", True), ("td-post-sharing", True), ("region-sidebar-first", True),
        ("market-share", False), ("ecl-card__footer", False), ("blockquote-footer", False),
        ("knowledge-sharing", False), ("topic-social-economy", False), ("informed-consent", False),
        ("has-menu-of-indicators", False),
    ],
)  # fmt: skip
def test_names_of_furniture_are_told_from_names_of_topics(name: str, *, furniture: bool) -> None:
    assert names_furniture(name) is furniture


def test_much_text_that_is_left_out_is_a_warning(tmp_path: Path) -> None:
    much = "<div class='secret-part' hidden>" + "word " * 60 + "</div>"

    assert load(tmp_path, much + TEXT * 10).warnings == (
        "60 words were left out as hidden or as furniture of the page,"
        " most of them in <div secret-part>",
    )
    assert not load(tmp_path, much + TEXT * 60).warnings
    assert not load(tmp_path, f"<div class='menu'>{'<a>two words</a>' * 60}</div>").warnings


@pytest.mark.parametrize(
    "hidden", [TEXT * 8, f"<h1>Elsewhere</h1>{TEXT}", f"<article>{TEXT}</article>"]
)
def test_much_hidden_text_is_not_the_page(tmp_path: Path, hidden: str) -> None:
    assert texts(tmp_path, f"{TEXT * 4}<div hidden>{hidden}</div>") == [TEXT[3:-4]] * 4


def test_a_page_that_is_hidden_until_a_script_has_run_is_read(tmp_path: Path) -> None:
    page = f"<body><p>Loading</p><div style='display:none'><h1>Clusters</h1>{TEXT}</div></body>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")

    assert len(html.load(tmp_path / "a.html", Limits()).blocks) == 3


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Doc1</title><p class=MsoTitle>Report on <b>clusters</b></p><h1>1. Budget</h1>",
         "Report on clusters"),
        ("<title>Report on clusters</title><h1>1.&nbsp; Budget</h1>", "Report on clusters"),
        ("<title>Report on clusters</title><h1>IV. Budget</h1>", "Report on clusters"),
        ("<h1>1. Budget</h1>", "1. Budget"),
        ("<title>Home | S3</title><h1>2030 Agenda</h1>", "2030 Agenda"),
        ("<title>Home | S3</title><h1>Budget</h1>", "Budget"),
    ],
)  # fmt: skip
def test_a_chapter_is_not_the_title(tmp_path: Path, page: str, title: str) -> None:
    (tmp_path / "a.htm").write_text(f"{page}<p>Text.</p>", encoding="utf-8")

    assert html.load(tmp_path / "a.htm", Limits()).metadata.title == title
