"""Which parts of an HTML page are its text, and which are the furniture around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml.html import HtmlElement

from s3assist.ingest.cleaning import clean
from s3assist.ingest.loaders.furniture import names_furniture
from s3assist.ingest.loaders.panels import is_panel, open_panels
from s3assist.ingest.loaders.raised import raised
from s3assist.ingest.loaders.stylesheet import HIDES, hide_by_style

_NEVER = frozenset({
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas",
    "audio", "video", "map", "img", "picture", "nav", "menu", "button", "input", "select",
    "textarea", "label", "option", "datalist", "progress", "meter", "dialog", "rt", "rp", "del",
    "s", "strike", "head",
})  # fmt: skip
"""Elements without text of their own, controls, and what the author struck out."""

_UNSAID = frozenset({
    "script", "style", "head", "iframe", "object", "embed", "canvas", "audio", "video", "rt", "rp",
    "del", "s", "strike",
})  # fmt: skip
"""Those of them that say nothing to anybody who reads the page, or no longer say it."""
_WITHIN_A_LINE = frozenset({
    "a", "abbr", "b", "button", "cite", "code", "em", "font", "i", "label", "mark", "option", "q",
    "select", "small", "span", "strong", "sub", "sup", "textarea", "u",
})  # fmt: skip

_ROLES = frozenset({
    "navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog",
    "menu", "menubar", "toolbar", "tablist", "button",
})  # fmt: skip

_NO_SIZE = re.compile(r"font-size\s*:\s*0(?![\d.]*[1-9])", re.IGNORECASE)
_HIDDEN_CLASSES = frozenset({
    "visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "element-invisible",
    "hidden", "ecl-u-sr-only", "d-none", "u-hidden",
})  # fmt: skip

_SHOWN_WHERE_WIDE = re.compile(
    r"(?:[\w-]+-)?d-(?:sm|md|lg|xl|xxl)-(?!none)\w[\w-]*"
    r"|(?:sm|md|lg|xl|2xl):(?:block|contents|flex|grid|inline|table)[\w-]*"
)
"""Classes of what is hidden on small screens only (Bootstrap, Tailwind)."""

# Digits are raised by then, and no decimal ones.
_NOTE_LABEL = re.compile(r"\W?(?:[^\W_a-z]{1,3}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})\W?", re.IGNORECASE)
_WORD_CHARACTER = re.compile(r"\w")

_PROSE = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "td", "th", "tr"})
_MAIN = (
    (".//article[not(ancestor::article)]", 0.5),
    (".//main", 0.3),
    (".//*[@role='main']", 0.3),
    (".//*[@itemprop='articleBody']", 0.3),
)
"""Where the text is, and the least part of the page's words that must stand there: what holds less
is an empty shell of the template. An article comes first because many a main element also holds
boxes beside it."""
LARGE_SHARE = 0.5
"""An element with more than this part of the page's words is not furniture, whatever its name."""
WHOLE = 0.8
"""What holds so large a part of the words is the page itself, hidden until a script has run."""


MANY_WORDS = 50
MUCH = 0.1
"""What is left out of the text is told from so many words and so large a part of what is read: a
form, a share bar or a label for screen readers has fewer."""


class MainContent(NamedTuple):
    """Where the text of a page is."""

    element: HtmlElement
    marked: bool
    """The page itself marks it out as its text."""
    warnings: tuple[str, ...]


class _LeftOut(NamedTuple):
    """An element that was removed for how it looks or is named."""

    parent: HtmlElement
    words: int
    """That are no links: menus are made of those."""
    name: str

    @classmethod
    def of(cls, element: HtmlElement) -> _LeftOut:
        words = sum(len(text.split()) for text in element.xpath(".//text()[not(ancestor::a)]"))
        name = clean(" ".join([element.tag, *element.get("class", "").split()]))
        return cls(element.getparent(), words, f"<{name[:60]}>")


_RAISABLE = ("sup", "span", "a", "font", "small", "b", "strong", "i", "em", "u", "cite")
"""What stands within a line: only there can a style raise a number above the others."""
_NOTE_CLASSES = frozenset({"MsoFootnoteReference", "MsoEndnoteReference"})
"""Raised in the style sheet of every page that Word has saved."""
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_LENGTH = re.compile(r"([-+]?\d*\.?\d+)(em|rem|ex|%|px|pt)", re.IGNORECASE)
_UNITS = {"em": 1.0, "rem": 1.0, "ex": 0.5, "%": 0.01, "px": 1 / 16, "pt": 1 / 12}
"""Ems in each unit, in type of the size that pages have."""
RAISED = 0.2
"""In ems: what stands higher is an exponent or a mark, less only puts an icon right."""


