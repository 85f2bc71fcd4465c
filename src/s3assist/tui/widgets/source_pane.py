"""A document around a quote: passages back and forth, search, page and section in the border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from s3assist.citation import page_name
from s3assist.documents import Document, Quote, Span
from s3assist.printable import on_one_line
from s3assist.tui.widgets.document_view import DocumentView
from s3assist.tui.widgets.quoting import QUOTE_KEYS, QuoteKeys
from s3assist.tui.wording import title_of

if TYPE_CHECKING:
    from s3assist.assistant import Assistant


class SourcePane(Vertical, QuoteKeys):
    """Shows one of several quotes in its document."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/"),
        Binding("left_square_bracket", "passage(-1)", "Passage", key_display="["),
        Binding("right_square_bracket", "passage(1)", "Passage", key_display="]", show=False),
        Binding("n", "source(1)", "Next quote", show=False),
        Binding("p", "source(-1)", "Previous quote", show=False),
        *(Binding(str(n), f"number({n})", f"Quote {n}", show=False) for n in range(1, 10)),
        Binding("home", "back_to_quote", "To the quote", show=False),
        *QUOTE_KEYS,
    ]

    @dataclass
    class Changed(Message):
        """Another quote is shown."""

        quote: Quote

    @dataclass
    class PassagesRead(Message):
        document: Document
        passages: tuple[Span, ...]

    @dataclass
    class Searched(Message):
        document: Document
        phrase: str
        matches: tuple[Span, ...]

    def __init__(self, assistant: Assistant | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.assistant = assistant
        self.sources: tuple[Quote, ...] = ()
        self.position = 0
        self._passages: tuple[Span, ...] = ()
        self._matches: tuple[Span, ...] = ()
        self._match = 0
        self._phrase = ""

    def compose(self) -> ComposeResult:
        yield Static("Nothing to show yet: a quote's document appears here.", id="no-source")
        yield DocumentView()
        yield Static("", id="matches", markup=False)
        yield Input(placeholder="Search in this document", id="search", compact=True)

    @property
    def view(self) -> DocumentView:
        return self.query_one(DocumentView)

    @property
    def current_quote(self) -> Quote | None:
        return self.sources[self.position] if self.sources else None

    @property
    def current_document(self) -> Document | None:
        return self.view.document if self.has_class("-filled") else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("source", "number", "back_to_quote"):
            return bool(self.sources)
        return super().check_action(action, parameters)

    # Which quote --------------------------------------------------------------------------------

    def show(self, quote: Quote, sources: Sequence[Quote]) -> None:
        """Show `quote`, one of `sources`."""
        self.sources = tuple(sources)
        self.position = self.sources.index(quote)
        self.show_current()

    def show_current(self) -> None:
        quote = self.sources[self.position]
        changed = self.view.document is not quote.document
        if changed:
            self._passages = ()
        self.close_search()
        self.set_class(True, "-filled")
        self.refresh_bindings()
        self.border_title = Content(f" {title_of(quote.document)} ")
        self.view.show(quote.document, Span(quote.start, quote.end), quote.emphasis)
        if changed and self.assistant is not None:
            self.read_passages(self.assistant, quote.document)

    def read(self, document: Document) -> None:
        """Show a document from its beginning."""
        self.sources, self.position, self._passages = (), 0, ()
        self.set_class(True, "-filled")
        self.refresh_bindings()
        self.border_title = Content(f" {title_of(document)} ")
        self.view.show(document, None, ())
        if self.assistant is not None:
            self.read_passages(self.assistant, document)

    def clear(self) -> None:
        """Show nothing."""
        self.sources, self.position, self._passages = (), 0, ()
        self.close_search()
        self.remove_class("-filled")
        self.border_title = self.border_subtitle = ""

    def action_source(self, by: int) -> None:
        self.go_to((self.position + by) % len(self.sources))

    def action_number(self, number: int) -> None:
        if number <= len(self.sources):
            self.go_to(number - 1)

    def go_to(self, position: int) -> None:
        self.position = position
        self.show_current()
        self.post_message(self.Changed(self.sources[position]))

    def action_back_to_quote(self) -> None:
        self.show_current()

    @on(DocumentView.Moved)
    def name_place(self, message: DocumentView.Moved) -> None:
        """Say in the border on which page and in which section one is."""
        message.stop()
        document = self.view.document
        if document is None or not self.has_class("-filled"):
            return
        page = document.page_at(message.offset)
        section = document.section_path(message.offset)
        parts = (section[-1] if section else "", page_name(page) if page else "")
        place = on_one_line(" · ".join(part for part in parts if part))
        many = f" {self.position + 1} of {len(self.sources)} · " if len(self.sources) > 1 else " "
        self.border_subtitle = Content(f"{many}{place or on_one_line(document.path)} ")

    # Passages -----------------------------------------------------------------------------------

    @work(thread=True, exclusive=True, group="passages")
    def read_passages(self, assistant: Assistant, document: Document) -> None:
        worker = get_current_worker()
        spans = tuple(Span(p.start, p.end) for p in assistant.passages(document))
        if not worker.is_cancelled:
            self.post_message(self.PassagesRead(document, spans))

    @on(PassagesRead)
    def take_passages(self, message: PassagesRead) -> None:
        message.stop()
        if message.document is self.view.document:
            self._passages = message.passages

    def action_passage(self, by: int) -> None:
        """Go to the next or previous passage, from the one shown or from the quote."""
        here = self.view.passage or self.view.quote or Span(0, 0)
        if by > 0:
            following = [p for p in self._passages if p.start >= here.end or p.start > here.start]
            found = following[0] if following else None
        else:
            earlier = [p for p in self._passages if p.end <= here.start or p.end < here.end]
            found = earlier[-1] if earlier else None
        if found is None:
            self.app.bell()
        else:
            self.view.show_passage(found)

    # Search -------------------------------------------------------------------------------------

    def action_search(self) -> None:
        self.add_class("-searching")
        self.query_one("#search", Input).focus()

    @on(Input.Submitted, "#search")
    def search(self, message: Input.Submitted) -> None:
        message.stop()
        phrase, document = message.value.strip(), self.view.document
        if not phrase or document is None:
            return
        if phrase == self._phrase and self._matches:
            self.to_match(1)
        else:
            self.search_behind(document, phrase)

    @work(thread=True, exclusive=True, group="search")
    def search_behind(self, document: Document, phrase: str) -> None:
        from s3assist.answer.find import places

        worker = get_current_worker()
        matches = tuple(places(document, phrase))
        if not worker.is_cancelled:
            self.post_message(self.Searched(document, phrase, matches))

    @on(Searched)
    def show_matches(self, message: Searched) -> None:
        message.stop()
        if message.document is not self.view.document:
            return
        self._phrase, self._matches = message.phrase, message.matches
        quote = self.view.quote
        begin = quote.start if quote else 0
        after = [i for i, m in enumerate(self._matches) if m.start >= begin]
        self._match = after[0] if after else 0
        self.to_match(0)

    def to_match(self, by: int) -> None:
        if self._matches:
            self._match = (self._match + by) % len(self._matches)
            self.view.show_matches(self._matches, self._matches[self._match])
            told = f"{self._match + 1} of {len(self._matches)} · Enter next · ↑ ↓"
        else:
            self.view.show_matches((), None)
            told = "not in this document"
        self.query_one("#matches", Static).update(told)

    def close_search(self) -> None:
        """Forget the search and give the focus back to the text."""
        if not self.has_class("-searching"):
            return  # to change its widgets would cost a layout of the whole screen
        self._phrase, self._matches = "", ()
        self.query_one("#matches", Static).update("")
        box = self.query_one("#search", Input)
        box.value = ""
        had_focus = box.has_focus
        self.remove_class("-searching")
        self.view.show_matches((), None)
        if had_focus:
            self.view.focus()

    def on_key(self, event: events.Key) -> None:
        """Up and down walk over the matches while the search box has the focus."""
        if not self.query_one("#search", Input).has_focus:
            return
        if event.key in ("up", "down") and self._matches:
            event.stop()
            self.to_match(1 if event.key == "down" else -1)
        elif event.key == "escape":
            event.stop()
            self.close_search()
