"""Catches: a publiccode.yml that the catalogue refuses, or that is not about this version of this software.

The rules are those of the standard (publiccode.yml 0.5, core and Italian section) and of the catalogue's own parser.
"""

import re
import tomllib
from datetime import date
from urllib.parse import urlsplit

import pytest
import yaml

from orchestration.settings import PROJECT_ROOT

TEXT = (PROJECT_ROOT / "publiccode.yml").read_text(encoding="utf-8")
FILE = yaml.safe_load(TEXT)
PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = (PROJECT_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
VERSIONS = {"0", "0.2", "0.3", "0.4", "0.5"}
KEYS = {
    "publiccodeYmlVersion", "name", "applicationSuite", "url", "landingURL", "isBasedOn", "softwareVersion",
    "releaseDate", "logo", "organisation", "platforms", "categories", "usedBy", "fundedBy", "roadmap",
    "developmentStatus", "softwareType", "intendedAudience", "description", "legal", "maintenance", "localisation",
    "dependsOn", "IT",
}  # fmt: skip
OWED = {
    "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
    "description", "legal", "maintenance", "localisation",
}  # fmt: skip
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles",
}  # fmt: skip
CATEGORIES = {
    "accounting", "backup", "budgeting", "business-intelligence", "business-process-management",
    "compliance-management", "data-analytics", "data-collection", "data-visualization", "financial-reporting",
    "grant-management", "predictive-analysis", "project-management", "workflow-management",
}  # fmt: skip
SCOPES = {
    "agriculture", "culture", "defence", "education", "emergency-services", "employment", "energy", "environment",
    "finance-and-economic-development", "foreign-affairs", "healthcare", "infrastructures", "justice",
    "local-authorities", "manufacturing", "research", "science-and-technology", "security", "society", "sport",
    "tourism", "transportation", "welfare",
}  # fmt: skip
DESCRIPTION = {
    "localisedName", "shortDescription", "longDescription", "documentation", "apiDocumentation", "features",
    "screenshots", "videos", "awards",
}  # fmt: skip
PLATFORMS_OF_ITALY = {"spid", "cie", "anpr", "pagopa", "io"}


def test_every_key_is_one_of_the_standard_and_none_that_is_owed_is_missing() -> None:
    assert set(FILE) <= KEYS
    assert set(FILE) >= OWED
    assert all(FILE[each] for each in OWED)


def test_plain_values_are_text_and_of_the_vocabularies() -> None:
    assert FILE["publiccodeYmlVersion"] in VERSIONS
    assert all(isinstance(FILE[each], str) for each in ("publiccodeYmlVersion", "name", "url", "softwareVersion"))
    assert FILE["developmentStatus"] in STATUSES
    assert FILE["softwareType"] in TYPES
    assert FILE["platforms"]
    assert set(FILE["categories"]) <= CATEGORIES
    assert set(FILE["intendedAudience"]["scope"]) <= SCOPES
    assert all(re.fullmatch("[A-Z]{2}", each) for each in FILE["intendedAudience"]["countries"])
    assert "releaseDate" not in FILE or date.fromisoformat(str(FILE["releaseDate"]))


def test_it_is_about_this_version_under_this_licence() -> None:
    assert FILE["softwareVersion"] == PROJECT["version"]
    assert FILE["legal"]["license"] == PROJECT["license"] == "EUPL-1.2"
    (python,) = [each for each in FILE["dependsOn"]["open"] if each["name"] == "Python"]
    assert PROJECT["requires-python"] == f">={python['versionMin']}"


@pytest.mark.parametrize("language", ["it", "en"])
def test_descriptions_are_whole_in_both_languages(language: str) -> None:
    told = FILE["description"][language]
    assert set(told) <= DESCRIPTION
    assert 0 < len(told["shortDescription"]) <= 150
    assert "\n" not in told["shortDescription"].strip()
    assert 150 <= len(told["longDescription"]) <= 10_000
    assert 5 <= len(told["features"]) <= 20
    assert all(isinstance(each, str) and each for each in told["features"])
    assert len(told["features"]) == len(FILE["description"]["it"]["features"])


def test_who_owns_and_maintains_it_is_said() -> None:
    maintenance = FILE["maintenance"]
    assert maintenance["type"] in {"internal", "community"}
    assert all(isinstance(each["name"], str) and each["name"] for each in maintenance["contacts"])
    assert FILE["localisation"]["localisationReady"] is True
    assert FILE["localisation"]["availableLanguages"] == ["it", "en"]


def test_the_administration_is_named_by_its_code_as_the_catalogue_asks() -> None:
    """The catalogue matches `organisation.uri`; older readers still ask for the code in the Italian section."""
    code = FILE["IT"]["riuso"]["codiceIPA"]
    assert re.fullmatch("[a-z0-9_]+", code)
    assert FILE["organisation"] == {"name": "Città di Torino", "uri": f"urn:x-italian-pa:{code}"}
    assert FILE["IT"]["countryExtensionVersion"] == "1.0"
    assert set(FILE["IT"]) <= {"countryExtensionVersion", "riuso", "piattaforme"}
    assert set(FILE["IT"]["piattaforme"]) == PLATFORMS_OF_ITALY
    assert all(isinstance(each, bool) for each in FILE["IT"]["piattaforme"].values())


def test_what_is_still_a_placeholder_is_on_the_release_checklist() -> None:
    url = urlsplit(FILE["url"])
    assert (url.scheme, url.path.endswith(".git")) == ("https", True)
    checklist = PAGE.partition("## Before the first public release")[2].partition("\n## ")[0]
    (contact,) = FILE["maintenance"]["contacts"]
    for placeholder in (FILE["url"], contact["name"]):
        assert placeholder in checklist, "no placeholder is left: take it, and this line, off the checklist"
