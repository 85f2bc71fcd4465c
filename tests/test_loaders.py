"""Loaders of text, Markdown, HTML and Word files: what is text, and what is not."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import example, given
from hypothesis import strategies as st

from s3assist.documents import BlockKind, Extract
from s3assist.errors import LoadError
from s3assist.ingest.cleaning import clean, is_boilerplate
from s3assist.ingest.limits import Limits
from s3assist.ingest.loaders import FORMATS, load, load_whole
from s3assist.ingest.loaders.pdf.lines import clean as clean_line
from s3assist.printable import UNSAFE

H, P, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW


def loaded(path: Path, content: str | bytes) -> Extract:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return load(path)


def outline(extract: Extract) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in extract.blocks]


def texts(extract: Extract) -> list[str]:
    return [block.text for block in extract.blocks]


# --- cleaning ----------------------------------------------------------------------------------


def test_controls_and_reordering_characters_are_dropped_and_line_breaks_become_spaces() -> None:
    assert clean("\x1b[31mred\x07\n\n now\x00 \u202eevil\u2066\u200b\ufeff\ud800 ") == (
        "[31mred now evil"
    )


@pytest.mark.parametrize("cleaned", [clean, clean_line])
def test_what_no_terminal_may_be_sent_is_in_no_document(cleaned: Callable[[str], str]) -> None:
    unsafe = [chr(code) for code in range(0x10000) if UNSAFE.match(chr(code))]

    assert unsafe
    assert [c for c in unsafe if UNSAFE.search(cleaned(f"a{c}b"))] == []


def test_characters_that_the_source_prints_stay() -> None:
    text = "5\u00a0% of the bud\u00adget, \u201cﬁne\u201d cafe\u0301 \U0001f600 a\u2009b\u202fc"
    assert clean(text) == text


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "Share this Article", "share this page!", "Print this page", "Back to top ↑",
        "This website uses cookies to ensure you get the best experience on our website.",
        "Follow us on Twitter, LinkedIn", "Skip to main content", "Facebook | Twitter | LinkedIn",
        "Related articles", "Accept all cookies", "Share", "Read more »",
    ],
)  # fmt: skip
def test_buttons_and_notices_are_boilerplate(text: str) -> None:
    assert is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "Share this article of the Treaty with your national contact point.",
        "The ePrivacy proposal covers cookies.", "Share of clusters in employment",
        "Regions follow us on this path.", "Related policies", "Back to the regions",
        "Member States share this view.",
    ],
)  # fmt: skip
def test_a_sentence_that_mentions_them_is_not(text: str) -> None:
    assert not is_boilerplate(text)


# --- any file ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("a.txt", b"%PDF-1.7 ...", "a PDF file"),
        ("a.md", b"PK\x03\x04....", "a zip archive"),
        ("a.txt", b"some\x00bytes", "binary"),
        ("a.txt", b"<!DOCTYPE html><html><p>x</p></html>", "an HTML page"),
        ("a.html", b"%PDF-1.7", "a PDF file"),
        ("a.pdf", b"just text", "plain text"),
        ("a.docx", b"just text", "plain text"),
        ("a.docx", b"{\\rtf1 x}", "a rich text file"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old binary Word"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        ("a.txt", b"", "empty"),
        ("a.md", b" \n ", "empty"),
        ("a.doc", b"x", ".doc"),
        ("a.xyz", b"x", ".xyz"),
        ("noending", b"x", "(none)"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, named: str
) -> None:
    with pytest.raises(LoadError) as caught:
        loaded(tmp_path / name, content)
    assert name in caught.value.message
    assert named in caught.value.message
    assert caught.value.hint


def test_a_missing_file_and_a_folder_are_load_errors(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    for name in ("gone.txt", "folder.txt"):
        with pytest.raises(LoadError, match=name):
            load(tmp_path / name)


def test_the_suffix_is_read_without_regard_to_case(tmp_path: Path) -> None:
    assert texts(loaded(tmp_path / "A.TXT", "It works.")) == ["It works."]


def test_every_format_has_a_loader_name() -> None:
    assert set(FORMATS.values()) == {"pdf", "docx", "html", "markdown", "text"}


@given(st.binary(max_size=200))
@example(b"!\t\x01\t!")
def test_bytes_of_any_kind_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.txt", "a.md", "a.html", "a.docx"):
        with suppress(LoadError):
            extract = loaded(folder / name, data)
            assert all(block.text == clean(block.text) for block in extract.blocks)


# --- text --------------------------------------------------------------------------------------


def test_a_text_has_a_title_paragraphs_and_no_button(tmp_path: Path) -> None:
    text = (
        "Delivering investments through clusters\r\n\r\nSubmitted by Lucia Seel on 14 February 2020"
        "\r\n\r\nFirst one.  It is\r\nwrapped.\r\n\r\nThe last sentence.\r\nShare this Article"
    )
    assert outline(loaded(tmp_path / "a.txt", text)) == [
        (H, "Delivering investments through clusters"),
        (P, "Submitted by Lucia Seel on 14 February 2020"),
        (P, "First one. It is wrapped."),
        (P, "The last sentence."),
    ]


def test_a_button_right_behind_the_last_sentence_is_cut(tmp_path: Path) -> None:
    assert texts(loaded(tmp_path / "a.txt", "It ends here. Share this Article\n")) == [
        "It ends here."
    ]


def test_long_lines_without_empty_ones_are_paragraphs(tmp_path: Path) -> None:
    one, two = "One is long, " * 20 + "one.", "Two is long, " * 20 + "two."
    assert outline(loaded(tmp_path / "a.txt", f"Title\n{one}\n{two}\n")) == [
        (H, "Title"), (P, one), (P, two),
    ]  # fmt: skip


def test_the_last_wrapped_word_of_a_sentence_is_not_taken_for_a_button(tmp_path: Path) -> None:
    text = "Firms in strong clusters innovate more and gain a higher market\nshare.\nNext\n"
    assert texts(loaded(tmp_path / "a.txt", text)) == [
        "Firms in strong clusters innovate more and gain a higher market share."
    ]


def test_lines_wrapped_at_a_wide_margin_are_joined(tmp_path: Path) -> None:
    line = "words that fill a very wide line from the left margin to the right one " * 2
    text = f"{line}\n{line}\nand end here.\n"
    assert texts(loaded(tmp_path / "a.txt", text)) == [clean(text)]


def test_a_line_that_stops_well_before_the_margin_is_not_joined_to_the_next(
    tmp_path: Path,
) -> None:
    text = (
        "Intro.\n\nWhat clusters do\n" + "Clusters bring firms and universities\n" * 2 + "together."
    )
    assert texts(loaded(tmp_path / "a.txt", text)) == [
        "Intro.",
        "What clusters do",
        "Clusters bring firms and universities Clusters bring firms and universities together.",
    ]


def test_a_first_line_that_is_a_sentence_or_wrapped_prose_is_no_title(tmp_path: Path) -> None:
    assert outline(loaded(tmp_path / "a.txt", "Clusters matter.\n\nMore.")) == [
        (P, "Clusters matter."), (P, "More."),
    ]  # fmt: skip
    prose = "In this editorial the head of the unit reflects on the role of\nclusters in policy."
    assert outline(loaded(tmp_path / "b.txt", prose)) == [(P, prose.replace("\n", " "))]


@pytest.mark.parametrize(
    "line",
    [
        "Minister, it says: “The plan has nine fields and costs 390 million euro.”",
        "The plan has nine fields (and costs 390 million euro.)",
        "“We will double the budget of the cluster by next year,” the minister of the region"
        " announced (press conference in Lille)",
        "Cluster\tMembers\nOptics\tSeveral\nSolar Valley\tMany",
    ],
)
def test_a_first_line_that_is_no_title_names_nothing(tmp_path: Path, line: str) -> None:
    extract = loaded(tmp_path / "a.txt", f"{line}\n\nMore is below.\n")
    assert outline(extract) == [(P, clean(line)), (P, "More is below.")]
    assert extract.metadata.title == ""


@pytest.mark.parametrize(
    "line",
    [
        "Deadline for the Oulu call is next May",
        "Deadline for the Oulu call: 5 May 2027",
        "What “to grow” takes",
        "A long name for a paper " * 5 + "on clusters",
        "A long name for a paper that somebody\nhas wrapped",
    ],
)
def test_a_first_line_that_may_be_a_title_can_be_quoted(tmp_path: Path, line: str) -> None:
    extract = loaded(tmp_path / "a.txt", f"{line}\n\nMore is below.\n")
    assert outline(extract) == [(P, clean(line)), (P, "More is below.")]
    assert extract.metadata.title == clean(line)


@pytest.mark.parametrize("line", ["The fund", "THE FUND OF EUROPE", "The fund\n========"])
def test_a_text_of_one_line_can_be_quoted(tmp_path: Path, line: str) -> None:
    extract = loaded(tmp_path / "a.txt", line)
    assert outline(extract) == [(P, line.partition("\n")[0])]
    assert extract.metadata.title == line.partition("\n")[0]


def test_a_title_may_hold_years(tmp_path: Path) -> None:
    assert outline(loaded(tmp_path / "a.txt", "The plan for 2021-2027\n\nIt is new.\n")) == [
        (H, "The plan for 2021-2027"), (P, "It is new."),
    ]  # fmt: skip


def test_words_that_a_line_end_parts_are_joined(tmp_path: Path) -> None:
    text = (
        "Report on the Mosel wine cluster\r\n\r\nThe cluster pro-\r\nmotes innovation along the"
        " Mo-\r\nsel. It has long-\r\nterm contracts.\r\n\r\n- a mem-\r\n  bership fee\r\n\r\n"
        "In 2014-\r\n2020 the cluster got money, and small-\r\nand medium-sized firms.\r\n"
    )
    assert texts(loaded(tmp_path / "a.txt", text))[1:] == [
        "The cluster promotes innovation along the Mosel. It has long-term contracts.",
        "a membership fee",
        "In 2014-2020 the cluster got money, and small- and medium-sized firms.",
    ]


def test_words_of_another_language_are_joined_by_its_own_words(tmp_path: Path) -> None:
    text = (
        "Die Förderung der Wirtschaft in den Regionen geht weiter. Die Unterneh-\nmen arbeiten mit"
        " Hoch-\nschulen zusammen, und der Nord-\nSüd-Dialog wird fortgesetzt.\n"
    )
    (joined,) = texts(loaded(tmp_path / "a.txt", text))
    for words in ("Unternehmen arbeiten", "Hochschulen zusammen", "Nord-Süd-Dialog"):
        assert words in joined


def test_list_lines_are_items_and_their_wrapped_lines_belong_to_them(tmp_path: Path) -> None:
    text = "We ask for:\n- money that\n  is new;\n- time.\n\n• More\n\n1. First\n2. Second\n"
    assert outline(loaded(tmp_path / "a.txt", text)) == [
        (P, "We ask for:"), (ITEM, "money that is new;"), (ITEM, "time."), (ITEM, "More"),
        (ITEM, "1. First"), (ITEM, "2. Second"),
    ]  # fmt: skip


def test_a_wrapped_line_that_begins_with_a_number_or_a_dash_continues_its_sentence(
    tmp_path: Path,
) -> None:
    text = "The conference ends on the\n12. of June in Berlin\n- a great city - and more."
    assert texts(loaded(tmp_path / "a.txt", text)) == [text.replace("\n", " ")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "cp1252", "iso-8859-2"]
)
def test_encodings_are_recognised_and_a_guess_is_a_warning(tmp_path: Path, encoding: str) -> None:
    text = {
        "cp1252": "Les régions françaises où l’innovation a été développée grâce à l’Europe. " * 3,
        "iso-8859-2": "Województwa rozwijają się dzięki środkom europejskim oraz współpracy. " * 3,
    }.get(encoding, "Régions – “Überall” für €5, Łódź.")
    data = (
        b"\xff\xfe" + text.encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else text.encode(encoding)
    )
    extract = loaded(tmp_path / "a.txt", data)
    assert texts(extract) == [text.strip()]
    assert bool(extract.warnings) == (not encoding.startswith("utf"))


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="encoding"):
        loaded(tmp_path / "a.txt", bytes(range(128, 256)) * 4)


# --- Markdown ----------------------------------------------------------------------------------


def test_markdown_becomes_blocks_without_markup(tmp_path: Path) -> None:
    text = """# Title

