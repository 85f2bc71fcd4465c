"""Figures as tables for people, and as pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]

COLUMNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "cold": (
        ("what", "command", "{}"),
        ("seconds", "wall, s", "{:.2f}"),
        ("times", "faster than the script", "{:.1f}×"),
        ("cpu", "CPU, s", "{:.2f}"),
        ("cpu_times", "less CPU", "{:.1f}×"),
        ("megabytes", "memory, MB", "{:.0f}"),
    ),
    "rate": (
        ("what", "files", "{}"),
        ("files", "number", "{}"),
        ("passages", "passages", "{:,}"),
        ("index_s", "indexed in, s", "{:.1f}"),
        ("least_s", "the least that it takes, s", "{:.1f}"),
        ("ratio", "of that rate", "{:.2f}"),
        ("megabytes", "memory, MB", "{:.0f}"),
    ),
    "reading": (
        ("passages", "passages read", "{}"),
        ("milliseconds", "ms", "{:.0f}"),
        ("giga", "operations, 10^9", "{:.1f}"),
        ("rate", "10^9 a second", "{:.0f}"),
        ("limit", "large matrices, 10^9 a second", "{:.0f}"),
        ("share", "of that", "{:.2f}"),
    ),
    "peers": (
        ("set", "set", "{}"),
        ("engine", "engine", "{}"),
        ("rate", "records/s", "{:.1f}"),
        ("index_mb", "indexing, MB", "{:.0f}"),
        ("cold_s", "cold, s", "{:.2f}"),
        ("p50_ms", "warm p50, ms", "{:.1f}"),
        ("p95_ms", "p95, ms", "{:.1f}"),
        ("ask_mb", "asking, MB", "{:.0f}"),
        ("R@5", "R@5", "{:.3f}"),
        ("nDCG@10", "nDCG@10", "{:.3f}"),
    ),
    "vectors": (
        ("passages", "passages", "{:,}"),
        ("kind", "kind", "{}"),
        ("probes", "lists searched", "{}"),
        ("chosen", "chosen", "{}"),
        ("recall", "recall@10", "{:.3f}"),
        ("p50_ms", "p50, ms", "{:.1f}"),
        ("p95_ms", "p95, ms", "{:.1f}"),
        ("cpu_p50_ms", "CPU, ms", "{:.1f}"),
        ("build_cpu", "build CPU, s", "{:.0f}"),
        ("open_ms", "open, ms", "{:.1f}"),
        ("disk", "disk, MB", "{:.0f}"),
        ("megabytes", "memory, MB", "{:.0f}"),
    ),
    "index": (
        ("passages", "passages", "{:,}"),
        ("kind", "vectors", "{}"),
        ("open_ms", "open, ms", "{:.0f}"),
        ("encode_p50_ms", "encode, ms", "{:.1f}"),
        ("dense_p95_ms", "dense p95, ms", "{:.1f}"),
        ("lexical_p95_ms", "lexical p95, ms", "{:.1f}"),
        ("all_p50_ms", "retrieval p50, ms", "{:.1f}"),
        ("all_p95_ms", "p95, ms", "{:.1f}"),
        ("megabytes", "memory, MB", "{:.0f}"),
        ("add_s", "add a document, s", "{:.1f}"),
        ("unchanged_s", "nothing new, s", "{:.1f}"),
        ("write_s", "write all, s", "{:.0f}"),
    ),
}
TITLES = {
    "cold": "From start to printed quote",
    "rate": "Indexing",
    "reading": "Reading",
    "peers": "Beside txtai (hybrid, FAISS, same model)",
    "vectors": "Kinds of vector index",
    "index": "A whole index",
}


def table(part: str, rows: Iterable[Row]) -> str:
    """Rows as a Markdown table; a figure that was not measured is left blank."""
    columns = COLUMNS[part]
    lines = [
        [head for _, head, _ in columns],
        *([cell(row.get(key), form) for key, _, form in columns] for row in rows),
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    shown = [" | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines]
    shown.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in shown)


def fill(page: Path, figures: Mapping[str, Any]) -> None:
    """Write the tables of measured parts between their marks on a page."""
    text = page.read_text(encoding="utf-8")
    for part in TITLES:
        if part in figures:
            marks = re.compile(rf"(<!-- table:{part} -->\n).*?(<!-- end -->)", re.DOTALL)
            made = table(part, figures[part]["rows"]).replace("\\", r"\\")
            text = marks.sub(rf"\g<1>{made}\n\g<2>", text)
    page.write_text(text, encoding="utf-8")


def cell(value: object, form: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return form.format(value)


PLOTS: dict[str, tuple[str, str, Sequence[tuple[str, str]]]] = {
    "latency": (
        "index",
        "milliseconds",
        (
            ("all_p95_ms", "retrieval, p95"),
            ("dense_p95_ms", "dense leg, p95"),
            ("lexical_p95_ms", "lexical leg, p95"),
        ),
    ),
    "memory": ("index", "megabytes", (("megabytes", "resident after 100 questions"),)),
    "build": (
        "index",
        "seconds",
        (("write_s", "write all"), ("add_s", "add a document"), ("unchanged_s", "nothing new")),
    ),
}
"""For each picture: the part that it is of, the unit, and (key, label) of its lines."""


def draw(figures: Mapping[str, Any], folder: Path) -> list[Path]:
    """SVG pictures of figures against passages, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "s3assist"  # the same figures make the same file
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, (part, unit, lines) in PLOTS.items():
        rows = figures.get(part, {}).get("rows", [])
        if not rows:
            continue
        picture, axes = pyplot.subplots(figsize=(6, 3.6), layout="constrained")
        for key, label in lines:
            axes.loglog(
                [row["passages"] for row in rows], [row[key] for row in rows], "o-", label=label
            )
        axes.set(xlabel="passages", ylabel=unit)
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(frameon=False)
        made.append(folder / f"{name}.svg")
        picture.savefig(made[-1], metadata={"Date": None})
        pyplot.close(picture)
    return made
