"""Which documents may answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Input, SelectionList, Static
from textual.widgets.selection_list import Selection

from s3assist.printable import on_one_line
from s3assist.tui.widgets.lists import Checklist

if TYPE_CHECKING:
    from s3assist.answer.retrieve import Filters
    from s3assist.assistant import Status

DATE = re.compile(r"(\d{4}(-\d{2}){0,2})?")
SHOWN = 300
"""Documents in the list at most; a name typed above it finds the others."""


class FilterScreen(ModalScreen["Filters | None"]):
    """Choose documents, types, languages and a period; the result is None when left as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "apply", "Apply", priority=True),
        Binding("ctrl+n", "clear", "All documents", priority=True),
        Binding("escape", "cancel", "Cancel"),
    ]

    def __init__(self, status: Status, filters: Filters | None) -> None:
        super().__init__()
        from s3assist.answer.retrieve import Filters

        self._library = status.library
        self._before = filters or Filters()
        named = Filters(documents=self._before.documents)
        self._documents = {d.path for d in named.among(self._library)} if named else set()
        self._named = frozenset(self._documents)

    def compose(self) -> ComposeResult:
        before = self._before
        about = [document.metadata for document in self._library]
        kinds = {a.kind for a in about if a.kind} | {d.format for d in self._library}
        languages = {a.language for a in about if a.language}
        with Vertical(classes="dialog"):
            with Horizontal(id="lists"):
                with Vertical(id="by-name"):
                    yield Static("Documents", classes="label")
                    yield Input(placeholder="part of a name", id="name", compact=True)
                    yield Checklist(id="documents", compact=True)
                with Vertical(id="by-kind"):
                    yield Static("Type", classes="label")
                    yield choice("kinds", kinds, before.kinds)
                    yield Static("Language", classes="label")
                    yield choice("languages", languages, before.languages)
            with Horizontal(id="period"):
                yield Static("From", classes="label")
                yield Input(before.since, placeholder="2014", id="since", compact=True)
                yield Static("to", classes="label")
                yield Input(before.until, placeholder="2020-12", id="until", compact=True)
            yield Static("", id="complaint", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Apply", id="apply", variant="primary", compact=True)
                yield Button("All documents", id="clear", compact=True)
                yield Button("Cancel", id="cancel", compact=True)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(".dialog").border_title = "Which documents may answer"
        self.list_documents("")
        self.query_one("#documents").focus()

    @on(Input.Changed, "#name")
    def narrow(self, message: Input.Changed) -> None:
        message.stop()
        self.list_documents(message.value)

    def list_documents(self, name: str) -> None:
        """Show those that are chosen and those whose title or path holds `name`."""
        wanted = name.casefold().strip()
        shown = self.query_one("#documents", SelectionList)
        shown.clear_options()
        found = [
            d
            for d in self._library
            if d.path in self._documents
            or wanted in d.path.casefold()
            or wanted in d.metadata.title.casefold()
        ]
        shown.add_options(
            Selection(
                Content(on_one_line(d.metadata.title or d.path)), d.path, d.path in self._documents
            )
            for d in found[:SHOWN]
        )

    @on(SelectionList.SelectionToggled, "#documents")
    def remember(self, message: SelectionList.SelectionToggled[str]) -> None:
        self._documents ^= {message.selection.value}

    @on(Input.Submitted)
    @on(Button.Pressed, "#apply")
    def action_apply(self) -> None:
        from s3assist.answer.retrieve import Filters
        from s3assist.ingest.dates import iso_date

        period = []
        for name in ("since", "until"):
            typed = self.query_one(f"#{name}", Input).value.strip()
            date = iso_date(typed) if DATE.fullmatch(typed) and typed else ""
            if typed and not date:
                self.complain(f"{typed} is no date: write 2020, 2020-02 or 2020-02-14.", name)
                return
            period.append(date)
        since, until = period
        if since and until and since[: len(until)] > until:
            self.complain("The period ends before it begins.", "until")
            return
        self.dismiss(
            Filters(
                documents=self.documents(),
                since=since,
                until=until,
                kinds=self.chosen("kinds", self._before.kinds),
                languages=self.chosen("languages", self._before.languages),
            )
        )

    def documents(self) -> tuple[str, ...]:
        """The paths that are ticked; the names as they were given where nobody changed a tick."""
        if self._documents == self._named:
            return self._before.documents
        return tuple(d.path for d in self._library if d.path in self._documents)

    def chosen(self, name: str, before: tuple[str, ...]) -> tuple[str, ...]:
        """What is ticked in a list, and what was wanted `before` that no document has."""
        shown = self.query_one(f"#{name}", Checklist)
        listed = {shown.get_option_at_index(i).value.casefold() for i in range(shown.option_count)}
        missing = (value for value in before if value.casefold() not in listed)
        return (*shown.selected, *missing)

    def complain(self, text: str, name: str) -> None:
        self.query_one("#complaint", Static).update(on_one_line(text))
        self.query_one(f"#{name}").focus()

    @on(Button.Pressed, "#clear")
    def action_clear(self) -> None:
        from s3assist.answer.retrieve import Filters

        self.dismiss(Filters())

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)


def choice(name: str, values: set[str], chosen: tuple[str, ...]) -> Checklist:
    wanted = {value.casefold() for value in chosen}
    return Checklist(
        *(
            Selection(Content(on_one_line(value)), value, value.casefold() in wanted)
            for value in sorted(values)
        ),
        id=name,
        compact=True,
    )
