from __future__ import annotations

import itertools
import shutil
import threading
from pathlib import Path

import pytest
from conftest import SHARE as SENTENCE
from conftest import Library
from screens import KEYS, NARROW, SHARE, SIZES, WIDE, Screens, held_back, opened, settings
from textual import events
from textual.content import Content
from textual.widgets import Collapsible, Footer, Static

from s3assist.assistant import Assistant
from s3assist.documents import Conversation, Verdict
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync
from s3assist.tui.app import S3AssistApp
from s3assist.tui.screens.source import SourceScreen
from s3assist.tui.widgets.cards import AnswerCard, NoteCard, PendingCard, QuoteCard

pytestmark = pytest.mark.anyio
UNANSWERABLE = "Who won the football world cup of 1998?"


@SIZES
async def test_a_quote_card_shows_the_exact_sentence_its_place_and_its_state(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)

        card = screens.app.screen.query(QuoteCard).first()
        assert str(card.query_one(".words", Static).visual) == card.quote.text == SENTENCE
        assert screens.text(".source") == "Clusters and jobs · 2020-02-14 · Figures"
        assert screens.text(".also") == "also in The panorama · 2019-05"
        assert f"✓ verified  sha256:{card.quote.document.sha256[:12]}" in screens.text(".state")
        assert "19%" in screens.shown()


async def test_the_words_that_answer_are_emphasised(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)

        words = screens.app.screen.query(".words").first(Static).visual
        assert isinstance(words, Content)
        strong = {str(words)[s.start : s.end] for s in words.spans}
        assert {"19%", "22%"} <= strong


