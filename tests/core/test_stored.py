"""Files and batches in the core: what is checked before anything is sent, and how it waits. No I/O."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from jackfield import Client
from jackfield.errors import ProviderError, UnsupportedOperation, UsageError
from jackfield.flow import Send, Sleep, Steps
from jackfield.http import HttpResponse
from jackfield.operations.stored import id_of, read_upload, until, wait_file
from jackfield.types.batches import Batch, BatchState
from jackfield.types.files import File


def client(provider: str = "groq") -> Client:
    """One that never connects."""
    more = {"account_id": "a"} if provider == "cloudflare" else {}
    return Client(provider, model="m", api_key="k", base_url="http://127.0.0.1:9", settings=more)


def test_looking_until_it_is_done() -> None:
    """Look, wait, look again."""
    found = iter([1, 2, 3])

    def look() -> Steps[int]:
        yield Sleep(0.5)
        return next(found)

    flow = until(look, lambda value: value == 2, 7.0)
    assert [next(flow), flow.send(None), flow.send(None)] == [Sleep(0.5), Sleep(7.0), Sleep(0.5)]
    with pytest.raises(StopIteration) as stop:
        flow.send(None)
    assert stop.value.value == 2


def looked_for_a_file() -> Steps[object]:
    """A look that must not happen."""
    pytest.fail("it looked")


@pytest.mark.parametrize("poll_s", [0, -1.0, float("nan")])
def test_a_wait_has_a_length(poll_s: float) -> None:
    """Zero would hammer the provider."""
    with pytest.raises(UsageError, match="poll_s"):
        next(until(looked_for_a_file, bool, poll_s))


def test_a_file_that_failed_is_an_error() -> None:
    """Waiting for it longer would not help."""
    flow: Generator[Any, Any, Any] = wait_file(client("gemini")._setup, "files/x", 1.0)
    assert isinstance(next(flow), Send)
    body = b'{"name":"files/x","state":"FAILED","error":{"message":"no film"}}'
    with pytest.raises(ProviderError, match="no film"):
        flow.send(HttpResponse(status=200, body=body))


def test_what_is_uploaded(tmp_path: Path) -> None:
    """The name and the type come from the path unless they are given."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"{}\n")
    upload = read_upload(str(path), None, None, None)
    assert (upload.data, upload.mime_type, upload.name) == (b"{}\n", "application/jsonl", "in.jsonl")
    assert read_upload(path, "a/b", "x", "y") == read_upload(b"{}\n", "a/b", "x", "y")


def test_what_cannot_be_uploaded(tmp_path: Path) -> None:
    """Each message says what to do, or what went wrong."""
    with pytest.raises(UsageError, match="pass mime_type="):
        read_upload(b"?", None, None, None)
    with pytest.raises(UsageError, match="No such file"):
        read_upload(tmp_path / "none.png", None, None, None)


@pytest.mark.parametrize("prompts", [{}, [], "Why?"], ids=["mapping", "list", "text"])
def test_a_batch_needs_prompts(prompts: Any) -> None:
    """A text is one prompt, and its letters are none."""
    with pytest.raises(UsageError, match=r"^prompts: "):
        client().batches.create(prompts)


@pytest.mark.parametrize("name", ["", 1, None])
def test_an_id_is_a_text(name: Any) -> None:
    """It has to come back as it is."""
    with pytest.raises(UsageError, match="an id in a batch"):
        client().batches.create({name: "Why?"})


def test_a_wrong_request_stops_the_batch() -> None:
    """Nothing is sent: the address answers nobody."""
    with pytest.raises(UsageError, match="temperature"):
        client().batches.create(["Why?"], temperature=-1)


@pytest.mark.parametrize(
    "given", ["", "  ", None, 7, "a\nb", "\ud800", Batch(id="b", provider="x", state=BatchState.OTHER)]
)
def test_an_id_has_to_be_one(given: Any) -> None:
    """An empty one would be the list; a batch is no file."""
    with pytest.raises(UsageError, match=r"^file: expected a File or its id, got"):
        id_of(given, File)


def test_a_thing_is_its_id() -> None:
    """Both are taken everywhere."""
    assert id_of(Batch(id="b", provider="groq", state=BatchState.OTHER), Batch) == id_of("b", Batch) == "b"
    assert id_of(File(id="f", provider="groq"), File) == id_of("f", File) == "f"


OPERATIONS: dict[str, Callable[[Client], object]] = {
    "upload_file": lambda one: one.files.upload(b"x", mime_type="a/b"),
    "get_file": lambda one: one.files.get("x"),
    "list_files": lambda one: one.files.list(),
    "delete_file": lambda one: one.files.delete("x"),
    "download_file": lambda one: one.files.download("x"),
    "create_batch": lambda one: one.batches.create(["Why?"]),
    "get_batch": lambda one: one.batches.results("x"),
    "list_batches": lambda one: one.batches.list(),
    "cancel_batch": lambda one: one.batches.cancel("x"),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_provider_without_them(operation: str) -> None:
    """It says so, and nothing is sent."""
    with pytest.raises(UnsupportedOperation) as caught:
        OPERATIONS[operation](client("cloudflare"))
    assert (caught.value.operation, caught.value.provider) == (operation, "cloudflare")
