"""What a reader of a page opens with a click: accordions, tabs. It is text like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

_PANEL = re.compile(
    r"""(?:^|[-_])(?:
      accordions? | collaps(?:e|ed|ible) | tab-?pan(?:e|el) | tabs?[-_]+(?:pane|panel|content)
    | expand(?:er|able) | disclosure | toggle-content | spoiler | faqs?
    )(?:$|[-_])""",
    re.VERBOSE | re.IGNORECASE,
)
_PANEL_ROLES = frozenset({"", "region", "group", "tabpanel"})
_TOGGLES = """.//*[self::a or self::button or @role='button' or @role='tab']
    [@aria-controls or @aria-expanded or @data-bs-toggle or @data-toggle or @role='tab']
    [not(ancestor::nav or ancestor::menu or ancestor::*[@role='navigation' or @role='menubar'])]"""
_OPENS = frozenset({"", "collapse", "accordion", "tab", "pill", "list"})
"""What Bootstrap calls a toggle of a panel; others open menus, hints and dialogs."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLED = (*_HEADINGS, "dt", "summary", "th", "caption", "legend")
_BUTTONS = ".//button | .//*[@role='button']"
_CONTROLS = ".//input | .//select | .//textarea"
_SENTENCE_END = re.compile(r"[.!?:]\s*$")
_WORD = re.compile(r"\w")


def is_panel(element: HtmlElement) -> bool:
    """Whether an element that is hidden now can be opened."""
    return element.get("role", "").lower() == "tabpanel" or any(
        _PANEL.search(name) for name in element.get("class", "").split()
    )


def open_panels(page: HtmlElement) -> None:
    """Mark what toggles of the page open as panels, and keep the words of the controls that head
    them or are part of a sentence.
    """
    places = {place.get("id"): place for place in page.iterdescendants() if place.get("id")}
    openers = set()
    for toggle in page.xpath(_TOGGLES):
        panels = [places[name] for name in _targets(toggle) if name in places]
        panels = [panel for panel in panels if panel.get("role", "").lower() in _PANEL_ROLES]
        for panel in panels:
            panel.set("role", "tabpanel")
        if panels and toggle.get("role") == "tab":
            if toggle.tag in _HEADINGS or next(toggle.iterancestors(*_HEADINGS), None) is not None:
                continue
            _head(panels[0], " ".join(toggle.text_content().split()))
        elif panels:
            openers.add(toggle)
    for button in page.xpath(_BUTTONS):
        if _is_all_of_title(button) or _is_within_sentence(button):
            _keep(button, "span")
        elif button in openers or next(button.iterdescendants(*_HEADINGS), None) is not None:
            _keep(button, "div")
    for tabs in page.xpath(".//*[@role='tablist'][.//*[@role='tabpanel']]"):
        del tabs.attrib["role"]  # an accordion of jQuery UI: its tabs are headings
    for label in page.xpath(".//label[not(@for) and not(ancestor::form)]"):
        if not label.xpath(_CONTROLS):
            _keep(label, "span")


def _targets(toggle: HtmlElement) -> Iterator[str]:
    """Ids of what a toggle opens."""
    if toggle.get("data-bs-toggle", toggle.get("data-toggle", "")) not in _OPENS:
        return
    yield from toggle.get("aria-controls", "").split()
    for name in ("data-bs-target", "data-target", "href"):
        if (place := toggle.get(name, "")).startswith("#"):
            yield place[1:]


def _head(panel: HtmlElement, words: str) -> None:
    """Put the words of a tab above its panel: tabs stand in one row, away from what they head."""
    if " ".join(panel.text_content().split()).startswith(words):
        return
    title = panel.makeelement("p")
    title.text, title.tail, panel.text = words, panel.text, None
    panel.insert(0, title)


def _keep(control: HtmlElement, tag: str) -> None:
    """Make a plain element of `control`, or it would be dropped with its words."""
    control.tag = tag
    control.attrib.pop("role", None)


def _is_all_of_title(button: HtmlElement) -> bool:
    """Whether it stands in a heading that has no other words."""
    title = next(button.iterancestors(*_TITLED), None)
    if title is None:
        return False
    within = set(button.iter())
    beside = (
        text
        for text in title.xpath(".//text()")
        if (text.getparent() not in within) or (text.is_tail and text.getparent() is button)
    )
    return not any(map(_WORD.search, beside))


def _is_within_sentence(button: HtmlElement) -> bool:
    """Whether a sentence runs through it: a term of a glossary can be a button."""
    previous = button.getprevious()
    parent = button.getparent()
    before = (parent.text if previous is None else previous.tail) or ""
    after = (button.tail or "").strip()
    return (
        _WORD.search(before) is not None
        and not _SENTENCE_END.search(before)
        and (after[:1].islower() or after[:1] in tuple(".,;:)"))
    )
