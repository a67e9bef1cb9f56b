"""What the councillor's report says, by language. Nothing of one city or contract stands here."""

from orchestration.council import english, italian
from orchestration.report.blocks import Language

TEXTS: dict[Language, dict[str, str]] = {"it": italian.TEXTS, "en": english.TEXTS}
METHODS: dict[Language, dict[str, str]] = {"it": italian.METHODS, "en": english.METHODS}
UNITS: dict[Language, dict[str, str]] = {"it": italian.UNITS, "en": english.UNITS}
