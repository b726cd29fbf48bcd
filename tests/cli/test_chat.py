"""`jackfield chat` in pipes: prompts, options, attachments, JSON, schemas, and how it fails."""

import json
from pathlib import Path

import pytest
from tests.cli.processes import environment, jackfield

from jackfield.cli.picture import red_square
from jackfield.testing import Fault, Simulator

MODEL = ("-m", "groq:openai/gpt-oss-20b")
SEEING = ("-m", "groq:meta-llama/llama-4-scout-17b-16e-instruct")
PLAIN = ("-m", "groq:llama-3.3-70b-versatile")


def test_the_answer_alone_is_on_standard_output(groq: Simulator) -> None:
    """A pipe gets the text and a line feed: no reasoning, no spinner, no escape sequence."""
    done = jackfield("chat", "Say", "hello.", *MODEL, env=environment(groq))
    assert (done.code, done.out, done.err) == (0, "Hello.\n", "")
    assert groq.requests[0].json["messages"] == [{"role": "user", "content": "Say hello."}]
    assert groq.requests[0].json["stream"] is True


def test_standard_input_follows_the_words(groq: Simulator) -> None:
    """Words and pipe are one question."""
    jackfield("chat", "Summarize.", *MODEL, env=environment(groq), stdin=b"one\ntwo\n")
    assert groq.requests[0].json["messages"][0]["content"] == "Summarize.\n\none\ntwo"


def test_standard_input_alone(groq: Simulator) -> None:
    """A pipe may be the whole question."""
    assert jackfield("chat", *MODEL, env=environment(groq), stdin=b"Say hello.").out == "Hello.\n"


def test_nothing_to_ask(groq: Simulator) -> None:
    """An empty pipe and no words are an error before anything is sent."""
    done = jackfield("chat", *MODEL, env=environment(groq))
    assert done.code == 2
    assert done.err == 'jackfield: there is nothing to ask; next: jackfield chat "a question", or pipe one in\n'
    assert groq.requests == []


def test_options_by_their_types(groq: Simulator) -> None:
    """Each -o becomes the field that it names, the provider's own too, as the type that it has."""
    options = ("temperature=0", "max-tokens=50", "stop=END", "stop=[FIN]", "seed=-3", "service_tier=flex", "user=ann")
    done = jackfield("chat", "Hi.", *MODEL, "-s", "Be brief.", *(f"-o{one}" for one in options), env=environment(groq))
    assert done.code == 2
    assert "-o stop: expected" in done.err
    kept = [one for one in options if one != "stop=[FIN]"] + ['stop=["FIN"]']
    done = jackfield("chat", "Hi.", *MODEL, "-s", "Be brief.", *(f"-o{one}" for one in kept), env=environment(groq))
    assert done.code == 0, done.err
    body = groq.requests[0].json
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert {name: body[name] for name in ("temperature", "max_completion_tokens", "seed", "service_tier", "user")} == {
        "temperature": 0, "max_completion_tokens": 50, "seed": -3, "service_tier": "flex", "user": "ann",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("temperature", "expected name=value"),
        ("temperature=warm", "-o temperature: expected a number, got 'warm'"),
        ("max_tokens=-1", "max_tokens: expected a whole number of at least 1"),
        ("colour=blue", "-o colour: Groq has no such option; it has: temperature"),
        ("max_token=9", "-o max_token: Groq has no such option; did you mean max_tokens?"),
        ("model=x", "-o model: give it with -m"),
        ("top_k=3", "groq: top_k:"),
        ("service_tier=fast", "-o service_tier: expected one of auto, on_demand, flex, performance, got 'fast'"),
        ("include_reasoning=7", "-o include_reasoning: expected True or False, got 7"),
        ('logit_bias={"a":"b"}', "-o logit_bias['a']: "),
    ],
)
def test_a_wrong_option_is_named(option: str, words: str, groq: Simulator) -> None:
    """Nothing is sent with an option that cannot be meant."""
    done = jackfield("chat", "Hi.", *MODEL, "-o", option, env=environment(groq))
    assert done.code == 2
    assert words in done.err
    assert done.err.count("\n") == 1
    assert groq.requests == []


