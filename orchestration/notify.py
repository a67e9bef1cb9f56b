"""Telling people that a run failed, by webhook and by e-mail: where it stopped, what readers have, what to do next.

Facts about the run alone, in words of ours: no message of an error, no name of a file and no value leaves the machine.
When to tell is decided in `jobs` (a step, a process that died) and by `OutsideSteps` (a command that never got so far).
Telling never raises: a run that failed must not fail once more for it.
"""

import json
import logging
import smtplib
import ssl
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException
from types import TracebackType
from urllib.parse import unquote

import duckdb

from orchestration.errors import Homes4AllError, in_our_words
from orchestration.keys import secret_in
from orchestration.operations.status import published_of
from orchestration.settings import Notices, Settings, usable_notices

logger = logging.getLogger("homes4all.notify")

TIMEOUT_SECONDS = 10
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}

REASONS = {
    1: ("un errore del software", "an error of the software"),
    2: (
        "un'impostazione o un'opzione che non si può usare",
        "a setting or an option that cannot be used",
    ),
    3: (
        "un controllo non è passato: c'è un motivo nei dati consegnati o nelle tabelle",
        "a check refused: the reason lies in the deliveries or in the tables",
    ),
    4: ("un'altra elaborazione è in corso", "another run is at work"),
    5: (
        "la macchina ha rifiutato: disco pieno o cartella non accessibile",
        "the machine refused: the disk is full or a folder is closed",
    ),
    None: (
        "non è potuta iniziare, o il suo processo è finito prima del tempo",
        "it could not begin, or its process ended before its time",
    ),
}
READERS = {
    True: (
        "Il nuovo file è pubblicato; manca soltanto ciò che questa fase doveva ancora fare.",
        "The new file is published; only what this step had still to do is missing.",
    ),
    False: (
        "Questa elaborazione non ha pubblicato nulla: i lettori hanno il file di prima.",
        "This run published nothing: readers have the file of before.",
    ),
    None: (
        "Non si sa che cosa sia pubblicato: lo dice `homes4all status`.",
        "What is published is not known: `homes4all status` says it.",
    ),
}
NEXT = (
    "Che cosa fare: `homes4all status`, poi docs/operations.md, «Alle 8 del mattino». Nessuna consegna è persa.",
    'What to do: `homes4all status`, then docs/operations.md, "At 8 in the morning". No delivery is lost.',
)
TRIAL = (
    "Questo è un messaggio di prova: così arrivano gli avvisi quando un'elaborazione non riesce. Nulla da fare.",
    "This is a trial message: this is how you are told when a run fails. There is nothing to do.",
)


@dataclass(frozen=True)
class Notice:
    """A run that failed.

    Args:
        run_id: of Dagster; none if it failed before it had one.
        step: which stage stopped; none if it was none of them.
        exit_code: what kind of error; none if the process died.
        has_published: whether the published file is of this run; none if that cannot be found out.
    """

    run_id: str | None
    step: str | None
    exit_code: int | None
    has_published: bool | None

    def lines(self, language: int) -> tuple[str, ...]:
        """The message in Italian (0) or English (1), a sentence a line."""
        run, step = self.run_id, self.step
        if step:
            stopped = (f"L'elaborazione {run} si è fermata alla fase {step}", f"The run {run} stopped at {step}")
        elif run:
            stopped = (f"L'elaborazione {run} si è interrotta", f"The run {run} broke off")
        else:
            stopped = (
                "Un'elaborazione non è potuta iniziare, o si è interrotta fuori dalle sue fasi",
                "A run could not begin, or broke off outside its steps",
            )
        reason = REASONS.get(self.exit_code, REASONS[1])[language]
        return f"{stopped[language]}: {reason}.", READERS[self.has_published][language], NEXT[language]

    def subject(self) -> str:
        """What the list of an inbox shows."""
        where = f" ({self.step})" if self.step else ""
        return f"Homes4All: elaborazione non riuscita / run failed{where}"


DIED = Notice(run_id=None, step=None, exit_code=None, has_published=None)  # no one was left to say more


def exit_code_of(error: BaseException) -> int:
    """What kind of error it is, as an exit code of the command."""
    return (in_our_words(error) or Homes4AllError).exit_code


def has_published(settings: Settings, run_id: str) -> bool | None:
    """Whether the file that readers have now was made by this run; the file itself is asked."""
    published = _published_by(settings)
    return None if published is None else published.endswith(f"_{run_id[:8]}")


