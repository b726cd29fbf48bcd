"""The parts that the commands are made of, without a process around them."""

import json
import os
import sys
import threading
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from jackfield import errors
from jackfield.cli import inputs
from jackfield.cli.asking import ask
from jackfield.cli.chat import print_json
from jackfield.cli.demo_steps import Stage
from jackfield.cli.display import Display
from jackfield.cli.exits import Exit, explain
from jackfield.cli.picture import red_square
from jackfield.cli.records import figures, limit_words, record_of, usage_words
from jackfield.cli.target import open_client
from jackfield.cli.terminal import console, one_line, printable, show_table
from jackfield.testing import Simulator
from jackfield.types.events import Event, MediaDelta, TextDelta, TextWasReasoning
from jackfield.types.messages import assistant, user
from jackfield.types.models import Model
from jackfield.types.parts import Audio, Citation, Document, Image, Media, ServerTool, ToolCall, Video
from jackfield.types.results import FinishReason, Notice, RateLimit, RateLimits, Result, Usage

FAILURES: list[tuple[BaseException, Exit, str]] = [
    (errors.UsageError("no model"), Exit.USAGE, "no model"),
    (errors.ProviderError("odd", provider="x", status=418), Exit.PROVIDER, "x: 418: odd"),
    (errors.PermissionDenied("no.", provider="x"), Exit.CREDENTIAL, "x: no; next: ask for access"),
    (errors.PaymentRequired("pay", provider="x"), Exit.CREDENTIAL, "x: pay; next: add credit to the account"),
    (errors.ServerError("<!DOCTYPE html>\n<p>no", provider="x", status=502), Exit.PROVIDER, "x: 502: a web page"),
    (errors.UnsupportedOption("a", "no", provider="x"), Exit.USAGE, "x: a: no; next: leave it out, or add -o unsup"),
    (
        errors.UnsupportedOption("image", "no", provider="x", droppable=False), Exit.USAGE,
        "x: image: no; next: leave it out, or choose another model",
    ),
    (errors.Overloaded("full", provider="x"), Exit.PROVIDER, "x: full; next: try again later"),
    (errors.BetweenEventsTimeout(3), Exit.TRANSPORT, "no further event within 3 s; next: try again"),
    (errors.ToolLoopLimit(3), Exit.BUG, "the model still asks for tools after 3 rounds"),
    (FileNotFoundError(2, "No such file", "a.txt"), Exit.USAGE, "a.txt: No such file"),
    (PermissionError(13, "Permission denied"), Exit.USAGE, "Permission denied"),
    (ZeroDivisionError("by zero"), Exit.BUG, "ZeroDivisionError: by zero; next: please report this"),
    (errors.ProviderError("a\nb\x1b[31m" + "c" * 9000, provider="x"), Exit.PROVIDER, "x: a b\ufffd[31mccc"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "code", "words"), FAILURES, ids=lambda value: type(value).__name__)
def test_an_error_is_one_line_and_a_code(error: BaseException, code: Exit, words: str) -> None:
    """Whatever it says, it becomes one printable line of bounded length that begins with the facts."""
    found, line = explain(error)
    assert found is code
    assert line.startswith(words)
    assert line.isprintable()
    assert len(line) < 3000


def test_every_error_has_a_code() -> None:
    """No error of ours ends up as a fault of jackfield, but for the loop of tools, which no command runs unbounded."""
    for name in dir(errors):
        cls = getattr(errors, name)
        if isinstance(cls, type) and issubclass(cls, errors.JackfieldError):
            instance = cls.__new__(cls)
            instance.__dict__.update(provider="x", variables=(), url=None, setting="s", seconds=1.0, retry_after_s=None)
            instance.__dict__.update(message="", droppable=True, body=b"")
            code, _ = explain(instance)
            assert (code is Exit.BUG) == (name in {"JackfieldError", "PartialReply", "ToolLoopLimit"}), name


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.bin", red_square(8), Image),
        ("a.mp3", b"ID3\x04", Audio),
        ("a.mp4", b"\0\0\0\x18ftypmp42", Video),
        ("a.pdf", b"%PDF-1.7", Document),
        ("a.txt", b"words", Document),
        ("a.jpeg", b"no magic", Image),
        ("a.py", b"print('hi')", Document),
        ("Makefile", b"all:\n\ttrue\n", Document),
        ("a.bin", b"words", Document),
    ],
)
def test_an_attachment_is_of_the_kind_that_its_bytes_show(
    name: str, data: bytes, kind: type[Media], tmp_path: Path
) -> None:
    """Bytes first, then the name."""
    path = tmp_path / name
    path.write_bytes(data)
    assert type(inputs.attachment(str(path))) is kind


def test_an_attachment_of_unknown_type(tmp_path: Path) -> None:
    """It is refused, not guessed."""
    for data in (b"\x01\x02", b"\xff\xfe words"):
        (tmp_path / "a.bin").write_bytes(data)
        with pytest.raises(errors.UsageError, match=r"cannot be told.*next: give it the ending"):
            inputs.attachment(str(tmp_path / "a.bin"))


