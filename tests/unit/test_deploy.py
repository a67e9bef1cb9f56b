"""Catches: a container that cannot be built or runs as root, a unit or page that names a command that is not there."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer
import yaml

from orchestration import errors
from orchestration.cli import app
from orchestration.errors import RunLocked
from orchestration.settings import PROJECT_ROOT, Settings

DEPLOY = PROJECT_ROOT / "deploy"
CONTAINERFILE = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
SENT = (PROJECT_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
UNITS = sorted(DEPLOY.glob("systemd/*.service"))


def instructions(name: str) -> list[str]:
    return [line.removeprefix(f"{name} ") for line in CONTAINERFILE.splitlines() if line.startswith(f"{name} ")]


def words(instruction: str) -> list[str]:
    """An instruction in the form of a list."""
    return yaml.safe_load(instruction)


def options(command: str) -> set[str]:
    found = typer.main.get_group(app).commands[command]
    return {option for parameter in found.params for option in parameter.opts}


def check_command(arguments: list[str]) -> None:
    command, *rest = arguments
    assert {each for each in rest if each.startswith("--")} <= options(command), arguments


def test_everything_that_is_copied_is_there_and_is_sent() -> None:
    sources = [source for each in instructions("COPY") for source in shlex.split(each)[:-1]]
    assert {"orchestration", "expectations", "dbt_project", "requirements.lock"} <= set(sources)
    assert [source for source in sources if not (PROJECT_ROOT / source).exists()] == []
    assert {f"!{source}" for source in sources} == {line for line in SENT if line.startswith("!")}


def test_no_data_is_sent() -> None:
    """Everything is left out first, and nothing of the data folder is let in again."""
    rules = [line for line in SENT if not line.startswith("#")]
    assert rules[0] == "*"
    assert not [line for line in rules if line.startswith(("!data", "!.", "!*"))]


def test_packages_are_those_of_the_lock_file_and_the_image_is_named_with_its_version() -> None:
    (base,) = instructions("FROM")
    assert re.fullmatch(r"docker\.io/library/python:3\.11-slim-\w+", base)
    installs = [each for each in " && ".join(instructions("RUN")).split("&&") if "pip install" in each]
    assert all("--no-deps" in each for each in installs)
    assert [("--require-hashes" in each) or ("--editable ." in each) for each in installs] == [True, True]


def test_the_service_runs_as_nobody_in_particular_and_owns_the_data_alone() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert CONTAINERFILE.index("\nUSER ") > CONTAINERFILE.rindex("\nRUN ")
    (environment,) = instructions("ENV")
    data = dict(each.split("=", 1) for each in shlex.split(environment))["HOMES4ALL_DATA"]
    assert words(instructions("VOLUME")[0]) == [data]
    assert f"--owner {user.split(':')[0]}" in CONTAINERFILE
    assert "chmod" not in CONTAINERFILE
    assert "chown" not in CONTAINERFILE


def test_what_the_image_starts_is_a_command() -> None:
    assert words(instructions("ENTRYPOINT")[0]) == ["homes4all"]
    check_command(words(instructions("CMD")[0]))
    health = words(instructions("HEALTHCHECK")[0].split(" CMD ")[1])
    assert health == ["homes4all", "status"]
    check_command(health[1:])


def test_every_setting_that_is_set_is_one() -> None:
    named = set(re.findall(r"HOMES4ALL_(\w+)=", CONTAINERFILE))
    assert named
    assert {each.lower() for each in named} <= set(Settings.model_fields)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_what_a_unit_starts_is_a_command(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    program, *arguments = shlex.split(line)
    assert program.endswith("/.venv/bin/homes4all")
    check_command(arguments)


def test_a_run_that_systemd_saw_killed_is_told() -> None:
    """The unit's own words are run by a shell, once for each result that systemd may report."""
    unit = (DEPLOY / "systemd" / "homes4all-nightly.service").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStopPost=(.*)$", unit, re.MULTILINE)
    shell, flag, script = shlex.split(line.replace("$$", "$"))
    command = script.split("exec ")[1].split(" ;;")[0]
    program, *arguments = shlex.split(command)
    assert program == "/opt/homes4all/.venv/bin/homes4all"
    check_command(arguments)
    told = script.replace(f"exec {command}", "echo told")
    results = ("success", "exit-code", "signal", "core-dump", "oom-kill", "timeout")
    said = {
        each: subprocess.run([shell, flag, told], env={"SERVICE_RESULT": each}, capture_output=True, check=True).stdout
        for each in results
    }
    assert {each for each, text in said.items() if text} == {"signal", "core-dump", "oom-kill", "timeout"}


def test_only_a_run_beside_another_is_tried_again() -> None:
    unit = (DEPLOY / "systemd" / "homes4all-nightly.service").read_text(encoding="utf-8")
    (codes,) = re.findall(r"^RestartPreventExitStatus=(.*)$", unit, re.MULTILINE)
    kinds = {each.exit_code for each in vars(errors).values() if hasattr(each, "exit_code")}
    assert {int(code) for code in codes.split()} == kinds - {RunLocked.exit_code}


def test_the_compose_example_is_of_this_image_and_closed() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    (service,) = compose["services"].values()
    build = service["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Containerfile"
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (service["init"], service["read_only"], service["cap_drop"]) == (True, True, ["ALL"])
    targets = [volume.split(":")[1] for volume in service["volumes"]]
    assert words(instructions("VOLUME")[0])[0] in targets
    named = {volume.split(":")[0] for volume in service["volumes"] if not volume.startswith(("/", "."))}
    assert named == set(compose["volumes"])
