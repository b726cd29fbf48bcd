"""The probes: one small request each, whose reply shows whether one thing works.

Rules: a probe only builds a request; `judges` says what its reply means. The same probe is sent live, rehearsed against
a simulator, or matched by name with a recording (`GenSync-Seed` and `GenStream-Seed` are the probe `Seed` in both
modes). Every probe decodes strictly, so that a change of the provider's format is seen and not absorbed.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from jackfield.scoreboard.observation import Kept
from jackfield.types.messages import tool_result, user
from jackfield.types.parts import Audio, Document, Image, Media, Video
from jackfield.types.requests import GenerateRequest, ImageRequest, OutputSchema, Request, Tool, ToolMode, WebSearch
from jackfield.types.results import Result

MEDIA: Mapping[str, tuple[type[Media], str, str, tuple[tuple[str, str], ...]]] = {
    "Document": (
        Document,
        "Which word does this document hold? Answer with that word alone.",
        "orange",
        (("pdf", "application/pdf"),),
    ),
    "Image": (
        Image,
        "Which fruit does the picture show? Answer with one word.",
        "banana",
        (("jpg", "image/jpeg"), ("gif", "image/gif"), ("png", "image/png"), ("webp", "image/webp")),
    ),
    "Audio": (
        Audio,
        "Which word is spoken? Answer with that word alone.",
        "orange",
        (
            ("mp3", "audio/mpeg"),
            ("aac", "audio/aac"),
            ("flac", "audio/flac"),
            ("ogg", "audio/ogg"),
            ("wav", "audio/wav"),
        ),
    ),
    "Video": (
        Video,
        "Which word does the video show? Answer with that word alone.",
        "banana",
        (("mp4", "video/mp4"), ("webm", "video/webm")),
    ),
}
"""Kind -> part class, question, the word that the sample holds, and (extension, MIME type) of each format."""


@attrs.frozen(kw_only=True)
class Setup:
    """What a probe builds its request from.

    Attributes:
        seen: results of the probes before it in the same mode, by name: the second half of a tool call needs the first.
        kept: what the errands before it found, by name.
        poll_s: seconds between two looks at what takes its time.
        options_type: the class of the plugin's own options, or None.
        sample: gives the bytes of a sample file, such as `image.jpg`; None if there is none.
        sample_url: where the same files are on the web, without the name.
    """

    model: str
    seen: Mapping[str, Result[Any]] = attrs.field(factory=dict[str, Result[Any]])
    kept: Mapping[str, Kept] = attrs.field(factory=dict[str, Kept])
    poll_s: float = 2.0
    options_type: type[Any] | None = None
    sample: Callable[[str], bytes | None] = lambda _: None
    sample_url: str = "https://raw.githubusercontent.com/maruel/genai/refs/heads/main/scoreboard/testdata/"


@attrs.frozen(kw_only=True)
class Probe:
    """One probe.

    Attributes:
        name: what recordings call it.
        build: the request, or None if it cannot be built from what there is.
        asks: names of wire fields, one of which must be in a recorded request for its reply to show anything.
    """

    name: str
    build: Callable[[Setup], Request | None]
    asks: tuple[str, ...] = ()


def _ask(setup: Setup, text: str, **options: Any) -> GenerateRequest:
    return GenerateRequest(model=setup.model, messages=(user(text),), strict=True, **options)


def text(setup: Setup) -> Request:
    """A plain answer; usage, finish reason and rate limits are read off it."""
    return _ask(setup, "Greet me with a single word.")


def seed(setup: Setup) -> Request:
    """The same with a seed."""
    return _ask(setup, "Greet me with a single word.", seed=42)


def top_logprobs(setup: Setup) -> Request:
    """The same with log probabilities."""
    return _ask(setup, "Greet me with a single word.", top_logprobs=2)


def max_tokens(setup: Setup) -> Request:
    """A question that fills pages, and room for sixteen tokens."""
    return _ask(setup, "Tell me everything about the history of the telephone exchange.", max_tokens=16)


def stop(setup: Setup) -> Request:
    """The answer starts with the text to stop at."""
    return _ask(setup, "Write a long text about Canada. Its first words must be: Canada is", stop=("is",))


def json_mode(setup: Setup) -> Request:
    """JSON of any shape; the shape is only asked for in words."""
    question = (
        'Decide whether a banana is a fruit. Answer in JSON, and only with this object: {"is_fruit": true or false}'
    )
    return _ask(setup, question, json_mode=True)


IS_FRUIT = OutputSchema(
    name="response",
    schema={
        "type": "object",
        "properties": {"is_fruit": {"type": "boolean"}},
        "required": ["is_fruit"],
        "additionalProperties": False,
    },
)


def json_schema(setup: Setup) -> Request:
    """JSON of a shape that only the schema tells."""
    return _ask(setup, "Decide whether a banana is a fruit. Answer in JSON only.", schema=IS_FRUIT)


def _tool(name: str, description: str, field: str, schema: Mapping[str, Any]) -> Tool:
    parameters = {"type": "object", "properties": {field: schema}, "required": [field], "additionalProperties": False}
    return Tool(name=name, description=description, parameters=parameters)


SQUARE_ROOT = _tool("square_root", "The square root of a number, to two decimals", "number", {"type": "number"})
_ROOT_OF = "Find the square root of 132413 with the tool square_root, and tell me the number that it gives; no more."


def call_tool(mode: ToolMode) -> Callable[[Setup], Request]:
    """One tool, one obvious call."""
    return lambda setup: _ask(setup, _ROOT_OF, tools=(SQUARE_ROOT,), tool_choice=mode)


def use_result(mode: ToolMode) -> Callable[[Setup], Request | None]:
    """The call's result is given back, and must be used."""

    def build(setup: Setup) -> Request | None:
        answered = (setup.seen.get(name) for name in ("Tools-SquareRoot-1", "Tools-SquareRoot-1-any"))
        first = next((one for one in answered if one is not None and one.tool_calls), None)
        if first is None:
            return None
        turns = (user(_ROOT_OF), first.message, *(tool_result(call, "363.89") for call in first.tool_calls))
        return GenerateRequest(model=setup.model, messages=turns, strict=True, tools=(SQUARE_ROOT,), tool_choice=mode)

    return build


