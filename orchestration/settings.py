"""Where things are and when they run: the only reader of the environment.

Every field can be set by an environment variable `HOMES4ALL_<FIELD>`. No logic beyond paths belongs here.
"""

from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.errors import UsageError

PROJECT_ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Paths, schedule and notification of one installation."""

    model_config = SettingsConfigDict(env_prefix="HOMES4ALL_", frozen=True)

    data: Path = Field(default=PROJECT_ROOT / "data", description="archive, builds, published file, Dagster's home")
    landing: Path | None = Field(default=None, description="where partners drop files; default <data>/landing")
    contracts: Path = PROJECT_ROOT / "expectations" / "contracts"
    dbt_project: Path = PROJECT_ROOT / "dbt_project"
    time_zone: str = "Europe/Rome"
    nightly_at: str = Field(default="0 2 * * *", description="cron expression of the nightly run")
    builds_kept: int = Field(default=5, ge=1, description="how many build folders are kept")
    keep_days: int = Field(default=90, ge=1, description="how long Dagster's history, builds and rebuilt days are kept")
    overdue_hours: int = Field(default=26, ge=1, description="a run is overdue so long after the last one began")
    memory: str = Field(default="4GB", description="what DuckDB may take for the models; beyond it, it uses the disk")
    evaluation_key_file: Path | None = Field(default=None, description="where the key of the restricted file is")
    evaluation_key: SecretStr | None = Field(default=None, description="the same key, where there is no file for it")
    accepted_by: str | None = Field(default=None, description="who lets deliveries pass; recorded by name")
    webhook: HttpUrl | None = Field(default=None, description="told when a run fails; no data is sent")

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
        """Dbt's parsed manifest, shared by all runs."""
        return self.data.resolve() / "dbt_target"


def chosen(data: Path | None = None, landing: Path | None = None) -> Settings:
    """The settings of the environment, with what the command line says on top.

    Raises:
        UsageError: the environment holds what no setting can be; the value is not repeated, it may be a secret.
    """
    try:
        settings = Settings()
    except ValidationError as wrong:
        names = sorted({str(each["loc"][0]).upper() for each in wrong.errors(include_input=False)})
        raise UsageError(
            f"These variables of the environment cannot be used: {', '.join(f'HOMES4ALL_{each}' for each in names)}. "
            "docs/operations.md says what each expects."
        ) from None
    return settings.model_copy(update={"data": data or settings.data, "landing": landing or settings.landing})
