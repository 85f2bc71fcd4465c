"""What every loader does to text: drop what cannot be read, and blocks that are not prose.

Words are never changed. Soft hyphens, no-break and thin spaces, ligatures and typographic quotes
stay as the source prints them; whoever searches normalises for matching only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from s3assist.documents import Block, BlockKind

# Vertical tab, form feed, NEL, line and paragraph separators part words, as a newline does.
_WHITESPACE = re.compile("[ \t\n\r\v\f\x85\u2028\u2029]+")

_UNREADABLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1 controls; ESC would reach the terminal
    "\u200b\ufeff\u2060"  # zero-width spaces and joiners: invisible, and they break up words
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides, isolates: they reorder what is shown
    "\ud800-\udfff"  # lone surrogates cannot be written as UTF-8
    "]"
)

_THING = r"(?:article|page|post|story|news|editorial|document|publication|content|event|item)"
_BOILERPLATE = re.compile(
    rf"""
      share (?:\ (?:this|the|our))? (?:\ {_THING})? (?:\ (?:on|via|with)\ [\w ,/&]{{1,60}})?
    | (?:print|e-?mail|bookmark|tweet|download|rate|save) \ this (?:\ {_THING})?
    | (?:print|send\ to\ a\ friend|printer[ -]friendly (?:\ version|\ page)?)
    | (?:back|return|go) \ to \ (?:the \ )? top (?:\ of \ (?:the\ )?page)?
    | skip \ to \ (?:the \ )? (?:main \ )? (?:content|navigation)
    | (?:follow|like|find|join) \ us (?:\ (?:on|at)\ [\w ,/&.@]{{1,80}})?
    | (?:stay\ connected|connect\ with\ us)
    | (?:subscribe|sign\ up) \ (?:to|for) \ (?:our|the) \ (?:newsletter|mailing\ list)
    | (?:accept|reject|refuse|manage|allow) (?:\ (?:all|only\ essential|essential))? \ cookies
    | cookie \ (?:settings|policy|preferences|notice)
    | (?:this\ (?:web)?site|our\ (?:web)?site|we) \ uses? \ cookies
      (?:\ \b (?:to|and|in|for) \b .{{1,200}})?
    | by \ (?:continuing\ to\ (?:use|browse)|using) \ (?:this|our) \ (?:web)?site
      ,? .{{0,80}} cookies .{{0,60}}
    | (?:all \ )? related \ (?:articles?|news|content|links|posts|pages|items|stories)
    | (?:read|see|view|show|load) \ (?:more|all|less)
    | you \ (?:may|might) \ also \ (?:like|be\ interested\ in)
    | (?:previous|next) (?:\ {_THING})?
    | (?:leave|post|add) \ a \ (?:comment|reply)
    | (?:facebook|twitter|x|linkedin|whatsapp|youtube|instagram|e-?mail)
      (?:[ ,|/·]+(?:facebook|twitter|x|linkedin|whatsapp|youtube|instagram|e-?mail|print))+
    | (?:©|\(c\)|copyright) .{{0,20}} \d{{4}} .{{0,60}} all \ rights \ reserved
    """,
    re.VERBOSE | re.IGNORECASE,
)

# On the last line of a saved page the button can stand right behind the last sentence.
_TAIL = re.compile(
    rf"(?<=[.!?…”\"’')\]])\s*(?:share\ this\ {_THING}|print\ this\ page|back\ to\ top)[.!]?\s*$",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """`text` on one line, without characters that nobody can read.

    Runs of ordinary spaces, tabs and line breaks become one space; the ends are stripped.
    """
    return _WHITESPACE.sub(" ", _UNREADABLE.sub("", text)).strip()


def is_boilerplate(block_text: str) -> bool:
    """Whether the *whole* block is a button, a cookie notice or the like.

    A sentence that merely mentions cookies or sharing is not boilerplate.
    """
    label = " ".join(block_text.split()).strip(" .!:»›>↑*|")
    return _BOILERPLATE.fullmatch(label) is not None


def tidy(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Clean blocks that carry no page offsets; drop empty ones and boilerplate."""
    kept: list[Block] = []
    for block in blocks:
        # The cells of a row are clean, and the two spaces around an empty one are its place. A row
        # is data, even when all it says is "Share".
        is_row = block.kind is BlockKind.ROW
        text = block.text if is_row else clean(block.text)
        if text and (is_row or not is_boilerplate(text)):
            kept.append(replace(block, text=text))
    if kept:
        kept[-1] = replace(kept[-1], text=_TAIL.sub("", kept[-1].text))
    return tuple(kept)
