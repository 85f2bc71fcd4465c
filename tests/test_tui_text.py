"""Whatever stands in a document reaches the screen as text, whole and in its place."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from conftest import Library
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from screens import SIZES, opened
from textual.command import CommandList
from textual.content import Content

from s3assist.documents import BlockKind, Document, Metadata, Paragraph
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync
from s3assist.tui.lines import LineKind, lay_out
from s3assist.tui.screens.library import LibraryScreen
from s3assist.tui.widgets.cards import QuoteCard
from s3assist.tui.wording import literal_markup

HOSTILE = (
    "The zeppelin budget of Absurdistan [bold]was[/bold] [@click=app.quit]EUR 7 million[/] "
    "for [/HR] airships, [sic] *really* <b>so</b> it says."
)
SNEAKY = "\x1b[31mThe gondola\x1b[0m \u202ebudget of Utopia\u202c was EUR 9 million \x9b31m a year."
WIDE_TEXT = (
    "灯台基金は年間一千二百万ユーロを支払う。 The 灯台 fund 👩‍👩‍👧‍👦 pays 🇪🇺 EUR 12 million."
)
RTL = "ميزانية المنارة هي EUR 15 million في السنة for the Arabic lighthouse."
UNSAFE = set("\x1b\x9b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.fixture(scope="module")
def strange(encoders: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("strange")
    made = Library(folder / "corpus", folder / "index")
    made.corpus.mkdir()
    texts = {
        "hostile": f"[red]Title[/red] [@click=app.quit]x[/]\n\n{HOSTILE}\n",
        "sneaky": f"Sneaky notes\n\n{SNEAKY}\n",
        "wide": f"Lighthouses\n\n{WIDE_TEXT}\n",
        "rtl": f"Arabic notes\n\n{RTL}\n",
    }
    for name, text in texts.items():
        (made.corpus / f"{name} [bold] 灯台.txt").write_text(text, encoding="utf-8")
    made.index.mkdir()
    (made.index / "encoders").symlink_to(encoders, target_is_directory=True)
    sync(made.corpus, IndexLayout(made.index))
    return made


@SIZES
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("question", "literal"),
    [
        pytest.param(
            "What was the zeppelin budget of Absurdistan?",
            "[@click=app.quit]EUR 7 million[/]",
            id="markup",
        ),
        pytest.param("What was the gondola budget of Utopia?", "EUR 9 million", id="escapes"),
        pytest.param("How much does the 灯台 fund pay?", "👩‍👩‍👧‍👦", id="wide"),
        pytest.param(
            "What is the budget of the Arabic lighthouse?",
            "المنارة",
            id="rtl",
            marks=pytest.mark.slow,
        ),
    ],
)
async def test_text_of_a_document_arrives_literally_and_breaks_nothing(
    strange: Library, tmp_path: Path, size: tuple[int, int], question: str, literal: str
) -> None:
    async with opened(strange, tmp_path, size) as screens:
        await screens.ask(question)
        if screens.app.screen.query(QuoteCard).first().is_folded:
            await screens.press("up", "enter")
        assert literal in screens.text(".words")
        for keys in ((), ("enter",), ("escape", "escape", "ctrl+l"), ("escape", "ctrl+f")):
            await screens.press(*keys)
            await screens.settled()
            lines = screens.app.screen._compositor.render_strips()
            assert not UNSAFE & set(screens.shown())
            assert all(strip.cell_length == size[0] for strip in lines)
            for strip in lines:
                assert not any("@click" in (segment.style or "").__str__() for segment in strip)
                assert cell_len(strip.text) == size[0]
        assert screens.app.is_running


@pytest.mark.slow
@pytest.mark.parametrize(
    "title",
    ["Aid [/state aid] rules", "Call [Draft] of [i]2014[/]", "[@click=app.quit]here[/]", "Aid [\\"],
    ids=["closing", "style", "action", "backslash"],
)
@pytest.mark.anyio
async def test_a_name_is_markup_nowhere(library: Library, tmp_path: Path, title: str) -> None:
    copy, name = library.copy(tmp_path), title.replace("/", "")
    (copy.corpus / f"{name}.md").write_text(
        f"---\ntitle: '{title}'\n---\n\n# Part {title}\n\n"
        "The hydrogen valley scheme pays 45 percent of the cost.\n"
    )
    sync(copy.corpus, IndexLayout(copy.index))
    async with opened(copy, tmp_path) as screens:
        app, question = screens.app, f"{title}: how much does the hydrogen valley scheme pay?"
        app.post_message(LibraryScreen.AskOnly(f"{name}.md"))
        await screens.pilot.pause()
        await screens.ask(question)
        card = app.screen.query(QuoteCard).first()
        if card.is_folded:
            await screens.press("up", "enter")
        card.focus()
        assert title in screens.text(".source")
        assert f"only in {name}.md" in screens.text(".verdict") + screens.text(".searched")
        assert f"{name}.md" in screens.text(".chip")

        await screens.press("ctrl+p")
        await screens.until(lambda: app.screen.query_one(CommandList).option_count)
        commands = [option.prompt for option in app.screen.query_one(CommandList).options]
        (copying,) = [c for c in commands if str(c).startswith("Copy quote\n")]
        assert isinstance(copying, Content)
        assert title in copying.plain
        assert not any("@click" in str(span.style) for span in copying.spans)
        await screens.press("escape")

        await screens.press("f2")
        assert f"What is meant by “{title}" in screens.shown()
        await screens.press("escape")

        await screens.press("ctrl+r")
        await screens.settled()
        assert title in screens.shown()
        await screens.press("d")
        assert title in screens.text("Confirm .label")
        await screens.press("n", "escape", "ctrl+f")
        assert title in screens.shown()
        await screens.press("escape", "ctrl+l")
        await screens.settled()
        assert title in screens.shown()
        app.notify(title, markup=False)  # as every message does
        await screens.pilot.pause()
        assert app.is_running


@given(st.text(st.sampled_from("[]/\\ia=@#$ \"'(1A.")))
def test_text_in_markup_stays_what_it_is(text: str) -> None:
    shown = Content.from_markup(literal_markup(text))

    assert shown.plain == text
    assert not shown.spans


def document_of(paragraphs: list[str]) -> Document:
    made, text = [], ""
    for paragraph in paragraphs:
        start = len(text)
        text += paragraph
        made.append(Paragraph(start, len(text), BlockKind.PARAGRAPH))
        text += "\n"
    return Document(
        path="a.txt", format="text", sha256="0" * 64, metadata=Metadata(), text=text,
        paragraphs=tuple(made),
    )  # fmt: skip


words = st.text(
    st.sampled_from("ab ğß灯台👩\u200d🇪🇺é\u0301ميز-—\t\x1b\u202e"), min_size=1, max_size=90
)


@given(st.lists(words, min_size=1, max_size=4), st.integers(8, 40))
def test_lines_hold_every_character_in_order_and_fit(texts: list[str], width: int) -> None:
    document = document_of(texts)

    lines = [line for line in lay_out(document, width).lines if line.kind is LineKind.TEXT]

    shown = "".join(document.text[line.start : line.end] for line in lines)
    assert "".join(shown.split()) == "".join(document.text.split())
    assert all(one.end <= other.start for one, other in itertools.pairwise(lines))


@given(st.lists(words, min_size=1, max_size=4), st.integers(8, 40))
def test_no_line_is_wider_than_asked(texts: list[str], width: int) -> None:
    from s3assist.printable import in_place

    document = document_of(texts)
    text = in_place(document.text)

    for line in lay_out(document, width).lines:
        assert cell_len(text[line.start : line.end].replace("\t", " ")) <= width


@given(st.lists(words, min_size=1, max_size=4), st.integers(8, 40), st.data())
def test_an_offset_is_found_on_the_line_that_shows_it(
    texts: list[str], width: int, data: st.DataObject
) -> None:
    document = document_of(texts)
    lines = lay_out(document, width)
    shown = [line for line in lines.lines if line.end > line.start]
    if not shown:
        return
    line = data.draw(st.sampled_from(shown))
    offset = data.draw(st.integers(line.start, line.end - 1))

    assert lines.lines[lines.row_of(offset)] == line
