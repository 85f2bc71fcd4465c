"""Settings: who wins, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from s3assist.config import FILE, Settings, load_settings
from s3assist.errors import ConfigError


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No settings file and no variables, whatever the developer's machine has."""
    monkeypatch.chdir(tmp_path)
    for variable in list(os.environ):
        if variable.upper().startswith("S3ASSIST_"):
            monkeypatch.delenv(variable)
    return tmp_path


def write(text: str) -> None:
    Path(FILE).write_text(text, encoding="utf-8")


def test_without_a_file_the_defaults_hold() -> None:
    settings = load_settings()

    assert settings == Settings()
    assert (settings.corpus, settings.index) == (Path("corpus"), Path("index"))


def test_a_file_wins_over_defaults_a_variable_over_the_file_and_a_flag_over_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write('max_quotes = 2\nencoder = "from-file"\ncorpus = "from-file"\n')
    monkeypatch.setenv("S3ASSIST_ENCODER", "from-variable")
    monkeypatch.setenv("S3ASSIST_CORPUS", "from-variable")

    settings = load_settings(corpus=Path("from-flag"))

    assert settings.max_quotes == 2
    assert settings.encoder == "from-variable"
    assert settings.corpus == Path("from-flag")
    assert settings.index == Path("index")


def test_a_flag_that_was_not_given_leaves_the_file_in_force() -> None:
    write('corpus = "from-file"\n')

    assert load_settings(corpus=None).corpus == Path("from-file")


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3ASSIST_MAX_QUOTES", "")

    assert load_settings().max_quotes == Settings().max_quotes


def test_a_tilde_is_the_home_folder_wherever_a_path_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write('corpus = "~/papers"\n')
    monkeypatch.setenv("S3ASSIST_SESSIONS", "~/sessions")

    settings = load_settings(index=Path("~/index"))

    assert settings.corpus == tmp_path / "papers"
    assert settings.index == tmp_path / "index"
    assert settings.sessions == tmp_path / "sessions"


def test_a_tilde_with_a_name_that_nobody_has_belongs_to_the_file() -> None:
    write('corpus = "~no-such-user/papers"\n')

    assert load_settings().corpus == Path("~no-such-user/papers")


def test_settings_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().max_quotes = 3  # type: ignore[misc]


def test_an_unknown_key_is_refused_with_the_name_that_was_meant() -> None:
    write("max_quote = 3\n")

    with pytest.raises(ConfigError, match="max_quote") as refused:
        load_settings()

    assert FILE in refused.value.message
    assert "`max_quotes`" in refused.value.hint


def test_a_key_like_no_other_is_refused_with_the_list_of_keys() -> None:
    write("zzz = 3\n")

    with pytest.raises(ConfigError) as refused:
        load_settings()

    assert all(name in refused.value.hint for name in Settings.model_fields)


def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3ASSIST_CORPSU", "elsewhere")

    with pytest.raises(ConfigError, match="S3ASSIST_CORPSU") as refused:
        load_settings()

    assert "`corpus`" in refused.value.hint


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('max_quotes = "many"', "max_quotes"),
        ("max_quotes = 0", "max_quotes"),
        ("passage_tokens = 100000", "passage_tokens"),
        ("bar = 1.5", "bar"),
        ("corpus = 7", "corpus"),
    ],
)
def test_a_value_that_cannot_be_names_its_key_and_where_to_mend_it(line: str, key: str) -> None:
    write(line)

    with pytest.raises(ConfigError, match=key) as refused:
        load_settings()

    assert f"S3ASSIST_{key.upper()}" in refused.value.hint


@pytest.mark.parametrize("text", ["max_quotes =", "= 3", "[corpus", 'corpus = "a"\ncorpus = "b"'])
def test_a_file_that_is_not_toml_is_named(text: str) -> None:
    write(text)

    with pytest.raises(ConfigError, match="not TOML"):
        load_settings()


def test_a_file_that_is_not_text_is_named() -> None:
    Path(FILE).write_bytes(b"corpus = '\xff\xfe'")

    with pytest.raises(ConfigError, match=FILE):
        load_settings()


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    write("\ufeffmax_quotes = 2\n")

    assert load_settings().max_quotes == 2