def test_an_unsupported_option_can_be_dropped_with_a_warning(groq: Simulator) -> None:
    """The advice that the error gives works, and the reply says what was left out."""
    done = jackfield("chat", "Say hello.", *MODEL, "-o", "top_k=3", "-o", "unsupported=warn", env=environment(groq))
    assert (done.code, done.out) == (0, "Hello.\n")
    assert "note: groq: top_k" in done.err


def test_a_picture_is_attached(groq: Simulator, tmp_path: Path) -> None:
    """A file goes along as the kind of part that its bytes show, whatever its name."""
    picture = tmp_path / "picture.dat"
    picture.write_bytes(red_square())
    done = jackfield("chat", "What is it?", *SEEING, "-a", str(picture), env=environment(groq))
    assert done.code == 0, done.err
    assert "image (image/png), 96 x 96 pixels" in done.out


def test_a_missing_attachment(groq: Simulator) -> None:
    """It is named."""
    done = jackfield("chat", "What is it?", *SEEING, "-a", "no/such.png", env=environment(groq))
    assert (done.code, done.err) == (2, "jackfield: cannot read no/such.png: No such file or directory\n")


def test_json_is_one_object(groq: Simulator) -> None:
    """Scripts get everything that a Result holds, reasoning included."""
    done = jackfield("chat", "Why is the sky blue?", *MODEL, "--json", env=environment(groq))
    assert (done.code, done.err) == (0, "")
    record = json.loads(done.out)
    assert record["text"].startswith("This is a simulated reply")
    assert record["reasoning"]
    assert record["finish_reason"] == "stop"
    assert record["usage"]["total_tokens"] > 0
    assert {limit["kind"] for limit in record["rate_limits"]} == {"requests", "tokens"}


def test_json_of_a_failure(groq: Simulator) -> None:
    """A script can read the error, and the exit code is the same as without --json."""
    done = jackfield("chat", "Hi.", "-m", "groq:no-such-model", "--json", env=environment(groq))
    assert done.code == 4
    assert json.loads(done.out)["error"]["type"] == "NotFound"
    assert done.err.endswith("next: `jackfield models groq` lists what there is\n")


SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "legs": {"type": "integer"}},
    "required": ["name", "legs"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("inline", [True, False], ids=["inline", "file"])
def test_a_schema_gives_json(groq: Simulator, tmp_path: Path, *, inline: bool) -> None:
    """The reply is JSON that fits, ready for another program."""
    path = tmp_path / "animal.json"
    path.write_text(json.dumps(SCHEMA), encoding="utf-8")
    given = json.dumps(SCHEMA) if inline else str(path)
    done = jackfield("chat", "An animal.", *MODEL, "--schema", given, env=environment(groq))
    assert done.code == 0, done.err
    assert set(json.loads(done.out)) == {"name", "legs"}


@pytest.mark.parametrize("given", ["{nonsense", "[]", "no/such/file.json"])
def test_a_schema_that_is_none(given: str, groq: Simulator) -> None:
    """It is refused before anything is sent."""
    done = jackfield("chat", "An animal.", *MODEL, "--schema", given, env=environment(groq))
    assert done.code == 2
    assert done.err.startswith("jackfield: --schema: ")
    assert groq.requests == []


def test_usage_is_on_standard_error(groq: Simulator) -> None:
    """The figures do not mix with the answer."""
    done = jackfield("chat", "Say hello.", *MODEL, "--usage", env=environment(groq))
    assert done.out == "Hello.\n"
    assert "tokens: " in done.err
    assert "requests left" in done.err


def test_a_cut_stream_is_an_error_with_what_came(groq: Simulator) -> None:
    """The text that came is printed, then the error; it is never taken for the whole answer."""
    groq.faults.append(Fault(cut_after_events=4, cut="clean"))
    done = jackfield("chat", "Say hello to everybody.", *PLAIN, env=environment(groq))
    assert done.code == 6
    assert done.err == "jackfield: groq: the answer was cut before its end; next: ask again\n"
    assert done.out


def test_a_reply_at_the_limit_says_so(groq: Simulator) -> None:
    """A reply that the token limit ended is no error, and no secret either."""
    done = jackfield("chat", "Write 100 words.", *PLAIN, "-o", "max_tokens=5", env=environment(groq))
    assert done.code == 0
    assert "note: the reply stops at the token limit" in done.err


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (Fault(status=401), 3, "next: check the key"),
        (Fault(status=429, retry_after_s=3600), 4, "next: try again in 3600 s"),
        (Fault(status=500, should_retry=False), 4, "next: try again later"),
        (Fault(body="html"), 8, "next: check --base-url"),
    ],
)
def test_failures_have_codes_and_next_steps(fault: Fault, code: int, words: str, groq: Simulator) -> None:
    """Each kind of failure is told apart by its code, and its one line says what to do."""
    groq.always = fault
    done = jackfield("chat", "Hi.", *MODEL, env=environment(groq))
    assert done.code == code, done.err
    assert words in done.err
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


