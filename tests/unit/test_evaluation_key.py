"""Catches: a weak or open key that is used, a key that an error shows, a file left for others to read."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from orchestration.errors import UsageError
from orchestration.keys import KEY_LENGTH
from orchestration.publish.restricted import evaluation_key
from orchestration.publish.snapshot import READ_BY_GROUP, folder_mode
from orchestration.settings import Settings

LONG = "kq7xw2vz" * (KEY_LENGTH // 8)


def key_file(folder: Path, text: str, mode: int = 0o600) -> Settings:
    path = folder / "key"
    path.write_text(text)
    path.chmod(mode)
    return Settings(evaluation_key_file=path)


def test_without_a_key_there_is_none() -> None:
    assert evaluation_key(Settings()) is None


def test_a_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMES4ALL_EVALUATION_KEY", LONG)
    assert evaluation_key(Settings()) == LONG
    assert LONG not in repr(Settings())


def test_a_key_file_goes_before_the_environment(tmp_path: Path) -> None:
    settings = key_file(tmp_path, f"{LONG}x\n").model_copy(update={"evaluation_key": SecretStr(LONG)})
    assert evaluation_key(settings) == f"{LONG}x"


@pytest.mark.parametrize("text", ["", "k" * (KEY_LENGTH - 1), f"{'k' * (KEY_LENGTH - 1)}\n"])
def test_a_short_key_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="fewer than 32 characters") as refused:
        evaluation_key(key_file(tmp_path, text))
    assert "kkk" not in str(refused.value)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644])
def test_a_key_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(UsageError, match="open to every user"):
        evaluation_key(key_file(tmp_path, LONG, mode))


def test_a_missing_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there"):
        evaluation_key(Settings(evaluation_key_file=tmp_path / "key"))


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (READ_BY_GROUP, 0o750), (0o400, 0o700)])
def test_who_may_read_a_file_may_look_into_its_folder(file: int, folder: int) -> None:
    assert folder_mode(file) == folder