async def test_a_printed_page_label_is_shown_with_the_position_in_the_file(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask("How many clusters did the programme of the ministry select?")

        assert "p. 1 (PDF 2)" in screens.text(".source")


@SIZES
async def test_what_is_not_found_has_a_card_with_the_nearest_passages_folded(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(UNANSWERABLE)

        card = screens.app.screen.query_one(AnswerCard)
        assert card.answer.verdict is Verdict.NOT_FOUND
        assert "Not found in 4 documents" in screens.text(".verdict")
        assert "not an answer" in str(card.query_one(Collapsible).title)
        assert all(quote.is_folded for quote in card.query(QuoteCard))

        await screens.press("up")
        assert "Show or hide" in screens.shown()
        await screens.press("enter")

        assert isinstance(screens.app.focused, QuoteCard)
        assert not card.query_one(Collapsible).collapsed
        await screens.settled()
        assert screens.shown().count("⏎") == 1  # it opens the source now


@pytest.mark.slow
async def test_the_nearest_passages_are_unfolded_below_what_they_are(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path, (80, 18)) as screens:
        await screens.ask(UNANSWERABLE)

        await screens.press("up", "enter")

        assert isinstance(screens.app.focused, QuoteCard)
        assert "Not found in 4 documents" in screens.shown()


@pytest.mark.slow
async def test_the_card_says_what_was_searched(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask("What does a RIS3 set?")
        await screens.ask("and what does it bring together?")

        assert "Searched also for: RIS3 → smart specialisation strategy" in screens.text(
            ".searched"
        )
        assert "Understood as: What does RIS3 bring together?" in screens.text(".searched")


@pytest.mark.slow
async def test_a_card_says_that_periods_differ_and_shows_the_newest_first(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "editions.md").write_text(
        "# Shares of hydrogen firms\n\n"
        "In 2019 the share of hydrogen firms in clusters was 12%.\n\n"
        "In 2021 the share of hydrogen firms in clusters was 31%.\n",
        encoding="utf-8",
    )
    sync(copy.corpus, IndexLayout(copy.index))
    async with opened(copy, tmp_path) as screens:
        await screens.ask("What is the share of hydrogen firms in clusters?")

        assert "say different things for different periods" in screens.text(".differ")
        assert screens.text(".period").splitlines()[:2] == ["2021", "2019"]
        words = screens.text(".words")
        assert words.index("31%") < words.index("12%")


@pytest.mark.slow
async def test_a_question_asked_while_the_model_loads_waits_in_sight(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    real = Assistant.warm_up

    def slow(self: Assistant) -> None:
        with self._lock:
            release.wait(30)
        real(self)

    monkeypatch.setattr(Assistant, "warm_up", slow)
    app = S3AssistApp(settings(library, tmp_path))
    async with app.run_test(size=NARROW) as pilot:
        screens = Screens(app, pilot)
        await screens.paste(SHARE)
        await screens.press("enter")
        await screens.until(lambda: app.assistant is not None)

        assert "Loading the language model" in str(app.screen.query_one(PendingCard).visual)
        assert "Esc cancels" in str(app.screen.query_one(PendingCard).visual)

        release.set()
        await screens.settled()

        assert SENTENCE in screens.text(".words")
        assert not app.screen.query(PendingCard)


@SIZES
async def test_a_cancelled_question_never_answers_and_can_be_asked_again(
    library: Library, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library, tmp_path, size) as screens:
        release, done = held_back(monkeypatch)
        await screens.paste(SHARE)
        await screens.press("enter")
        assert "Searching 4 documents" in str(screens.app.screen.query_one(PendingCard).visual)

        await screens.press("escape")
        release.set()
        await screens.until(done.is_set)
        await screens.settled()

        assert not screens.app.screen.query(AnswerCard)
        assert screens.app.chat.conversation == Conversation()
        assert "Cancelled" in str(screens.app.screen.query_one(NoteCard).visual)

        await screens.press("enter")
        await screens.settled()

        assert screens.app.screen.query(AnswerCard)


@pytest.mark.slow
async def test_a_second_question_is_refused_while_one_waits(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library, tmp_path) as screens:
        release, _ = held_back(monkeypatch)
        await screens.paste(SHARE)
        await screens.press("enter")
        await screens.paste("And wages?")
        await screens.press("enter")

        assert "One question at a time" in screens.told()
        assert screens.app.chat.prompt.text == "And wages?"

        release.set()
        await screens.settled()

        assert len(screens.app.chat.conversation.turns) == 1


@SIZES
async def test_f2_puts_right_how_a_question_was_understood(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        chat = screens.app.chat
        await screens.ask(SHARE)
        await screens.ask("And wages?")
        understood = chat.conversation.turns[-1].answer.understood_as
        assert understood != "And wages?"
        assert "F2" in str(chat.prompt.border_subtitle)

        await screens.press("f2")

        assert chat.prompt.text == understood
        assert "And wages?" in str(chat.prompt.border_title)

        await screens.press("ctrl+a", "ctrl+k")
        await screens.ask("What share of European wages is in clusters?")

        first, second = chat.conversation.turns
        assert first.question == SHARE
        assert second.question == "And wages?"
        assert second.answer.understood_as == "What share of European wages is in clusters?"
        assert "Understood as: What share of European wages" in screens.text(".searched")
        assert "And wages?" not in screens.text(".searched")
        assert len(screens.app.screen.query(AnswerCard)) == 2
        assert not chat.prompt.border_title

        await screens.press("up", "u")
        assert chat.prompt.text == second.answer.understood_as
        await screens.press("escape")

        assert chat.prompt.text == ""
        assert len(chat.conversation.turns) == 2


@pytest.mark.slow
async def test_a_half_typed_question_comes_back_after_putting_right(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.paste("Who leads")
        await screens.press("f2", "f2")
        assert screens.app.chat.prompt.text == SHARE

        await screens.press("escape")
        assert screens.app.chat.prompt.text == "Who leads"

        await screens.press("f2", "enter")
        await screens.settled()
        assert screens.app.chat.prompt.text == "Who leads"


@pytest.mark.slow
async def test_without_a_question_there_is_nothing_to_put_right(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.press("f2")

        assert "ask a question first" in screens.told()
        assert screens.app.chat.prompt.text == ""


async def test_an_error_is_told_and_the_question_comes_back(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    async with opened(copy, tmp_path) as screens:
        (copy.index / "generations").rename(copy.index / "gone")
        screens.app.assistant.index._open = None  # type: ignore[union-attr]
        await screens.ask(SHARE)

        assert screens.app.screen.query_one(NoteCard).has_class("-error")
        assert screens.app.chat.prompt.text == SHARE


@pytest.mark.slow
async def test_a_source_that_changed_since_indexing_is_told(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    for path in ("editorials/jobs.md", "briefings/panorama.md"):
        with (copy.corpus / path).open("a", encoding="utf-8") as file:
            file.write("\nOne more line.\n")
    async with opened(copy, tmp_path) as screens:
        await screens.ask(SHARE)

        assert "✗ source changed since indexing" in screens.text(".state")
        assert screens.app.screen.query(QuoteCard).first().query_one(".state").has_class("-changed")


@pytest.mark.slow
async def test_a_page_with_doubtful_text_is_told(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    async with opened(copy, tmp_path) as screens:
        await screens.ask("How many clusters did the programme of the ministry select?")
        card = next(c for c in screens.app.screen.query(QuoteCard) if c.quote.document.pages)
        for page in card.quote.document.pages:
            object.__setattr__(page, "doubt", "half of its characters are unknown")
        screens.app.chat.check_states()
        await screens.settled()

        told = str(card.query_one(".state", Static).visual)
        assert told.startswith("~ page text doubtful · half of its characters are unknown")


@pytest.mark.slow
@SIZES
@pytest.mark.parametrize("where", ["prompt", "quote", "source", "library", "basket", "sessions"])
async def test_the_footer_is_never_clipped(
    library: Library, tmp_path: Path, size: tuple[int, int], where: str
) -> None:
    keys = {
        "prompt": (), "quote": ("up",), "source": ("up", "enter"), "library": ("ctrl+l",),
        "basket": ("up", "b", "ctrl+b"), "sessions": ("ctrl+r",),
    }  # fmt: skip
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press(*keys[where])
        await screens.settled()

        footer = screens.app.screen.query_one(Footer)
        keys_shown = [key for key in footer.query("FooterKey") if key.display]
        assert len(keys_shown) >= 3
        assert max(key.region.right for key in keys_shown) <= size[0]
        rights = sorted((key.region.x, key.region.right) for key in keys_shown)
        assert all(right <= x for (_, right), (x, _) in itertools.pairwise(rights))


async def test_letters_are_typed_and_never_command_while_one_types(
    library: Library, tmp_path: Path
) -> None:
    typed = "fleobynp123?/[]"
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.pilot.press(
            *"fleobynp123", "question_mark", "slash", "left_square_bracket", "right_square_bracket"
        )
        await screens.pilot.pause()

        assert screens.app.chat.prompt.text == typed
        assert screens.app.screen is screens.app.chat
        assert screens.app.chat.session is not None
        assert screens.app.chat.session.basket == ()


async def test_a_question_typed_while_a_quote_has_the_focus_goes_to_the_prompt(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        for begin in ("up", "enter"):  # a card, and its source
            await screens.press(begin)
            for character in "cluster of firms":
                screens.app.post_message(events.Key(KEYS.get(character, character), character))
            await screens.until(lambda: screens.app.chat.prompt.text.endswith("firms"))

            assert screens.app.chat.prompt.text == "cluster of firms"
            assert screens.app.screen is screens.app.chat
            assert screens.app.reindexing is None

            await screens.press("ctrl+a", "ctrl+k", "up")
        await screens.paste("and in 2019?")

        assert screens.app.chat.prompt.text == "and in 2019?"


@pytest.mark.slow
async def test_no_key_that_terminals_take_for_tab_or_enter_is_bound(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        bound = set()
        for keys in ((), ("up",), ("enter",), ("ctrl+l",), ("escape", "ctrl+r")):
            await screens.press(*keys)
            bound |= set(screens.app.screen.active_bindings)

        assert "ctrl+o" in bound
        assert not bound & {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+["}


async def test_enter_never_overtakes_what_was_typed_before_it(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        for character in SHARE:  # as a terminal sends it: all at once
            key = KEYS.get(character, character)
            screens.app.post_message(events.Key(key, character))
        screens.app.post_message(events.Key("enter", "\r"))
        await screens.until(lambda: screens.app.chat.waiting or screens.app.chat.session)
        await screens.settled()

        assert screens.app.chat.conversation.turns[0].question == SHARE


@pytest.mark.slow
@SIZES
async def test_a_question_may_have_several_lines(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.type("What share of European jobs")
        await screens.press("ctrl+j")
        await screens.type("is in clusters?")
        assert screens.app.chat.prompt.text.count("\n") == 1
        await screens.press("enter")
        await screens.settled()

        assert screens.app.chat.conversation.turns[0].question == SHARE


@SIZES
async def test_ctrl_n_begins_a_new_conversation(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press("ctrl+n")

        assert not screens.app.screen.query(AnswerCard)
        assert screens.app.chat.conversation == Conversation()
        assert "What do you want to know?" in screens.shown()


@pytest.mark.slow
async def test_ctrl_n_leaves_what_was_typed_in_the_prompt(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library, tmp_path) as screens:
        prompt = screens.app.chat.prompt
        await screens.ask(SHARE)
        await screens.paste("Who leads")
        await screens.press("f2", "ctrl+n")
        assert prompt.text == "Who leads"
        assert not prompt.border_title

        release, _ = held_back(monkeypatch)
        await screens.press("enter", "ctrl+n")
        release.set()
        await screens.settled()

        assert prompt.text == "Who leads"
        assert not screens.app.screen.query(AnswerCard)


@pytest.mark.slow
async def test_no_source_of_another_answer_stays_beside_the_conversation(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path, WIDE) as screens:
        await screens.ask(SHARE)
        assert "▌ Specialised clusters" in screens.shown()

        await screens.ask(UNANSWERABLE)
        assert "▌ Specialised clusters" not in screens.shown()
        assert "Nothing to show yet" in screens.shown()

        await screens.ask(SHARE)
        await screens.press("ctrl+n", "ctrl+o")

        assert "Specialised clusters" not in screens.shown()
        assert "Nothing to show yet" in screens.shown()


@pytest.mark.slow
async def test_the_arrows_walk_over_the_quotes_of_all_answers(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask("What did the programmes select?")
        await screens.ask(UNANSWERABLE)  # only the title of its nearest passages can be reached
        await screens.ask(SHARE)
        first, second, third = screens.app.screen.query(AnswerCard)

        def here() -> AnswerCard | None:
            focused = screens.app.focused
            assert focused is not None
            return next((a for a in focused.ancestors if isinstance(a, AnswerCard)), None)

        await screens.press("up")
        assert here() is third
        await screens.press("up")
        assert here() is second
        await screens.press("up")
        assert screens.app.focused is first.query(QuoteCard).last()
        await screens.press("p")
        assert screens.app.focused is list(first.query(QuoteCard))[-2]

        await screens.press("n", "down", "down")
        assert here() is third
        await screens.press("down")
        assert screens.app.chat.prompt.has_focus


@pytest.mark.slow
@pytest.mark.parametrize("key", ["f1", "question_mark"])
@SIZES
async def test_help_opens_and_closes_with_the_same_key(
    library: Library, tmp_path: Path, key: str, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.ask(SHARE)
        await screens.press("up")
        await screens.press(key)
        assert "Keys" in screens.shown()
        assert "copy the quote with its citation" in screens.text(".-help Static")

        await screens.press(key)

        assert screens.app.screen is screens.app.chat


@pytest.mark.slow
async def test_the_palette_has_every_action(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
        await screens.press("up", "ctrl+p")
        await screens.type("copy quote with")
        await screens.pilot.pause(0.5)
        assert "Copy quote with citation" in screens.shown()
        await screens.press("escape")

        commands = {c.title for c in screens.app.get_system_commands(screens.app.chat)}

        assert commands >= {
            "Copy quote", "Put into the basket, or take out", "Open the original file",
            "New conversation", "Filter documents", "Library", "Sessions", "Basket", "Export",
            "Show or hide the source", "Reindex", "Help", "Theme", "Quit",
        }  # fmt: skip


@pytest.mark.slow
@SIZES
async def test_the_palette_runs_an_action(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.press("ctrl+p")
        await screens.type("library")
        await screens.pilot.pause(0.5)
        await screens.press("enter")
        await screens.until(lambda: "Library" in screens.shown().splitlines()[0])


async def test_without_an_index_the_screen_says_what_to_do(
    library: Library, tmp_path: Path
) -> None:
    empty = Library(library.corpus, tmp_path / "none")
    app = S3AssistApp(settings(empty, tmp_path))
    async with app.run_test(size=NARROW) as pilot:
        screens = Screens(app, pilot)
        await screens.paste("Anyone there?")
        await screens.press("enter")
        await screens.until(lambda: app.failure and app.chat.waiting is None)

        assert "There is no index" in screens.shown()
        assert "Ctrl+L" in screens.shown()
        assert app.chat.prompt.text == "Anyone there?"

        told = len(app.screen.query(NoteCard))
        await screens.press("enter")
        await screens.until(lambda: len(app.screen.query(NoteCard)) > told)

        assert app.chat.waiting is None
        assert app.chat.prompt.text == "Anyone there?"


@pytest.mark.slow
async def test_an_index_made_in_another_window_is_asked_without_a_restart(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.ask(SHARE)
    late = Library(library.corpus, tmp_path / "late")
    app = S3AssistApp(settings(late, tmp_path))
    async with app.run_test(size=WIDE) as pilot:
        screens = Screens(app, pilot)
        await screens.until(lambda: app.screen.query(NoteCard))
        await screens.press("ctrl+f")
        assert "There is no index" in screens.told()

        await screens.press("ctrl+b")
        assert "The basket is empty" in screens.shown()

        await screens.press("escape", "ctrl+r")  # what needs no index is there all the same
        await screens.until(lambda: SHARE in screens.shown())
        await screens.press("enter")
        await screens.until(lambda: app.chat.session)
        assert SENTENCE in screens.text(".words")
        assert "not checked yet" in screens.text(".state")

        shutil.copytree(library.index, late.index, symlinks=True)
        await screens.ask("and in 2019?")

        assert [turn.question for turn in app.chat.conversation.turns] == [SHARE, "and in 2019?"]
        assert "✓ verified" in screens.text(".state")
        assert "not checked yet" not in screens.text(".state")


@pytest.mark.slow
async def test_a_query_encoder_that_came_back_is_used_without_a_restart(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    encoders = (copy.index / "encoders").readlink()
    (copy.index / "encoders").unlink()
    app = S3AssistApp(settings(copy, tmp_path))
    async with app.run_test(size=WIDE) as pilot:
        screens = Screens(app, pilot)
        await screens.until(lambda: app.screen.query(NoteCard))
        assert "query encoder of this index is missing" in screens.shown()

        (copy.index / "encoders").symlink_to(encoders, target_is_directory=True)
        await screens.ask(SHARE)

        assert SENTENCE in screens.text(".words")


@pytest.mark.slow
async def test_the_mouse_opens_a_source_and_the_filters(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path, NARROW) as screens:
        await screens.ask(SHARE)
        await screens.pilot.click(QuoteCard)
        await screens.pilot.pause()
        assert isinstance(screens.app.screen, SourceScreen)

        await screens.press("escape")
        await screens.pilot.click("#chips")
        await screens.pilot.pause()

        assert "Which documents may answer" in screens.shown()


async def test_wide_windows_show_the_source_beside_the_answer(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path, WIDE) as screens:
        await screens.ask(SHARE)
        assert screens.app.chat.pane.display

        await screens.press("ctrl+o")

        assert not screens.app.chat.pane.display
