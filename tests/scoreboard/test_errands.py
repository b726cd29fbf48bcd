"""Files and batches: what is found, and what a judge makes of it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest

from jackfield import registry
from jackfield.client import Client
from jackfield.errors import InvalidRequest, NotFound, ProviderError, ServerError, UnsupportedOperation
from jackfield.scoreboard.errands import ERRANDS, QUESTIONS
from jackfield.scoreboard.judges import batch, files
from jackfield.scoreboard.observation import Kept, Observation
from jackfield.scoreboard.probes import Setup
from jackfield.scoreboard.replay import unsendable_errand
from jackfield.testing import Simulator
from jackfield.types.batches import Batch, BatchItem, BatchState
from jackfield.types.files import File, FileState
from jackfield.types.messages import assistant
from jackfield.types.parts import Text
from jackfield.types.results import Result

MODELS = {"cerebras": "gpt-oss-120b", "gemini": "gemini-2.5-flash", "groq": "openai/gpt-oss-20b"}


@contextmanager
def client_of(provider: str) -> Generator[Client]:
    """A client of a simulator."""
    with (
        Simulator(provider) as simulator,
        Client(provider, model=MODELS[provider], base_url=simulator.base_url, settings=simulator.settings) as client,
    ):
        yield client


@pytest.mark.parametrize("provider", MODELS)
def test_files_and_batches_through_the_public_client(provider: str) -> None:
    """Each provider that has them: a file is ready, a batch ends, and both requests of it are answered."""
    with client_of(provider) as client:
        setup = Setup(model=MODELS[provider], poll_s=0.01)
        file = ERRANDS["Files"].go(client, setup)
        assert file is not None
        assert file.file is not None
        assert file.file.ready
        assert file.lacking == (("get_file",) if provider == "cerebras" else ())
        begun = ERRANDS["Batch-1"].go(client, setup)
        assert begun is not None
        assert begun.running
        looks = [
            ERRANDS["Batch-2"].go(client, Setup(model=MODELS[provider], kept={"Batch-1": begun})) for _ in range(4)
        ]
        ended = [one for one in looks if one is not None and not one.running]
        assert ended
        assert set(ended[0].items) == set(QUESTIONS)


@pytest.mark.parametrize(
    ("provider", "name", "begins"),
    [
        ("groq", "Files", True),
        ("cloudflare", "Files", False),
        ("cloudflare", "Batch-1", False),
        ("groq", "MultiModal-Image-jpg-Upload", False),
        ("gemini", "MultiModal-Image-jpg-Upload", True),
    ],
)
def test_what_jackfield_cannot_do_is_not_begun(provider: str, name: str, *, begins: bool) -> None:
    """Nothing is uploaded that no request can refer to."""
    model = {"cloudflare": "@cf/meta/llama-3.2-3b-instruct"}.get(provider) or MODELS[provider]
    found = unsendable_errand(model, ERRANDS[name], registry.load(provider))
    assert (found is None) == begins


def seen(name: str, kept: Kept | None = None, error: ProviderError | UnsupportedOperation | None = None) -> Observation:
    """An observation of an errand."""
    if isinstance(error, UnsupportedOperation):
        return Observation(probe=name, recording="", unsent=error)
    return Observation(probe=name, recording=f"GenAsync-{name}", kept=kept, error=error)


def file(state: FileState) -> Kept:
    """A file in that state."""
    return Kept(file=File(id="f", provider="acme", state=state))


def a_batch(state: BatchState, **replies: str | None) -> Kept:
    """A batch in that state, with what was answered; None is an error."""
    items = {
        name: BatchItem(id=name, error=ServerError("no", provider="acme"))
        if text is None
        else BatchItem(id=name, result=Result(message=assistant(Text(text)), output=None))
        for name, text in replies.items()
    }
    return Kept(batch=Batch(id="b", provider="acme", state=state), items=items)


REFUSED = InvalidRequest("no", provider="acme", status=400)
LACKING = UnsupportedOperation("upload_file", provider="acme")


@pytest.mark.parametrize(
    ("observation", "support", "cause"),
    [
        (lambda: seen("Files", file(FileState.ACTIVE)), "true", None),
        (lambda: seen("Files", file(FileState.UPLOADED)), "true", None),
        (lambda: seen("Files", file(FileState.FAILED)), "false", "refused"),
        (lambda: seen("Files", error=REFUSED), "false", "refused"),
        (lambda: seen("Files", error=NotFound("no", provider="acme", status=404)), "false", "refused"),
        (lambda: seen("Files", error=ServerError("no", provider="acme", status=500)), "unknown", None),
        (lambda: seen("Files", error=LACKING), "false", "ours"),
    ],
)
def test_files_are_judged(observation: Callable[[], Observation], support: str, cause: str | None) -> None:
    """Taken and ready, refused, or not ours to send: whose doing it is is told apart."""
    verdict = files({"Files": observation()})
    assert (verdict.support, verdict.cause) == (support, cause)
    assert support == "true" or verdict.reason


@pytest.mark.parametrize(
    ("ended", "support"),
    [
        (a_batch(BatchState.SUCCEEDED, first="Hi", second="Yellow"), "true"),
        (a_batch(BatchState.SUCCEEDED, first="Hi", second=None), "flaky"),
        (a_batch(BatchState.SUCCEEDED, first="Hi"), "flaky"),
        (a_batch(BatchState.SUCCEEDED, first="", second=None), "false"),
        (a_batch(BatchState.EXPIRED), "false"),
        (a_batch(BatchState.RUNNING), "unknown"),
        (None, "unknown"),
    ],
)
def test_batches_are_judged_by_their_results(ended: Kept | None, support: str) -> None:
    """That one was taken is not enough: every request in it has to be answered."""
    found = {"Batch-1": seen("Batch-1", a_batch(BatchState.PENDING))}
    if ended is not None:
        found["Batch-2"] = seen("Batch-2", ended)
    verdict = batch(found)
    assert verdict.support == support
    assert support == "true" or verdict.reason


def test_a_batch_that_is_refused_says_so() -> None:
    """By the first half; the second was never begun."""
    verdict = batch({"Batch-1": seen("Batch-1", error=REFUSED)})
    assert (verdict.support, verdict.cause) == ("false", "refused")
    assert batch({}).support == files({}).support == "unknown"
