"""`s3assist chat --plain`: the conversation line by line, for screen readers and for pipes.

No colour, no drawing, nothing that moves: each answer is said once, in order, with the number of
its quotes first.
"""

from __future__ import annotations

import io
import logging
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from s3assist.cli.options import filter_options
from s3assist.cli.terminal import Look, indented, marked, stdout_look
from s3assist.cli.text import answer_lines
from s3assist.documents import Answer, Quote, Turn, Verdict
from s3assist.errors import S3AssistError
from s3assist.printable import counted, on_one_line

if TYPE_CHECKING:
    from s3assist.answer.retrieve import Filters
    from s3assist.assistant import Assistant
    from s3assist.sessions import Session, SessionStore

AROUND = 1
"""Paragraphs shown before and after the one of a quote."""
DELETED = "This conversation was deleted. What is new goes on in another one."


class PlainError(S3AssistError):
    """A command of the conversation was not understood."""


@dataclass(slots=True)
class PlainChat:
    """One conversation: questions are asked, and what begins with a slash is a command."""

    assistant: Assistant
    store: SessionStore
    session: Session
    look: Look = field(default_factory=lambda: Look(width=stdout_look().width))
    _done: bool = False

    def run(self) -> None:
        """Answer line after line until the input ends."""
        if self.session.conversation.turns:
            self.say(f"Resumed: {self.session.title}")
        self.say("Ask a question. /help lists the commands, /quit ends.")
        for line in lines_of_input():
            self.take(line.strip())
            if self._done:
                break

    def take(self, line: str) -> None:
        """One question or command; what goes wrong is said, and the conversation goes on."""
        try:
            if line.startswith("/"):
                self.obey(line)
            elif line:
                self.ask(line)
        except S3AssistError as error:
            self.say(f"Error: {error.message}")
            if error.hint:
                self.say(f"Hint: {error.hint}")
        except BrokenPipeError:
            raise  # nobody is left to go on with
        except KeyboardInterrupt:
            self.say("Interrupted.")
        except Exception as error:  # whatever it is, the conversation is worth more
            logging.getLogger(__name__).info("the error's origin", exc_info=error)
            self.say(f"Error: {type(error).__name__}: {error}")
            self.say("Hint: Run again with --debug for its origin.")

    def ask(self, question: str) -> None:
        session = self.session
        answer = self.assistant.ask(question, session.conversation, session.filters)
        try:
            self.keep(session.with_turn(Turn(answer.question, answer)))
        finally:  # an answer that can't be saved is one all the same
            self.tell(answer)

    def tell(self, answer: Answer) -> None:
        if answer.verdict is Verdict.ANSWERED:
            self.say(f"{counted(len(answer.quotes), 'quote')}.\n")
        for text in answer_lines(answer, self.look):
            click.echo(text)
        click.echo("")

    def obey(self, line: str) -> None:
        name, _, rest = line[1:].partition(" ")
        command = COMMANDS.get(name.lower())
        if command is None:
            raise PlainError(f"There is no command /{name}", hint="/help lists those there are.")
        command(self, rest.strip())

    def keep(self, session: Session) -> None:
        """Go on with a changed session, and write it down once something was asked."""
        self.session = session
        if not session.conversation.turns:
            return
        try:
            self.session = self.store.save(session)
        except OSError as error:
            where = f": {error.filename}" if error.filename else ""
            raise PlainError(
                f"The conversation can't be saved: {error.strerror or error}{where}",
                hint="See who may write there, or set `sessions` to another folder.",
            ) from error
        if self.session.id != session.id:
            self.say(DELETED)

    def say(self, text: str) -> None:
        click.echo(indented(text, self.look))

    # Commands -------------------------------------------------------------------------------

    def help(self, rest: str) -> None:
        """/help: this list."""
        for command in dict.fromkeys(COMMANDS.values()):
            self.say(command.__doc__ or "")

    def meant(self, rest: str) -> None:
        """/meant QUESTION: ask the last question again, understood as QUESTION;
        /meant: how it was understood."""
        session = self.session
        if not session.conversation.turns:
            raise PlainError("There is no question yet", hint="Ask one first.")
        last = session.conversation.turns[-1]
        if not rest:
            self.say(f"{last.question} was understood as: {last.answer.understood_as}")
            return
        before = session.conversation.without_last()
        answer = self.assistant.ask(last.question, before, session.filters, rest)
        try:
            self.keep(session.with_last_turn(Turn(answer.question, answer)))
        finally:
            self.tell(answer)

    def sources(self, rest: str) -> None:
        """/sources: the documents quoted in the last answer."""
        from s3assist.export import citation

        for number, quote in enumerate(self.shown(), start=1):
            self.say(f"{number}. {citation(quote)}")
            self.say(f"{quote.document.path} {quote.receipt}")

    def source(self, rest: str) -> None:
        """/source 1: the text around quote 1, paragraph by paragraph."""
        from s3assist.export import citation

        quote = self.numbered(rest)
        self.say(citation(quote))
        paragraphs = quote.document.paragraphs
        if not paragraphs:
            raise PlainError("The text of this document is not kept any more")
        at = quote.receipt.paragraph - 1
        for number in range(max(0, at - AROUND), min(len(paragraphs), at + AROUND + 1)):
            paragraph = paragraphs[number]
            text = quote.document.text[paragraph.start : paragraph.end]
            mark = "quoted here, " if number == at else ""
            click.echo(marked(f"[{mark}¶ {number + 1}] {text}", [], self.look))

    def copy(self, rest: str) -> None:
        """/copy 1: copy quote 1; /copy 1 cite: with its citation and receipt."""
        from s3assist.clipboard import copy
        from s3assist.export import with_citation
        from s3assist.sessions import recheck

        number, _, how = rest.partition(" ")
        if how.strip() not in ("", "cite"):
            raise PlainError(f"/copy does not know {how}", hint="Type /copy 1 or /copy 1 cite.")
        quote = recheck(self.numbered(number), self.assistant.trace)
        text = with_citation(quote) if how else quote.text
        terminal = sys.stdout.write if sys.stdout.isatty() else None
        self.say(f"Quote {number}: {copy(text, terminal=terminal)}.")

    def basket(self, rest: str) -> None:
        """/basket 1: put quote 1 aside for an export; /basket: what is put aside."""
        if rest:
            self.keep(self.session.with_quote(self.numbered(rest)))
        from s3assist.export import citation

        kept = self.session.basket
        self.say(f"{counted(len(kept), 'quote')} in the basket.")
        for number, quote in enumerate(kept, start=1):
            self.say(f"{number}. {quote.text}")
            self.say(citation(quote))

    def export(self, rest: str) -> None:
        """/export FILE: write the conversation to FILE.md, .html, .docx or .json (CSL);
        /export basket FILE: only the basket."""
        from s3assist.config import expanded
        from s3assist.export import basket_report, conversation_report, write
        from s3assist.sessions import recheck_session

        words = split(rest)
        only_basket = words[:1] == ["basket"] and len(words) == 2
        if len(words) != 1 + only_basket:
            raise PlainError("/export needs the name of a file", hint="Type /export answers.docx.")
        session = recheck_session(self.session, self.assistant.trace)
        path = expanded(Path(words[-1]))
        report = (
            basket_report(session.basket, session.title)
            if only_basket
            else conversation_report(session.conversation, session.title)
        )
        write(report, path)
        self.say(f"Written to {path}.")

    def sessions(self, rest: str) -> None:
        """/sessions: the saved conversations; /sessions NAME: go on with one of them."""
        if rest:
            self.session = self.store.load(self.store.find(rest), self.assistant.trace)
            asked = counted(len(self.session.conversation.turns), "question")
            self.say(f"Resumed: {self.session.title}, {asked}.")
            return
        from s3assist.cli.saved import summary_line

        for summary in self.store.list():
            self.say(summary_line(summary))

    def new(self, rest: str) -> None:
        """/new: begin another conversation; this one stays saved."""
        self.session = type(self.session).begin(self.session.filters)
        self.say("A new conversation.")

    def rename(self, rest: str) -> None:
        """/rename TITLE: give this conversation another title."""
        if not rest:
            raise PlainError("/rename needs a title", hint="Type /rename Clusters and jobs.")
        self.keep(self.session.with_title(rest))
        self.say(f"The title is now: {self.session.title}")

    def filter(self, rest: str) -> None:
        """/filter --lang en --from 2019 …: which documents may answer, as with `s3assist ask`;
        /filter none: all may; /filter: which do now."""
        if rest:
            words = [] if rest == "none" else split(rest)
            self.keep(self.session.with_filters(parse_filters(words)))
        only = self.session.filters.words
        self.say(f"Filters: only {only}." if only else "Filters: none, all documents may answer.")

    def quit(self, rest: str) -> None:
        """/quit: end; so does the end of the input."""
        self._done = True

    def shown(self) -> Sequence[Quote]:
        """The numbered quotes of the last answer, or what came nearest to one."""
        turns = self.session.conversation.turns
        quotes = (turns[-1].answer.quotes or turns[-1].answer.nearest) if turns else ()
        if not quotes:
            raise PlainError("There is no quote yet", hint="Ask a question first.")
        return quotes

    def numbered(self, number: str) -> Quote:
        quotes = self.shown()
        if number.isdecimal() and 1 <= int(number) <= len(quotes):
            return quotes[int(number) - 1]
        raise PlainError(
            f"There is no quote {number or 'without a number'}",
            hint=f"The last answer has 1 to {len(quotes)}.",
        )