def test_an_attachment_is_read_once(tmp_path: Path) -> None:
    """So that the output of another program can be one: `-a <(convert ...)`."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_bytes, args=(red_square(8),))
    writing.start()
    part = inputs.attachment(str(pipe))
    writing.join()
    assert (type(part), part.data, part.filename) == (Image, red_square(8), "pipe")


@pytest.mark.parametrize(
    ("url", "kind"),
    [("https://a.test/x.pdf?y=1", Document), ("https://a.test/x.wav", Audio), ("https://a.test/x", Image)],
)
def test_a_url_is_handed_on(url: str, kind: type[Media]) -> None:
    """Nothing is fetched; without a telling name it is taken for a picture."""
    part = inputs.attachment(url)
    assert type(part) is kind
    assert part.url == url


def test_text_for_people_is_printable() -> None:
    """Line feeds and tabs stay, every other control character is shown as one."""
    assert printable("a\tb\nc\x00\x7f\x9b") == "a\tb\nc\ufffd\ufffd\ufffd"
    assert one_line(" a \n b ") == "a b"


def test_a_table_without_rows(capsys: pytest.CaptureFixture[str]) -> None:
    """It is its headings."""
    show_table(("a", "b"), [])
    assert capsys.readouterr().out == "a  b\n"


def test_a_table_leaves_out_what_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    """A column without a single value says nothing."""
    show_table(("a", "b", "c"), [("1", "", "3"), ("11", "", "")])
    assert capsys.readouterr().out == "a   c\n1   3\n11\n"


REPLY: Result[None] = Result(
    message=assistant("Hi.", Citation(url="https://a.test"), Citation(title="A book"), Citation(url="https://a.test")),
    output=None,
    finish_reason=FinishReason.CONTENT_FILTER,
    usage=Usage(input_tokens=1000, total_tokens=None),
    rate_limits=RateLimits((RateLimit(kind="requests", remaining=3, reset_s=7300), RateLimit(kind="tokens", limit=5))),
    warnings=(Notice(code="x", message="something"),),
)


def test_figures_say_what_is_known() -> None:
    """None is left out, never a zero."""
    assert usage_words(None) == "no token counts"
    assert usage_words(Usage()) == "no token counts"
    assert usage_words(REPLY.usage) == "1,000 in"
    assert limit_words(REPLY.rate_limits.limits[0]) == "3 requests left, full again in 2.0 h"
    assert limit_words(REPLY.rate_limits.limits[1]) == "? of 5 tokens left"
    assert figures(REPLY, 1.5).endswith("; 1.50 s")


def test_a_record_holds_everything() -> None:
    """What a script gets is JSON values, with None where the provider said nothing."""
    record = record_of(REPLY)
    assert record["text"] == "Hi."
    assert record["usage"] == {"input_tokens": 1000}
    assert [one.get("url") for one in record["citations"]] == ["https://a.test", None, "https://a.test"]
    assert record["finish_reason"] == "content_filter"


def test_endnotes(capsys: pytest.CaptureFixture[str]) -> None:
    """Sources once each, warnings, and an end that a reader should know of, all of it beside the answer."""
    Display("x").endnotes(REPLY)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        "source: https://a.test",
        "source: A book",
        "note: something",
        "note: the provider's content filter stopped the reply",
    ]


def test_events_beside_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Media, tools and calls are named on standard error; the answer stays whole."""
    events: tuple[Event, ...] = (
        TextDelta("One "),
        MediaDelta(data=b"123", mime_type="image/png"),
        MediaDelta(data=b"4", mime_type="image/png", append=True),
        ServerTool(kind="search"),
        ServerTool(kind="search", output="found"),
        ToolCall(id="1", name="add", arguments_raw='{"a":1}'),
        TextWasReasoning(),
        TextDelta("two."),
    )
    with Display("x") as display:
        for event in events:
            display.show(event)
    shown = capsys.readouterr()
    assert shown.out == "One two.\n"
    assert [line.split()[0] for line in shown.err.splitlines()] == ["[image/png,", "[the", "[the", "[what"]


def test_a_quiet_display_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts get the object alone."""
    with Display("x", quiet=True) as display:
        display.show(TextDelta("One"))
    assert capsys.readouterr() == ("", "")


def test_a_provider_alone_means_its_good_model(groq: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scoreboard names it; a provider whose scoreboard names none has to be told."""
    monkeypatch.setenv("GROQ_API_KEY", "any")
    with open_client("groq", base_url=groq.base_url) as client:
        assert client.model == "openai/gpt-oss-120b"
        assert ask(client, (user("Say hello."),), {}, quiet=True).result.text == "Hello."

    def no_tier(_provider: str, _tier: str) -> None:
        """As if the scoreboard named no model."""

    monkeypatch.setattr("jackfield.cli.target.tier_model", no_tier)
    with pytest.raises(errors.UsageError, match="-m groq:MODEL"):
        open_client("groq")


def test_the_demo_asks_who_can_see(groq: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a picture it takes a model of which the list, else the scoreboard, says that it sees; never one at random."""
    monkeypatch.setenv("GROQ_API_KEY", "any")
    with open_client("groq:x", base_url=groq.base_url) as client:
        stage = Stage(client, console())
        with pytest.raises(errors.UsageError):
            stage.pick()
        stage.models = [Model(id="a", provider="groq"), Model(id="b", provider="groq", input_types=("text", "image"))]
        assert (stage.pick(), stage.pick("image")) == ("a", "b")
        seeing = "meta-llama/llama-4-scout-17b-16e-instruct"
        stage.models = [Model(id="a", provider="groq"), Model(id=seeing, provider="groq")]
        assert (stage.pick(), stage.pick("image")) == ("a", seeing)


@pytest.mark.parametrize(("encoding", "kept"), [("ascii", "😀"), ("utf-8", "half \ud83d"), ("utf-8", "😀")])
def test_json_in_any_encoding(encoding: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the encoding cannot hold is escaped: a script gets every character."""
    raw = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(raw, encoding=encoding, errors="replace", write_through=True))
    print_json({"text": kept})
    assert json.loads(raw.getvalue()) == {"text": kept}
