from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partialmethod
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import SHARE, Library

from s3assist.assistant import open_assistant
from s3assist.cli.plain import PlainChat, split
from s3assist.cli.root import cli
from s3assist.config import load_settings
from s3assist.export.citation import written_date
from s3assist.index.layout import IndexLayout
from s3assist.ingest.sync import sync
from s3assist.sessions import SessionStore

QUESTION = "What share of European jobs is in clusters?"


@pytest.fixture(autouse=True)
def own_sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("S3ASSIST_SESSIONS", str(tmp_path / "sessions"))
    monkeypatch.setenv("S3ASSIST_BAR", "0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return tmp_path / "sessions"


def run(library: Library, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, [*arguments, *library.flags], input=stdin)


def chat(library: Library, *lines: str, options: tuple[str, ...] = ()) -> str:
    result = run(library, "chat", "--plain", *options, stdin="\n".join(lines))
    assert result.exit_code == 0, result.output
    return result.output


def test_questions_are_answered_one_after_the_other(library: Library) -> None:
    said = chat(library, QUESTION, "And wages?")

    assert said.count(SHARE) == 2
    assert "understood as: And wages? What share of European jobs is in clusters?" in said
    assert "\x1b" not in said


def test_a_conversation_goes_on_where_it_ended(library: Library) -> None:
    chat(library, QUESTION)

    said = chat(library, "And wages?", options=("--session", "last"))

    assert f"Resumed: {QUESTION}" in said
    assert "understood as: And wages? What share of European jobs is in clusters?" in said
    listed = run(library, "sessions").stdout
    assert listed.count("\n") == 1
    assert "2 questions" in listed


def test_what_was_meant_can_be_put_right(library: Library) -> None:
    meant = "What share of European wages is in clusters?"

    said = chat(library, "/meant", QUESTION, "And wages?", f"/meant {meant}", "/meant")

    assert "There is no question yet" in said
    assert f"understood as: {meant}" in said
    assert f"And wages? was understood as: {meant}" in " ".join(said.split())
    assert "2 questions" in run(library, "sessions").stdout


def test_commands_of_the_conversation(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "two words.md"

    said = chat(
        library, QUESTION, "/sources", "/source 1", "/basket 1", f'/export "{out}"',
        "/rename Jobs and wages", "/sessions", "/new", "/sources", "/quit", "never asked",
    )  # fmt: skip

    assert re.search(r"1\. \S.*, ¶ \d+\n", said)
    assert "[quoted here, ¶" in said
    assert "1 quote in the basket." in said
    assert f"Written to {out}." in said
    assert SHARE in out.read_text(encoding="utf-8")
    assert "1 question Jobs and wages" in said
    assert "Error: There is no quote yet" in said
    assert "never asked" not in said


def test_help_names_every_command(library: Library) -> None:
    from s3assist.cli.plain import COMMANDS

    said = chat(library, "/help")

    for command in COMMANDS.values():
        assert f"/{command.__name__}" in said


def test_what_goes_wrong_is_said_and_the_conversation_goes_on(library: Library) -> None:
    said = chat(
        library, "/nothing", QUESTION, "/copy 99", "/copy", "/export", "/export a.pdf",
        "/export 'a", "/filter --lang", "/filter --from soon", "/sessions none", "And wages?",
    )  # fmt: skip

    assert said.count("Error: ") == 9
    assert said.count(SHARE) == 2
    assert "Traceback" not in said


def test_filters_hold_until_they_are_taken_away(library: Library) -> None:
    said = chat(
        library, "/filter --lang fr --from 2020", QUESTION, "/filter none", QUESTION, "/filter"
    )

    first, second = said.split("/filter none")
    assert "Filters: only in language fr, dated from 2020." in first
    assert re.search(r"in 1 of\s4 documents|: 1 of\s4 documents", first)
    assert "emplois.md" in first
    assert SHARE not in first
    assert SHARE in second
    assert "Filters: none" in second


def test_a_copy_names_the_file_when_there_is_no_clipboard(library: Library) -> None:
    said = chat(library, QUESTION, "/copy 1", "/copy 1 cite")

    plain, cited = (Path(path) for path in re.findall(r"written to (\S+\.txt)\.", said))
    assert plain.read_text(encoding="utf-8") == SHARE
    assert cited.read_text(encoding="utf-8").startswith(f"“{SHARE}”\n")
    assert "copied." not in said


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx"])
def test_what_a_session_exports_is_what_verify_finds(
    library: Library, tmp_path: Path, suffix: str
) -> None:
    chat(library, QUESTION, "What did France recognise?")
    path = tmp_path / f"answers{suffix}"

    exported = run(library, "export", "last", "--output", str(path))
    verified = run(library, "verify", str(path))

    assert exported.exit_code == 0, exported.output
    assert verified.exit_code == 0, verified.output
    assert re.search(r"(\d+) of \1 quotes found", verified.stdout)


def test_an_export_goes_to_standard_output_by_default(library: Library) -> None:
    chat(library, QUESTION, "/basket 1")

    whole = run(library, "export", "last").stdout
    basket = run(library, "export", "last", "--basket", "--format", "csl-json").stdout

    assert whole.startswith(f"# {QUESTION}\n")
    assert SHARE in basket


def test_an_export_after_a_change_says_which_quotes_are_no_longer_there(
    library: Library, tmp_path: Path
) -> None:
    chat(library, QUESTION)
    copy = library.copy(tmp_path)
    for path in ("editorials/jobs.md", "briefings/panorama.md"):
        file = copy.corpus / path
        file.write_text(file.read_text("utf-8").replace("19%", "21%"), encoding="utf-8")
    sync(copy.corpus, IndexLayout(copy.index))

    out = tmp_path / "out.md"
    exported = run(copy, "export", "last", "-o", str(out))
    shown = run(copy, "sessions", "show", "last").stdout

    assert "no longer as they were cited" in exported.stderr
    assert SHARE in out.read_text("utf-8")
    assert "the source has changed since" in out.read_text("utf-8")
    assert SHARE in shown
    assert "the source has changed since" in shown


def test_without_an_index_saved_conversations_can_still_be_read(
    library: Library, tmp_path: Path
) -> None:
    chat(library, QUESTION)
    empty = Library(library.corpus, tmp_path / "nothing")

    shown = run(empty, "sessions", "show", "last")

    assert shown.exit_code == 0
    assert SHARE in shown.stdout
    assert "not checked: there was no index" in shown.stdout


def test_a_session_is_renamed_and_deleted(library: Library, own_sessions: Path) -> None:
    chat(library, QUESTION)

    renamed = run(library, "sessions", "rename", "last", "Jobs", "in", "clusters")
    refused = run(library, "sessions", "delete", "jobs in", stdin="n\n")
    kept = list(own_sessions.glob("*.json"))
    deleted = run(library, "sessions", "delete", "jobs in", "--yes")

    assert (renamed.exit_code, refused.exit_code, deleted.exit_code) == (0, 1, 0)
    assert len(kept) == 1
    assert not list(own_sessions.glob("*.json"))
    assert run(library, "sessions", "show", "last").exit_code == 2


def test_a_damaged_session_is_named(library: Library, own_sessions: Path) -> None:
    own_sessions.mkdir()
    (own_sessions / "20260101-000000-abcdef.json").write_text("{", encoding="utf-8")

    listed = run(library, "sessions")

    assert listed.exit_code == 0
    assert "damaged" in listed.stdout
    assert "20260101-000000-abcdef.json" in listed.stderr


def test_nothing_is_saved_before_a_question(library: Library, own_sessions: Path) -> None:
    chat(library, "/filter --lang en", "/help")

    assert not own_sessions.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_nothing_is_drawn_or_coloured(library: Library) -> None:
    import pty

    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "s3assist", "chat", "--plain", *library.flags],
        stdin=child,
        stdout=child,
        stderr=child,
        env={**os.environ, "TERM": "xterm-256color", "INPUTRC": os.devnull},
    )
    os.close(child)
    try:
        said = read_until(parent, b"> ")
        os.write(parent, f"{QUESTION}\n".encode())
        said += read_until(parent, b"confidence", b"> ")
        os.write(parent, b"\x04")
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(parent)
    text = re.sub(r"\x1b\[\?2004[hl]", "", said.decode("utf-8"))  # readline: bracketed paste
    assert "19% of European" in text
    assert "\x1b" not in text