A *para* with [a link](https://example.org), `code`
and a "soft" -- break <b>bold</b><script>no()</script> ~~old~~ &amp; <https://e.org>.[^1]

- one
  - nested

    more

1. first

| Region | Jobs |
|--------|------|
| Murcia | **1** |

> Quoted.

```
x = 1
```

<!-- unseen -->

![image](a.png)

Setext
------

[^1]: The note.
"""
    extract = loaded(tmp_path / "a.md", text)
    assert outline(extract) == [
        (H, "Title"),
        (P, 'A para with a link, code and a "soft" -- break bold & https://e.org.'),
        (P, "The note."), (ITEM, "one"), (ITEM, "nested"), (ITEM, "more"), (ITEM, "1. first"),
        (ROW, "Region | Jobs"), (ROW, "Murcia | 1"),
        (P, "Quoted."), (P, "x = 1"), (H, "Setext"),
    ]  # fmt: skip
    assert [b.level for b in extract.blocks if b.kind is H] == [1, 2]


def test_html_in_markdown_is_read_as_a_browser_shows_it(tmp_path: Path) -> None:
    text = """<h1 align="center">Title</h1>

<div class="footer">
The budget is EUR 213&nbsp;million.
</div>

<details>
<summary>How is it paid?</summary>

From the *ERDF*.

</details>

<br>
It covers 48 regions.<script>no()</script>
<p hidden>Not seen.</p><div style="display:none"><p>Nor this.</p></div>

<table>
<tr><th>Programme</th><th>Budget</th></tr>

<tr><td>North Sea</td><td>EUR 10<sup>6</sup></td></tr>
</table>

- One
  <p>more of it</p>

Ten<br>firms, <span hidden>no</span>10<sup>6</sup> t of CO<sub>2</sub> &lt; `<sup>`<sup><a
href="#fn1">1</a></sup>.
"""
    extract = loaded(tmp_path / "a.md", text)
    assert outline(extract) == [
        (H, "Title"), (P, "The budget is EUR 213\u00a0million."), (P, "How is it paid?"),
        (P, "From the ERDF."), (P, "It covers 48 regions."), (ROW, "Programme | Budget"),
        (ROW, "North Sea | EUR 10⁶"), (ITEM, "One"), (ITEM, "more of it"),
        (P, "Ten firms, 10⁶ t of CO2 < <sup>."),
    ]  # fmt: skip
    assert [b.text for b in extract.blocks if not b.quotable] == ["Programme | Budget"]


def test_a_markdown_footnote_stands_below_what_refers_to_it(tmp_path: Path) -> None:
    text = """# One[^h]

It is so.[^a] And so.[^b]

- first[^c]
- second

| Year[^d] | Jobs |
|---|---|
| 2019 | 2[^a] |

# Two

The end. ![chart[^e]](a.png)

[^a]: Note a.

    More of a.[^b]
[^b]: Note b.
[^c]: Note c.
[^d]: Note d.
[^e]: Note e.
[^h]: Note h.
[^unused]: Nobody refers to it.
"""
    assert texts(loaded(tmp_path / "a.md", text)) == [
        "One", "Note h.", "It is so. And so.", "Note a.", "More of a.", "Note b.", "first",
        "second", "Note c.", "Year | Jobs", "2019 | 2", "Note d.", "Two", "The end.", "Note e.",
    ]  # fmt: skip


def test_words_that_a_line_end_of_markdown_parts_are_joined(tmp_path: Path) -> None:
    text = (
        "A fund pro-\nmotes *in-\nnovation* in small-\nand medium-sized firms, long-  \nterm.\n\n"
        "> It is long-\n> term `a-\nb` and pro-\nmotes it.\n"
    )
    assert texts(loaded(tmp_path / "a.md", text)) == [
        "A fund promotes innovation in small- and medium-sized firms, long- term.",
        "It is long-term a- b and promotes it.",
    ]


@pytest.mark.parametrize(
    "matter",
    [
        "---\ntitle: T\nauthors: [A, B]\ndate: 2020-02-14\nlang: en-GB\ntags: [x]\n---\n",
        '+++\ntitle = "T"\nauthor = ["A", "B"]\ndate = 2020-02-14\nlanguage = "en"\n+++\n',
    ],
)
def test_front_matter_is_metadata_and_not_text(tmp_path: Path, matter: str) -> None:
    extract = loaded(tmp_path / "a.md", matter + "\nText.\n")
    said = extract.metadata
    assert (said.title, said.author, said.date, said.language) == ("T", "A; B", "2020-02-14", "en")
    assert texts(extract) == ["Text."]


@pytest.mark.parametrize("matter", ["---\na: [\n---\n", "+++\na =\n+++\n"])
def test_malformed_front_matter_is_an_error(tmp_path: Path, matter: str) -> None:
    with pytest.raises(LoadError, match=r"a\.md: the front matter"):
        loaded(tmp_path / "a.md", matter + "Text.\n")


def test_a_useless_front_matter_value_is_a_warning(tmp_path: Path) -> None:
    extract = loaded(tmp_path / "a.md", "---\ndate: some day\ntitle: T\n---\nText.\n")
    assert (extract.metadata.title, extract.metadata.date) == ("T", "")
    assert "date" in extract.warnings[0]


def test_prose_between_two_rules_is_not_front_matter(tmp_path: Path) -> None:
    assert "Just prose." in texts(loaded(tmp_path / "a.md", "---\n\nJust prose.\n\n---\n\nMore."))


# --- HTML --------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Clusters | S3 Platform</title>
<meta property="og:site_name" content="S3 Platform"><meta name="author" content="Jane Roe">
<meta property="article:published_time" content="2021-03-03T10:00:00+01:00">
<link rel="canonical" href="https://example.eu/x"><script>var a = "<p>no</p>";</script></head>
<body class="has-sidebar"><nav><a href="/">Home</a></nav>
<div class="cookie-banner"><p>We use cookies.</p></div>
<main><h1>Clusters</h1><!-- no -->
<p>Clusters are good&nbsp;for regions<sup><a href="#fn1">1</a></sup>. CO<sub>2</sub> falls by
5&#8239;% of the bud&shy;get.</p><p>Short.</p><p hidden>Not seen.</p>
<p style="display: none">Nor this.</p>
<h2 id="share">Why</h2><ul><li>First<ul><li>nested</li></ul></li><li><p>Second</p></li></ul>
<table><caption>Jobs by region</caption><tr><th>Region</th><th>Jobs</th></tr>
<tr><td rowspan="2">Murcia</td><td>1<br>2</td></tr><tr><td>3</td></tr></table>
<p>Short.</p><blockquote>Quoted words.<footer>A commissioner</footer></blockquote>
<p>Read <a href="https://evil.example/x">the report</a>, <em>then</em> <del>wait</del> act.</p>
Loose text.<br><br>Looser text.
<form><p>Your name</p><input></form><div class="social-share"><a href="#">Tweet</a></div>
<div class="topic-social-economy"><p>Social economy stays.</p></div>
<h2>Related articles</h2><ul><li><a href="/a">Another one</a></li></ul>
<p>Share this page</p></main><aside><p>Elsewhere</p></aside><footer>© EU</footer></body></html>"""


def test_the_main_content_of_a_page_is_kept_word_by_word_and_nothing_else(tmp_path: Path) -> None:
    extract = loaded(tmp_path / "a.html", PAGE)
    assert outline(extract) == [
        (H, "Clusters"),
        (P, "Clusters are good\u00a0for regions. CO2 falls by 5\u202f% of the bud\u00adget."),
        (P, "Short."), (H, "Why"), (ITEM, "First"), (ITEM, "nested"), (ITEM, "Second"),
        (P, "Jobs by region"), (ROW, "Region | Jobs"), (ROW, "Murcia | 1 2"), (ROW, "Murcia | 3"),
        (P, "Short."), (P, "Quoted words."), (P, "A commissioner"),
        (P, "Read the report, then act."), (P, "Loose text."), (P, "Looser text."),
        (P, "Social economy stays."),
    ]  # fmt: skip
    assert [b.text for b in extract.blocks if not b.quotable] == ["Jobs by region", "Region | Jobs"]


def test_what_a_page_declares_is_metadata(tmp_path: Path) -> None:
    said = loaded(tmp_path / "a.html", PAGE).metadata
    assert (said.title, said.author, said.publisher) == ("Clusters", "Jane Roe", "S3 Platform")
    assert (said.date, said.language, said.url) == ("2021-03-03", "en", "https://example.eu/x")


def test_json_ld_is_read_where_there_are_no_meta_elements(tmp_path: Path) -> None:
    page = """<html><head><script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",
    "datePublished": "2019-05-27T08:00:00Z", "author": [{"name": "A B"}, {"name": "C D"}],
    "publisher": {"name": "DG GROW"}}]}</script></head><body><p>Text.</p></body></html>"""
    said = loaded(tmp_path / "a.html", page).metadata
    assert (said.date, said.author, said.publisher) == ("2019-05-27", "A B; C D", "DG GROW")


def test_an_old_page_without_main_element_loses_its_menus_only(tmp_path: Path) -> None:
    page = """<html><body><table><tr><td><ul><li><a href="/">Home</a></li>
    <li><a href="/n">News</a></li></ul></td><td><h1>Title</h1><p>A paragraph of text.</p>
    <p>Another with <a href="/x">a link</a>.</p></td></tr></table>
    <div id="footer">Contact</div></body></html>"""
    assert outline(loaded(tmp_path / "a.htm", page)) == [
        (H, "Title"), (P, "A paragraph of text."), (P, "Another with a link."),
    ]  # fmt: skip


def test_boxes_beside_the_article_are_not_text(tmp_path: Path) -> None:
    page = """<main><article><h1>Title</h1><p>The text of the article itself.</p></article>
    <aside><h2>Newsletter</h2><p>Subscribe now.</p></aside></main>"""
    assert outline(loaded(tmp_path / "a.html", page)) == [
        (H, "Title"), (P, "The text of the article itself."),
    ]  # fmt: skip


def test_a_page_is_read_whole_with_what_is_no_part_of_its_text(tmp_path: Path) -> None:
    page = (
        "<html><head><title>T</title><style>.x {display: none}</style></head><body>"
        "<nav>Menu <a href='/'>Home</a></nav><main><h1>Title</h1><p>Kept "
        "<span class='sr-only'>unseen</span> text"
        "<sup><a href='#n'>1</a></sup> of the page, which goes on for a while.</p>"
        "<p>Kept <del>withdrawn</del> too<b class='x'>, by nobody</b>.</p></main>"
        "<aside>Beside <b>it</b>.</aside><div class='callout-footer'><p>Below it.</p></div>"
        "<table hidden><tr><td>One</td><td>2</td></tr></table><script>no()</script>"
        "<p>Share this page</p><button>Press me</button></body></html>"
    )
    (tmp_path / "a.html").write_text(page)
    text = [
        "Title", "Kept text of the page, which goes on for a while.", "Kept too.",
    ]  # fmt: skip

    assert [" ".join(block.text.split()) for block in load(tmp_path / "a.html").blocks] == text
    assert [" ".join(block.text.split()) for block in load_whole(tmp_path / "a.html")] == [
        *text, "Menu Home", "unseen", ", by nobody", "Beside it.", "Below it.", "One | 2",
        "Share this page", "Press me",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_other_files_are_read_whole_as_they_are(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("# Title\n\nText.\n")

    assert load_whole(tmp_path / name) == load(tmp_path / name).blocks


def test_a_title_outside_the_main_element_is_kept(tmp_path: Path) -> None:
    page = "<body><header><h1>Title</h1></header><main>Text of <b>the</b> page.</main></body>"
    assert outline(loaded(tmp_path / "a.html", page)) == [(H, "Title"), (P, "Text of the page.")]


def test_the_encoding_that_a_page_declares_is_used(tmp_path: Path) -> None:
    page = '<html><meta charset="iso-8859-1"><p>Région “x”</p></html>'.encode("cp1252")
    assert texts(loaded(tmp_path / "a.html", page)) == ["Région “x”"]


@pytest.mark.parametrize(
    "label", ["iso8859-1", "iso_8859-1", "l1", "cp819", "US-ASCII", "iso-8859-9", "latin5"]
)
def test_a_page_keeps_its_quotation_marks_by_whatever_name_it_calls_latin_1(
    tmp_path: Path, label: str
) -> None:
    page = f"<html><meta charset={label}><p>Europe’s “€42” – more</p></html>".encode("cp1252")
    assert texts(loaded(tmp_path / "a.html", page)) == ["Europe’s “€42” – more"]


def test_a_page_nested_without_end_is_read(tmp_path: Path) -> None:
    page = "<div>" * 1500 + "<p>Deep down.</p>"
    assert texts(loaded(tmp_path / "a.html", page)) == ["Deep down."]


def test_a_page_without_text_says_so(tmp_path: Path) -> None:
    extract = loaded(tmp_path / "a.html", "<html><body><script>x</script></body></html>")
    assert (extract.blocks, extract.warnings) == ((), ("the page holds no text",))


# --- Word --------------------------------------------------------------------------------------


def saved(document: docx.document.Document, path: Path) -> Extract:
    document.save(str(path))
    return load(path)


def test_a_word_file_gives_headings_items_rows_and_links_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("The title", 0)
    document.add_heading("Part", 2)
    linked = document.add_paragraph("See ")
    linked._p.append(
        parse_xml(f"<w:hyperlink {nsdecls('w')}><w:r><w:t>the report</w:t></w:r></w:hyperlink>")
    )
    linked.add_run(" now.")
    document.add_paragraph("one", style="List Bullet")
    table = document.add_table(3, 2)
    for cell, text in zip(table._cells, ("Region", "Jobs", "Murcia", "1", "", "2"), strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("End.")
    document.core_properties.title = "Declared"
    document.core_properties.author = "Jane Roe"
    extract = saved(document, tmp_path / "a.docx")
    assert outline(extract) == [
        (H, "The title"), (H, "Part"), (P, "See the report now."), (ITEM, "one"),
        (ROW, "Region | Jobs"), (ROW, "Murcia | 1"), (ROW, "Murcia | 2"), (P, "End."),
    ]  # fmt: skip
    assert [b.level for b in extract.blocks if b.kind is H] == [1, 2]
    assert (extract.metadata.title, extract.metadata.author) == ("Declared", "Jane Roe")


def test_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Funds ")
    for xml in (
        "<w:del><w:r><w:delText>fell</w:delText></w:r></w:del>",
        "<w:ins><w:r><w:t>rose</w:t></w:r></w:ins>",
        "<w:moveFrom><w:r><w:t> gone</w:t></w:r></w:moveFrom>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> hidden</w:t></w:r>",
        "<w:r><w:t> by 5</w:t><w:noBreakHyphen/><w:t>6</w:t><w:br/><w:t>%.</w:t></w:r>",
    ):
        name = xml[1 : xml.index(">")]
        paragraph._p.append(parse_xml(xml.replace(f"<{name}>", f"<{name} {nsdecls('w')}>", 1)))
    assert texts(saved(document, tmp_path / "a.docx")) == ["Funds rose by 5\u20116 %."]


def test_rows_in_a_content_control_are_read(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 2)
    texts = ("Country", "Jobs", "Poland", "1", "Spain", "2")
    for cell, text in zip(table._cells, texts, strict=True):
        cell.text = text
    row = table.rows[1]._tr
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
    row.addprevious(control)
    control[1].append(row)
    assert outline(saved(document, tmp_path / "a.docx")) == [
        (ROW, "Country | Jobs"), (ROW, "Poland | 1"), (ROW, "Spain | 2"),
    ]  # fmt: skip


def test_a_heading_is_known_by_its_outline_level_in_any_language(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles.add_style("Eigene Kapitelüberschrift", 1)
    style.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>'))
    document.add_paragraph("Ziele", style=style)
    block = saved(document, tmp_path / "a.docx").blocks[0]
    assert (block.kind, block.level) == (H, 2)


def test_a_damaged_word_file_is_a_load_error(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "whole.docx"))
    data = (tmp_path / "whole.docx").read_bytes()
    for content in (
        data[: len(data) // 2],
        data.replace(b"word/document.xml", b"word/nodocumen.xml"),
    ):
        with pytest.raises(LoadError, match=r"a\.docx"):
            loaded(tmp_path / "a.docx", content)


def test_a_zip_that_is_no_word_file_or_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(LoadError, match="no Word file"):
        load(tmp_path / "a.docx")
    docx.Document().save(str(tmp_path / "b.docx"))
    with zipfile.ZipFile(tmp_path / "b.docx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/a.bmp", bytes(3 << 20))
    with pytest.raises(LoadError, match="unpacks to 3 megabytes"):
        load(tmp_path / "b.docx", Limits(unpacked=2))


def test_a_word_file_with_entities_is_refused_and_what_they_name_is_not_read(
    tmp_path: Path,
) -> None:
    docx.Document().save(str(tmp_path / "a.docx"))
    (tmp_path / "secret.txt").write_text("swordfish")
    entity = f'<!DOCTYPE d [<!ENTITY e SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    body = f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>It is &e; here.</w:t></w:r></w:p>"
    with (
        zipfile.ZipFile(tmp_path / "a.docx") as old,
        zipfile.ZipFile(tmp_path / "b.docx", "w") as new,
    ):
        for member in old.infolist():
            text = f"{entity}{body}</w:body></w:document>".encode()
            is_body = member.filename == "word/document.xml"
            new.writestr(member, text if is_body else old.read(member))

    with pytest.raises(LoadError, match="entities") as caught:
        load(tmp_path / "b.docx")

    assert "swordfish" not in str(caught.value)


def test_a_footnote_stands_below_the_paragraph_that_refers_to_it(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("A claim")
    reference = f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/><w:t>.</w:t></w:r>'
    paragraph._p.append(parse_xml(reference))
    document.add_paragraph("More.")
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>Its source.</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    part = Part(
        PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, notes.encode(),
        document.part.package,
    )  # fmt: skip
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert texts(saved(document, tmp_path / "a.docx")) == ["A claim.", "Its source.", "More."]


def test_a_table_of_contents_is_not_text(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles.add_style("toc 1", 1)
    document.add_paragraph("Part .......... 3", style=style)
    document.add_paragraph("Text.")
    assert texts(saved(document, tmp_path / "a.docx")) == ["Text."]


# --- Names of columns ---------------------------------------------------------------------------

MARKDOWN_TABLE = "| Region | 2019 | 2020 |\n|---|---|---|\n| Murcia | 1 | 2 |\n"
HTML_TABLE = (
    "<main><table><tr><th>Region<th>2019<th>2020</tr><tr><th>Murcia<td>1<td>2</tr></table></main>"
)


@pytest.mark.parametrize(
    ("name", "text"), [("a.md", MARKDOWN_TABLE), ("a.html", HTML_TABLE)], ids=["md", "html"]
)
def test_columns_that_the_file_says_are_named_are_no_row_to_quote(
    tmp_path: Path, name: str, text: str
) -> None:
    rows = [b for b in loaded(tmp_path / name, text).blocks if b.kind is ROW]

    assert [(b.text, b.quotable) for b in rows] == [
        ("Region | 2019 | 2020", False),
        ("Murcia | 1 | 2", True),
    ]


def test_columns_that_a_word_table_repeats_on_each_page_are_no_row_to_quote(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 2)
    texts = ("Region", "2019", "Murcia", "1", "Navarra", "2")
    for cell, text in zip(table._cells, texts, strict=True):
        cell.text = text
    for row, mark in zip(
        table.rows, ("<w:tblHeader {}/>", '<w:tblHeader {} w:val="0"/>', ""), strict=True
    ):
        if mark:
            row._tr.get_or_add_trPr().append(parse_xml(mark.format(nsdecls("w"))))
    rows = [b for b in saved(document, tmp_path / "a.docx").blocks if b.kind is ROW]

    assert [(b.text, b.quotable) for b in rows] == [
        ("Region | 2019", False),
        ("Murcia | 1", True),
        ("Navarra | 2", True),
    ]
