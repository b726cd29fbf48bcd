"""The other commands: models, providers, demo, simulate, help, and what holds for all of them."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.cli.processes import PATIENCE_S, Terminal, environment, jackfield, untraced

from jackfield import registry
from jackfield.cli.app import COMMANDS
from jackfield.cli.exits import Exit
from jackfield.testing import Simulator


def test_models_of_one_provider(groq: Simulator) -> None:
    """Each line begins with what goes behind -m; no line ends in blanks, none is cut."""
    done = jackfield("models", "groq", env=environment(groq))
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].split()[0] == "model"
    assert any(line.startswith("groq:openai/gpt-oss-20b ") for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_models_are_filtered(groq: Simulator) -> None:
    """The filter looks at names and owners in any case."""
    done = jackfield("models", "groq", "--filter", "ALIBABA", env=environment(groq))
    assert {line.split()[0] for line in done.out.splitlines()[1:]} == {"groq:qwen/qwen3-32b", "groq:qwen/qwen3.8-27b"}


def test_models_as_json(groq: Simulator) -> None:
    """Scripts get every field."""
    done = jackfield("models", "groq", "--json", env=environment(groq))
    models = {one["id"]: one for one in json.loads(done.out)}
    assert models["openai/gpt-oss-20b"]["context_tokens"] == 131072
    assert "raw" not in models["openai/gpt-oss-20b"]


def test_models_leave_out_who_has_no_key(groq: Simulator) -> None:
    """Without a name, providers without their key are mentioned and left out; with one, that is the error."""
    done = jackfield("models", env=environment(groq))
    assert done.code == 0
    assert "left out: cerebras needs api_key; next: set the environment variable CEREBRAS_API_KEY" in done.err
    assert jackfield("models", "cerebras", env=environment(groq)).code == Exit.CREDENTIAL
    assert jackfield("models", env=environment()).code == Exit.CREDENTIAL


def test_providers_never_show_a_key(groq: Simulator) -> None:
    """The table says which variable holds the key and which one is missing, never what it holds."""
    for arguments in (("providers",), ("providers", "--json")):
        done = jackfield(*arguments, env=environment(groq))
        assert done.code == 0, done.err
        assert "GROQ_API_KEY" in done.out
        assert "CEREBRAS_API_KEY" in done.out
        assert "jackfield-groq" in done.out
        assert "simulated-key" not in done.out + done.err


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, str]:
    """An environment with one more plugin, which raises when it is imported."""
    (tmp_path / "jackfield_broken.py").write_text("raise RuntimeError('on purpose')\n")
    info = tmp_path / "jackfield_broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: jackfield-broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[jackfield.providers]\nbroken = jackfield_broken\n")
    return {"PYTHONPATH": str(tmp_path)}


def test_a_broken_plugin_is_named_and_the_others_work(groq: Simulator, broken: dict[str, str]) -> None:
    """`providers` says why; asking it is a plugin error; asking another one works."""
    env = environment(groq, **broken)
    listed = {one["id"]: one for one in json.loads(jackfield("providers", "--json", env=env).out)}
    assert "RuntimeError: on purpose" in listed["broken"]["fault"]
    assert listed["groq"]["fault"] is None
    assert jackfield("chat", "Hi.", "-m", "broken:x", env=env).code == Exit.PLUGIN
    assert jackfield("chat", "Say hello.", "-m", "groq:llama-3.3-70b-versatile", env=env).out == "Hello.\n"


def test_the_demo_says_that_it_is_simulated() -> None:
    """Without any key, every installed provider goes through every step, and none of it is passed off as real."""
    done = jackfield("demo", "--pace", "0", env=environment())
    assert done.code == 0, done.out + done.err
    assert done.out.startswith("jackfield demo: SIMULATED\n")
    names = [registry.load(provider).info.name for provider in registry.installed()]
    assert [line.strip("━ ") for line in done.out.splitlines() if line.startswith("━━")] == names
    assert done.out.count("called, a function of this program: 8846") == len(names)
    assert done.out.count("Recipe(name=") == len(names)
    assert "failed" not in done.out


def test_the_demo_of_a_provider_that_is_not_there() -> None:
    """It is a plugin error."""
    assert jackfield("demo", "nobody", env=environment()).code == Exit.PLUGIN


def test_simulate_serves_until_ctrl_c() -> None:
    """The lines that it prints, put into the environment of another program, make it talk to the simulator."""
    command = [sys.executable, "-m", "jackfield.cli", "simulate", "groq"]
    with subprocess.Popen(
        command, env=untraced(environment()), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as served:
        assert served.stdout is not None
        assert served.stderr is not None
        try:
            lines = [served.stdout.readline().decode() for _ in range(2)]
            shown = dict(re.findall(r"^export (\w+)=(\S+)$", "".join(lines), re.MULTILINE))
            assert set(shown) == {"GROQ_BASE_URL", "GROQ_API_KEY"}
            done = jackfield("chat", "Say hello.", "-m", "groq:llama-3.3-70b-versatile", env=environment(**shown))
            assert done.out == "Hello.\n"
            served.send_signal(signal.SIGINT)
            assert served.wait(PATIENCE_S) == 0
        finally:
            served.kill()
        assert b"Traceback" not in served.stderr.read()


def test_simulate_on_a_port_that_is_taken(groq: Simulator) -> None:
    """The error names the address and the way out."""
    port = str(urlsplit(groq.base_urls["groq"]).port)
    done = jackfield("simulate", "groq", "--port", port, env=environment())
    assert done.code == Exit.USAGE
    assert f"cannot listen on 127.0.0.1:{port}" in done.err
    assert "--port 0" in done.err


def test_simulate_on_a_port_that_is_none() -> None:
    """It is a wrong call, not a fault of ours."""
    done = jackfield("simulate", "groq", "--port", "99999", env=environment())
    assert done.code == Exit.USAGE
    assert "cannot listen on 127.0.0.1:99999" in done.err


@pytest.mark.parametrize("command", ["providers", "models", "demo", "simulate"])
def test_an_allow_list_that_allows_nothing(command: str) -> None:
    """What is installed and left out is not said to be missing."""
    done = jackfield(command, env=environment() | {"JACKFIELD_PLUGINS": "nothing"})
    assert "JACKFIELD_PLUGINS allows no installed provider" in done.out + done.err
    assert "pip install" not in done.out + done.err


def test_help_needs_no_command_module() -> None:
    """`jackfield --help` lists every command and imports none of them, nor httpx, nor a plugin."""
    program = (
        "import sys; from jackfield.cli.app import run; code = run(['--help']);"
        "print(code, [m for m in sys.modules if m.startswith(('httpx', 'jackfield_', 'jackfield.client', 'pluggy'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, check=True)
    shown = done.stdout.decode()
    assert all(f"{command.name}: " in shown for command in COMMANDS)
    assert shown.splitlines()[-1] == "0 []"


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_each_command_has_help(command: str) -> None:
    """Each command's own help opens with the sentence that the list of commands shows."""
    done = jackfield(command, "--help", env=environment())
    assert done.code == 0
    assert next(one.help for one in COMMANDS if one.name == command) in " ".join(done.out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cht",), "no command 'cht'; did you mean 'chat'?; next: jackfield --help"),
        (("chat", "--nonsense"), "next: jackfield chat --help"),
        (("simulate", "--port", "many"), "--port"),
        (("models", "gorq"), "did you mean 'groq'?"),
    ],
)
def test_a_wrong_command_line(arguments: tuple[str, ...], words: str) -> None:
    """It is one line with the next step."""
    done = jackfield(*arguments, env=environment())
    assert done.code in (Exit.USAGE, Exit.PLUGIN)
    assert words in done.err
    assert done.err.count("\n") == 1