def test_nobody_listens(groq: Simulator) -> None:
    """No connection is a transport error."""
    done = jackfield("chat", "Hi.", *MODEL, "--base-url", "http://127.0.0.1:9", "--timeout", "5", env=environment(groq))
    assert done.code == 5
    assert "Traceback" not in done.err


def test_a_deadline(groq: Simulator) -> None:
    """--timeout bounds the whole call."""
    groq.always = Fault(latency_s=20)
    done = jackfield("chat", "Hi.", *MODEL, "--timeout", "0.3", env=environment(groq))
    assert (done.code, done.err) == (5, "jackfield: no complete reply within 0.3 s; next: raise --timeout\n")


def test_a_timeout_that_is_none(groq: Simulator) -> None:
    """It is named as it was given."""
    done = jackfield("chat", "Hi.", *MODEL, "--timeout", "0", env=environment(groq))
    assert (done.code, done.err) == (2, "jackfield: --timeout: expected a number of seconds above 0, got 0\n")


def test_an_output_that_cannot_show_everything(groq: Simulator) -> None:
    """A question mark is better than no answer."""
    done = jackfield("chat", "Café?", *MODEL, env=environment(groq, PYTHONIOENCODING="ascii"))
    assert done.code == 0, done.err
    assert "Caf?" in done.out


def test_a_missing_key(groq: Simulator) -> None:
    """The variable and the page where to get a key are named."""
    done = jackfield("chat", "Hi.", *MODEL, env={**environment(groq), "GROQ_API_KEY": ""})
    assert done.code == 3
    assert "GROQ_API_KEY" in done.err
    assert "https://" in done.err


def test_an_unknown_provider(groq: Simulator) -> None:
    """A slip of the finger is recognized."""
    done = jackfield("chat", "Hi.", "-m", "gorq:x", env=environment(groq))
    assert done.code == 7
    assert "did you mean 'groq'?" in done.err


def test_no_model(groq: Simulator) -> None:
    """Without -m the environment decides; without either, the error says how to name one."""
    assert jackfield("chat", "Say hello.", env=environment(groq, JACKFIELD_MODEL=MODEL[1])).out == "Hello.\n"
    done = jackfield("chat", "Hi.", env=environment(groq))
    assert done.code == 2
    assert "next: -m provider:model" in done.err


def test_debug_shows_the_traceback(groq: Simulator) -> None:
    """--debug works on either side of the command, and changes nothing else."""
    for arguments in (("--debug", "chat", "Hi.", "-m", "groq:none"), ("chat", "Hi.", "-m", "groq:none", "--debug")):
        done = jackfield(*arguments, env=environment(groq))
        assert done.code == 4
        assert "Traceback" in done.err
        assert "simulated-key" not in done.err


def test_a_prompt_may_begin_with_a_dash(groq: Simulator) -> None:
    """What follows -- is the question."""
    done = jackfield("chat", *MODEL, "--", "-m", "Say hello.", env=environment(groq))
    assert done.code == 0, done.err
    assert groq.requests[0].json["messages"][0]["content"] == "-m Say hello."
