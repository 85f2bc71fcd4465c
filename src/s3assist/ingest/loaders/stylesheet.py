"""What the style sheets within a page hide, as far as plain rules say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BRACE = re.compile(r"([^{}]*)([{}])")
HIDES = re.compile(r"display\s*:\s*none\b|visibility\s*:\s*hidden\b", re.IGNORECASE)
_SHOWS = re.compile(r"display\s*:\s*(?!none\b)\w|visibility\s*:\s*visible\b", re.IGNORECASE)
_COMPOUND = re.compile(r"([a-z][\w-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_NAME = re.compile(r"[.#][\w-]+")
_COMBINATOR = re.compile(r"\s*[\s>+~]\s*")
_CONDITION = re.compile(r"\[.*?\]|:.*")


class _Rule(NamedTuple):
    selectors: tuple[str, ...]
    declarations: str
    conditional: bool
    """It stands in an @media block or the like."""


def hide_by_style(root: HtmlElement) -> None:
    """Give the attribute `hidden` to what a page's style elements hide.

    Only selectors of one element without conditions count, and nothing that another rule shows:
    on wide screens, or when a script has opened it.
    """
    rules = [rule for sheet in root.iter("style") for rule in _rules(sheet)]
    hidden: dict[str, list[frozenset[str]]] = {}
    for rule in rules:
        if HIDES.search(rule.declarations) and not rule.conditional:
            for selector in rule.selectors:
                if names := _plain(selector):
                    hidden.setdefault(min(names), []).append(names)
    if not hidden:
        return
    shown = {
        name
        for rule in rules
        if _SHOWS.search(rule.declarations)
        for selector in rule.selectors
        for name in _NAME.findall(_subject(selector))
    }
    for element in root.iter("*"):
        told = _names(element)
        wanted = (one for name in told for one in hidden.get(name, ()))
        if any(one <= told for one in wanted) and not told & shown:
            element.set("hidden", "")


def _rules(sheet: HtmlElement) -> Iterator[_Rule]:
    media = sheet.get("media", "all").lower()
    if "screen" not in media and "all" not in media:
        return
    open_: list[str] = []
    for text, brace in _BRACE.findall(_COMMENT.sub(" ", sheet.text or "")):
        if brace == "{":
            open_.append(text.rpartition(";")[2].strip())
        elif open_:
            prelude = open_.pop()
            if not prelude.startswith("@"):
                selectors = tuple(part.strip() for part in prelude.split(","))
                yield _Rule(selectors, text, any(outer.startswith("@") for outer in open_))


def _plain(selector: str) -> frozenset[str]:
    """What `p.note#a` asks of one element: p, .note and #a; empty for all that asks more."""
    match = _COMPOUND.fullmatch(selector)
    if match is None:
        return frozenset()
    return frozenset(filter(None, [(match[1] or "").lower(), *_NAME.findall(match[2])]))


def _subject(selector: str) -> str:
    """The part of a selector that names the element itself."""
    return _COMBINATOR.split(_CONDITION.sub("", selector))[-1]


def _names(element: HtmlElement) -> set[str]:
    classes = {f".{name}" for name in element.get("class", "").split()}
    return {element.tag, f"#{element.get('id', '')}", *classes}
