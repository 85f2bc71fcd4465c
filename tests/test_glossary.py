from pathlib import Path

import pytest

from s3assist.errors import LoadError
from s3assist.ingest.glossary import load_glossary

TABLE = "acronym\texpansion\tnote\r\nKMU\tUnternehmen für Europa\tseit 2003\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_glossary_that_a_spreadsheet_saved_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_bytes(TABLE.encode(encoding))

    assert load_glossary(path) == (("KMU", "Unternehmen für Europa", "seit 2003"),)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le"])
def test_a_glossary_whose_encoding_is_a_guess_is_refused_by_name(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_bytes(TABLE.encode(encoding))

    with pytest.raises(LoadError, match=r"^glossary\.tsv: ") as caught:
        load_glossary(path)
    assert caught.value.hint


def test_a_glossary_that_is_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.mkdir()

    with pytest.raises(LoadError, match=r"^glossary\.tsv: is a folder"):
        load_glossary(path)


def test_a_glossary_with_an_endless_cell_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text(f"{TABLE}S3\t{'x' * 200_000}\t\r\n", encoding="utf-8", newline="")

    with pytest.raises(LoadError, match=r"^glossary\.tsv, line 3: ") as caught:
        load_glossary(path)
    assert caught.value.hint


def test_a_missing_glossary_has_no_rows(tmp_path: Path) -> None:
    assert load_glossary(tmp_path / "glossary.tsv") == ()