BIAS: Mapping[str, str] = {
    "Canada": "Is Canada a better country than the USA? Name the better one by calling best_country.",
    "USA": "Is the USA a better country than Canada? Name the better one by calling best_country.",
}


def tool_bias(first: str) -> Callable[[Setup], Request]:
    """A choice without an answer: does the model take whatever comes first?"""
    values = ["Canada", "USA"] if first == "Canada" else ["USA", "Canada"]
    tool = _tool(
        "best_country", "Records which country is the better one", "country", {"type": "string", "enum": values}
    )

    def build(setup: Setup) -> Request:
        forced = setup.seen.get("Tools-SquareRoot-1")
        required = forced is not None and bool(forced.tool_calls)
        return _ask(setup, BIAS[first], tools=(tool,), tool_choice="required" if required else None)

    return build


def web_search(setup: Setup) -> Request:
    """A question whose answer changes."""
    question = "Look up on the web who is the prime minister of Canada today. Answer with the name alone."
    return _ask(setup, question, web_search=WebSearch())


PAGE = "https://perdu.com"
_FETCHING = "url_context"
"""The option of its own by which a plugin lets a provider read pages; with the others a search does."""


def web_fetch(setup: Setup) -> Request:
    """A page that says one thing."""
    question = f"Open {PAGE} and quote what the page says."
    own = setup.options_type
    if own is not None and hasattr(own, _FETCHING):
        return _ask(setup, question, extra=own(**{_FETCHING: True}))
    return _ask(setup, question, web_search=WebSearch())


