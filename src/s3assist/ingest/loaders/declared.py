"""What an HTML page declares about itself: meta elements, JSON-LD, links. Nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from s3assist.documents import Metadata
from s3assist.ingest.cleaning import clean
from s3assist.ingest.dates import iso_date

_TITLE = ("citation_title", "dcterms.title", "dc.title", "og:title")
_AUTHOR = ("citation_author", "dcterms.creator", "dc.creator", "article:author", "author")
_PUBLISHER = ("citation_publisher", "dcterms.publisher", "dc.publisher", "og:site_name")
_DATE = (
    "article:published_time",
    "citation_publication_date",
    "citation_date",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.date",
    "dc.date",
    "dcterms.created",
    "datepublished",
    "publication_date",
    "date",
)
_LANGUAGE = ("dcterms.language", "dc.language", "content-language", "og:locale")
_ARTICLE = re.compile(r"(?:Article|NewsArticle|BlogPosting|Report|WebPage|ScholarlyArticle)$")
_LANGUAGE_CODE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]+)*")
_SEPARATOR = re.compile(r"\s+[|–—·•:-]\s+")
_CHAPTER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5})[.)]\s")
_ISO_START = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?=$|[T ])")


def page_metadata(root: HtmlElement) -> Metadata:
    """Metadata of a page that has not been pruned yet."""
    given: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop")
        key = (key or meta.get("http-equiv") or "").lower()
        if value := clean(meta.get("content") or ""):
            given.setdefault(key, []).append(value)
    article = next(_articles(root), {})
    publisher = _first(given, _PUBLISHER) or _named(article.get("publisher"))
    language = _language(root, given)
    return Metadata(
        title=_title(root, given, publisher),
        author="; ".join(_authors(given)) or _named(article.get("author")),
        publisher=publisher,
        date=_date(root, given, article, language),
        language=language,
        url=_url(root, given),
    )


def _first(given: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((given[name][0] for name in names if name in given), "")


def _title(root: HtmlElement, given: dict[str, list[str]], publisher: str) -> str:
    """The declared title, or the only h1; the title element last: it carries the site's name.

    Word gives the title of a document a class of its own, and its chapters are h1.
    """
    if declared := _first(given, _TITLE):
        return _without_site(declared, publisher)
    styled = root.xpath(".//*[contains(concat(' ', @class, ' '), ' MsoTitle ')]")
    if text := clean(" ".join(element.text_content() for element in styled)):
        return text
    titles = root.xpath(".//head/title | .//title[not(ancestor::svg)]")
    title = _without_site(clean(titles[0].text_content()), publisher) if titles else ""
    headings = [clean(heading.text_content()) for heading in root.xpath(".//h1")]
    if len(headings) == 1 and headings[0] and not (title and _CHAPTER.match(headings[0])):
        return headings[0]
    return title


def _without_site(title: str, publisher: str) -> str:
    pieces = _SEPARATOR.split(title)
    if publisher and len(pieces) > 1 and pieces[-1].casefold() == publisher.casefold():
        return title[: title.rindex(pieces[-1])].rstrip(" |–—·•:-")
    return title


def _authors(given: dict[str, list[str]]) -> list[str]:
    """Names, not addresses of profiles."""
    for name in _AUTHOR:
        if names := [n for n in given.get(name, ()) if "://" not in n and "@" not in n]:
            return list(dict.fromkeys(names))
    return []


def _date(
    root: HtmlElement, given: dict[str, list[str]], article: dict[str, Any], language: str
) -> str:
    candidates = [given[name][0] for name in _DATE if name in given]
    candidates.append(str(article.get("datePublished", "")))
    marked = root.xpath(".//time[@datetime][@pubdate or @itemprop='datePublished']/@datetime")
    for candidate in (*candidates, *marked):
        start = _ISO_START.match(str(candidate).replace("/", "-"))
        if found := iso_date(start[0] if start else str(candidate), language):
            return found
    return ""


def _language(root: HtmlElement, given: dict[str, list[str]]) -> str:
    html = root if root.tag == "html" else root.find(".//html")
    spoken = "" if html is None else html.get("lang") or html.get("xml:lang") or ""
    match = _LANGUAGE_CODE.fullmatch((spoken or _first(given, _LANGUAGE)).strip())
    return match[1].lower() if match else ""


def _url(root: HtmlElement, given: dict[str, list[str]]) -> str:
    canonical = root.xpath(".//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    found = (*canonical, *given.get("og:url", ()))
    return next((clean(str(u)) for u in found if str(u).startswith(("http://", "https://"))), "")


def _articles(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """JSON-LD objects that describe an article."""
    for script in root.xpath(".//script[@type='application/ld+json']"):
        try:
            loaded = json.loads(script.text_content())
        except (ValueError, RecursionError):
            continue
        graph = loaded.get("@graph", [loaded]) if isinstance(loaded, dict) else loaded
        for entry in graph if isinstance(graph, list) else ():
            kind = entry.get("@type", "") if isinstance(entry, dict) else ""
            if any(_ARTICLE.search(str(k)) for k in (kind if isinstance(kind, list) else [kind])):
                yield entry


def _named(value: object) -> str:
    """The name of a JSON-LD person or organisation, or of several."""
    if isinstance(value, list):
        return "; ".join(filter(None, (_named(entry) for entry in value)))
    if isinstance(value, dict):
        value = value.get("name")
    return clean(value) if isinstance(value, str) and "://" not in value else ""
