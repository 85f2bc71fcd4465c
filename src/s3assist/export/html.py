"""A web page that needs nothing but itself: no script, no font, no image from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from s3assist.citation import also_named, beside
from s3assist.documents import Quote
from s3assist.export.citation import citation, is_doubtful, worth
from s3assist.export.report import NEAREST, NOT_AN_ANSWER, Part, Report, pieces
from s3assist.printable import on_one_line, printable

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --quiet: #55555f; --line: #0e47cb;
  --mark: #fff0b3; --warn: #8a3b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8ec; --paper: #16161a; --quiet: #a9a9b5;
  --line: #8fb0ff; --mark: #5c4a00; --warn: #ffb57a; } }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; background: var(--paper);
  color: var(--ink); font: 1.05rem/1.55 Georgia, "Times New Roman", serif; }
h1, h2 { line-height: 1.25; }
blockquote { margin: 1.5rem 0 .4rem; padding-left: 1rem; border-left: .25rem solid var(--line);
  white-space: pre-wrap; }
blockquote.nearest { border-left-style: dashed; }
mark { background: var(--mark); color: inherit; }
p.citation, p.receipt, p.remark, p.origin { margin: .2rem 0 .2rem 1.25rem; color: var(--quiet);
  font-size: .9rem; }
p.remark, p.origin { margin-left: 0; }
code { overflow-wrap: anywhere; font-size: .85em; }
.warning { color: var(--warn); }
@media print { body { margin: 0; max-width: none; } blockquote, h2 { break-inside: avoid; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(report: Report) -> str:
    return "\n".join(lines(report)) + "\n"


def lines(report: Report) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{line(report.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    yield f'<h1 dir="auto">{line(report.title)}</h1>\n<p class="origin">{line(report.origin)}</p>'
    for number, part in enumerate(report.parts, start=1):
        yield from part_lines(number, part)
    yield "</body>\n</html>"


def part_lines(number: int, part: Part) -> Iterator[str]:
    yield "<section>"
    if part.question:
        yield f'<h2 dir="auto">{number}. {line(part.question)}</h2>'
    for remark in part.remarks:
        yield f'<p class="remark">{line(remark)}</p>'
    for quote in part.quotes:
        yield from quote_lines(quote)
    if part.not_found:
        yield f"<p><strong>{line(part.not_found)}</strong></p>"
        if part.nearest:
            yield f"<p>{NEAREST}</p>"
    for quote in part.nearest:
        yield from quote_lines(quote, nearest=True)
    yield "</section>"


def quote_lines(quote: Quote, *, nearest: bool = False) -> Iterator[str]:
    language = line(quote.document.metadata.language)
    attributes = f' lang="{language}"' if language else ""
    kind = ' class="nearest"' if nearest else ""
    label = f"<strong>{NOT_AN_ANSWER}:</strong> " if nearest else ""
    yield f'<blockquote{kind}{attributes} dir="auto">{marked(quote)}</blockquote>'
    for remark in beside(quote):
        yield f'<p class="citation">{line(remark)}</p>'
    yield f'<p class="citation">{label}{line(citation(quote))}{link(quote)}</p>'
    warning = ' class="warning"' if is_doubtful(quote) else ""
    state = f"<span{warning}>{line(worth(quote))}</span>"
    yield f'<p class="receipt"><code>{line(str(quote.receipt))}</code> · {state}</p>'
    for name, place in also_named(quote, citation):
        receipt = line(str(place.receipt))
        yield f'<p class="citation">Also in: {line(name)} <code>{receipt}</code></p>'


def marked(quote: Quote) -> str:
    """The words of a quote with those that carry the answer marked."""
    return "".join(
        f"<mark>{block(words)}</mark>" if answers else block(words)
        for words, answers in pieces(quote)
    )


def link(quote: Quote) -> str:
    """The address of the document, if it is one that a browser opens without danger."""
    url = on_one_line(quote.document.metadata.url)
    if not url.startswith(("https://", "http://")):
        return ""
    return f' <a href="{escape(url)}" rel="noopener noreferrer">{escape(url)}</a>'


def line(text: str) -> str:
    return escape(on_one_line(text))


def block(text: str) -> str:
    return escape(printable(text))