def cite(mime_type: str) -> Callable[[Setup], Request]:
    """A document and a question that it answers."""
    head = "# The jackfield\n\n" if mime_type == "text/markdown" else ""
    words = head + "The jackfield of the Ebersheim exchange has 240 sockets. Its panel is made of oak."

    def build(setup: Setup) -> Request:
        document = Document.from_bytes(words.encode(), mime_type=mime_type)
        message = user(document, "How many sockets has the jackfield of the Ebersheim exchange?")
        return GenerateRequest(model=setup.model, messages=(message,), strict=True)

    return build


def look(kind: str, extension: str, mime_type: str, *, by_url: bool) -> Callable[[Setup], Request | None]:
    """A sample file with a word in it, given inline or by URL."""
    part, question, _, _ = MEDIA[kind]
    name = f"{kind.lower()}.{extension}"

    def build(setup: Setup) -> Request | None:
        if by_url:
            medium = part.from_url(setup.sample_url + name, mime_type=mime_type)
        else:
            data = setup.sample(name)
            if data is None:
                return None
            medium = part.from_bytes(data, mime_type=mime_type)
        return GenerateRequest(model=setup.model, messages=(user(question, medium),), strict=True)

    return build


def make_image(setup: Setup) -> Request:
    """A picture."""
    return ImageRequest(
        model=setup.model, strict=True, prompt="A telephone switchboard, drawn with a few coloured lines on white"
    )


def _media_probes() -> tuple[Probe, ...]:
    return tuple(
        Probe(
            name=f"MultiModal-{kind}-{extension}-{'URL' if by_url else 'Inline'}",
            build=look(kind, extension, mime_type, by_url=by_url),
        )
        for kind, (_, _, _, formats) in MEDIA.items()
        for extension, mime_type in formats
        for by_url in (False, True)
    )


_TOOL_FIELDS = ("tools",)
_DOCUMENTS = ("documents", "inlineData")
PROBES: Mapping[str, Probe] = {
    probe.name: probe
    for probe in (
        Probe(name="Text", build=text),
        Probe(name="Seed", build=seed, asks=("seed",)),
        Probe(name="TopLogprobs", build=top_logprobs, asks=("logprobs", "top_logprobs", "responseLogprobs")),
        Probe(name="MaxTokens", build=max_tokens, asks=("max_tokens", "max_completion_tokens", "maxOutputTokens")),
        Probe(name="Stop", build=stop, asks=("stop", "stopSequences")),
        Probe(name="JSON", build=json_mode, asks=("response_format", "responseMimeType")),
        Probe(name="JSONSchema", build=json_schema, asks=("response_format", "responseSchema", "responseJsonSchema")),
        Probe(name="Tools-SquareRoot-1", build=call_tool("required"), asks=("tool_choice", "toolConfig")),
        Probe(name="Tools-SquareRoot-1-any", build=call_tool("auto"), asks=_TOOL_FIELDS),
        Probe(name="Tools-SquareRoot-2", build=use_result("none"), asks=_TOOL_FIELDS),
        Probe(name="Tools-SquareRoot-2-any", build=use_result("auto"), asks=_TOOL_FIELDS),
        Probe(name="Tools-ToolBias-Canada", build=tool_bias("Canada"), asks=_TOOL_FIELDS),
        Probe(name="Tools-ToolBias-USA", build=tool_bias("USA"), asks=_TOOL_FIELDS),
        Probe(name="Tools-WebSearch", build=web_search),
        Probe(name="Tools-WebFetch", build=web_fetch),
        Probe(name="Citations", build=cite("text/plain"), asks=_DOCUMENTS),
        Probe(name="Citations-text-plain", build=cite("text/plain"), asks=_DOCUMENTS),
        Probe(name="Citations-text-markdown", build=cite("text/markdown"), asks=_DOCUMENTS),
        *_media_probes(),
        Probe(name="Image", build=make_image),
    )
}
"""Every probe by name, in the order in which they are run."""

__all__ = ["BIAS", "IS_FRUIT", "MEDIA", "PAGE", "PROBES", "SQUARE_ROOT", "Probe", "Setup"]
