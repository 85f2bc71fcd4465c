from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SHARE, Library
from hypothesis import given
from hypothesis import strategies as st
from pace import seconds
from strategies import DOCUMENTS, build_document

from s3assist.answer.retrieve import Filters
from s3assist.assistant import Assistant, open_assistant
from s3assist.config import load_settings
from s3assist.documents import (
    Answer,
    Block,
    BlockKind,
    Document,
    KeptQuote,
    Quote,
    Scope,
    Span,
    Standing,
    Turn,
    Verdict,
)
from s3assist.errors import SessionError
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync
from s3assist.sessions import Session, SessionStore
from s3assist.sessions.record import AnswerRecord, read_record, record_of, session_of, write_record

QUESTION = "What share of European jobs is in clusters?"


def opened(library: Library) -> Assistant:
    return open_assistant(load_settings(corpus=library.corpus, index=library.index, bar=0))


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / "sessions")


@pytest.fixture(scope="module")
def asked(library: Library) -> Session:
    """A session with an answer, a follow-up, filters and a quote in its basket."""
    assistant = opened(library)
    filters = Filters(languages=("en",), since="2019")
    session = Session.begin(filters)
    for question in (QUESTION, "And wages?"):
        answer = assistant.ask(question, session.conversation, filters)
        session = session.with_turn(Turn(question, answer))
    assistant.close()
    return session.with_quote(session.conversation.turns[0].answer.quotes[0])


def reload(store: SessionStore, library: Library, identity: str) -> Session:
    assistant = opened(library)
    try:
        return store.load(identity, assistant.trace)
    finally:
        assistant.close()


def test_a_reload_gives_the_same_session(
    store: SessionStore, library: Library, asked: Session
) -> None:
    store.save(asked)

    again = reload(store, library, asked.id)

    assert again == asked
    assert again.title == QUESTION
    understood = again.conversation.turns[1].answer.understood_as
    assert understood == "And wages? What share of European jobs is in clusters?"
    assert not list(again.doubtful())


def test_a_follow_up_goes_on_after_a_reload_as_it_would_have_without(
    store: SessionStore, library: Library, asked: Session
) -> None:
    store.save(asked)
    again = reload(store, library, asked.id)
    assistant = opened(library)

    one = assistant.ask("What about its industries?", asked.conversation)
    other = assistant.ask("What about its industries?", again.conversation)

    assert dataclasses.replace(other, timings_ms=one.timings_ms) == one
    assert one.understood_as != one.question


def test_a_quote_of_a_changed_document_keeps_its_words_and_says_so(
    store: SessionStore, library: Library, asked: Session, tmp_path: Path
) -> None:
    store.save(asked)
    copy = library.copy(tmp_path)
    for path in ("editorials/jobs.md", "briefings/panorama.md"):
        file = copy.corpus / path
        # The words move but are still there: nothing may follow them to the new place.
        file.write_text(
            file.read_text("utf-8").replace(SHARE, f"A new sentence. {SHARE}"), encoding="utf-8"
        )
    sync(copy.corpus, IndexLayout(copy.index))

    again = reload(store, copy, asked.id)

    (kept,) = again.basket
    (before,) = asked.basket
    assert isinstance(kept, KeptQuote)
    assert kept.standing is Standing.CHANGED
    assert (kept.text, kept.receipt, kept.emphasis) == (
        before.text,
        before.receipt,
        before.emphasis,
    )
    assert {place.standing for place in kept.also} == {Standing.CHANGED}


def test_a_quote_of_a_removed_document_keeps_its_words_and_is_right_when_it_comes_back(
    store: SessionStore, library: Library, asked: Session, tmp_path: Path
) -> None:
    copy = library.copy(tmp_path)
    (before,) = asked.basket
    path = before.document.path
    (copy.corpus / path).unlink()
    sync(copy.corpus, IndexLayout(copy.index))
    store.save(asked)

    without = reload(store, copy, asked.id)
    store.save(without)
    back = reload(store, library, asked.id)

    assert without.basket[0].standing is Standing.GONE
    assert without.basket[0].text == before.text
    assert back == asked


def test_a_moved_file_is_the_same_document(
    store: SessionStore, library: Library, asked: Session, tmp_path: Path
) -> None:
    store.save(asked)
    copy = library.copy(tmp_path)
    path = asked.basket[0].document.path
    (copy.corpus / "moved").mkdir()
    (copy.corpus / path).rename(copy.corpus / "moved" / "it.md")
    sync(copy.corpus, IndexLayout(copy.index))

    (quote,) = reload(store, copy, asked.id).basket

    assert (quote.standing, quote.document.path) == (Standing.VERIFIED, "moved/it.md")
    assert quote.text == asked.basket[0].text