def _published_by(settings: Settings) -> str | None:
    """Which run made the published file: empty if there is no file, none if it cannot be read."""
    try:
        published = published_of(settings.published_file, datetime.now(UTC))
    except duckdb.Error:
        return None
    return published.run_id if published else ""


def tell(settings: Notices, notice: Notice) -> tuple[str, ...]:
    """Tell of a failure by every way that is set; returns the ways that failed."""
    logger.error("%s", " ".join(notice.lines(1)[:2]))
    text = "\n".join(notice.lines(0)), "\n".join(notice.lines(1))
    return _sent(settings, notice.subject(), text, facts=notice)


def tell_trial(settings: Notices) -> tuple[str, ...]:
    """Send a trial message by every way that is set; returns the ways that failed."""
    return _sent(settings, "Homes4All: prova / trial", TRIAL)


def ways(settings: Notices) -> list[str]:
    """How people are told, by the settings."""
    return [*(["webhook"] if settings.webhook else []), *(["e-mail"] if settings.smtp and settings.mail_to else [])]


def _sent(settings: Notices, subject: str, text: tuple[str, str], *, facts: Notice | None = None) -> tuple[str, ...]:
    failed = []
    for way in ways(settings):
        try:
            if way == "webhook":
                post(str(settings.webhook), webhook_body(text, facts))
            else:
                send(settings, mail(settings, subject, text))
        # A password that is not ASCII is a ValueError of the library.
        except (OSError, HTTPException, smtplib.SMTPException, Homes4AllError, ValueError) as refused:
            logger.error("nobody could be told by %s: %s", way, type(refused).__name__)
            failed.append(way)
    return tuple(failed)


def webhook_body(text: tuple[str, str], notice: Notice | None) -> bytes:
    """What a webhook is told: both languages as `text`, and the facts of a failure for programs."""
    facts = {"run_id": notice.run_id, "step": notice.step, "published": notice.has_published} if notice else {}
    return json.dumps({"text": "\n\n".join(text), **facts}, ensure_ascii=False).encode()


def post(address: str, body: bytes) -> None:
    """Post JSON to an address.

    Raises:
        OSError, HTTPException: it could not be reached, or did not take it.
    """
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json; charset=utf-8"})  # noqa: S310 (http or https by its type)
    urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS).close()  # noqa: S310


def mail(settings: Notices, subject: str, text: tuple[str, str]) -> EmailMessage:
    """A plain text e-mail, Italian first."""
    message, sender = EmailMessage(), settings.mail_from or settings.mail_to[0]
    message["From"], message["To"], message["Subject"] = sender, ", ".join(settings.mail_to), subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n-- English --\n\n".join(text) + "\n")
    return message


def send(settings: Notices, message: EmailMessage) -> None:
    """Hand an e-mail to the server of the settings; what is not `smtp+plain` is encrypted, or is not sent.

    Raises:
        OSError, SMTPException: the server could not be reached, has no valid certificate, or did not take it.
        UsageError: the password's file is missing or open to others.
    """
    url = settings.smtp
    if url is None or url.host is None:
        return
    host, port, secure = url.host, url.port or PORTS[url.scheme], ssl.create_default_context()
    if url.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=secure)
    else:
        client = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    with client:
        if url.scheme == "smtp":
            client.starttls(context=secure)
        if url.username:
            client.login(unquote(url.username), smtp_password(settings))
        client.send_message(message)


def smtp_password(settings: Notices) -> str:
    """The password of the mail server; empty if none is set.

    Raises:
        UsageError: its file is missing or open to others.
    """
    if settings.smtp_password_file:
        return secret_in(settings.smtp_password_file, "password")
    return settings.smtp_password.get_secret_value() if settings.smtp_password else ""


class OutsideSteps:
    """Tells of whatever ends a run inside a `with` of it, where no step fails that would tell; the error goes on."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings
        self.published_before: str | None = None

    def __enter__(self) -> None:
        """Look which run readers have the file of."""
        self.published_before = self._published()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell, unless all is well or a person at the keyboard broke off."""
        if isinstance(error, Exception):
            now = self._published()
            has_published = None if now is None else now != self.published_before
            tell(self.settings or usable_notices(), Notice(None, None, exit_code_of(error), has_published))

    def _published(self) -> str | None:
        return _published_by(self.settings) if self.settings else ""  # without settings no run begins