COMMANDS: dict[str, Callable[[PlainChat, str], None]] = {
    "help": PlainChat.help,
    "meant": PlainChat.meant,
    "sources": PlainChat.sources,
    "source": PlainChat.source,
    "copy": PlainChat.copy,
    "basket": PlainChat.basket,
    "export": PlainChat.export,
    "filter": PlainChat.filter,
    "sessions": PlainChat.sessions,
    "new": PlainChat.new,
    "rename": PlainChat.rename,
    "quit": PlainChat.quit,
    "exit": PlainChat.quit,
    "q": PlainChat.quit,
}


def lines_of_input() -> Iterator[str]:
    """What is typed, with a prompt and line editing, or what comes through a pipe."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        for number, read in enumerate(sys.stdin):
            line = read if number else read.removeprefix("\ufeff")
            asked = on_one_line(line)
            if asked:
                click.echo(f"> {asked}")
            yield line
        return
    with suppress(ImportError):
        import readline  # noqa: F401 - gives input() its editing and its history
    while True:
        try:
            yield input("> ")
        except KeyboardInterrupt:  # leaves the line, as in a shell
            click.echo("")
        except EOFError:
            click.echo("")
            return


def parse_filters(words: list[str]) -> Filters:
    """Filters as they are typed after a command of the shell."""
    found: list[Filters] = []

    @click.command("/filter", add_help_option=False)
    @filter_options
    def chosen(filters: Filters) -> None:
        found.append(filters)

    try:
        chosen.main(words, prog_name="/filter", standalone_mode=False)
    except click.ClickException as error:
        raise PlainError(
            error.format_message(), hint="Type /filter --lang en --from 2019, for example."
        ) from error
    return found[0]


def split(line: str) -> list[str]:
    """The words of a line; quotation marks hold words with spaces together.

    A backslash is itself: it parts the folders of a path on Windows.
    """
    words = shlex.shlex(line, posix=True)
    words.whitespace_split, words.commenters, words.escape = True, "", ""
    try:
        return list(words)
    except ValueError as error:
        raise PlainError(f"The line can't be read: {error}", hint="Close the quotes.") from error