def test_the_version() -> None:
    """It is the distribution's."""
    from importlib.metadata import version

    assert jackfield("--version", env=environment()).out.strip() == version("jackfield")


def test_a_reader_that_stops_reading(groq: Simulator) -> None:
    """`jackfield models | head -1` ends without a word."""
    command = f"{sys.executable} -m jackfield.cli models groq --json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=environment(groq), capture_output=True, check=False)
    assert done.stdout == b"["
    assert done.stderr == b""
    assert done.returncode in (Exit.OK, Exit.PIPE)  # small output may fit into the pipe before the reader goes


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    """Where cyclopts or rich is missing, one line says which extra brings it."""
    for module in ("cyclopts", "rich"):
        (tmp_path / f"{module}.py").write_text(f"raise ModuleNotFoundError('gone', name='{module}')\n")
        done = jackfield("--help", env=environment(PYTHONPATH=str(tmp_path)))
        (tmp_path / f"{module}.py").unlink()
        assert (done.code, done.out) == (2, "")
        assert done.err == "jackfield: the command line needs its extra; next: pip install 'jackfield[cli]'\n"


def test_tables_on_a_terminal(groq: Simulator) -> None:
    """On a terminal the same table comes with bold headings, within its width."""
    with Terminal("providers", env=environment(groq)) as terminal:
        assert terminal.finish() == 0
        assert "\x1b[1mprovider" in terminal.raw
        assert all(len(line) <= 100 for line in terminal.text.splitlines())


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_a_host_that_is_not_here(host: str) -> None:
    """Another port would not help: the error names the host."""
    done = jackfield("simulate", "groq", "--host", host, env=environment())
    assert done.code == 2
    assert f"next: choose another --host: {host} is no address of this machine" in done.err
