"""A conversation with all that belongs to it: a title, filters, and a basket of quotes."""

from __future__ import annotations

import secrets
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from s3assist.answer.retrieve import Filters
from s3assist.documents import Conversation, Quote, Standing, Turn

TITLE_LENGTH = 80
"""Characters of the first question that make the title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One conversation. A change makes a new value; `SessionStore.save` writes it down."""

    id: str
    created: str
    """UTC, ISO 8601."""
    updated: str
    title: str = ""
    """The first question unless somebody gave another; empty before it."""
    filters: Filters = Filters()
    """Of the next question."""
    conversation: Conversation = Conversation()
    basket: tuple[Quote, ...] = ()
    """Quotes put aside for an export, in the order in which they were."""

    @classmethod
    def begin(cls, filters: Filters = Filters()) -> Session:
        """A new conversation with an id of its own."""
        now = datetime.now(UTC)
        identity = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        return cls(id=identity, created=iso(now), updated=iso(now), filters=filters)

    def with_turn(self, turn: Turn) -> Session:
        return self._changed(
            title=self.title or default_title(turn.question),
            conversation=self.conversation.with_turn(turn),
        )

    def with_last_turn(self, turn: Turn) -> Session:
        """The last question asked anew, understood as somebody has put it right."""
        return self._changed(conversation=self.conversation.without_last().with_turn(turn))

    def with_title(self, title: str) -> Session:
        return self._changed(title=" ".join(title.split()))

    def with_filters(self, filters: Filters) -> Session:
        return self._changed(filters=filters)

    def with_quote(self, quote: Quote) -> Session:
        """The quote in the basket, once."""
        return self if self.holds(quote) else self._changed(basket=(*self.basket, quote))

    def without_quote(self, quote: Quote) -> Session:
        rest = tuple(kept for kept in self.basket if place_of(kept) != place_of(quote))
        return self._changed(basket=rest)

    def holds(self, quote: Quote) -> bool:
        """Whether the basket has this very place."""
        return any(place_of(kept) == place_of(quote) for kept in self.basket)

    def doubtful(self) -> Iterator[Quote]:
        """Every quote that the index did not confirm when the session was loaded."""
        for turn in self.conversation.turns:
            for quote in (*turn.answer.quotes, *turn.answer.nearest):
                if quote.standing is not Standing.VERIFIED:
                    yield quote
        yield from (quote for quote in self.basket if quote.standing is not Standing.VERIFIED)

    def _changed(self, **fields: object) -> Session:
        return replace(self, updated=iso(datetime.now(UTC)), **fields)  # type: ignore[arg-type]


def place_of(quote: Quote) -> tuple[str, str, int, int]:
    """Where a quote stands, without the page and section that a receipt looks up."""
    return quote.document.path, quote.document.sha256, quote.start, quote.end


def default_title(question: str) -> str:
    """The question on one line, cut at a word."""
    return textwrap.shorten(question, TITLE_LENGTH, placeholder=" …")


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