def read_until(terminal: int, *wanted: bytes) -> bytes:
    """What comes until all of `wanted` have come, in this order."""
    said, at = b"", 0
    for text in wanted:
        while text not in said[at:]:
            assert select.select([terminal], [], [], 60)[0], said
            said += os.read(terminal, 4096)
        at = said.index(text, at) + len(text)
    return said


def opened_elsewhere(library: Library) -> PlainChat:
    """A chat that has resumed the last conversation, as in another window."""
    settings = load_settings(corpus=library.corpus, index=library.index)
    store = SessionStore(settings.sessions_folder)
    assistant = open_assistant(settings)
    return PlainChat(assistant, store, store.load(store.find("last"), assistant.trace))


def test_two_windows_in_one_conversation_keep_all_that_is_asked(library: Library) -> None:
    chat(library, QUESTION)
    window = opened_elsewhere(library)
    chat(library, "Asked there?", options=("--session", "last"))
    run(library, "sessions", "rename", "last", "Note for the minister")

    window.take("Asked here?")

    assert window.session.title == "Note for the minister"
    assert "3 questions  Note for the minister" in run(library, "sessions").stdout


def test_a_conversation_deleted_elsewhere_does_not_come_back(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    chat(library, "A private question?")
    window = opened_elsewhere(library)
    run(library, "sessions", "delete", "last", "--yes")

    window.take(QUESTION)

    assert "This conversation was deleted." in capsys.readouterr().out
    listed = run(library, "sessions").stdout
    assert "private" not in listed
    assert f"1 question  {QUESTION}" in listed


def test_an_answer_that_cannot_be_saved_is_told(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("S3ASSIST_SESSIONS", str(tmp_path / "file" / "sessions"))

    said = chat(library, QUESTION, f"/meant {QUESTION}", "/source 1")

    assert said.count(SHARE) == 3
    assert said.count("Error: The conversation can't be saved: ") == 2


def test_a_bug_does_not_end_the_conversation(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, name: str) -> str:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("s3assist.sessions.SessionStore.find", fail)

    said = chat(library, "/sessions any", QUESTION)

    assert "Error: ZeroDivisionError: a bug" in said
    assert SHARE in said


def test_a_file_may_be_named_with_a_tilde_or_a_backslash(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    said = chat(library, QUESTION, "/export ~draft.md", "/export a\\b.md")

    assert "Error" not in said
    assert Path("~draft.md").exists()
    assert not Path("ab.md").exists()
    assert split(r'basket "C:\My notes\a.docx"') == ["basket", r"C:\My notes\a.docx"]


def test_a_byte_order_mark_is_no_part_of_what_is_asked(library: Library) -> None:
    assert "/quit: end" in chat(library, "\ufeff/help")


def test_json_is_printed_wherever_it_is_asked_for(library: Library) -> None:
    chat(library, QUESTION)

    listed = json.loads(run(library, "sessions", "--json", "list").stdout)
    shown = json.loads(run(library, "sessions", "--json", "show", "last").stdout)

    assert [session["title"] for session in listed["sessions"]] == [QUESTION]
    assert shown["title"] == QUESTION


@pytest.mark.skipif(sys.platform == "win32", reason="has no time zone of a process")
def test_dates_are_those_of_the_users_clock(
    library: Library, tmp_path: Path, own_sessions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat(library, QUESTION)
    (file,) = own_sessions.glob("*.json")
    form = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(form | {"updated": "2026-06-30T12:30:00.000Z"}), encoding="utf-8")
    now = datetime.now(UTC)
    ahead = now.hour >= 12  # so that it is another day there
    there = now + timedelta(hours=12 if ahead else -12)
    monkeypatch.setenv("TZ", "THERE-12" if ahead else "THERE+12")
    time.tzset()
    try:
        listed = run(library, "sessions").stdout
        exported = run(library, "export", "last").stdout
    finally:
        monkeypatch.undo()
        time.tzset()

    assert ("  2026-07-01 00:30  " if ahead else "  2026-06-30 00:30  ") in listed
    assert f"on {written_date(there.date().isoformat())}." in exported


def test_a_screen_that_crashes_is_no_success(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s3assist.tui.app import S3AssistApp

    def crash(_: S3AssistApp) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("s3assist.cli.chat.has_screen", lambda: True)
    monkeypatch.setattr(S3AssistApp, "load", crash)
    monkeypatch.setattr(S3AssistApp, "run", partialmethod(S3AssistApp.run, headless=True))

    result = run(library, "chat")

    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
