"""Hypothesis strategies: documents as hostile as the ones that people put into a corpus."""

from dataclasses import replace

from hypothesis import strategies as st

from s3assist.documents import Block, BlockKind, Document, Extract, Metadata
from s3assist.ingest.canonical import assemble
from s3assist.ingest.sentences import split

WORDS = (
    "clusters",
    "Regions",
    "S3",
    "2.32",
    "€",
    "e.g.",
    "Art. 11(2)",
    "specialisation",
    "😀",
    "𝔘nion",
    "e\u0301conomie",
    "éco",
    "eco\xadnomy",
    "ﬁrst",
    "long-term",
    "[sic]",
    "[bold]",
    "“so”",
    "\xa0",
    "naïve",
    "العربية",
    "19%",
    "It",
    "costs",
    "EUR",
    "million",
    "2014-2020",
)
SENTENCES = st.builds(
    lambda picks, end: " ".join(WORDS[pick % len(WORDS)] for pick in picks).strip() + end,
    st.binary(min_size=1, max_size=14),  # one draw: hypothesis takes longest with many small ones
    st.sampled_from([".", ".", "!", "?", "…", ":", ""]),
)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=5).map(" ".join)
BLOCKS = st.builds(
    lambda kind, text, level: Block(
        kind=kind, text=text, level=level if kind is BlockKind.HEADING else 0
    ),
    st.sampled_from(BlockKind),
    TEXTS,
    st.integers(1, 3),
)


def build_document(blocks: list[Block], path: str = "notes/one.txt") -> Document:
    """A document of these blocks, one page to every second block."""
    paged = [replace(b, pages=((0, position // 2 + 1),)) for position, b in enumerate(blocks)]
    return assemble(
        Extract(blocks=tuple(paged), page_labels=tuple("ivxlcdm"[: len(blocks)])),
        path=path,
        format="text",
        sha256="0" * 64,
        metadata=Metadata(title="A title", language="en"),
        split=split,
    )


DOCUMENTS = st.lists(BLOCKS, min_size=1, max_size=12).map(build_document)
