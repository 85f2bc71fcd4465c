from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from conftest import SHARE as SENTENCE
from conftest import Library
from screens import NARROW, SHARE, SIZES, WIDE, Screens, opened, settings
from textual.widgets import Input, Static

import s3assist.assistant
from s3assist.assistant import Assistant
from s3assist.config import Settings
from s3assist.sessions import SessionStore
from s3assist.tui.app import S3AssistApp
from s3assist.tui.screens.basket import BasketScreen
from s3assist.tui.screens.export import ExportScreen
from s3assist.tui.screens.library import LibraryScreen
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


@pytest.mark.slow
async def test_a_resumed_conversation_says_what_was_searched(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        screens.app.post_message(LibraryScreen.AskOnly("briefings/panorama.md"))
        await screens.pilot.pause()
        await screens.ask(SHARE)
        await screens.ask("Who won the football world cup of 1998?")

    async with opened(library, tmp_path) as screens:
        await sessions_opened(screens)
        await screens.press("enter")
        await screens.until(lambda: screens.app.chat.session is not None)
        await screens.settled()

        only = "only in briefings/panorama.md"
        assert f"Not found in 1 of 4 documents: {only}" in screens.text(".verdict")
        assert f"Searched {only}" in screens.text(".searched")


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
async def test_a_long_conversation_says_how_many_turns_are_not_on_the_screen(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3assist.tui.screens.chat.KEPT_ON_SCREEN", 4)
    monkeypatch.setattr("s3assist.tui.widgets.transcript.KEPT_ON_SCREEN", 4)
    async with opened(library, tmp_path) as screens:
        for _ in range(2):
            await screens.ask(SHARE)
        assert "not shown" not in screens.text("EarlierCard")
        await screens.ask(SHARE)
        assert screens.text("EarlierCard").startswith("1 earlier turn not shown here")

        await sessions_opened(screens)
        await screens.press("enter")
        await screens.until(lambda: screens.app.screen is screens.app.chat)
        await screens.settled()
        await screens.ask(SHARE)

        assert screens.text("EarlierCard").startswith("2 earlier turns not shown here")
        assert len(screens.app.screen.query(QuestionCard)) == 2
        await screens.press("ctrl+n")
        assert not screens.app.screen.query("EarlierCard")


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


@pytest.mark.slow
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


@pytest.mark.slow
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


async def test_a_long_title_is_shown_in_full(library: Library, tmp_path: Path) -> None:
    title = (
        "What was said about the share of European jobs in specialised and other clusters in 2019?"
    )
    async with opened(library, tmp_path, NARROW) as screens:
        await screens.ask(SHARE)
        saved(tmp_path).rename(saved(tmp_path).find("last"), title)
        await sessions_opened(screens)
        await screens.settled()

        assert "clusters in 2019?" in screens.shown()
        assert screens.text("#details") == title


@pytest.mark.slow
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


@pytest.mark.slow
async def test_the_open_conversation_knows_its_new_title(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await sessions_opened(screens)
        await screens.press("r")
        screens.app.screen.query_one(Input).value = "For  Monday"
        await screens.press("enter")
        await screens.settled()
        assert screens.app.chat.session is not None
        assert screens.app.chat.session.title == "For Monday"

        await screens.press("escape")
        await screens.ask("and in 2019?")

        assert [(s.title, s.questions) for s in saved(tmp_path).list()] == [("For Monday", 2)]


@pytest.mark.slow
async def test_deleting_the_open_conversation_begins_another(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        deleted = saved(tmp_path).find("last")
        await sessions_opened(screens)
        await screens.press("d", "y")
        await screens.settled()
        assert screens.app.chat.session is None

        await screens.press("escape")
        assert not screens.app.screen.query(QuestionCard)
        await screens.ask("What did the programmes select?")

    (only,) = saved(tmp_path).list()
    assert only.id != deleted
    assert only.questions == 1


@pytest.mark.slow
@pytest.mark.parametrize("keys", [("r", "a", "enter"), ("d", "y")], ids=["rename", "delete"])
async def test_a_folder_that_may_only_be_read_is_told(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await sessions_opened(screens)
        with monkeypatch.context() as patched:
            patched.setattr("s3assist.sessions.store.SessionStore.rename", refuse)
            patched.setattr("s3assist.sessions.store.SessionStore.delete", refuse)
            await screens.press(*keys)
            await screens.settled()

        assert "Permission denied" in screens.told()
        assert screens.app.chat.session is not None
        assert [s.title for s in saved(tmp_path).list()] == [SHARE]


@pytest.mark.slow
async def test_what_could_not_be_saved_is_saved_on_leaving(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with opened(library, tmp_path) as screens:
        with monkeypatch.context() as patched:
            patched.setattr("s3assist.sessions.store.SessionStore.save", full)
            await screens.ask(SHARE)
            await screens.until(lambda: "No space left" in screens.told())

    assert [s.title for s in saved(tmp_path).list()] == [SHARE]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["last", "nothing like it"], ids=["resumed", "not-there"])
async def test_a_question_asked_before_the_index_is_open_goes_on_from_what_is_resumed(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
    gate, real = threading.Event(), s3assist.assistant.open_assistant

    def slow(given: Settings) -> Assistant:
        gate.wait(60)
        return real(given)

    monkeypatch.setattr(s3assist.assistant, "open_assistant", slow)
    app = S3AssistApp(settings(library, tmp_path), session=name)
    async with app.run_test(size=WIDE) as pilot:
        screens = Screens(app, pilot)
        await screens.paste("and in 2019?")
        await screens.press("enter")
        await screens.paste("half a")
        gate.set()
        await screens.settled()

        resumed = [SHARE] if name == "last" else []
        asked = [turn.question for turn in app.chat.conversation.turns]
        assert asked == [*resumed, "and in 2019?"]
        assert screens.text("QuestionCard").splitlines() == asked
        assert app.chat.prompt.text == "half a"
        assert ("No session is named" in screens.told()) == (not resumed)


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


@pytest.mark.slow
async def test_an_empty_basket_says_how_to_fill_it(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path, NARROW) as screens:
        await screens.press("ctrl+b")

        assert "Press b on a quote" in screens.shown()


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "start"), [("a.docx", b"PK"), ("a", b"# ")])
async def test_an_ending_that_was_typed_says_the_format(
    library: Library, tmp_path: Path, typed: str, start: bytes
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "e", "tab")
        screens.app.screen.query_one("#file", Input).value = str(tmp_path / typed)
        await screens.press("enter")
        await screens.settled()

    assert (tmp_path / typed).read_bytes().startswith(start)


@pytest.mark.slow
async def test_a_file_that_can_not_be_written_is_asked_for_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "e", "down")
        screens.app.screen.query_one("#file", Input).value = str(tmp_path / "Note on 1.5 million")
        with monkeypatch.context() as patched:
            patched.setattr("s3assist.export.put", full)
            await screens.press("enter")
            await screens.settled()

        assert isinstance(screens.app.screen, ExportScreen)
        assert "No space left" in screens.text("#complaint")
        box = screens.app.screen.query_one("#file", Input)
        assert box.value == str(tmp_path / "Note on 1.5 million.html")
        await screens.press("enter")
        await screens.settled()

    assert (tmp_path / "Note on 1.5 million.html").read_text("utf-8").startswith("<!")


# Copying ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "holds"),
    [pytest.param("y", "wages.", marks=pytest.mark.slow), ("Y", "Clusters and jobs")],
)
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


@pytest.mark.slow
async def test_what_was_done_to_a_session_elsewhere_is_not_undone(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        store = saved(tmp_path)
        store.rename(store.find("last"), "For Monday")
        await screens.ask("and in 2019?")
        assert [(s.title, s.questions) for s in store.list()] == [("For Monday", 2)]

        store.delete(store.find("last"))
        await screens.ask("What did the programmes select?")

        assert "The conversation was deleted" in screens.told()
        (only,) = store.list()
        assert only.questions == 1
        assert screens.app.chat.session is not None
        assert screens.app.chat.session.id == only.id


@pytest.mark.slow
async def test_a_file_may_be_named_with_a_tilde(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "e", "tab")
        assert isinstance(screens.app.focused, Input)
        screens.app.focused.value = "~draft.md"
        await screens.press("enter")
        await screens.settled()

    assert (tmp_path / "~draft.md").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "told"),
    [("x" * 300 + ".md", "File name too long"), (".", "no such folder"), ("..", "no such folder")],
    ids=["long", "here", "above"],
)
async def test_a_name_that_no_file_can_have_is_told(
    library: Library, tmp_path: Path, name: str, told: str
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "e")
        box = screens.app.screen.query_one("#file", Input)
        box.value = name
        await screens.press("down")
        if not name.endswith("md"):
            assert box.value == name
        await screens.press("enter")

        assert told in screens.text("#complaint")
        assert isinstance(screens.app.screen, ExportScreen)
