"""`jackfield doctor`: every kind of fault is named with its reason and the next step, and no key is ever shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.processes import Finished, environment, jackfield
from tests.core.toy_installation import install, install_toy

from jackfield.cli.doctor import extras_of
from jackfield.cli.exits import Exit
from jackfield.hookspecs import API_VERSION
from jackfield.testing import Fault, Simulator

KEY = "canary-7f3a91"


def doctor(*arguments: str, env: dict[str, str]) -> Finished:
    """Run the command."""
    return jackfield("doctor", *arguments, env=env)


def with_plugins(folder: Path, repository: Path, **more: str) -> dict[str, str]:
    """An environment in which the distributions of this folder are installed, too."""
    return environment(None, PYTHONPATH=f"{folder}:{repository}", **more)


def findings(done: Finished) -> dict[str, dict[str, Any]]:
    """What `--json` says, by subject."""
    return {one["subject"]: one for one in json.loads(done.out)}


def test_a_sound_installation(groq: Simulator) -> None:
    """Versions, extras, plugins; missing keys are no fault, and a key that is there is only named."""
    done = doctor(env=environment(groq, GROQ_API_KEY=KEY))
    assert done.code == 0
    assert "GROQ_API_KEY is set" in done.out
    assert f"hook API {API_VERSION}" in done.out
    assert "set GOOGLE_API_KEY or GEMINI_API_KEY" in done.err
    assert KEY not in done.out + done.err
    assert groq.requests == []


def test_the_connection_on_request(groq: Simulator) -> None:
    """One listing for each provider that has its key."""
    done = doctor("--connect", "--json", env=environment(groq))
    assert done.code == 0
    assert "models in" in findings(done)["provider groq: connection"]["detail"]
    assert "provider gemini: connection" not in findings(done)
    assert [asked.method for asked in groq.requests] == ["GET"]


@pytest.mark.parametrize(
    ("fault", "key", "code", "words"),
    [
        (None, "bad-key", Exit.CREDENTIAL, "check the key"),
        (Fault(status=503), KEY, Exit.PROVIDER, "try again"),
        (Fault(status=404), KEY, Exit.PROVIDER, "check GROQ_BASE_URL: nothing lists models there"),
        (Fault(latency_s=5), KEY, Exit.TRANSPORT, "--timeout"),
    ],
)
def test_a_connection_that_fails(groq: Simulator, fault: Fault | None, key: str, code: Exit, words: str) -> None:
    """The exit code and the step are those of the error."""
    groq.faults.append(fault)
    patience = "1" if fault is not None and fault.latency_s else "30"
    done = doctor("groq", "--connect", "--timeout", patience, env=environment(groq, GROQ_API_KEY=key))
    assert done.code == code
    assert words in done.err
    assert key not in done.out + done.err


def test_nothing_is_there(unused_tcp_port: int) -> None:
    """The variable that holds the address is named, for this command has no option for it."""
    env = environment(GROQ_API_KEY=KEY, GROQ_BASE_URL=f"http://127.0.0.1:{unused_tcp_port}")
    done = doctor("groq", "--connect", env=env)
    assert done.code == Exit.TRANSPORT
    assert "check the network, the proxy and GROQ_BASE_URL" in done.err


def test_a_named_provider(groq: Simulator) -> None:
    """Its missing key counts, and one that is not installed is said to be so."""
    assert doctor("gemini", env=environment(groq)).code == Exit.CREDENTIAL
    done = doctor("gorq", env=environment(groq))
    assert done.code == Exit.PLUGIN
    assert "did you mean groq?" in done.err
    assert "pip install jackfield-mistral" in doctor("mistral", env=environment(groq)).err


@pytest.mark.parametrize(
    ("source", "reason", "step"),
    [
        ("import not_there", "No module named 'not_there'", "it lacks the module not_there"),
        ("import jackfield.not_there", "jackfield.not_there", "pip install --upgrade jackfield acme-plugin"),
        ("from jackfield.http import Nothing", "'Nothing'", "pip install --upgrade jackfield acme-plugin"),
        ("import acme plugin", "invalid syntax", "pip install --upgrade acme-plugin"),
        ("raise RuntimeError('on purpose')", "on purpose", "pip install --upgrade acme-plugin"),
        ("x = 1", "does not implement provider_info", "tell its author"),
    ],
)
def test_why_a_plugin_does_not_load(tmp_path: Path, repository: Path, source: str, reason: str, step: str) -> None:
    """The reason, the file, the step; the others are looked at all the same."""
    (tmp_path / "acme_plugin.py").write_text(source, encoding="utf-8")
    install(tmp_path, "acme-plugin", {"acme": "acme_plugin"})
    done = doctor("--json", env=with_plugins(tmp_path, repository))
    found = findings(done)
    assert done.code == Exit.PLUGIN
    assert reason in found["provider acme"]["detail"]
    assert step in found["provider acme"]["next"]
    assert found["provider groq"]["state"] == "ok"
    if source != "x = 1":
        assert "acme_plugin.py:1" in found["provider acme"]["detail"]


def test_a_plugin_for_another_core(tmp_path: Path, repository: Path) -> None:
    """Whichever is older is to be upgraded."""
    source = (
        "import attrs\nfrom jackfield import hookimpl\nimport tests.core.toy_installation as toy\n"
        "encode_request, decode_response = toy.PLUGIN.encode_request, toy.PLUGIN.decode_response\n"
        "parse_stream, list_models = toy.PLUGIN.parse_stream, toy.PLUGIN.list_models\n"
        "@hookimpl\ndef provider_info():\n"
        "    return attrs.evolve(toy.PLUGIN.provider_info(), id='acme', api_version='{}')\n"
    )
    for api_version, step in (("9.0", "jackfield"), ("1.10", "jackfield"), ("0.9", "acme-plugin")):
        folder = tmp_path / api_version
        folder.mkdir()
        (folder / "acme_plugin.py").write_text(source.format(api_version), encoding="utf-8")
        install(folder, "acme-plugin", {"acme": "acme_plugin"})
        done = doctor("acme", "--json", env=with_plugins(folder, repository))
        assert done.code == Exit.PLUGIN
        assert f"hook API {api_version}" in findings(done)["provider acme"]["detail"]
        assert findings(done)["provider acme"]["next"] == f"pip install --upgrade {step}"


def test_two_distributions_of_one_name(tmp_path: Path, repository: Path) -> None:
    """Both are named, and one of them has to go."""
    install(tmp_path, "other-toy", {"toy": "tests.core.toy_installation:PLUGIN"})
    install_toy(tmp_path)
    done = doctor("toy", env=with_plugins(tmp_path, repository))
    assert done.code == Exit.PLUGIN
    assert "pip uninstall jackfield-toy or pip uninstall other-toy" in done.err


def test_the_allow_list(tmp_path: Path, repository: Path) -> None:
    """What it leaves out is shown as that, and not imported."""
    (tmp_path / "acme_plugin.py").write_text("raise SystemExit(1)", encoding="utf-8")
    install(tmp_path, "acme-plugin", {"acme": "acme_plugin"})
    done = doctor("--json", env=with_plugins(tmp_path, repository, JACKFIELD_PLUGINS="groq"))
    assert done.code == 0
    assert "left out by JACKFIELD_PLUGINS" in findings(done)["provider acme"]["detail"]
    assert findings(done)["JACKFIELD_PLUGINS"]["detail"] == "allows groq"


@pytest.mark.parametrize(
    "proxy", ["http://user:canary-7f3a91@proxy.example:8080", "user:canary-7f3a91@proxy.example:8080"]
)
def test_a_proxys_password_is_not_shown(proxy: str) -> None:
    """Only its address is."""
    done = doctor(env=environment(HTTPS_PROXY=proxy))
    assert "proxy.example:8080" in done.out
    assert KEY not in done.out + done.err


def test_what_an_extra_brings() -> None:
    """It is read from the metadata, so that it cannot be out of date."""
    requirements = ("httpx", "cyclopts>=5.4; extra == 'cli'", 'rich ; extra == "cli"', "copier; extra == 'new-plugin'")
    assert extras_of(requirements) == {"cli": ("cyclopts", "rich"), "new-plugin": ("copier",)}


def test_extras_are_shown(groq: Simulator) -> None:
    """Those of the installed core."""
    found = findings(doctor("--json", env=environment(groq)))
    assert "cyclopts" in found["extra cli"]["detail"]
    assert found["extra otel"]["state"] == "ok"


def test_middleware_is_looked_at(tmp_path: Path, repository: Path) -> None:
    """One that raises is a fault; one whose extra is missing is only off; two of one name are a conflict."""
    (tmp_path / "raising.py").write_text("raise RuntimeError('on purpose')", encoding="utf-8")
    (tmp_path / "lacking.py").write_text("import not_there", encoding="utf-8")
    group = "jackfield.middleware"
    install(tmp_path, "acme-raising", {"raising": "raising"}, group=group)
    install(tmp_path, "acme-lacking", {"lacking": "lacking", "cost": "lacking"}, group=group)
    done = doctor("--json", env=with_plugins(tmp_path, repository))
    found = {name: one["state"] for name, one in findings(done).items() if name.startswith("middleware ")}
    assert found == {
        "middleware cache": "ok",
        "middleware cost": "fail",
        "middleware lacking": "note",
        "middleware otel": "ok",
        "middleware raising": "fail",
    }
    assert done.code == Exit.PLUGIN