def test_copies_that_are_gone_are_no_other_places_of_the_one_that_is_left(asked: Session) -> None:
    quote = dataclasses.replace(asked.basket[0], also=())
    copies = [
        dataclasses.replace(quote, document=dataclasses.replace(quote.document, path=path))
        for path in ("copy/one.md", "copy/two.md")
    ]
    session = dataclasses.replace(asked, basket=(dataclasses.replace(quote, also=tuple(copies)),))

    left = session_of(record_of(session), lambda *_: (quote.document, Standing.VERIFIED))
    none = session_of(record_of(session), lambda *_: (None, Standing.GONE))

    assert left.basket == (quote,)
    assert [place.document.path for place in none.basket[0].also] == ["copy/one.md", "copy/two.md"]


def test_a_file_that_was_tampered_with_never_becomes_a_verified_quote(
    store: SessionStore, library: Library, asked: Session
) -> None:
    store.save(asked)
    file = store.folder / f"{asked.id}.json"
    file.write_text(file.read_text("utf-8").replace("19%", "91%"), encoding="utf-8")

    again = reload(store, library, asked.id)

    assert again.basket[0].standing is Standing.CHANGED


def test_without_an_index_a_session_still_opens_and_says_that_nothing_was_checked(
    store: SessionStore, asked: Session
) -> None:
    store.save(asked)

    again = store.load(asked.id)

    assert again.basket[0].standing is Standing.UNCHECKED
    assert again.basket[0].text == asked.basket[0].text


@given(document=DOCUMENTS, data=st.data())
def test_whatever_a_document_holds_comes_back_from_the_file(
    document: Document, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(document.text) - 1))
    end = data.draw(st.integers(start + 1, len(document.text)))
    quote = Quote(document=document, start=start, end=end, emphasis=(Span(start, end),), score=0.5)
    question = data.draw(st.text())
    answer = Answer(
        question=question,
        understood_as=question,
        verdict=Verdict.ANSWERED,
        confidence=0.5,
        quotes=(quote,),
    )
    session = Session.begin().with_turn(Turn(question, answer)).with_quote(quote)

    record = read_record(write_record(record_of(session)))

    assert session_of(record, lambda path, sha256: (document, Standing.VERIFIED)) == session
    unchecked = session_of(record, None)
    assert unchecked.basket[0].text == quote.text
    assert unchecked.basket[0].receipt == quote.receipt
    assert read_record(write_record(record_of(unchecked))) == record


def test_a_saved_answer_has_every_field_of_an_answer() -> None:
    names = {field.name for field in dataclasses.fields(Answer)}

    assert {field.name for field in dataclasses.fields(AnswerRecord)} == names


def test_a_saved_answer_still_says_what_it_was_searched_in(
    store: SessionStore, asked: Session
) -> None:
    scope = Scope(documents=1, of=16, only="in jobs.md")
    turn = asked.conversation.turns[0]
    session = asked.with_turn(replace(turn, answer=replace(turn.answer, scope=scope)))
    store.save(session)

    assert store.load(asked.id).conversation.turns[-1].answer.scope == scope


def test_a_session_of_a_version_without_scopes_is_read(asked: Session) -> None:
    form = json.loads(write_record(record_of(asked)))
    for turn in form["turns"]:
        del turn["scope"]

    session = session_of(read_record(json.dumps(form)), None)

    scope = session.conversation.turns[0].answer.scope
    assert (scope.not_found, scope.narrowed) == ("Not found in the documents", "")


def test_sessions_are_listed_newest_first(store: SessionStore) -> None:
    one, two = Session.begin().with_title("One"), Session.begin().with_title("Two")
    store.save(one)
    store.save(two)
    store.save(one.with_title("One, later"))

    assert [summary.title for summary in store.list()] == ["One, later", "Two"]
    assert store.find("last") == one.id
    assert store.find("two") == two.id
    with pytest.raises(SessionError, match="No session is named three"):
        store.find("three")


def test_a_copy_under_a_name_that_cannot_be_asked_for_is_not_listed(
    store: SessionStore, asked: Session
) -> None:
    store.save(asked)
    saved = (store.folder / f"{asked.id}.json").read_bytes()
    (store.folder / f"{asked.id} (1).json").write_bytes(saved)

    assert [summary.id for summary in store.list()] == [asked.id]


def test_a_folder_that_is_not_there_has_no_sessions(store: SessionStore) -> None:
    assert store.list() == ()
    assert not store.folder.exists()


def test_a_renamed_session_keeps_its_quotes(
    store: SessionStore, library: Library, asked: Session
) -> None:
    store.save(asked)

    store.rename(asked.id, "  Jobs in\nclusters ")

    again = reload(store, library, asked.id)
    assert again == dataclasses.replace(asked, title="Jobs in clusters")


