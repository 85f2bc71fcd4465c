"""Small questions over a screen: a line of text, yes or no."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static


class AskText(ModalScreen[str]):
    """One line of text; the result is None when cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, question: str, text: str = "") -> None:
        super().__init__()
        self._question = question
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -small"):
            yield Static(self._question, classes="label", markup=False)
            yield Input(self._text, compact=True)
            yield Static("Enter saves · Esc cancels", classes="hint", markup=False)

    @on(Input.Submitted)
    def finish(self, message: Input.Submitted) -> None:
        message.stop()
        self.dismiss(message.value.strip() or None)


class Confirm(ModalScreen[bool]):
    """Yes or no; no unless somebody says yes."""

    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(False)", "No"),
        Binding("y", "dismiss(True)", "Yes"),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog -small"):
            yield Static(self._question, classes="label", markup=False)
            with Horizontal(id="buttons"):
                yield Button(self._yes, id="yes", variant="error", compact=True)
                yield Button("Keep", id="no", compact=True)
            yield Static("y or n · Esc keeps", classes="hint", markup=False)

    @on(Button.Pressed)
    def finish(self, message: Button.Pressed) -> None:
        message.stop()
        self.dismiss(message.button.id == "yes")