def raise_numbers(root: HtmlElement) -> None:
    """Write the numbers of raised elements with raised digits, which say so without markup."""
    for element in list(filter(_is_raised, root.iterdescendants(*_RAISABLE))):
        within = any(map(_is_raised, element.iterancestors(*_RAISABLE)))
        if within or raised(whole := element.text_content()) == whole:
            continue
        for text in element.xpath(".//text()"):
            parent = text.getparent()
            if text.is_tail:
                parent.tail = raised(text)
            else:
                parent.text = raised(text)


def _is_raised(element: HtmlElement) -> bool:
    """Whether it is printed above the line: by its name, by Word's name for it, or by its style."""
    if element.tag == "sup" or not _NOTE_CLASSES.isdisjoint(element.get("class", "").split()):
        return True
    if element.tag not in _RAISABLE:
        return False
    style = {name.lower(): value for name, value in _DECLARATION.findall(element.get("style", ""))}
    aligned = style.get("vertical-align", "")
    if aligned.lower().startswith("super"):
        return True
    height = _ems(aligned)
    if style.get("position", "").lower().startswith("relative"):
        height = max(height, -_ems(style.get("top", "")), _ems(style.get("bottom", "")))
    return height > RAISED


def _ems(length: str) -> float:
    """A length of CSS in ems, about; 0 for what is none."""
    match = _LENGTH.match(length)
    return float(match[1]) * _UNITS[match[2].lower()] if match else 0.0


def main_content(root: HtmlElement) -> MainContent:
    """The element that holds the text.

    Furniture and hidden elements are removed from the tree. Nothing but whole elements goes: what
    remains keeps every character.
    """
    hide_by_style(root)
    body = root.find(".//body")
    page = root if body is None else body
    left_out = _prune(page)
    for query, share in _MAIN:
        found = page.xpath(query)
        if len(found) == 1 and _words(found[0]) > share * _words(page):
            content = _with_title(found[0], page)
            return MainContent(content, marked=True, warnings=_doubt(content, left_out))
    _drop(page.xpath(".//header[not(.//h1)] | .//aside"))
    return MainContent(page, marked=False, warnings=_doubt(page, left_out))


def _doubt(content: HtmlElement, left_out: Sequence[_LeftOut]) -> tuple[str, ...]:
    """A warning where much was taken from the text itself, which may have been a part of it."""
    within = [
        piece
        for piece in left_out
        if piece.parent is content or content in piece.parent.iterancestors()
    ]
    words = sum(piece.words for piece in within)
    if words <= max(MANY_WORDS, MUCH * _words(content)):
        return ()
    largest = max(within, key=lambda piece: piece.words)
    return (
        f"{words} words were left out as hidden or as furniture of the page,"
        f" most of them in {largest.name}",
    )


def shown(fragment: HtmlElement) -> HtmlElement:
    """`fragment` without what a browser hides. All else in it is there because its author put it
    into another text: it has no furniture.
    """
    hide_by_style(fragment)
    _drop(fragment.xpath(".//comment() | .//processing-instruction()"))
    open_panels(fragment)
    _drop([e for e in fragment.iterdescendants() if e.tag in _NEVER or _is_hidden(e)])
    _drop([e for e in fragment.iterdescendants() if _is_note_mark(e)])
    return fragment


def _with_title(content: HtmlElement, page: HtmlElement) -> HtmlElement:
    """`content`, with the page's only h1 moved in front where the template put it outside."""
    titles = page.xpath(".//h1")
    if len(titles) == 1 and content not in titles[0].iterancestors():
        title = titles[0]
        title.drop_tree()
        title.tail, content.text = content.text, None
        content.insert(0, title)
    return content