def test_a_deleted_session_is_gone(store: SessionStore, asked: Session) -> None:
    store.save(asked)

    store.delete(asked.id)

    assert store.list() == ()
    with pytest.raises(SessionError):
        store.load(asked.id)
    with pytest.raises(SessionError):
        store.delete(asked.id)


@pytest.mark.parametrize("name", ["../secret", "a/b", "", ".", "C:\\x"])
def test_a_session_is_never_read_from_outside_its_folder(store: SessionStore, name: str) -> None:
    with pytest.raises(SessionError):
        store.load(name)


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", '{"format": 1}', '{"format": 99}', "\ufeff", "[" * 100_000],
    ids=["empty", "cut", "a list", "no fields", "later format", "mark", "deep"],
)
def test_a_damaged_file_is_named_and_never_lost(
    store: SessionStore, asked: Session, damage: str
) -> None:
    store.save(asked)
    broken = store.folder / "20260101-000000-abcdef.json"
    broken.write_text(damage, encoding="utf-8")

    summaries = {summary.id: summary for summary in store.list()}

    assert summaries[asked.id].problem == ""
    assert broken.name in summaries[broken.stem].problem
    with pytest.raises(SessionError, match=broken.name):
        store.load(broken.stem)
    with pytest.raises(SessionError, match=broken.name):
        store.rename(broken.stem, "Another title")
    store.save(dataclasses.replace(asked, id=broken.stem))
    assert store.load(broken.stem).title == asked.title
    (aside,) = store.folder.glob("*.damaged")
    assert aside.read_text(encoding="utf-8") == damage


@pytest.mark.parametrize("moment", ["", "yesterday", "9999-12-31T23:59:59-01:00"])
@pytest.mark.parametrize("key", ["created", "updated"])
def test_a_file_with_a_time_that_is_none_is_damaged(
    store: SessionStore, asked: Session, key: str, moment: str
) -> None:
    store.save(asked)
    file = store.folder / f"{asked.id}.json"
    form = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(form | {key: moment}), encoding="utf-8")

    (summary,) = store.list()

    assert f"{key}: {moment!r} is no time" in summary.problem
    with pytest.raises(SessionError, match=file.name):
        store.load(asked.id)


@pytest.mark.parametrize("position", [-1, 7])
def test_a_file_with_a_period_of_quotes_that_it_has_not_is_damaged(
    store: SessionStore, asked: Session, position: int
) -> None:
    store.save(asked)
    file = store.folder / f"{asked.id}.json"
    form = json.loads(file.read_text(encoding="utf-8"))
    form["turns"][0]["by_period"] = [{"period": "2019", "stated": True, "quotes": [0, position]}]
    file.write_text(json.dumps(form), encoding="utf-8")

    (summary,) = store.list()

    assert f"by_period: there is no quote {position}" in summary.problem
    with pytest.raises(SessionError, match=file.name):
        store.load(asked.id)


def test_a_reader_never_sees_half_a_file(store: SessionStore, asked: Session) -> None:
    store.save(asked)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            store.save(asked)

    writer = threading.Thread(target=write)
    writer.start()
    problems = [summary.problem for _ in range(50) for summary in store.list()]
    stop.set()
    writer.join()

    assert set(problems) == {""}
    assert [file.name for file in store.folder.iterdir()] == [f"{asked.id}.json"]


def test_a_killed_save_leaves_the_session_as_it_was(store: SessionStore, asked: Session) -> None:
    store.save(asked)
    before = (store.folder / f"{asked.id}.json").read_bytes()
    code = (
        "import os, sys; from pathlib import Path; from s3assist.sessions import SessionStore\n"
        "store = SessionStore(Path(sys.argv[1])); session = store.load(sys.argv[2])\n"
        "Path.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        "store.save(session.with_title('Half'))\n"
    )

    killed = subprocess.run([sys.executable, "-c", code, str(store.folder), asked.id], check=False)

    assert killed.returncode == -9
    assert (store.folder / f"{asked.id}.json").read_bytes() == before
    assert [summary.id for summary in store.list()] == [asked.id]


def test_a_session_is_json_and_only_its_owner_reads_it(store: SessionStore, asked: Session) -> None:
    store.save(asked)
    file = store.folder / f"{asked.id}.json"

    form = json.loads(file.read_text(encoding="utf-8"))

    assert form["turns"][0]["quotes"][0]["text"] == asked.basket[0].text
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o077 == 0
        assert store.folder.stat().st_mode & 0o077 == 0


def test_the_basket_holds_a_place_once(asked: Session) -> None:
    (quote,) = asked.basket

    assert asked.with_quote(quote).basket == (quote,)
    assert asked.without_quote(quote).basket == ()


