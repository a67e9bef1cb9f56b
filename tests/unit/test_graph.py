"""Catches: an asset that an analyst meets without words, owner, kind, tags or group; a model whose columns are not
described or cannot be followed to where they come from; rows about households that are tagged as anything else."""

from datetime import timedelta

import dagster as dg
import pytest

from expectations.contract import load_contracts, load_published
from orchestration.catalogue import LINEAGE, SCHEMA
from orchestration.definitions import build_defs
from orchestration.settings import Settings

GROUPS = ["deliveries", "raw", "staging", "intermediate", "core", "metrics", "savings", "payments", "evaluation",
          "published"]  # fmt: skip
SENSITIVITIES = {"household", "aggregate", "reference", "published"}
Specs = dict[dg.AssetKey, dg.AssetSpec]
HOUSEHOLD_KEYS = ("household_id", "household_key", "dwelling_id")


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    settings = Settings(data=tmp_path_factory.mktemp("graph") / "data")
    return build_defs(settings, with_lineage=True)


@pytest.fixture(scope="module")
def specs(defs: dg.Definitions) -> Specs:
    return {each.key: each for each in defs.resolve_all_asset_specs()}


@pytest.fixture(scope="module")
def models(specs: Specs) -> Specs:
    found = {key: each for key, each in specs.items() if "dbt" in each.kinds}
    assert len(found) > 90
    return found


def columns(spec: dg.AssetSpec) -> dict[str, dg.TableColumn]:
    return {each.name: each for each in spec.metadata[SCHEMA].columns}


def sources(spec: dg.AssetSpec) -> dict[str, set[tuple[str, str]]]:
    found = spec.metadata[LINEAGE].deps_by_column.items()
    return {name: {(each.asset_key.to_user_string(), each.column_name) for each in deps} for name, deps in found}


def test_every_asset_says_what_it_is_and_who_answers_for_it(specs: Specs) -> None:
    for key, spec in specs.items():
        assert len(spec.description or "") > 15, key
        assert "select" not in (spec.description or "").split(), f"{key}: SQL instead of words"
        assert spec.group_name in GROUPS, key
        assert spec.kinds, key
        assert spec.owners, key
        assert all(owner.startswith("team:") for owner in spec.owners), key
        assert spec.tags["sensitivity"] in SENSITIVITIES, key
    assert {spec.group_name for spec in specs.values()} == {*GROUPS}


