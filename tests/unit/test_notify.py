"""Catches: a failure of which nobody is told, a password or a value that gets out, a sentence that is not true."""

import email
import logging
import socket
from email import policy
from pathlib import Path

import duckdb
import pytest
from command_line import homes4all
from listening import certificate, mail_server, webhook

from expectations.contract import ContractError
from orchestration.definitions import defs
from orchestration.errors import GateRefused, Homes4AllError, MachineRefused, RunLocked, UsageError
from orchestration.notify import (
    NEXT,
    REASONS,
    Notice,
    OutsideSteps,
    exit_code_of,
    has_published,
    smtp_password,
    tell,
    ways,
)
from orchestration.runner import Outcome
from orchestration.settings import Notices, Settings, chosen, usable_notices

PASSWORD = "correct horse battery staple"
STEP = Notice("0123456789abcdef", "raw", 3, has_published=False)
ROOT = Path(__file__).parents[2]


def test_a_mail_says_run_step_readers_and_what_to_do_in_both_languages() -> None:
    with mail_server() as heard:
        failed = tell(by_mail(f"smtp+plain://{heard.address}"), STEP)
    assert failed == ()
    (message,) = (email.message_from_bytes(each, policy=policy.default) for each in heard.told)
    assert message["To"] == "night@example.org, chief@example.org"
    assert message["From"] == "night@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    assert "(raw)" in message["Subject"]
    text = message.get_content()
    for said in (
        "L'elaborazione 0123456789abcdef si è fermata alla fase raw: un controllo non è passato",
        "i lettori hanno il file di prima",
        "The run 0123456789abcdef stopped at raw: a check refused",
        "readers have the file of before",
        *NEXT,
    ):
        assert said in text
    assert text.index("elaborazione") < text.index("The run")


def test_the_page_that_a_mail_points_to_is_there() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for sentence, quotes in zip(NEXT, (("«", "»"), ('"', '"')), strict=True):
        named = sentence.split(quotes[0])[1].split(quotes[1])[0]
        assert f"# {named}" in page


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_password_goes_over_tls_alone_and_into_no_log(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n")
    secret.chmod(0o600)
    caplog.set_level(logging.DEBUG)
    with mail_server(tls=certificate(tmp_path), from_the_start=scheme == "smtps") as heard:
        settings = by_mail(f"{scheme}://night%40city@{heard.address}", smtp_password_file=secret)
        assert tell(settings, STEP) == ("e-mail",)  # nobody vouches for the certificate
        assert (heard.told, heard.logins) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
        assert tell(settings, STEP) == ()
    assert (len(heard.told), len(heard.logins)) == (1, 1)
    assert PASSWORD not in caplog.text + repr(settings)
    assert "SSLCertVerificationError" in caplog.text


def test_a_server_without_tls_is_not_sent_a_password() -> None:
    with mail_server() as heard:
        settings = by_mail(f"smtp://night@{heard.address}", smtp_password=PASSWORD)
        assert tell(settings, STEP) == ("e-mail",)
    assert (heard.told, heard.logins) == ([], [])


def test_a_password_is_read_from_a_closed_file_or_the_environment(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    with pytest.raises(UsageError, match="open to every user"):
        smtp_password(by_mail("smtp://mail.example.org", smtp_password_file=secret))
    assert smtp_password(by_mail("smtp://mail.example.org", smtp_password=PASSWORD)) == PASSWORD


def test_one_way_that_fails_does_not_silence_the_other() -> None:
    with socket.socket() as closed, webhook() as heard:
        closed.bind(("127.0.0.1", 0))
        settings = by_mail(f"smtp+plain://127.0.0.1:{closed.getsockname()[1]}", webhook=heard.address)
        assert tell(settings, STEP) == ("e-mail",)
    (told,) = heard.told
    assert (told["run_id"], told["step"], told["published"]) == (STEP.run_id, "raw", False)
    assert NEXT[0] in told["text"]
    assert NEXT[1] in told["text"]


def test_what_readers_have_depends_on_the_run_that_made_their_file(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert has_published(settings, "0123456789abcdef") is False
    publish_as(settings, "20250101T010000Z_01234567")
    assert has_published(settings, "0123456789abcdef") is True
    assert has_published(settings, "fedcba9876543210") is False
    settings.published_file.write_bytes(b"no database")
    assert has_published(settings, "0123456789abcdef") is None


def test_a_step_after_publication_does_not_say_that_nothing_was_published() -> None:
    told = " ".join(Notice("0123456789abcdef", "report", 1, has_published=True).lines(1))
    assert "The new file is published" in told
    assert "file of before" not in told


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("Mario Rossi"), 2),
        (GateRefused("Mario Rossi"), 3),
        (RunLocked("Mario Rossi"), 4),
        (MachineRefused("Mario Rossi"), 5),
        (OSError(28, "No space", "Mario Rossi"), 5),
        (duckdb.IOException("Mario Rossi: No space left on device"), 5),
        (Homes4AllError("Mario Rossi"), 1),
        (SyntaxError("Mario Rossi"), 1),
    ],
)
def test_what_ends_a_run_outside_its_steps_is_told_by_kind_alone(
    error: Exception, code: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with webhook() as heard:
        with pytest.raises(type(error)), OutsideSteps(Settings(data=tmp_path, webhook=heard.address)):
            raise error
        with OutsideSteps(Settings(data=tmp_path, webhook=heard.address)):
            pass
        with pytest.raises(KeyboardInterrupt), OutsideSteps(Settings(data=tmp_path, webhook=heard.address)):
            raise KeyboardInterrupt
    (told,) = heard.told
    assert exit_code_of(error) == code
    assert REASONS[code][0] in told["text"]
    assert told["published"] is False
    assert "Rossi" not in told["text"] + caplog.text


def test_an_end_after_publication_is_told_as_such(tmp_path: Path) -> None:
    with webhook() as heard:
        settings = Settings(data=tmp_path, webhook=heard.address)
        publish_as(settings, "20250101T010000Z_01234567")
        with pytest.raises(OSError, match="full"), OutsideSteps(settings):
            publish_and_fail(settings)
    assert heard.told[0]["published"] is True


def test_settings_that_cannot_be_used_are_told_to_whom_can_be_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with webhook() as heard:
        monkeypatch.setenv("HOMES4ALL_WEBHOOK", heard.address)
        monkeypatch.setenv("HOMES4ALL_SMTP", "gopher://Mario Rossi")
        monkeypatch.setenv("HOMES4ALL_MAIL_TO", "night@example.org")
        monkeypatch.setenv("HOMES4ALL_BUILDS_KEPT", "none")
        assert homes4all("run", "--data", tmp_path) == 2
    (told,) = heard.told
    assert REASONS[2][0] in told["text"]
    assert "Rossi" not in told["text"] + capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP", "smtp://night:secret@mail.example.org"),
        ("SMTP", "smtp+plain://night@mail.example.org"),
        ("SMTP", "https://mail.example.org"),
        ("MAIL_TO", "night"),
        ("MAIL_TO", "night@example.org\nBcc: all@example.org"),
        ("MAIL_FROM", "Night <night@example.org>"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"HOMES4ALL_{name}", value)
    with pytest.raises(UsageError) as refused:
        chosen()
    assert f"HOMES4ALL_{name}" in str(refused.value)
    assert value not in str(refused.value)
    assert getattr(usable_notices(), name.lower()) in (None, ())


@pytest.mark.parametrize(("name", "value"), [("SMTP", "smtp://mail.example.org"), ("MAIL_TO", "night@example.org")])
def test_half_a_way_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"HOMES4ALL_{name}", value)
    with pytest.raises(UsageError, match="go together"):
        chosen()
    with pytest.raises(UsageError, match="go together"):
        defs()  # Dagster's own processes
    assert ways(usable_notices()) == []


