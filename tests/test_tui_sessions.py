from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import SHARE as SENTENCE
from conftest import Library
from screens import NARROW, SHARE, SIZES, Screens, opened
from textual.widgets import Input, Static

from s3assist.sessions import SessionStore
from s3assist.tui.screens.basket import BasketScreen
from s3assist.tui.screens.export import ExportScreen
from s3assist.tui.screens.sessions import SessionsScreen
from s3assist.tui.widgets.cards import QuestionCard, QuoteCard

pytestmark = pytest.mark.anyio


def saved(folder: Path) -> SessionStore:
    return SessionStore(folder / "sessions")


async def sessions_opened(screens: Screens) -> None:
    await screens.press("ctrl+r")
    await screens.app.workers.wait_for_complete()
    await screens.pilot.pause()
    assert isinstance(screens.app.screen, SessionsScreen)


@SIZES
async def test_a_conversation_is_saved_by_itself_and_can_be_resumed(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
    assert [s.title for s in saved(tmp_path).list()] == [SHARE]

    async with opened(library, tmp_path, size) as screens:
        await sessions_opened(screens)
        assert SHARE[:20] in screens.shown()
        await screens.press("enter")
        await screens.until(lambda: screens.app.screen is screens.app.chat)
        await screens.until(lambda: screens.app.chat.session is not None)
        await screens.settled()

        assert str(screens.app.screen.query_one(QuestionCard).visual) == SHARE
        assert SENTENCE in screens.text(".words")
        assert "✓ verified" in screens.text(".state")

        await screens.ask("and in 2019?")

    (only,) = saved(tmp_path).list()
    assert only.questions == 2


@pytest.mark.slow
async def test_a_resumed_quote_whose_source_changed_says_so(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    async with opened(copy, tmp_path) as screens:
        await screens.ask(SHARE)
        quoted = screens.app.chat.conversation.turns[0].answer.quotes[0].document.path
    file = copy.corpus / quoted
    file.write_text(file.read_text("utf-8").replace("19%", "91%"), encoding="utf-8")
    async with opened(copy, tmp_path) as screens:
        await screens.press("ctrl+l", "r")
        await screens.until(lambda: screens.app.reindexing is None)
        await screens.settled()
        await sessions_opened(screens)
        await screens.press("enter")
        await screens.until(lambda: screens.app.chat.session is not None)
        await screens.settled()

        card = next(c for c in screens.app.chat.query(QuoteCard) if c.number == 1)
        assert "19%" in str(card.query_one(".words", Static).visual)
        assert "✗ source changed" in str(card.query_one(".state", Static).visual)


@SIZES
async def test_a_session_is_renamed(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await sessions_opened(screens)
        await screens.press("r", "ctrl+u")
        await screens.type("For Monday")
        await screens.press("enter")
        await screens.app.workers.wait_for_complete()
        await screens.pilot.pause()

        assert "For Monday" in screens.shown()
        assert [s.title for s in saved(tmp_path).list()] == ["For Monday"]


@SIZES
async def test_a_session_is_deleted_only_after_a_yes(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await sessions_opened(screens)
        await screens.press("d", "enter")
        await screens.app.workers.wait_for_complete()
        assert len(saved(tmp_path).list()) == 1

        await screens.press("d", "y")
        await screens.app.workers.wait_for_complete()
        await screens.pilot.pause()

        assert saved(tmp_path).list() == ()
        assert "none saved yet" in screens.shown()


async def test_a_damaged_session_is_named_and_does_no_harm(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    (folder / "20260101-000000-abcdef.json").write_text("{", encoding="utf-8")
    async with opened(library, tmp_path) as screens:
        await sessions_opened(screens)
        await screens.press("enter")

        assert "can't be read" in screens.told()
        assert isinstance(screens.app.screen, SessionsScreen)


# Basket and export ------------------------------------------------------------------------------


@SIZES
async def test_b_puts_a_quote_into_the_basket_and_takes_it_out(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask("What did the programmes select?")
        await screens.press("up", "b", "down", "b")
        assert "Put into the basket (2 quotes)" in screens.told()

        await screens.press("ctrl+b")
        await screens.settled()
        assert isinstance(screens.app.screen, BasketScreen)
        assert len(screens.app.screen.query(QuoteCard)) == 2
        assert "✓ verified" in screens.text(".state")

        await screens.press("b")
        await screens.settled()

        assert len(screens.app.screen.query(QuoteCard)) == 1
        assert screens.app.chat.session is not None
        assert len(screens.app.chat.session.basket) == 1


async def test_an_empty_basket_says_how_to_fill_it(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path, NARROW) as screens:
        await screens.press("ctrl+b")

        assert "Press b on a quote" in screens.shown()


@pytest.mark.parametrize(
    ("downs", "suffix"), [(0, ".md"), (1, ".html"), (2, ".docx"), (3, ".json")]
)
@SIZES
async def test_a_conversation_is_exported_in_every_format(
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    downs: int,
    suffix: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "e", *["down"] * downs, "enter")
        await screens.settled()

        file = tmp_path / f"s3assist-conversation{suffix}"
        assert file.exists()
        assert "Written to" in screens.told()
        if suffix in (".md", ".html"):
            text = file.read_text("utf-8")
            assert "wages" in text
            assert "sha256:" in text
        if suffix == ".json":
            assert json.loads(file.read_text("utf-8"))


@SIZES
async def test_a_basket_is_exported_and_no_file_is_replaced_unasked(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "s3assist-quotes.md"
    file.write_text("mine", encoding="utf-8")
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "b", "ctrl+b", "e", "enter")
        assert "That file exists" in screens.shown()
        assert file.read_text("utf-8") == "mine"

        await screens.press("enter")
        await screens.settled()

        assert "wages" in file.read_text("utf-8")


@SIZES
async def test_an_export_goes_where_it_is_sent(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "e", "tab")
        assert isinstance(screens.app.focused, Input)
        await screens.press("ctrl+u")
        await screens.pilot.press(*str(tmp_path / "none" / "x.md").replace("/", "§"))
        screens.app.focused.value = str(tmp_path / "none" / "x.md")
        await screens.press("enter")
        assert "There is no such folder" in screens.shown()
        assert isinstance(screens.app.screen, ExportScreen)

        screens.app.focused.value = str(tmp_path / "x.md")
        await screens.press("enter")
        await screens.settled()

        assert (tmp_path / "x.md").exists()


# Copying ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "holds"), [("y", "wages."), ("Y", "Clusters and jobs")])
@SIZES
async def test_a_copy_says_where_it_went_and_copied_only_when_that_is_known(
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    holds: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr("s3assist.clipboard.to_system", lambda text: False)
    sent: list[str] = []
    async with opened(library, tmp_path, size) as screens:
        monkeypatch.setattr(screens.app, "write_to_terminal", sent.append)
        await screens.ask(SHARE)
        await screens.press("up", key)
        await screens.settled()

        (sequence,) = sent
        assert sequence.startswith("\x1b]52;c;")
        assert "sent to the terminal's clipboard" in screens.told()
        assert "copied" not in screens.told()
        import base64

        text = base64.b64decode(sequence.split(";")[2].rstrip("\x07\x1b\\")).decode()
        assert SENTENCE in text
        assert text == SENTENCE or key == "Y"
