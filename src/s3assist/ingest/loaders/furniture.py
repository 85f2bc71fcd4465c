"""Names of classes and ids that say that an element of a page is no part of its text."""

from __future__ import annotations

import re

_UNMISTAKABLE = re.compile(
    r"""(?:^|[-_])(?:
      cookies? | cookie-?(?:bar|banner|consent|notice|law) | breadcrumbs?
    | share-?(?:bar|buttons?|links?|this|article|tools?) | addtoany | addthis
    | social-?(?:share|sharing|media|links?|icons?|bar|buttons?|networks?)
    | related-?(?:links?|content|articles?|posts?|news|items?|pages?|stories)
    | navbar | sidebar | site-?header | pagination | skip-?links?
    | print-?(?:link|page|button) | comment-?(?:respond|form|list)
    | newsletter-?(?:signup|subscribe|subscription|form|block)
    | (?:language|lang)-?(?:switcher|selector|list) | back-?to-?top
    )(?:$|[-_]) | ^related$ | ^social$""",
    re.VERBOSE | re.IGNORECASE,
)
_FURNITURE = frozenset({
    "advert", "advertisement", "comments", "consent", "footer", "gdpr", "login", "menu", "modal",
    "nav", "navigation", "pager", "popup", "share", "sharing",
})  # fmt: skip
_LAYOUT = frozenset({
    "active", "area", "article", "backdrop", "bar", "block", "body", "bottom", "box", "btn",
    "button", "buttons", "center", "close", "col", "collapse", "collapsed", "collapsible",
    "column", "container", "content", "dark", "default", "desktop", "dialog", "dropdown", "ecl",
    "entry", "fade", "first", "fixed", "form", "full", "global", "group", "header", "horizontal",
    "icon", "icons", "info", "inner", "item", "items", "language", "last", "layer", "layout",
    "left", "level", "light", "link", "links", "list", "main", "middle", "mobile", "navs", "node",
    "open", "outer", "overlay", "page", "panel", "pills", "popover", "post", "primary", "region",
    "responsive", "right", "row", "search", "second", "secondary", "section", "show", "side",
    "site", "social", "sticky", "sub", "tabs", "text", "third", "title", "toggle", "toggler",
    "tools", "top", "usa", "user", "vertical", "view", "views", "wcm", "widget", "wrap",
    "wrapper",
})  # fmt: skip
"""Words of templates, which say where something stands and not what it is about."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W\d_]+")
NAMESPACE = 2
"""Letters of a word that only says whose template it is: wp, td, c."""


def names_furniture(name: str) -> bool:
    """Whether a class or id names furniture of the page.

    Words such as share and footer name much else: a market-share is what a text is about, and the
    footer of a card holds its text. They count only among words of templates.
    """
    spelt = _CAMEL.sub("-", name)
    if _UNMISTAKABLE.search(spelt):
        return True
    words = {word.lower() for word in _WORD.findall(spelt)}
    return not _FURNITURE.isdisjoint(words) and all(
        len(word) <= NAMESPACE for word in words - _FURNITURE - _LAYOUT
    )
