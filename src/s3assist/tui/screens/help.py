"""The keys, in words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "While you type a question",
        (
            ("Enter", "ask"),
            ("Ctrl+J", "new line (Shift+Enter in most terminals)"),
            ("Esc", "cancel the question that is being answered"),
            ("↑", "to the quotes of the last answer"),
            ("F2", "change how the last question was understood (u on a quote)"),
            ("Ctrl+O", "show or hide the source"),
            ("Ctrl+F", "choose which documents may answer"),
            ("Ctrl+L", "library: documents, problems, reindexing"),
            ("Ctrl+R", "sessions: resume, rename, delete"),
            ("Ctrl+B", "basket of quotes"),
            ("Ctrl+N", "new conversation"),
        ),
    ),
    (
        "On a quote",
        (
            ("Enter", "show it in its document"),
            ("1 to 9", "show that quote's source"),
            ("↑ ↓ or p n", "previous and next quote"),
            ("y", "copy the quote"),
            ("Y", "copy the quote with its citation"),
            ("b", "put it into the basket, or take it out"),
            ("o, O", "open the original file; its web address"),
            ("e", "export the conversation"),
            ("Esc", "back to the prompt"),
            ("other keys", "go on in the prompt"),
        ),
    ),
    (
        "In the source",
        (
            ("↑ ↓ Space", "scroll; one page on"),
            ("[ ]", "previous and next passage"),
            ("/", "search in the document"),
            ("n p", "next and previous quote of the answer"),
            ("Home", "back to the quote"),
            ("1 to 9", "that quote; y Y b o O e as on a quote"),
        ),
    ),
    (
        "Everywhere",
        (
            ("Ctrl+P", "all commands and the colour themes"),
            ("F1 or ?", "this help"),
            ("Tab", "next part of the screen"),
            ("Ctrl+Q", "quit; the conversation is saved"),
        ),
    ),
)


class HelpScreen(ModalScreen[None]):
    """All keys; any of the help keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,enter", "dismiss", "Close"),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog -help"):
            for title, keys in KEYS:
                yield Static(title, classes="label")
                parts: list[str | tuple[str, str]] = []
                for key, meaning in keys:
                    parts += [(f"{key:<12}", "bold $primary"), f"{meaning}\n"]
                yield Static(Content.assemble(*parts))

    def on_mount(self) -> None:
        dialog = self.query_one(".dialog")
        dialog.border_title = "Keys"
        dialog.border_subtitle = "Esc closes"
        dialog.focus()
