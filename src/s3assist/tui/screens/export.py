"""Write a conversation or a basket into a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from s3assist.config import expanded
from s3assist.errors import ExportError
from s3assist.printable import on_one_line

if TYPE_CHECKING:
    from s3assist.export import Format

NAMES = {
    "markdown": "Markdown   for notes and wikis",
    "html": "HTML       for a browser or a mail",
    "docx": "Word       a .docx document",
    "csl-json": "CSL-JSON   for Zotero and other reference managers",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where an export goes."""

    path: Path
    format: Format


class ExportScreen(ModalScreen[Target]):
    """Choose a format and a file; the result is None when cancelled."""

    AUTO_FOCUS = "#format"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(
        self, what: str, stem: str, target: Target | None = None, complaint: str = ""
    ) -> None:
        """
        Args:
            what: what is exported, for the title.
            stem: proposed name of the file, without ending.
            target: what was chosen before and could not be written.
            complaint: why it could not.
        """
        super().__init__()
        self._what = what
        self._stem = stem
        self._target = target
        self._complaint = complaint
        self._agreed: Path | None = None

    def compose(self) -> ComposeResult:
        from s3assist.export import Format

        with Vertical(classes="dialog -medium"):
            yield Static("Format", classes="label")
            yield OptionList(
                *(Option(NAMES[each], id=each.name) for each in Format), id="format", compact=True
            )
            yield Static("File", classes="label")
            yield Input(id="file", compact=True)
            yield Static("", id="complaint", markup=False)
            yield Static("Enter writes the file · Esc cancels", classes="hint", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(".dialog").border_title = self._what
        formats = self.query_one(OptionList)
        if self._target is None:
            formats.highlighted = 0
        else:
            self.query_one("#file", Input).value = str(self._target.path)
            formats.highlighted = formats.get_option_index(self._target.format.name)
            self.query_one("#file").focus()
            self.complain(self._complaint)

    @property
    def format(self) -> Format:
        from s3assist.export import Format

        return list(Format)[self.query_one(OptionList).highlighted or 0]

    def format_for(self, path: Path) -> Format:
        """The format that an ending asks for which was typed, or else the highlighted one."""
        from s3assist.export import format_of

        try:
            return format_of(path)
        except ExportError:
            return self.format

    @on(OptionList.OptionHighlighted)
    def propose(self) -> None:
        """Give the file the ending of the format, whatever name it has."""
        box = self.query_one("#file", Input)
        name = Path(box.value or self._stem)
        if name.name in ("", ".."):
            return  # a folder: no name that an ending could go to
        box.value = str(name.with_name(f"{stem_of(name)}{self.format.suffix}"))

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def finish(self) -> None:
        typed = self.query_one("#file", Input).value.strip()
        path = expanded(Path(typed))
        try:
            is_folder, is_file, has_place = path.is_dir(), path.exists(), path.parent.is_dir()
        except OSError as error:
            self.complain(f"The file can't have this name: {error.strerror}.")
            return
        if not typed:
            self.complain("Give the file a name.")
        elif is_folder or not has_place:
            self.complain("There is no such folder.")
        elif is_file and self._agreed != path:
            self._agreed = path
            self.complain("That file exists. Enter again replaces it.")
        else:
            self.dismiss(Target(path, self.format_for(path)))

    def complain(self, text: str) -> None:
        self.query_one("#complaint", Static).update(on_one_line(text))


def stem_of(path: Path) -> str:
    """A file's name without the ending of a format: ``Note on 1.5 million`` has none."""
    from s3assist.export import format_of

    try:
        format_of(path)
    except ExportError:
        return path.name
    return path.stem
