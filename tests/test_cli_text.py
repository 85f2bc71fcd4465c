from __future__ import annotations

import io
from collections.abc import Sequence

from s3assist.citation import page_name
from s3assist.cli.terminal import Look, make_safe, marked, wrap
from s3assist.cli.text import answer_lines, document_lines, quote_lines
from s3assist.documents import (
    Answer,
    BlockKind,
    Document,
    Metadata,
    Page,
    Paragraph,
    PeriodGroup,
    Quote,
    Span,
    Verdict,
)
from s3assist.printable import on_one_line, printable


def document(text: str, pages: Sequence[Page] = (), title: str = "") -> Document:
    return Document(
        path="a.pdf",
        format="pdf",
        sha256="ab" * 32,
        metadata=Metadata(title=title),
        text=text,
        paragraphs=(Paragraph(0, len(text), BlockKind.PARAGRAPH, (Span(0, len(text)),)),),
        pages=tuple(pages),
    )


def test_a_terminal_gets_wrapped_lines_with_emphasis_at_the_right_place() -> None:
    text = "one two three four five"

    shown = marked(text, [Span(8, 18)], Look(width=10, bold=True))

    assert shown == "one two\n\x1b[1mthree four\x1b[0m\nfive"


def test_wrapping_replaces_spaces_only() -> None:
    text = "Überlange Wörter und eine Kombination: e\u0301e\u0301 日本語 日本語 ende"

    shown = wrap(text, 12)

    assert shown.replace("\n", " ") == text
    assert len(shown) == len(text)


def test_a_document_can_neither_command_nor_deceive_a_terminal() -> None:
    quote = Quote(
        document=document("A\x1b]0;x\x07 \u202eword\x9b2J.", title="T\x1b[2J\r\nerror: x"),
        start=0,
        end=20,
    )

    lines = list(quote_lines(quote, "[1]", Look(width=80)))

    assert lines[0] == "A]0;x word2J."
    assert lines[2] == "    [1] T[2J error: x"


def test_page_names_have_both_numbers_where_they_differ() -> None:
    assert page_name(Page(0, 14, "12")) == "p. 12 (PDF 14)"
    assert page_name(Page(0, 3, "3")) == "p. 3"


def test_a_paragraph_that_goes_over_a_page_says_so() -> None:
    text = "First half, second half."
    shown = document(text, pages=[Page(0, 1, "i"), Page(12, 2, "ii")])

    lines = [line for line in document_lines(shown, Span(0, len(text)), Look()) if line]

    assert lines == [
        "──── p. i (PDF 1) ────",
        "[¶ 1] First half,",
        "──── p. ii (PDF 2) ────",
        "[¶ 1, continued] second half.",
    ]


def test_an_answer_says_how_a_question_was_understood() -> None:
    answer = Answer(
        question="And then?",
        understood_as="What is S3? And then?",
        verdict=Verdict.NOT_FOUND,
        confidence=0.1,
    )

    text = "\n".join(answer_lines(answer, Look()))

    assert text == (
        "Not found in the documents\n\nconfidence: very low (0.10)\n"
        "understood as: What is S3? And then?"
    )


def test_what_cannot_be_encoded_is_not_printed() -> None:
    assert printable("a\ud800b") == "ab"
    assert on_one_line("a\n\tb\x7f") == "a b"


def test_a_stream_of_another_encoding_is_no_obstacle() -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    make_safe(stream)

    stream.write("€ 42 million")
    stream.flush()

    assert written.getvalue() == "€ 42 million".encode()


def test_quotes_that_differ_are_shown_under_their_periods() -> None:
    texts = ("19% of jobs in 2019.", "25% of jobs in 2021.")
    quotes = tuple(Quote(document=document(text), start=0, end=len(text)) for text in texts)
    answer = Answer(
        question="What share?",
        understood_as="What share?",
        verdict=Verdict.ANSWERED,
        confidence=0.9,
        quotes=quotes,
        by_period=(PeriodGroup("2021", True, (1,)), PeriodGroup("2019", True, (0,))),
    )

    lines = "\n".join(answer_lines(answer, Look(width=80)))

    assert "say different things for different periods, newest first" in lines
    assert lines.index("── 2021 ──") < lines.index("[2]") < lines.index("── 2019 ──")
    assert lines.index("── 2019 ──") < lines.index("[1]")
