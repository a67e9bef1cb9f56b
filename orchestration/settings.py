"""Where things are and when they run: the only reader of the environment.

Every field can be set by an environment variable `HOMES4ALL_<FIELD>`; what can be no setting is refused by `chosen`.
What is done with a setting belongs elsewhere.
"""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AnyUrl, Field, HttpUrl, SecretStr, UrlConstraints, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from orchestration.errors import UsageError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
SMTP_SCHEMES = ["smtp", "smtps", "smtp+plain"]
ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")


class Notices(BaseSettings):
    """Who is told when a run fails, and how; they hold even where the other settings cannot be used."""

    model_config = SettingsConfigDict(env_prefix="HOMES4ALL_", frozen=True)

    webhook: HttpUrl | None = Field(default=None, description="address that is told when a run fails")
    smtp: Annotated[AnyUrl, UrlConstraints(allowed_schemes=SMTP_SCHEMES, host_required=True)] | None = Field(
        default=None,
        description="mail server, as in `smtp://user@mail.example.org` (STARTTLS, port 587) or `smtps://…` (TLS, port "
        "465); `smtp+plain://…` (port 25) is neither encrypted nor logged into",
    )
    smtp_password_file: Path | None = Field(
        default=None, description="file with the password of the mail server, mode 600"
    )
    smtp_password: SecretStr | None = Field(default=None, description="the same password, where there is no file")
    mail_to: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="e-mail addresses that are told when a run fails, with commas between them"
    )
    mail_from: str | None = Field(default=None, description="sender of the e-mails; the first recipient unless set")

    @field_validator("smtp")
    @classmethod
    def no_password_in_the_address(cls, url: AnyUrl | None) -> AnyUrl | None:
        """A password in an address ends up in process lists; and none is sent without encryption."""
        if url and (url.password or (url.username and url.scheme == "smtp+plain")):
            raise ValueError("a password belongs in its own setting, a user to an encrypted connection")
        return url

    @field_validator("mail_to", mode="before")
    @classmethod
    def split(cls, told: Any) -> Any:
        """Addresses as they are written in the environment: commas between them."""
        return tuple(filter(None, map(str.strip, told.split(",")))) if isinstance(told, str) else told

    @field_validator("mail_to", "mail_from")
    @classmethod
    def addresses(cls, told: tuple[str, ...] | str | None) -> tuple[str, ...] | str | None:
        """Bare addresses only."""
        for each in (told,) if isinstance(told, str) else told or ():
            if not ADDRESS.fullmatch(each) or not each.isascii():
                raise ValueError("no e-mail address")
        return told


class Settings(Notices):
    """Paths, schedule and notification of one installation."""

    data: Path = Field(
        default=PROJECT_ROOT / "data", description="folder of archive, builds, published file, Dagster's home"
    )
    landing: Path | None = Field(
        default=None, description="folder where partners drop files; `landing` in the data folder unless set"
    )
    contracts: Path = Field(default=PROJECT_ROOT / "expectations" / "contracts", description="folder of the contracts")
    dbt_project: Path = Field(default=PROJECT_ROOT / "dbt_project", description="folder of the models")
    time_zone: str = Field(default="Europe/Rome", description="time zone of the nightly run and of what people read")
    nightly_at: str = Field(default="30 1 * * *", description="cron expression of the nightly run")
    builds_kept: int = Field(default=5, ge=1, description="how many builds are kept")
    keep_days: int = Field(
        default=90, ge=1, description="so many days Dagster's history, builds and rebuilt days are kept"
    )
    overdue_hours: int = Field(
        default=26, ge=1, description="so many hours after the last run began, the next one is overdue"
    )
    memory: str = Field(
        default="4GB", description="what DuckDB may take for the models; beyond it, it works on the disk"
    )
    evaluation_key_file: Path | None = Field(
        default=None,
        description="file with the key of the restricted file, mode 600; without a key that file is not written",
    )
    evaluation_key: SecretStr | None = Field(default=None, description="the same key, where there is no file for it")
    accepted_by: str | None = Field(
        default=None, description="who lets deliveries pass by `homes4all accept`; recorded by name"
    )

    @property
    def landing_dir(self) -> Path:
        """Where partners drop files; the pipeline only reads here."""
        return (self.landing or self.data / "landing").resolve()

    @property
    def archive_dir(self) -> Path:
        """Accepted deliveries and the register: the truth."""
        return self.data.resolve() / "archive"

    @property
    def build_dir(self) -> Path:
        """One folder a run; `current` points to the newest."""
        return self.data.resolve() / "build"

    @property
    def rebuilt_dir(self) -> Path:
        """Tables as of earlier days, one folder a day, for people who may see rows of households."""
        return self.data.resolve() / "rebuilt"

    @property
    def published_file(self) -> Path:
        """What evaluators open; replaced whole, or not at all."""
        return self.data.resolve() / "published" / "homes4all.duckdb"

    @property
    def ledger_dir(self) -> Path:
        """What every release has shown, one file each, for good."""
        return self.data.resolve() / "ledger"

    @property
    def restricted_file(self) -> Path:
        """Household-level rows for accredited evaluators, encrypted; written only if a key is set."""
        return self.data.resolve() / "restricted" / "homes4all_evaluation.duckdb"

    @property
    def statements_dir(self) -> Path:
        """Certified statements, one read-only folder a period."""
        return self.data.resolve() / "statements"

    @property
    def reports_dir(self) -> Path:
        """The councillor's report, from the published file alone."""
        return self.data.resolve() / "reports"

    @property
    def lock_file(self) -> Path:
        """Held for as long as a run is at work on this data folder."""
        return self.data.resolve() / "homes4all.lock"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run history and logs."""
        return self.data.resolve() / "dagster"

    @property
    def dbt_target(self) -> Path:
        """What dbt compiles and remembers, shared by all runs; the compiled manifest is there."""
        return self.data.resolve() / "dbt_target"


def chosen(data: Path | None = None, landing: Path | None = None) -> Settings:
    """The settings of the environment, with what the command line says on top.

    Raises:
        UsageError: the environment holds what no setting can be; the value is not repeated, it may be a secret.
    """
    try:
        settings = Settings()
    except ValidationError as wrong:
        raise UsageError(
            f"These variables of the environment cannot be used: {', '.join(map(variable, unusable(wrong)))}. "
            "docs/operations.md says what each expects."
        ) from None
    if bool(settings.smtp) != bool(settings.mail_to):
        raise UsageError("HOMES4ALL_SMTP and HOMES4ALL_MAIL_TO go together: who is told, and through which server.")
    return settings.model_copy(update={"data": data or settings.data, "landing": landing or settings.landing})


def usable_notices() -> Notices:
    """Who is told of a failure, of what can be used of it: a slip in one address must not silence the other."""
    try:
        return Notices()
    except ValidationError as wrong:
        return Notices(**{name: Notices.model_fields[name].get_default() for name in unusable(wrong)})


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"HOMES4ALL_{name.upper()}"


def unusable(wrong: ValidationError) -> list[str]:
    """The settings that an error is about, never what they hold."""
    return sorted({str(each["loc"][0]) for each in wrong.errors(include_input=False)})