def test_everything_loads_and_every_check_and_job_says_what_it_is(defs: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(defs)
    graph = defs.resolve_asset_graph()
    checks = {key: graph.get_check_spec(key) for key in graph.asset_check_keys}
    assert len(checks) > 150
    assert [key for key, each in checks.items() if len(each.description or "") < 15] == []
    repository = defs.get_repository_def()
    parts = [*repository.get_all_jobs(), *repository.schedule_defs, *repository.sensor_defs]
    assert [each.name for each in parts if not each.name.startswith("__") and not each.description] == []


def test_the_graph_reads_from_left_to_right(specs: Specs) -> None:
    place = {key: GROUPS.index(spec.group_name or "") for key, spec in specs.items()}
    back = [
        f"{each.asset_key.to_user_string()} → {key.to_user_string()}"
        for key, spec in specs.items()
        for each in spec.deps
        if place[each.asset_key] > place[key]
    ]
    assert back == []


def test_rows_about_households_are_tagged_so_wherever_they_are(specs: Specs) -> None:
    for key, spec in specs.items():
        stated = spec.metadata.get(SCHEMA)
        if stated and any(each.name.endswith(HOUSEHOLD_KEYS) for each in stated.columns):
            assert spec.tags["sensitivity"] == "household", key
    careful = [["certified", "claims"], ["certified", "adjustments"], ["restricted", "homes4all_evaluation"]]
    assert {specs[dg.AssetKey(path)].tags["sensitivity"] for path in careful} == {"household"}
    assert specs[dg.AssetKey(["raw_chamber", "price_index"])].tags["sensitivity"] == "reference"


def test_what_keeps_a_contract_shows_the_way_to_it(specs: Specs) -> None:
    settings = Settings()
    for (source, extract), contract in load_contracts(settings.contracts).items():
        for area in (f"landing_{source}", f"deliveries_{source}", f"raw_{source}"):
            spec = specs[dg.AssetKey([area, extract])]
            assert spec.metadata["contract"].value == f"expectations/contracts/{source}/{extract}.odcs.yaml"
            assert contract.title_it in spec.metadata["contract in words"].value
            assert spec.tags["source"] == source
    for name in load_published(settings.contracts):
        assert "contract" in specs[dg.AssetKey(["published", *name.split(".")])].metadata


def test_what_must_come_in_time_has_a_time(specs: Specs) -> None:
    def policy(*path: str) -> dg.FreshnessPolicy | None:
        return specs[dg.AssetKey([*path])].freshness_policy

    settings = Settings()
    for (source, extract), contract in load_contracts(settings.contracts).items():
        late = [timedelta(days=int(each.limits["days"])) for each in contract.changes if each.kind == "late"]
        expected = dg.FreshnessPolicy.time_window(late[0]) if late else None
        assert policy(f"landing_{source}", extract) == expected, extract
        assert policy(f"deliveries_{source}", extract) is None, "a night makes it anew, whether anything came or not"
    nightly = dg.FreshnessPolicy.time_window(timedelta(hours=settings.overdue_hours))
    for name in load_published(settings.contracts):
        assert policy("published", *name.split(".")) == nightly
    timed = {key.path[0].split("_")[0] for key, spec in specs.items() if spec.freshness_policy}
    assert timed == {"landing", "published"}, "nothing tells the others of a night without news"


def test_every_model_describes_its_columns_and_where_each_comes_from(specs: Specs, models: Specs) -> None:
    for key, spec in models.items():
        stated = columns(spec)
        assert stated, key
        assert all((each.description or "").split("←")[0].strip() for each in stated.values()), key
        assert {*sources(spec)} == {*stated}, f"{key}: SQL and YAML do not state the same columns"
        assert any(sources(spec).values()), f"{key}: no column comes from anywhere"
        upstream = {each.asset_key.to_user_string() for each in spec.deps}
        for column, found in sources(spec).items():
            assert {asset for asset, _ in found} <= upstream, f"{key}.{column}"
            for asset, name in found:
                above = specs[dg.AssetKey(asset.split("/"))]
                assert SCHEMA not in above.metadata or name in columns(above), f"{key}.{column}: {asset} has no {name}"


@pytest.mark.parametrize(
    ("model", "column", "expected"),
    [
        ("savings/by_method", "gross_saving_eur", {("savings/household_savings", "gross_saving_eur")}),
        ("savings/by_method", "as_of", {("provenance/build", "as_of")}),
        # A union by name, in which three of four parts lack the column.
        ("intermediate/int_claims_priced", "share", {("intermediate/int_savings_claimed", "share")}),
        # A constant has no source.
        ("intermediate/int_claims_priced", "kind", set()),
        (
            "staging/stg_municipality__evictions",
            "household_id",
            {("raw_municipality/evictions", "household_id"), ("intermediate/int_household_keys", "household_id")},
        ),
        ("raw_municipality/evictions", "household_id", {("deliveries_municipality/evictions", "household_id")}),
        ("published/savings/by_method", "net_saving_eur", {("savings/by_method", "net_saving_eur")}),
    ],
)
def test_lineage_is_that_of_the_sql(specs: Specs, model: str, column: str, expected: set[tuple[str, str]]) -> None:
    spec = specs[dg.AssetKey(model.split("/"))]
    assert sources(spec)[column] == expected
    text = columns(spec)[column].description or ""
    assert all(f"(/assets/{asset}) `{name}`" in text for asset, name in expected)
