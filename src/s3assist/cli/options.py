"""Options that several commands share, and the settings that they add up to."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from s3assist.assistant import Assistant
    from s3assist.config import Settings

Command = Callable[..., None]
Decorator = Callable[[Command], Command]


@dataclass(slots=True)
class Given:
    """What was typed before or after the command's name; None where nothing was."""

    corpus: Path | None = None
    index: Path | None = None
    debug: bool = False


def given() -> Given:
    """What was typed for this run of the program."""
    return click.get_current_context().find_root().ensure_object(Given)


def settings() -> Settings:
    """The settings, with what was typed on top.

    Raises:
        ConfigError: the settings file or the environment is wrong.
    """
    from s3assist.config import load_settings

    return load_settings(corpus=given().corpus, index=given().index)


@contextmanager
def assistant() -> Iterator[Assistant]:
    """The assistant over the index that was named.

    Raises:
        IndexMissingError: nothing has been indexed yet.
    """
    from s3assist.assistant import open_assistant

    opened = open_assistant(settings())
    try:
        yield opened
    finally:
        opened.close()


def remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Note a shared option; a later one, after the command's name, wins."""
    if value and parameter.name:
        setattr(context.find_root().ensure_object(Given), parameter.name, value)


def speak_up(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    """Send the log to stderr from now on."""
    remember(context, parameter, value)
    if value:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr, force=True)


def stacked(options: tuple[Decorator, ...]) -> Decorator:
    """Several options as one decorator, in the order of the help text."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


FOLDER = click.Path(file_okay=False, path_type=Path)

shared_options = stacked(
    (
        click.option(
            "--corpus",
            type=FOLDER,
            metavar="DIR",
            callback=remember,
            expose_value=False,
            help="Folder with the documents (default: corpus).",
        ),
        click.option(
            "--index",
            type=FOLDER,
            metavar="DIR",
            callback=remember,
            expose_value=False,
            help="Folder of the generated index (default: index).",
        ),
        click.option(
            "--debug",
            is_flag=True,
            callback=speak_up,
            expose_value=False,
            help="Log to stderr, and show the traceback of an internal error.",
        ),
    )
)
"""Every command has these, and so has the program itself."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON; see docs/json.md.")


class IsoDate(click.ParamType[str]):
    """A date as exact as it is known: 2020, 2020-02 or 2020-02-14."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from s3assist.ingest.dates import iso_date

        shaped = re.fullmatch(r"\d{4}(-\d{2}){0,2}", str(value))
        date = iso_date(str(value)) if shaped else ""
        if not date:
            self.fail(f"{value!r} is no date; give 2020, 2020-02 or 2020-02-14", param, ctx)
        return date


FILTERS = stacked(
    (
        click.option(
            "--doc",
            "documents",
            metavar="NAME",
            multiple=True,
            help="Only documents whose path or title holds NAME; may be repeated.",
        ),
        click.option(
            "--from",
            "since",
            type=IsoDate(),
            metavar="DATE",
            help="Only documents of this date or later: 2020, 2020-02 or 2020-02-14.",
        ),
        click.option(
            "--to",
            "until",
            type=IsoDate(),
            metavar="DATE",
            help="Only documents of this date or earlier, inclusive.",
        ),
        click.option(
            "--type",
            "kinds",
            metavar="TYPE",
            multiple=True,
            help="Only this type (briefing, editorial …) or format (pdf …); may be repeated.",
        ),
        click.option(
            "--lang",
            "languages",
            metavar="CODE",
            multiple=True,
            help="Only documents in this language (en, fr …); may be repeated.",
        ),
    )
)


def filter_options(command: Command) -> Command:
    """Give a command the filters; it gets them as `filters`."""

    @wraps(command)
    def filtered(
        *,
        documents: tuple[str, ...],
        since: str | None,
        until: str | None,
        kinds: tuple[str, ...],
        languages: tuple[str, ...],
        **others: Any,
    ) -> None:
        if since and until and since[: len(until)] > until:
            raise click.UsageError(f"--from {since} is later than --to {until}")
        from s3assist.answer.retrieve import Filters

        filters = Filters(
            documents=documents,
            since=since or "",
            until=until or "",
            kinds=kinds,
            languages=tuple(code.lower() for code in languages),
        )
        command(filters=filters, **others)

    return FILTERS(filtered)
