"""Catches: one household with two pseudonyms, an identifier or the key left anywhere, an export that is overwritten."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from expectations.contract import load_contracts
from orchestration.errors import GateRefused, UsageError
from orchestration.keys import key_in
from orchestration.pseudonymise import normalised, pseudonym, pseudonymise

CONTRACTS = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")
KEY, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4
HEADINGS = "ID_PROCEDURA;ID_NUCLEO;COGNOME;DATA_PROVVEDIMENTO;ESITO;DATA_ESITO"
EXPORT = (
    f"{HEADINGS}\r\nP-1;Nucleo 12/a;Perché;19/04/2021;RITIRATO;25/11/2021\r\nP-2;N. 7;Rossi;31/05/2021;PENDENTE;\r\n"
)


@pytest.fixture
def export(tmp_path) -> Path:
    path = tmp_path / "export.csv"
    path.write_bytes(EXPORT.encode("cp1252"))
    return path


def run(export: Path, *, key=KEY, columns=("ID_NUCLEO",), drop=("COGNOME",), name="evictions_2024-12-31.csv"):
    target = export.with_name(name)
    return target, pseudonymise(export, target, CONTRACTS, key, columns=columns, drop=drop)


def test_a_known_vector():
    expected = "h_" + hmac.new(KEY.encode(), b"NUCLEO12A", hashlib.sha256).hexdigest()[:24]
    assert pseudonym("Nucleo 12/a", KEY) == expected


@pytest.mark.parametrize(
    "spelling",
    ["nucleo 12/A", " NUCLEO-12.A ", "Nucleo\u00a012 / a", "ＮＵＣＬＥＯ１２Ａ", "nucleo\u200b12a", "Nucleo_12a"],
)
def test_spellings_of_one_identifier_give_one_pseudonym(spelling):
    assert pseudonym(spelling, KEY) == pseudonym("Nucleo 12/a", KEY)


def test_composed_and_decomposed_letters_are_the_same_and_different_identifiers_are_not():
    assert normalised("Nicolo\u0300") == normalised("Nicolò") == "NICOLÒ"
    assert len({normalised(each) for each in ("012", "12", "12A", "1-3")}) == 4


def test_two_keys_share_no_pseudonym():
    names = [f"N{number}" for number in range(1000)]
    assert {pseudonym(each, KEY) for each in names}.isdisjoint({pseudonym(each, OTHER) for each in names})


def test_identifiers_are_hashed_columns_dropped_and_the_form_of_the_file_kept(export):
    target, report = run(export)
    assert target.read_bytes().decode("cp1252") == (
        "ID_PROCEDURA;ID_NUCLEO;DATA_PROVVEDIMENTO;ESITO;DATA_ESITO\r\n"
        f"P-1;{pseudonym('Nucleo 12/a', KEY)};19/04/2021;RITIRATO;25/11/2021\r\n"
        f"P-2;{pseudonym('N. 7', KEY)};31/05/2021;PENDENTE;\r\n"
    )
    assert export.read_bytes() == EXPORT.encode("cp1252")
    assert target.stat().st_mode & 0o077 == 0
    told = json.loads(target.with_name("evictions_2024-12-31.pseudonymised.json").read_text())
    assert told["hashed"] == {"ID_NUCLEO": {"values": 2, "empty": 0, "different": 2}}
    assert (told["rows"], told["dropped"]) == (2, ["COGNOME"])
    written = "".join(path.read_bytes().decode("cp1252") for path in target.parent.glob("evictions*"))
    assert not any(each in written for each in (KEY, "Nucleo", "Rossi"))
    assert {path.name for path in target.parent.iterdir()} == {
        "export.csv", target.name, "evictions_2024-12-31.pseudonymised.json",
    }  # fmt: skip
    assert report.key_check != run(export, key=OTHER, name="evictions_2024-12-30.csv")[1].key_check


def test_what_is_personal_and_left_refuses_and_writes_nothing(export):
    export.write_text(EXPORT.replace("Rossi", "anna.rossi@example.org"))
    with pytest.raises(GateRefused, match="e-mail address") as refused:
        run(export, drop=())
    assert "rossi" not in str(refused.value)
    assert [path.name for path in export.parent.iterdir()] == ["export.csv"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("N. 7", pseudonym("x", KEY), "pseudonym already"),
        ("N. 7", "-", "neither letters nor digits"),
        ("N. 7;", "", "as many fields"),
        ("N. 7", '"N" 7', "quotes"),
    ],
)
def test_lines_that_cannot_be_hashed_refuse_and_write_nothing(export, old, new, told):
    export.write_bytes(EXPORT.replace(old, new).encode("cp1252"))
    with pytest.raises(GateRefused, match=told):
        run(export)
    assert [path.name for path in export.parent.iterdir()] == ["export.csv"]


def test_empty_identifiers_stay_empty(export):
    export.write_bytes(EXPORT.replace("N. 7", " ").encode("cp1252"))
    assert run(export)[1].hashed["ID_NUCLEO"].empty == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "export.csv"}, "Name the output"),
        ({"name": "evictions_2024-13-31.csv"}, "Name the output"),
        ({"name": "evictions_2024-12-31.xlsx"}, "Name the output"),
        ({"columns": ("NUCLEO",)}, "heading NUCLEO"),
        ({"columns": ()}, "--columns"),
        ({"drop": ("ID_NUCLEO",)}, "--drop"),
    ],
)
def test_wrong_usage_is_told(export, wrong, told):
    with pytest.raises(UsageError, match=told):
        run(export, **wrong)
    assert export.read_bytes() == EXPORT.encode("cp1252")


def test_nothing_is_overwritten(tmp_path):
    export = tmp_path / "evictions_2024-12-31.csv"
    export.write_bytes(EXPORT.encode())
    with pytest.raises(UsageError, match="ever overwritten"):
        run(export)
    assert export.read_bytes() == EXPORT.encode()


def test_a_key_that_can_be_guessed_is_refused(tmp_path):
    path = tmp_path / "key"
    path.write_text("ab" * 32)
    path.chmod(0o600)
    with pytest.raises(UsageError, match="can be guessed") as refused:
        key_in(path, "pseudonym")
    assert "abab" not in str(refused.value)