def _prune(page: HtmlElement) -> list[_LeftOut]:
    """Remove what is no text of the page; what its looks or names alone speak against is told."""
    _drop(page.xpath(".//comment() | .//processing-instruction()"))
    open_panels(page)
    _drop([e for e in page.iterdescendants() if e.tag in _NEVER])
    total = _words(page)
    left_out: list[_LeftOut] = []
    for element in list(page.iterdescendants()):
        if page not in element.iterancestors():
            continue  # went with an ancestor
        if _is_note_mark(element):
            element.drop_tree()
        elif (_is_hidden(element) and not _is_page(element, total)) or (
            _is_furniture(element) and not _is_content(element, total)
        ):
            left_out.append(_LeftOut.of(element))
            element.drop_tree()
    return left_out


def _is_hidden(element: HtmlElement) -> bool:
    if is_panel(element):
        return False
    classes, style = element.get("class", "").split(), element.get("style", "")
    return (
        element.get("hidden", "until-found") != "until-found"
        or element.get("aria-hidden") == "true"
        or HIDES.search(style) is not None
        # What is within may have a size again, as the entries of many a menu do.
        or (_NO_SIZE.search(style) is not None and not element.xpath(".//*[@style or @class]"))
        or (
            not _HIDDEN_CLASSES.isdisjoint(classes)
            and not any(map(_SHOWN_WHERE_WIDE.fullmatch, classes))
        )
    )


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag == "footer":  # that of a block quote names who is quoted
        return not any(ancestor.tag == "blockquote" for ancestor in element.iterancestors())
    if element.tag == "form" or element.get("role", "").lower() in _ROLES:
        return True
    return any(map(names_furniture, _names(element)))


def _names(element: HtmlElement) -> Iterator[str]:
    """Classes and id, but not the id of a section: that is made from its heading's words."""
    if element.tag in _PROSE:
        return
    classes = element.get("class", "").split()
    yield from classes
    if element.tag in ("div", "ul", "ol", "aside", "header") and "section" not in classes:
        yield element.get("id", "")


def _is_note_mark(element: HtmlElement) -> bool:
    """Whether it is the raised number of a footnote: no part of the sentence it stands in."""
    if element.tag == "a":
        # Beside an exponent, for one, only the link is the note's.
        return element.get("role") == "doc-noteref" or (
            _leads_to_note(element) and _is_all_raised(element)
        )
    if not _is_raised(element):
        return False
    links = element.findall(".//a")
    beside = "".join(element.xpath(".//text()[not(ancestor::a)]"))
    return bool(links) and all(map(_leads_to_note, links)) and not _WORD_CHARACTER.search(beside)


def _is_all_raised(link: HtmlElement) -> bool:
    """Whether it stands in a raised element, or all its words do."""
    words = link.text_content().strip()
    return any(map(_is_raised, (link, *link.iterancestors()))) or any(
        _is_raised(element) and element.text_content().strip() == words
        for element in link.iterdescendants(*_RAISABLE)
    )


def _leads_to_note(link: HtmlElement) -> bool:
    """Whether a raised link leads to a place in a page; a saved one may name it in full."""
    href = link.get("href", "")
    if href.startswith("#"):
        return True
    return "#" in href and _NOTE_LABEL.fullmatch(link.text_content().strip()) is not None


def _is_page(element: HtmlElement, total: int) -> bool:
    """Whether a hidden element is what the page shows in the end."""
    share = _words(element) / max(total, 1)
    return share > WHOLE or (share > LARGE_SHARE and _holds_title(element))


def _is_content(element: HtmlElement, total: int) -> bool:
    """Whether it is too important to be furniture, as in ``<body class="has-sidebar">``."""
    return _holds_title(element) or _words(element) > LARGE_SHARE * total


def _holds_title(element: HtmlElement) -> bool:
    return element.tag in ("main", "article") or bool(element.xpath(".//main | .//article | .//h1"))


def _words(element: HtmlElement) -> int:
    return len(element.text_content().split())


def _drop(elements: list[HtmlElement]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def everything(root: HtmlElement) -> HtmlElement:
    """The element that holds all that a page says, furniture and hidden elements too.

    Such an element within a line becomes a block, so that the words around it stay together.
    """
    hide_by_style(root)
    body = root.find(".//body")
    page = root if body is None else body
    _drop(page.xpath(".//comment() | .//processing-instruction()"))
    _drop([e for e in page.iterdescendants() if e.tag in _UNSAID or _is_note_mark(e)])
    for element in page.iterdescendants(*_WITHIN_A_LINE):
        if element.tag in _NEVER or _is_hidden(element) or _is_furniture(element):
            element.tag = "div"
    return page