def test_a_run_that_cannot_begin_tells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "contracts" / "municipality"
    broken.mkdir(parents=True)
    (broken / "evictions.odcs.yaml").write_text("no contract", encoding="utf-8")
    with webhook() as heard:
        monkeypatch.setenv("HOMES4ALL_WEBHOOK", heard.address)
        monkeypatch.setenv("HOMES4ALL_CONTRACTS", str(tmp_path / "contracts"))
        with pytest.raises(ContractError):
            homes4all("run", "--data", tmp_path / "data")
        (tmp_path / "file").write_text("")
        assert homes4all("run", "--data", tmp_path / "file" / "data") == 5
        monkeypatch.setenv("HOMES4ALL_DBT_PROJECT", str(tmp_path / "nowhere"))
        assert homes4all("run", "--data", tmp_path / "data") == 5
    definitions, machine, models = heard.told
    assert "could not begin" in definitions["text"]
    assert REASONS[5][1] in machine["text"]
    assert REASONS[5][1] in models["text"]


def test_a_trial_says_that_nothing_is_wrong_and_a_death_that_something_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert homes4all("notify") == 2
    with webhook() as heard:
        monkeypatch.setenv("HOMES4ALL_WEBHOOK", heard.address)
        assert homes4all("notify") == 0
        assert homes4all("notify", "--died") == 0
    trial, died = heard.told
    assert "prova" in trial["text"]
    assert REASONS[None][0] in died["text"]
    assert died["published"] is None
    assert "webhook" in capsys.readouterr().out
    assert homes4all("notify") == 5


@pytest.mark.parametrize(
    ("published_by", "said"),
    [
        ("20250101T010000Z_01234567", "The new file is published"),
        ("20250101T010000Z_89abcdef", "Nothing was published"),
        (None, "not known"),
    ],
)
def test_the_command_says_what_is_published_when_a_check_refuses(
    published_by: str | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome = Outcome("0123456789abcdef", ("a check of what comes after publication",))
    monkeypatch.setattr("orchestration.runner.run_nightly", lambda *_, **__: outcome)
    settings = Settings(data=tmp_path)
    publish_as(settings, published_by or "")
    if published_by is None:
        settings.published_file.write_bytes(b"no database")
    assert homes4all("run", "--rebuild", "--data", tmp_path) == 3
    assert said in capsys.readouterr().err


def by_mail(smtp: str, **others: object) -> Notices:
    return Notices.model_validate({"smtp": smtp, "mail_to": "night@example.org, chief@example.org", **others})


def publish_as(settings: Settings, run_id: str) -> None:
    """Put a published file in place whose run has this id."""
    settings.published_file.parent.mkdir(parents=True, exist_ok=True)
    incoming = settings.published_file.with_suffix(".new")
    with duckdb.connect(str(incoming)) as con:
        con.execute("create schema provenance")
        con.execute(
            "create table provenance.runs as select ? as run_id, date '2024-12-31' as as_of, "
            "timestamp '2025-01-01 01:00:00' as built_at, false as illustrative",
            [run_id],
        )
    incoming.replace(settings.published_file)


def publish_and_fail(settings: Settings) -> None:
    publish_as(settings, "20250102T010000Z_89abcdef")
    raise OSError("the disk is full")
