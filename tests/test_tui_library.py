from __future__ import annotations

import threading
from pathlib import Path

import pytest
from conftest import Library
from screens import NARROW, SHARE, SIZES, WIDE, Screens, held_back, opened, settings
from textual.widget import Widget
from textual.widgets import ProgressBar

from s3assist.answer.retrieve import Filters
from s3assist.config import Settings
from s3assist.index.layout import IndexLayout
from s3assist.ingest.parsing.worker import Worker
from s3assist.ingest.source import SourceFile
from s3assist.ingest.sync import sync
from s3assist.tui.app import S3AssistApp
from s3assist.tui.reindex import Reindexing
from s3assist.tui.screens.filters import FilterScreen
from s3assist.tui.screens.library import LibraryScreen
from s3assist.tui.screens.source import SourceScreen
from s3assist.tui.widgets.cards import QuoteCard
from s3assist.tui.widgets.lists import Checklist

pytestmark = pytest.mark.anyio
NEW = "# Lighthouses\n\nThe lighthouse fund of the region pays EUR 12 million a year.\n"
QUESTION = "How much does the lighthouse fund pay?"


async def library_opened(screens: Screens) -> LibraryScreen:
    await screens.press("ctrl+l")
    await screens.app.workers.wait_for_complete()
    await screens.pilot.pause()
    screen = screens.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen


@SIZES
async def test_the_library_lists_documents_with_type_date_language_pages_and_passages(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await library_opened(screens)

        shown = screens.shown()
        rows = {line.split()[0]: line for line in shown.splitlines() if "indexed" in line}
        assert "Title" in shown
        assert all(
            word in rows["National"] for word in ("briefing", "EN", " 3 ", " 1 ", "✓ indexed")
        ), rows["National"]
        assert "2020-02-14" in rows["Clusters"]
        assert "FR" in rows["Les"]


@SIZES
async def test_the_library_says_why_a_document_could_not_be_read(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        screen = await library_opened(screens)
        assert "1 could not be read" in screens.shown()
        await screens.press("home", "ctrl+home")
        while screen.entry and screen.entry.state != "unread":
            await screens.press("down")

        assert "✗ unread" in screens.shown()
        assert "briefings/broken.pdf" in screens.text("#details")
        assert "the name says .pdf but the content is plain text" in screens.text("#details")


@pytest.mark.slow
async def test_the_library_tells_changed_and_new_files(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "new.md").write_text(NEW, encoding="utf-8")
    with (copy.corpus / "editorials" / "jobs.md").open("a", encoding="utf-8") as file:
        file.write("\nMore.\n")
    async with opened(copy, tmp_path) as screens:
        await library_opened(screens)

        assert "1 changed since indexing · 1 not indexed yet" in screens.shown()
        assert "~ changed" in screens.shown()
        assert "+ new" in screens.shown()


@pytest.mark.slow
@SIZES
async def test_reindexing_shows_its_progress_and_the_new_document_answers(
    library: Library, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "new.md").write_text(NEW, encoding="utf-8")
    reading, release = threading.Event(), threading.Event()
    real = Worker.read

    def slow(self: Worker, source: SourceFile, sha256: str) -> object:
        reading.set()
        release.wait(60)
        return real(self, source, sha256)

    monkeypatch.setattr(Worker, "read", slow)
    async with opened(copy, tmp_path, size) as screens:
        screen = await library_opened(screens)
        await screens.press("r")
        await screens.until(reading.is_set)
        await screens.until(lambda: "reading" in screens.text("#run-line"))
        assert " of " in screens.text("#run-line")
        assert screen.query_one(ProgressBar).display
        assert "Cancel the run" in screens.shown()

        await screens.press("escape")
        await screens.ask(SHARE)
        assert screens.app.reindexing is not None
        assert screens.app.screen.query(QuoteCard)
        assert "indexing: reading" in screens.shown()

        release.set()
        await screens.until(lambda: screens.app.reindexing is None)
        await screens.settled()
        await screens.ask(QUESTION)

        assert "5 documents" in screens.shown().splitlines()[0]
        assert "EUR 12 million" in screens.text(".words")
        assert "Indexed: 1 document" in screens.told()


@pytest.mark.slow
@SIZES
async def test_a_cancelled_run_leaves_the_last_generation_answering(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "a-new.md").write_text(NEW, encoding="utf-8")
    (copy.corpus / "b-new.md").write_text(NEW.replace("12", "13"), encoding="utf-8")
    reading, release = threading.Event(), threading.Event()
    real = Worker.read

    def slow(self: Worker, source: SourceFile, sha256: str) -> object:
        reading.set()
        release.wait(60)
        return real(self, source, sha256)

    monkeypatch.setattr(Worker, "read", slow)
    async with opened(copy, tmp_path, size) as screens:
        before = screens.app.status
        assert before is not None
        await library_opened(screens)
        await screens.press("r")
        await screens.until(reading.is_set)
        await screens.press("c")
        release.set()
        await screens.until(lambda: screens.app.reindexing is None)
        await screens.settled()
        assert "Cancelled" in screens.told()

        await screens.press("escape")
        await screens.ask(SHARE)

        assert screens.app.status is not None
        assert screens.app.status.generation == before.generation
        assert screens.app.screen.query(QuoteCard)

        monkeypatch.setattr(SourceFile, "read", real)
        await screens.press("ctrl+l", "r")
        await screens.until(lambda: screens.app.reindexing is None)
        assert "Indexed: 2 documents" in screens.told()


@pytest.mark.slow
async def test_the_first_index_can_be_made_from_the_library(
    library: Library, encoders: Path, tmp_path: Path
) -> None:
    fresh = Library(library.corpus, tmp_path / "index")
    fresh.index.mkdir()
    (fresh.index / "encoders").symlink_to(encoders, target_is_directory=True)
    app = S3AssistApp(settings(fresh, tmp_path))
    async with app.run_test(size=NARROW) as pilot:
        screens = Screens(app, pilot)
        await screens.until(lambda: "There is no index" in screens.shown())
        await screens.press("ctrl+l", "r")
        await screens.until(lambda: app.assistant is not None)
        await screens.settled()
        await screens.press("escape")
        await screens.ask(SHARE)

        assert app.screen.query(QuoteCard)


async def test_the_library_says_what_is_wrong_with_a_damaged_index(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    (copy.index / "catalog.sqlite").write_bytes(b"no catalog" * 1000)
    app = S3AssistApp(settings(copy, tmp_path))
    async with app.run_test(size=NARROW) as pilot:
        screens = Screens(app, pilot)
        await screens.press("ctrl+l")
        await screens.until(lambda: app.failure)
        assert app.failure is not None

        assert app.failure.message in screens.text("#details").replace("\n", " ")
        assert "--rebuild" in screens.text("#details")
        assert "Nothing is indexed yet" not in screens.shown()


@pytest.mark.slow
async def test_what_is_indexed_in_another_window_is_told_with_the_next_answer(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    async with opened(copy, tmp_path) as screens:
        await screens.ask(SHARE)
        assert "✓ verified" in screens.text(".state")
        for path in ("editorials/jobs.md", "briefings/panorama.md"):
            (copy.corpus / path).unlink()
        (copy.corpus / "new.md").write_text(NEW, encoding="utf-8")
        sync(copy.corpus, IndexLayout(copy.index))
        await screens.ask(QUESTION)

        assert "from 3 documents" in screens.text(".verdict")
        assert "3 documents" in screens.shown().splitlines()[0]
        first = screens.app.screen.query(QuoteCard).first()
        assert first.query_one(".state").has_class("-changed")


@pytest.mark.slow
async def test_an_empty_corpus_is_named_with_what_to_do(encoders: Path, tmp_path: Path) -> None:
    empty = Library(tmp_path / "corpus", tmp_path / "index")
    empty.corpus.mkdir()
    empty.index.mkdir()
    (empty.index / "encoders").symlink_to(encoders, target_is_directory=True)
    app = S3AssistApp(settings(empty, tmp_path))
    async with app.run_test(size=WIDE) as pilot:
        screens = Screens(app, pilot)
        await screens.press("ctrl+l")
        await screens.until(lambda: f"the documents in {empty.corpus}" in screens.text("#details"))
        await screens.press("r")
        await screens.until(lambda: app.assistant is not None)
        await screens.settled()
        assert f"There are no documents in {empty.corpus}" in screens.text("#details")
        assert f"There are no documents in {empty.corpus}" in screens.told()

        await screens.press("escape")
        await screens.ask(SHARE)

        assert f"There are no documents in {empty.corpus}" in screens.text("NoteCard")


@pytest.mark.slow
async def test_a_run_from_the_library_keeps_to_the_settings(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "editorials" / "jobs.md").write_text("Clusters are groups.", encoding="utf-8")
    (copy.corpus / "long.md").write_text(NEW * 100, encoding="utf-8")
    chosen = settings(copy, tmp_path).model_copy(
        update={"keep_versions": 0, "parse_characters": 1000}
    )
    app = S3AssistApp(chosen)
    async with app.run_test(size=WIDE) as pilot:
        screens = Screens(app, pilot)
        await screens.settled()
        await library_opened(screens)
        await screens.press("r")
        await screens.until(lambda: app.reindexing is None)
        await screens.settled()

        assert app.assistant is not None
        assert len(app.assistant.versions("editorials/jobs.md")) == 1
        problems = dict(app.assistant.status().problems)
        assert "1000 are read at most" in problems["long.md"]


@pytest.mark.slow
async def test_a_failing_run_is_told(library: Library, tmp_path: Path) -> None:
    copy = library.copy(tmp_path)
    async with opened(copy, tmp_path) as screens:
        (copy.corpus).rename(tmp_path / "elsewhere")
        await library_opened(screens)
        await screens.press("r")
        await screens.until(lambda: screens.app.reindexing is None)

        assert "There is no corpus folder" in screens.told()


@pytest.mark.slow
@SIZES
async def test_enter_reads_a_document_and_f_asks_it_alone(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await library_opened(screens)
        await screens.press("enter")
        assert "There is no text of briefings/broken.pdf" in screens.told()

        await screens.press("down", "enter")
        await screens.until(lambda: isinstance(screens.app.screen, SourceScreen))
        await screens.press("escape", "f")
        await screens.settled()

        assert screens.app.screen is screens.app.chat
        assert screens.app.chat.filters is not None
        assert len(screens.app.chat.filters.documents) == 1


async def test_a_document_read_from_the_library_offers_only_keys_that_do_something(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with opened(library, tmp_path, NARROW) as screens:
        await library_opened(screens)
        await screens.press("down", "enter")
        await screens.until(lambda: isinstance(screens.app.screen, SourceScreen))
        await screens.until(lambda: "o" in screens.app.screen.active_bindings)

        assert not {"y", "Y", "b", "n", "p", "1"} & set(screens.app.screen.active_bindings)
        await screens.press("o")
        await screens.settled()
        assert "emplois.md" in screens.told()


@pytest.mark.parametrize(
    ("exported", "told"), [(True, "starting"), (False, "preparing the language model")]
)
def test_a_run_says_that_it_exports_the_model_first(
    library: Library, tmp_path: Path, exported: bool, told: str
) -> None:
    index = library.index if exported else tmp_path / "index"
    run = Reindexing(Widget(), Settings(corpus=library.corpus, index=index))

    assert str(run.advance).startswith(told)
    assert "0 of 0" not in str(run.advance)


# Filters ----------------------------------------------------------------------------------------


@pytest.mark.slow
@SIZES
async def test_filters_narrow_the_answer_and_stand_as_chips_in_the_header(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        assert "all documents" in screens.shown().splitlines()[0]
        await screens.press("ctrl+f")
        await screens.type("clusters and jobs")  # the list has the focus: letters do nothing
        await screens.press("shift+tab")
        await screens.type("panorama")
        await screens.press("tab", "home", "space")
        await screens.press("ctrl+s")
        assert "panorama.md" in screens.shown().splitlines()[0]

        await screens.ask(SHARE)

        paths = {card.quote.document.path for card in screens.app.screen.query(QuoteCard)}
        assert paths == {"briefings/panorama.md"}
        assert "Searched only in briefings/panorama.md" in screens.text(".searched")
        assert "from 1 of 4 documents" in screens.text(".verdict")


@pytest.mark.slow
async def test_a_period_is_checked_before_it_is_taken(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path, NARROW) as screens:
        await screens.press("ctrl+f")
        await screens.pilot.click("#since")
        await screens.type("2014-13")
        await screens.press("enter")
        assert "write 2020, 2020-02 or 2020-02-14." in screens.shown()
        assert isinstance(screens.app.screen, FilterScreen)

        await screens.press("ctrl+u")
        await screens.type("2019")
        await screens.press("enter")

        filters = screens.app.chat.filters
        assert filters is not None
        assert filters.since == "2019"
        assert "from 2019" in screens.shown().splitlines()[0]


@pytest.mark.slow
@SIZES
async def test_filters_by_type_and_language_can_be_cleared(
    library: Library, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(library, tmp_path, size) as screens:
        await screens.press("ctrl+f", "tab", "space", "tab", "down", "space", "ctrl+s")
        filters = screens.app.chat.filters
        assert filters is not None
        assert filters.kinds
        assert filters.languages

        await screens.press("ctrl+f", "ctrl+n")

        assert screens.app.chat.filters is None
        assert "all documents" in screens.shown().splitlines()[0]


async def test_what_a_key_would_tick_is_named_and_in_sight(
    library: Library, tmp_path: Path
) -> None:
    async with opened(library, tmp_path, (60, 20)) as screens:
        await screens.press("ctrl+f")
        assert screens.app.screen.query_one("#documents", Checklist).highlighted == 0
        assert "Tick" in screens.shown()

        await screens.press("tab", "tab")

        assert screens.app.focused is screens.app.screen.query_one("#languages")
        await screens.until(lambda: " ·  en" in screens.shown())


@pytest.mark.slow
async def test_filters_that_no_document_passes_are_told(library: Library, tmp_path: Path) -> None:
    async with opened(library, tmp_path) as screens:
        await screens.press("ctrl+f")
        await screens.pilot.click("#since")
        await screens.type("2031")
        await screens.press("enter")
        await screens.ask(SHARE)

        assert "No document of the corpus passes these filters" in screens.shown()


@pytest.mark.slow
async def test_asking_only_one_document_asks_none_whose_path_holds_its_path(
    library: Library, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    (copy.corpus / "report.md").write_text("# 2024\n\nThe fund paid 30 million euro.\n")
    (copy.corpus / "archive").mkdir()
    (copy.corpus / "archive" / "report.md").write_text(
        "# 2014\n\nThe gold label for clusters is held for three years by the firms.\n"
    )
    sync(copy.corpus, IndexLayout(copy.index))
    async with opened(copy, tmp_path) as screens:
        screens.app.post_message(LibraryScreen.AskOnly("report.md"))
        await screens.pilot.pause()
        await screens.ask("How long is the gold label for clusters held?")

        paths = {card.quote.document.path for card in screens.app.screen.query(QuoteCard)}
        assert paths <= {"report.md"}
        assert "1 of 6 documents" in screens.text(".verdict")


@pytest.mark.slow
@pytest.mark.parametrize(
    "before",
    [
        Filters(documents=("panorama",), since="2019"),
        Filters(documents=("gone.md",), kinds=("MARKDOWN",), languages=("xx",)),
    ],
    ids=["part-of-a-name", "nothing-has-it"],
)
async def test_filters_that_nobody_changed_stay_as_they_are(
    library: Library, tmp_path: Path, before: Filters
) -> None:
    app = S3AssistApp(settings(library, tmp_path), filters=before)
    async with app.run_test(size=WIDE) as pilot:
        screens = Screens(app, pilot)
        await screens.settled()
        await screens.press("ctrl+f")
        ticked = app.screen.query_one("#documents", Checklist).selected
        assert ticked == [f"briefings/{name}.md" for name in before.documents if name != "gone.md"]

        await screens.press("ctrl+s")

        assert app.chat.filters is not None
        assert app.chat.filters.documents == before.documents
        assert app.chat.filters.since == before.since
        assert app.chat.filters.languages == before.languages
        assert [kind.casefold() for kind in app.chat.filters.kinds] == ["markdown"] * len(
            before.kinds
        )


@pytest.mark.slow
async def test_a_document_that_a_part_of_its_name_stood_for_can_be_left_out(
    library: Library, tmp_path: Path
) -> None:
    app = S3AssistApp(settings(library, tmp_path), filters=Filters(documents=("briefings",)))
    async with app.run_test(size=WIDE) as pilot:
        screens = Screens(app, pilot)
        await screens.settled()
        await screens.press("ctrl+f")
        ticked = app.screen.query_one("#documents", Checklist).selected
        await screens.press("home", "space", "ctrl+s")

        assert app.chat.filters is not None
        left = set(app.chat.filters.documents)
        assert left < set(ticked)
        assert len(left) == len(ticked) - 1


@pytest.mark.slow
async def test_an_answer_names_the_filters_that_it_was_searched_with(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library, tmp_path) as screens:
        release, _ = held_back(monkeypatch)
        await screens.paste(SHARE)
        await screens.press("enter")
        await screens.app.chat.set_filters(Filters(documents=("briefings/emplois.md",)))
        release.set()
        await screens.settled()

        assert screens.app.screen.query(QuoteCard)
        assert "Only in" not in screens.text(".searched")
        assert "from 4 documents" in screens.text(".verdict")
