from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Library
from screens import NARROW, SHARE, SIZES, WIDE, Screens, opened
from textual.widgets import Input

from s3assist.documents import Span
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync
from s3assist.tui.screens.export import ExportScreen
from s3assist.tui.screens.source import SourceScreen
from s3assist.tui.widgets.cards import QuoteCard
from s3assist.tui.widgets.document_view import DocumentView
from s3assist.tui.widgets.prompt import Prompt
from s3assist.tui.widgets.source_pane import SourcePane

pytestmark = pytest.mark.anyio
MINISTRY = "How many clusters did the programme of the ministry select?"
SEVERAL = "What did the programmes select?"
"""Gets more than one quote."""


def pane(screens: Screens) -> SourcePane:
    return screens.app.screen.query_one(SourcePane)


@SIZES
async def test_enter_on_a_quote_shows_it_highlighted_in_its_document(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "enter")
        await screens.settled()

        assert isinstance(screens.app.screen, SourceScreen) == (size == NARROW)
        view = pane(screens).view
        quote = pane(screens).current_quote
        assert quote is not None
        assert view.quote == Span(quote.start, quote.end)
        assert screens.app.focused is view
        assert "▌ Specialised clusters account" in screens.shown()


def with_document(library: Library, folder: Path, text: str) -> Library:
    copy = library.copy(folder)
    (copy.corpus / "more.md").write_text(text, encoding="utf-8")
    sync(copy.corpus, IndexLayout(copy.index))
    return copy


@pytest.mark.slow
async def test_a_quote_deep_in_a_long_document_is_scrolled_to(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3assist.tui.widgets.document_view.AT_ONCE", 1000)
    filler = "\n\n".join(f"Paragraph {n} says nothing of interest at all." for n in range(90))
    text = f"# Long\n\n{filler}\n\nThe moon base budget is EUR 77 million.\n\n{filler}\n"
    copy = with_document(library, tmp_path, text)
    async with opened(copy, tmp_path) as screens:
        await screens.ask("What is the moon base budget?")
        await screens.until(lambda: "▌ The moon base budget is EUR 77 million." in screens.shown())

        assert "Paragraph 89 says" in screens.shown()
        assert "Paragraph 0 says" in screens.shown()


@pytest.mark.slow
async def test_the_border_names_page_and_section(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SEVERAL)
        await screens.press("up", "1")
        await screens.settled()
        assert "· p. 1 (PDF 2)" in str(pane(screens).border_subtitle)
        assert "National programmes" in str(pane(screens).border_title)

        await screens.press("escape")
        await screens.ask("What does the entrepreneurial discovery process bring together?")

        assert "Figures" in str(pane(screens).border_subtitle)


@pytest.mark.slow
@SIZES
async def test_brackets_walk_over_the_passages_of_the_document(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    sections = ("first", "second", "third")
    text = "".join(f"# The {name}\n\nThe {name} moon base has a door.\n\n" for name in sections)
    copy = with_document(library, tmp_path, text)
    async with opened(copy, tmp_path, size) as screens:
        await screens.ask("What does the second moon base have?")
        cards = screens.app.screen.query(QuoteCard)
        number = next(c.number for c in cards if c.quote.text == "The second moon base has a door.")
        await screens.press("up", str(number))
        await screens.settled()

        await screens.press("right_square_bracket")
        assert shown_passage(screens) == "The third moon base has a door."

        await screens.press("left_square_bracket", "left_square_bracket")
        assert shown_passage(screens) == "The first moon base has a door."


def shown_passage(screens: Screens) -> str:
    view = pane(screens).view
    assert view.document is not None
    assert view.passage is not None
    return view.document.text[view.passage.start : view.passage.end].strip()


@pytest.mark.slow
@SIZES
async def test_slash_searches_inside_the_document(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(MINISTRY)
        await screens.press("up", "enter", "slash")
        await screens.settled()
        assert isinstance(screens.app.focused, Input)

        await screens.type("pole")
        await screens.press("enter")
        await screens.app.workers.wait_for_complete()
        await screens.pilot.pause()
        assert "1 of 2" in screens.text("#matches")

        await screens.press("enter")
        assert "2 of 2" in screens.text("#matches")
        await screens.press("down")
        assert "1 of 2" in screens.text("#matches")

        await screens.press("escape")

        assert isinstance(screens.app.focused, DocumentView)
        assert not pane(screens).has_class("-searching")


@pytest.mark.slow
async def test_what_is_not_in_the_document_is_told(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "enter", "slash")
        await screens.type("zeppelin")
        await screens.press("enter")
        await screens.app.workers.wait_for_complete()
        await screens.pilot.pause()

        assert screens.text("#matches") == "not in this document"


@pytest.mark.slow
@SIZES
async def test_n_and_p_walk_over_the_quotes_of_the_answer(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SEVERAL)
        await screens.press("up", "enter")
        first = pane(screens).current_quote
        assert len(pane(screens).sources) > 1

        await screens.press("n")
        second = pane(screens).current_quote
        await screens.press("p")

        assert second is not first
        assert pane(screens).current_quote is first


@SIZES
async def test_a_number_opens_that_source(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SEVERAL)
        await screens.press("up", "2")
        await screens.settled()

        assert pane(screens).position == 1
        assert isinstance(screens.app.focused, DocumentView)


@pytest.mark.slow
async def test_the_keys_of_a_quote_work_in_its_source_too(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path, NARROW) as screens:
        await screens.ask(SEVERAL)
        await screens.press("up", "enter", "2")
        assert isinstance(screens.app.screen, SourceScreen)
        assert pane(screens).position == 1

        await screens.press("e")
        assert isinstance(screens.app.screen, ExportScreen)


@pytest.mark.slow
async def test_dragging_over_the_words_of_a_quote_selects_them_and_opens_nothing(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path, NARROW) as screens:
        await screens.ask(SHARE)
        words = screens.app.screen.query(".words").first()
        await screens.pilot.mouse_down(words, offset=(0, 0))
        await screens.pilot.hover(words, offset=(11, 0))
        await screens.pilot.mouse_up(words, offset=(11, 0))
        await screens.pilot.pause()

        assert screens.app.screen is screens.app.chat
        assert (screens.app.screen.get_selected_text() or "").startswith("Specialised")

        await screens.pilot.click(words)
        assert isinstance(screens.app.screen, SourceScreen)


@pytest.mark.slow
async def test_the_pane_follows_the_quote_that_has_the_focus(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SEVERAL)
        await screens.press("up", "down")

        assert pane(screens).position == 1


@SIZES
async def test_escape_goes_back_to_the_prompt(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "enter")
        await screens.press("escape")
        await screens.press("escape")

        assert screens.app.screen is screens.app.chat
        assert isinstance(screens.app.focused, Prompt)


@pytest.mark.slow
async def test_a_window_made_narrow_hides_the_pane_and_made_wide_shows_it(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path, WIDE) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "enter")
        await screens.pilot.resize_terminal(*NARROW)
        await screens.pilot.pause()
        assert not screens.app.chat.pane.display
        assert isinstance(screens.app.focused, Prompt)

        await screens.pilot.resize_terminal(*WIDE)
        await screens.pilot.pause()

        assert screens.app.chat.pane.display
        assert "▌ Specialised clusters account" in screens.shown()


@pytest.mark.slow
@SIZES
async def test_o_says_what_it_opens_or_that_nothing_can(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "o")
        await screens.settled()
        assert "jobs.md" in screens.told() or "panorama.md" in screens.told()

        await screens.press("O")

        assert "Nobody said where on the web" in screens.told()
