"""The table of settings in docs/operations.md, from the settings themselves."""

from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from orchestration.errors import UsageError
from orchestration.settings import PROJECT_ROOT, Notices, Settings, variable

BEGIN = "<!-- settings: written by `homes4all docs` from orchestration/settings.py -->\n"
END = "<!-- end of settings -->\n"


def with_settings(page: str) -> str:
    """A page with the table of settings as they are now between its two marks.

    Raises:
        UsageError: the page does not have both marks, in their order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise UsageError("The page lacks a mark of the table of settings; put both back before its text is lost.")
    return before + BEGIN + "\n".join(settings_table()) + "\n" + END + after


def write_settings(page: Path) -> None:
    """Bring the table of settings on a page up to date.

    Raises:
        UsageError: the page lacks a mark of the table.
    """
    page.write_text(with_settings(page.read_text(encoding="utf-8")), encoding="utf-8")


def settings_table() -> Iterator[str]:
    """A line for each setting, those about notices last: variable, default, meaning."""
    yield "| variable | unless set | meaning |"
    yield "| --- | --- | --- |"
    for name, field in sorted(Settings.model_fields.items(), key=lambda each: each[0] in Notices.model_fields):
        yield f"| `{variable(name)}` | {_default(field)} | {field.description} |"


def _default(field: FieldInfo) -> str:
    value = field.get_default()
    if value in (None, ()):
        return ""
    if isinstance(value, Path):
        return f"`{value.relative_to(PROJECT_ROOT).as_posix()}` of the source tree"
    return f"`{value}`"