def test_the_same_place_of_a_copy_is_another_one(asked: Session) -> None:
    (quote,) = asked.basket
    copied = dataclasses.replace(quote.document, path="copies/jobs.md")
    copy = dataclasses.replace(quote, document=copied)

    assert asked.with_quote(copy).basket == (quote, copy)
    assert asked.with_quote(copy).without_quote(quote).basket == (copy,)


def test_a_basket_of_quotes_from_a_long_document_is_looked_through_at_once() -> None:
    text = "The fund pays for clusters in all regions. " * 1_000
    document = build_document([Block(kind=BlockKind.PARAGRAPH, text=text.strip())])
    long = dataclasses.replace(document, text=document.text * 200)
    quotes = [Quote(document=long, start=start, end=start + 1) for start in range(300)]
    session = dataclasses.replace(Session.begin(), basket=tuple(quotes))

    assert seconds(lambda: [quote.receipt for quote in quotes]) < 0.3
    assert seconds(lambda: session.holds(dataclasses.replace(quotes[0], end=9))) < 0.3


# Two in one session -----------------------------------------------------------------------------


@pytest.fixture
def twice(store: SessionStore, asked: Session) -> tuple[SessionStore, Session]:
    """The store of another process that has the saved session open, and the session there."""
    store.save(asked)
    other = SessionStore(store.folder)
    return other, other.load(asked.id)


def turn(question: str) -> Turn:
    return Turn(
        question,
        Answer(
            question=question,
            understood_as=question,
            verdict=Verdict.NOT_FOUND,
            confidence=0.0,
            timings_ms={"read": 1.5},
        ),
    )


def questions(store: SessionStore, identity: str) -> list[str]:
    return [turn.question for turn in store.load(identity).conversation.turns]


def test_what_two_processes_add_to_a_session_is_kept(
    store: SessionStore, asked: Session, twice: tuple[SessionStore, Session]
) -> None:
    other, there = twice
    other.save(there.with_turn(turn("There?")).without_quote(there.basket[0]))

    here = store.save(asked.with_turn(turn("Here?")))
    store.save(here.with_turn(turn("Here again?")))

    kept = ["There?", "Here?", "Here again?"]
    assert questions(SessionStore(store.folder), asked.id)[2:] == kept
    assert store.load(asked.id).basket == ()


def test_a_last_question_put_right_takes_only_its_own_place(
    store: SessionStore, asked: Session, twice: tuple[SessionStore, Session]
) -> None:
    other, there = twice
    other.save(there.with_turn(turn("There?")))

    store.save(asked.with_last_turn(turn("And wages in 2019?")))

    assert questions(SessionStore(store.folder), asked.id) == [
        QUESTION,
        "There?",
        "And wages in 2019?",
    ]


def test_a_title_given_elsewhere_is_taken_over_and_can_be_given_again(
    store: SessionStore, asked: Session, twice: tuple[SessionStore, Session]
) -> None:
    other, _ = twice
    here = store.save(asked)
    for title in ("For Monday", "For Tuesday"):
        other.rename(asked.id, title)
        here = store.save(here.with_turn(turn("Here?")))

        assert (here.title, store.list()[0].title) == (title, title)

    store.save(here.with_title("My own"))

    assert store.list()[0].title == "My own"


@pytest.mark.parametrize("by_itself", [True, False], ids=["here", "elsewhere"])
def test_a_session_that_was_deleted_stays_so_and_what_is_new_begins_another(
    store: SessionStore,
    asked: Session,
    twice: tuple[SessionStore, Session],
    by_itself: bool,
) -> None:
    other, _ = twice
    (store if by_itself else other).delete(asked.id)

    store.save(asked.with_filters(Filters()))
    assert store.list() == ()

    stale = asked.with_turn(turn("New?"))
    here = store.save(stale)
    store.save(stale.with_turn(turn("Before anybody knew?")))
    store.save(here.with_turn(turn("Before anybody knew?")).with_turn(turn("Newer?")))

    (only,) = store.list()
    assert only.id == here.id != asked.id
    assert (only.title, only.quotes) == ("New?", 0)
    assert questions(store, only.id) == ["New?", "Before anybody knew?", "Newer?"]


def test_saves_at_the_same_time_lose_nothing(store: SessionStore, asked: Session) -> None:
    store.save(asked)

    def add(name: str) -> None:
        own = SessionStore(store.folder)
        session = own.load(asked.id)
        for number in range(8):
            session = session.with_turn(turn(f"{name}{number}"))
            own.save(session)

    threads = [threading.Thread(target=add, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected = {f"{name}{number}" for name in "abc" for number in range(8)}
    assert set(questions(store, asked.id)[2:]) == expected
