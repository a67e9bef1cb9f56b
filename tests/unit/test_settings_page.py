"""Catches: a setting that operators cannot look up, or whose default on the page is no longer true; a page that loses
its text for want of a mark."""

import pytest

from orchestration.errors import UsageError
from orchestration.report.settings import BEGIN, END, settings_table, with_settings
from orchestration.settings import PROJECT_ROOT, Settings

PAGE = (PROJECT_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_the_page_has_every_setting_as_it_is() -> None:
    assert with_settings(PAGE) == PAGE, "run `make docs`"


def test_every_setting_says_what_it_means_and_what_holds_unless_it_is_set() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    table = "\n".join(settings_table())
    assert "| `HOMES4ALL_OVERDUE_HOURS` | `26` |" in table
    assert "| `HOMES4ALL_DATA` | `data` of the source tree |" in table
    assert "| `HOMES4ALL_WEBHOOK` |  |" in table
    assert len(table.splitlines()) == len(Settings.model_fields) + 2


@pytest.mark.parametrize("mark", [BEGIN, END])
def test_a_page_without_its_marks_is_left_alone(mark: str) -> None:
    with pytest.raises(UsageError, match="mark"):
        with_settings(PAGE.replace(mark, ""))
