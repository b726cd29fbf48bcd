"""`jackfield scoreboard` and `jackfield find`: the shipped tables, a page, a simulated run, and what to use."""

import json
from pathlib import Path

import pytest
from tests.cli.processes import Terminal, environment, jackfield, untraced

from jackfield.cli.exits import Exit
from jackfield.testing import Simulator
from jackfield.testing.faults import Fault


def test_the_table_is_filtered() -> None:
    """Only rows that do all of it are shown, each with its marks."""
    done = jackfield("scoreboard", "groq", "--needs", "tools,stream", env=environment())
    assert done.code == 0, done.err
    assert "openai/gpt-oss-120b" in done.out
    assert "whisper" not in done.out


def test_the_table_as_json() -> None:
    """Scripts get each cell with its evidence."""
    done = jackfield("scoreboard", "groq", "-m", "gpt-oss-20b", "--json", env=environment())
    rows = json.loads(done.out)
    assert {row["mode"] for row in rows} == {"sync", "stream"}
    assert rows[0]["cells"]["sync.usage"]["evidence"] == "verified"


def test_every_cell_is_explained() -> None:
    """Asked for, the evidence of each cell stands on a line of its own."""
    done = jackfield("scoreboard", "groq", "-m", "kimi", "--explain", env=environment())
    assert "sync.usage: yes; verified on " in done.out


def test_an_unknown_provider_and_an_unknown_need() -> None:
    """Both say what there is."""
    assert "installed: " in jackfield("scoreboard", "grok", env=environment()).err
    done = jackfield("scoreboard", "--needs", "flying", env=environment())
    assert done.code == Exit.USAGE
    assert "web_search" in done.err


def test_the_page_is_written(tmp_path: Path) -> None:
    """One file, which holds everything."""
    done = jackfield("scoreboard", "html", "groq", "-o", str(tmp_path), env=environment())
    assert done.code == 0, done.err
    assert "gpt-oss-20b" in (tmp_path / "index.html").read_text()


def test_a_simulated_run_is_replayed(tmp_path: Path) -> None:
    """What was recorded is judged again without sending anything, and says that it was simulated."""
    model = "llama-3.1-8b-instant"
    target = ("scoreboard", "run", "groq", "-m", model)
    done = jackfield(*target, "--simulate", "--record", str(tmp_path), env=environment())
    assert done.code == 0, done.err
    assert "simulated" in done.err
    again = jackfield(*target, "--replay", str(tmp_path), env=environment())
    assert again.out == done.out
    assert "sync.tools: yes; simulated" in again.out


RUN = ("scoreboard", "run", "groq", "-m", "llama-3.1-8b-instant")


def test_ctrl_c_ends_a_run_and_the_same_command_goes_on(tmp_path: Path) -> None:
    """With a key and an address, as against a provider: the bar, the cost, the signal, and nothing sent twice."""
    recordings = tmp_path / "recordings"
    command = (*RUN, "--record", str(recordings), "--price", "1/2")
    with Simulator("groq") as simulator:
        simulator.always = Fault(latency_s=0.1)
        with Terminal(*command, env=untraced(environment(simulator))) as terminal:
            terminal.until("0.0001 USD")  # some requests are paid for
            terminal.interrupt()
            assert terminal.finish() == Exit.INTERRUPTED
            assert "interrupted" in terminal.text
        kept = {path.name: path.read_bytes() for path in recordings.rglob("*") if path.is_file()}
        before = len(simulator.requests)
        assert kept
        assert all(name.endswith(".json") for name in kept)
        simulator.always = None
        done = jackfield(*command, env=environment(simulator))
        assert done.code == 0, done.err
        asked = len(simulator.requests) - before
        again = jackfield(*command, env=environment(simulator))
        assert len(simulator.requests) == before + asked
    assert again.out == done.out
    assert "0 sent, 0 tokens, 0.0000 USD" in again.err
    left = {path.name: path.read_bytes() for path in recordings.rglob("*.json")}
    assert kept.items() <= left.items()
    assert f"{asked} sent" in done.err
    assert b"simulated-key" not in b"".join(left.values())


def test_a_run_without_a_key_rehearses_or_judges_what_is_there(tmp_path: Path) -> None:
    """It says which of both it does, and neither sends anything to a provider."""
    command = (*RUN, "--record", str(tmp_path))
    first = jackfield(*command, env=environment())
    assert first.code == 0, first.err
    assert "no key" in first.err
    assert "simulated" in first.err
    second = jackfield(*command, env=environment())
    assert f"judging what is recorded in {tmp_path}" in second.err
    assert second.out == first.out


def test_the_verdict_for_scripts(tmp_path: Path) -> None:
    """One scenario, as it stands in scoreboard.json; the price of the provider's list is what it cost."""
    model = "@cf/meta/llama-4-scout-17b-16e-instruct"
    command = ("scoreboard", "run", "cloudflare", "-m", model, "--simulate", "--record", str(tmp_path), "--json")
    done = jackfield(*command, env=environment())
    scenario = json.loads(done.out)
    assert scenario["models"] == [model]
    assert scenario["sync"]["tools"]["evidence"] == "simulated"
    assert "USD" in done.err.splitlines()[-1]
    assert "0.0000 USD" not in done.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--price", "cheap"), "--price: expected"),
        (("--workers", "0"), "--workers: expected at least 1"),
        (("--replay", "here", "--simulate"), "--replay sends nothing"),
    ],
)
def test_a_wrong_option_of_a_run(options: tuple[str, ...], said: str) -> None:
    """One line that says what was expected."""
    done = jackfield(*RUN, *options, env=environment())
    assert done.code == Exit.USAGE
    assert said in done.err


def test_nothing_to_replay(tmp_path: Path) -> None:
    """An empty directory is a usage error that names it."""
    done = jackfield("scoreboard", "run", "groq", "-m", "m", "--replay", str(tmp_path), env=environment())
    assert done.code == Exit.USAGE
    assert str(tmp_path) in done.err


def test_find_says_why() -> None:
    """The first choice comes with the day on which each need was seen to work."""
    done = jackfield("find", "--needs", "vision,tools,stream", "--prefer", "cheap", env=environment())
    assert done.code == 0, done.err
    assert "in.image was seen to work on 20" in done.out.splitlines()[0]


def test_find_as_json() -> None:
    """Scripts get the choices in order."""
    done = jackfield("find", "--needs", "tools", "--limit", "3", "--json", env=environment())
    assert len(json.loads(done.out)) == 3


def test_find_tells_modes_apart() -> None:
    """No two lines name the same model in the same mode; a limit below one is refused."""
    done = jackfield("find", "--needs", "vision,tools,stream", env=environment())
    names = [line.partition("):")[0].split(maxsplit=1)[1] for line in done.out.splitlines() if "):" in line]
    assert len(set(names)) == len(names) > 1
    refused = jackfield("find", "--needs", "tools", "--limit", "0", env=environment())
    assert (refused.code, refused.err) == (Exit.USAGE, "jackfield: --limit: expected at least 1, got 0\n")


def test_find_nothing() -> None:
    """A need that nobody meets is a non-zero end."""
    done = jackfield("find", "--needs", "out.video,tools", env=environment())
    assert done.code == Exit.USAGE
    assert "no installed provider" in done.out
