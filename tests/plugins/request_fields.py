"""Every field that the providers document for a chat request, with a request of ours that sends it.

A row is a place in what is sent (`tools.0.function.name`, `header x-name`), the value that must stand there, and what
the caller says. `SAID_OTHERWISE` names the documented fields that are not sent, and what is sent in their place.
"""

# ruff: noqa: E501, FBT003 - tables

from collections.abc import Iterator, Mapping
from typing import Any

from jackfield.types.messages import Message, assistant, system, tool_result, user
from jackfield.types.parts import Audio, Document, Image, Opaque, Reasoning, Text, ToolCall, ToolResult, Video
from jackfield.types.requests import OutputSchema, Tool, ToolName, WebSearch
from jackfield_cerebras import CerebrasOptions, Prediction, StreamOptions as CerebrasStreamOptions
from jackfield_cloudflare import CloudflareGateway, CloudflareOptions
from jackfield_gemini import (
    AudioOptions,
    ComputerUse,
    DocumentOptions,
    FileSearch,
    GeminiOptions,
    GoogleMaps,
    GoogleSearch,
    ImageConfig,
    LatLng,
    Retrieval,
    SafetySetting,
    Speech,
    SpreadsheetOptions,
    VideoOptions,
)
from jackfield_groq import (
    BrowserSearch,
    CodeInterpreter,
    CompoundCustom,
    CompoundModels,
    CompoundTools,
    GroqOptions,
    JsonSource,
    McpServer,
    SearchSettings,
    SourceDocument,
    StreamOptions as GroqStreamOptions,
    TextSource,
    WolframSettings,
)

Row = tuple[str, Any, dict[str, Any]]

PARAMETERS = {
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}
ADD = Tool(name="add", description="Adds.", parameters=PARAMETERS, strict=True)
LOOSE = Tool(name="add", description="Adds.", parameters=PARAMETERS)
CALL = ToolCall(id="call_1", name="add", arguments={"a": 1}, arguments_raw='{"a":1}')
PNG = Image.from_bytes(b"\x89PNG\r\n\x1a\nx", detail="high")
PNG_URL = "data:image/png;base64,iVBORw0KGgp4"
SCHEMA = OutputSchema(name="out", schema=PARAMETERS)
TURNS = (
    system("Be brief."),
    Message(role="user", parts=(Text("Hi"),), name="ann"),
    assistant(Reasoning("Hm."), "Ho", CALL),
    tool_result(CALL, "1"),
)


def chat_rows(max_tokens: str, options: tuple[str, ...]) -> Iterator[Row]:
    """What the chat-completions format has, as far as a provider takes it."""
    plain: Mapping[str, tuple[str, Any]] = {
        "temperature": ("temperature", 0.5),
        "top_p": ("top_p", 0.9),
        "max_tokens": (max_tokens, 9),
        "seed": ("seed", 7),
        "frequency_penalty": ("frequency_penalty", 0.5),
        "presence_penalty": ("presence_penalty", -0.5),
    }
    for name, (wire, value) in plain.items():
        if name in options:
            yield wire, value, {name: value}
    yield "messages.0.role", "user", {}
    yield "messages.0.content", "Hi", {}
    yield "stream", True, {"stream": True}
    yield "response_format.type", "json_object", {"json_mode": True}
    yield "response_format.type", "json_schema", {"schema": SCHEMA}
    yield from chat_tools()
    yield from chat_turns()
    if "stop" in options:
        yield "stop", ["a", "b"], {"stop": ("a", "b")}
    if "parallel_tool_calls" in options:
        yield "parallel_tool_calls", False, {"tools": (LOOSE,), "parallel_tool_calls": False}
    if "top_logprobs" in options:
        yield "logprobs", True, {"top_logprobs": 0}
        yield "top_logprobs", 3, {"top_logprobs": 3}


def chat_tools() -> Iterator[Row]:
    """Functions, and which of them to call."""
    yield "tools.0.type", "function", {"tools": (ADD,)}
    for name, value in (("name", "add"), ("description", "Adds."), ("parameters", PARAMETERS), ("strict", True)):
        yield f"tools.0.function.{name}", value, {"tools": (ADD,)}
    for choice in ("none", "auto", "required"):
        yield "tool_choice", choice, {"tools": (LOOSE,), "tool_choice": choice}
    named = {"type": "function", "function": {"name": "add"}}
    yield "tool_choice", named, {"tools": (LOOSE,), "tool_choice": ToolName("add")}


def chat_turns() -> Iterator[Row]:
    """Every role."""
    yield "messages.0.role", "system", {"messages": TURNS}
    yield "messages.2.role", "assistant", {"messages": TURNS}
    yield "messages.2.tool_calls.0.id", "call_1", {"messages": TURNS}
    yield "messages.2.tool_calls.0.type", "function", {"messages": TURNS}
    yield "messages.2.tool_calls.0.function", {"name": "add", "arguments": '{"a":1}'}, {"messages": TURNS}
    yield "messages.3.role", "tool", {"messages": TURNS}
    yield "messages.3.tool_call_id", "call_1", {"messages": TURNS}
    yield "messages.3.content", "1", {"messages": TURNS}


ALL = (
    "temperature", "top_p", "max_tokens", "seed", "stop", "frequency_penalty", "presence_penalty", "parallel_tool_calls",
    "top_logprobs",
)  # fmt: skip


def cerebras() -> Iterator[Row]:
    """Source: https://inference-docs.cerebras.ai/api-reference/chat-completions (2026-11)."""
    model = {"model": "gemma-4-31b"}
    for place, value, said in chat_rows("max_completion_tokens", ALL):
        yield place, value, {**model, **said}

    def own(place: str, value: Any, **options: Any) -> Row:
        return place, value, {**model, "extra": CerebrasOptions(**options)}

    yield "model", "gemma-4-31b", model
    yield "messages.1.name", "ann", {**model, "messages": TURNS}
    yield "messages.2.reasoning", "Hm.", {**model, "messages": TURNS}
    yield "messages.0.content.1.image_url", {"url": PNG_URL, "detail": "high"}, {**model, "messages": (user("?", PNG),)}
    yield (
        "response_format.json_schema",
        {"name": "out", "schema": PARAMETERS, "strict": True},
        {**model, "schema": SCHEMA},
    )
    for effort in ("none", "low", "medium", "high"):
        yield "reasoning_effort", effort, {**model, "reasoning_effort": effort}
    for form in ("none", "parsed", "text_parsed", "raw", "hidden"):
        yield own("reasoning_format", form, reasoning_format=form)
    for tier in ("auto", "default", "flex", "priority"):
        yield own("service_tier", tier, service_tier=tier)
    yield own("stream_options.include_usage", value=True, stream_options=CerebrasStreamOptions(include_usage=True))
    yield own("min_completion_tokens", -1, min_completion_tokens=-1)
    yield own("n", 2, n=2)
    yield own("logit_bias", {"7": -100}, logit_bias={"7": -100})
    yield own("disable_reasoning", value=True, disable_reasoning=True)
    yield own("clear_thinking", value=False, clear_thinking=False)
    yield own("prediction", {"type": "content", "content": "x"}, prediction=Prediction("x"))
    yield own("prompt_cache_key", "docs", prompt_cache_key="docs")
    yield own("model_parameters", {"a": 1}, model_parameters={"a": 1})
    yield own("user", "u", user="u")
    yield own("header x-cerebras-version-patch", "2", api_version=2)
    yield own("header queue_threshold", "500", queue_threshold_ms=500, service_tier="flex")
    yield own("header x-cerebras-3rd-party-integration", "jackfield", integration="jackfield")


GPT_OSS = {"model": "openai/gpt-oss-20b"}


def on_groq(place: str, value: Any, **options: Any) -> Row:
    """A row with options of Groq's own."""
    return place, value, {**GPT_OSS, "extra": GroqOptions(**options)}


def groq() -> Iterator[Row]:
    """Source: https://console.groq.com/docs/api-reference#chat-create (2026-11)."""
    model = GPT_OSS
    for place, value, said in chat_rows("max_completion_tokens", tuple(name for name in ALL if name != "top_logprobs")):
        yield place, value, {**model, **said}

    yield "model", "openai/gpt-oss-20b", model
    yield "messages.2.reasoning", "Hm.", {**model, "messages": TURNS}
    seen = {
        "model": "qwen/qwen3.8-27b",
        "messages": (user("?", PNG, Document(data=b'{"a": 1}', mime_type="application/json")),),
    }
    yield "messages.0.content.1.image_url", {"url": PNG_URL, "detail": "high"}, seen
    yield "messages.0.content.2", {"type": "document", "document": {"data": {"a": 1}}}, seen
    yield (
        "response_format.json_schema",
        {"name": "out", "schema": PARAMETERS, "strict": True},
        {**model, "schema": SCHEMA},
    )
    for effort in ("low", "medium", "high"):
        yield "reasoning_effort", effort, {**model, "reasoning_effort": effort}
    for effort, wire in (("none", "none"), ("medium", "default")):
        yield "reasoning_effort", wire, {"model": "qwen/qwen3-32b", "reasoning_effort": effort}
    yield from groq_words()
    yield from groq_objects()


def groq_words() -> Iterator[Row]:
    """Its own options that are words and truth values."""
    for form in ("hidden", "raw", "parsed"):
        yield on_groq("reasoning_format", form, reasoning_format=form)
    for tier in ("auto", "on_demand", "flex", "performance"):
        yield on_groq("service_tier", tier, service_tier=tier)
    for wanted in ("enabled", "disabled"):
        yield on_groq("citation_options", wanted, citation_options=wanted)
    yield on_groq("stream_options.include_usage", value=True, stream_options=GroqStreamOptions(include_usage=True))
    yield on_groq("user", "u", user="u")
    yield on_groq("disable_tool_validation", value=True, disable_tool_validation=True)
    yield on_groq("include_reasoning", value=False, include_reasoning=False)
    yield on_groq("logit_bias", {"7": 1}, logit_bias={"7": 1})
    yield on_groq("debug", value=True, debug=True)
    yield on_groq("header groq-model-version", "latest", model_version="latest")


def groq_objects() -> Iterator[Row]:
    """Its own options that are objects."""
    texts = (SourceDocument(TextSource("x"), id="one"), SourceDocument(JsonSource({"a": 1})))
    yield on_groq("documents.0", {"id": "one", "source": {"type": "text", "text": "x"}}, documents=texts)
    yield on_groq("documents.1", {"source": {"type": "json", "data": {"a": 1}}}, documents=texts)
    where = SearchSettings(country="canada", include_domains=("a.ca",), exclude_domains=("b.ca",), include_images=True)
    found = {"country": "canada", "include_domains": ["a.ca"], "exclude_domains": ["b.ca"], "include_images": True}
    yield on_groq("search_settings", found, search_settings=where)
    built = CompoundCustom(
        models=CompoundModels(answering_model="a", reasoning_model="b"),
        tools=CompoundTools(enabled_tools=("web_search",), wolfram_settings=WolframSettings(authorization="k")),
    )
    yield on_groq("compound_custom.models", {"answering_model": "a", "reasoning_model": "b"}, compound_custom=built)
    run = {"enabled_tools": ["web_search"], "wolfram_settings": {"authorization": "k"}}
    yield on_groq("compound_custom.tools", run, compound_custom=built)
    yield on_groq("tools.0", {"type": "browser_search"}, server_tools=(BrowserSearch(),))
    yield on_groq("tools.0", {"type": "code_interpreter"}, server_tools=(CodeInterpreter(),))
    remote: dict[str, Any] = {
        "server_label": "one", "server_url": "https://mcp.example", "headers": {"a": "b"}, "server_description": "d",
        "require_approval": "never", "allowed_tools": ["t"],
    }  # fmt: skip
    server = McpServer(**{name: one for name, one in remote.items() if name != "allowed_tools"}, allowed_tools=("t",))
    yield on_groq("tools.0", {"type": "mcp", **remote}, server_tools=(server,))


def own(place: str, value: Any, said: Mapping[str, Any] | None = None, **options: Any) -> Row:
    """A row with options of Workers AI's own."""
    return place, value, {**(said or {}), "extra": CloudflareOptions(**options)}


def cloudflare() -> Iterator[Row]:
    """Source: https://developers.cloudflare.com/workers-ai/models/ and ai-gateway/usage/ (2026-11)."""
    yield from cloudflare_native()
    yield from cloudflare_chat()
    yield from cloudflare_responses()


def cloudflare_native() -> Iterator[Row]:
    """The path `/ai/run/{model}`."""
    native = ("temperature", "top_p", "max_tokens", "seed", "frequency_penalty", "presence_penalty")
    yield from chat_rows("max_tokens", native)
    yield "top_k", 5, {"top_k": 5}
    bare = {"type": "json_schema", "json_schema": PARAMETERS}
    wrapped = {"type": "json_schema", "json_schema": {"name": "out", "schema": PARAMETERS}}
    yield "response_format", bare, {"schema": SCHEMA}
    yield "response_format", wrapped, {"schema": SCHEMA, "extra": CloudflareOptions(endpoint="chat")}
    yield (
        "messages.0.content.1.image_url.url",
        PNG_URL,
        {"messages": (user("?", Image(data=PNG.data, mime_type="image/png")),)},
    )
    yield "messages.2.reasoning", "Hm.", {"messages": TURNS}
    yield "messages.3.name", "add", {"messages": TURNS}

    yield own("prompt", "Hi", raw=True)
    yield own("raw", value=True, raw=True)
    yield own("lora", "mine", lora="mine")
    yield own("repetition_penalty", 1.5, repetition_penalty=1.5)
    yield own("guided_json", {"type": "object"}, guided_json={"type": "object"})
    yield own("ignore_eos", value=True, ignore_eos=True)
    yield own("options.rejectIfBusy", value=True, reject_if_busy=True)
    yield own("image", list(PNG.data or b""), {"messages": (user("?", PNG),)}, image_input="top_level")
    yield own("url tags", "tags=one&tags=two", tags=("one", "two"))
    yield own("header x-session-affinity", "one", session_affinity="one")
    yield own("header cf-aig-gateway-id", "default", gateway=CloudflareGateway(id="default"))


def cloudflare_chat() -> Iterator[Row]:
    """The path `/ai/v1/chat/completions`."""

    def chat(place: str, value: Any, said: Mapping[str, Any] | None = None, **options: Any) -> Row:
        return own(place, value, said, endpoint="chat", **options)

    for place, value, said in chat_rows("max_tokens", ALL):
        yield chat(place, value, said)
    yield chat("model", "@cf/zai-org/glm-5.2", {"model": "@cf/zai-org/glm-5.2"})
    yield chat("stream_options.include_usage", value=True, said={"stream": True})
    yield chat("n", 2, count=2)
    yield chat("logit_bias", {"7": 1}, logit_bias={"7": 1})
    yield chat("metadata", {"a": "b"}, metadata={"a": "b"})
    yield chat("service_tier", "auto", service_tier="auto")
    yield chat("user", "u", user="u")
    yield chat("skip_special_tokens", value=False, skip_special_tokens=False)
    yield chat("chat_template_kwargs", {"enable_thinking": False}, chat_template_kwargs={"enable_thinking": False})
    for model, efforts in EFFORTS.items():
        for effort, (place, value) in efforts.items():
            yield chat(place, value, {"model": model, "reasoning_effort": effort})
    for name in ("modalities", "audio", "prediction", "store", "web_search_options", "function_call", "functions"):
        yield chat(name, {"a": 1}, body={name: {"a": 1}})


def responses(place: str, value: Any, said: Mapping[str, Any] | None = None, **options: Any) -> Row:
    """A row for the Responses shape."""
    return own(place, value, {"model": "@cf/openai/gpt-oss-20b", **(said or {})}, endpoint="responses", **options)


def cloudflare_responses() -> Iterator[Row]:
    """The path `/ai/v1/responses`."""
    yield responses("input.0", {"role": "user", "content": "Hi"})
    yield responses("input.0", {"role": "system", "content": "Be brief."}, {"messages": TURNS})
    call = {"type": "function_call", "call_id": "call_1", "name": "add", "arguments": '{"a":1}'}
    yield responses("input.3", call, {"messages": TURNS})
    yield responses(
        "input.4", {"type": "function_call_output", "call_id": "call_1", "output": "1"}, {"messages": TURNS}
    )
    yield responses("reasoning.effort", "low", {"reasoning_effort": "low"})
    yield responses("reasoning.summary", "auto", reasoning_summary="auto")
    options: tuple[tuple[str, str, Any], ...] = (
        ("max_tokens", "max_output_tokens", 9),
        ("temperature", "temperature", 0.5),
        ("top_p", "top_p", 0.5),
    )
    for name, wire, value in options:
        yield responses(wire, value, {name: value})
    yield from responses_tools()
    yield from responses_members()


def responses_tools() -> Iterator[Row]:
    """Functions, and which of them to call."""
    for name in ("type", "name", "parameters", "strict", "description"):
        flat: dict[str, Any] = {
            "type": "function",
            "strict": True,
            "name": "add",
            "description": "Adds.",
            "parameters": PARAMETERS,
        }
        yield responses(f"tools.0.{name}", flat[name], {"tools": (ADD,)})
    yield responses("tool_choice", "none", {"tools": (ADD,), "tool_choice": "none"})
    yield responses(
        "tool_choice", {"type": "function", "name": "add"}, {"tools": (ADD,), "tool_choice": ToolName("add")}
    )
    yield responses("parallel_tool_calls", value=False, said={"tools": (ADD,), "parallel_tool_calls": False})


def responses_members() -> Iterator[Row]:
    """What else the shape has."""
    yield responses("text.format", {"type": "json_object"}, {"json_mode": True})
    yield responses("text.format", {"type": "json_schema", "name": "out", "schema": PARAMETERS}, {"schema": SCHEMA})
    yield responses("stream", value=True, said={"stream": True})
    members: tuple[tuple[str, Any], ...] = (
        ("previous_response_id", "r"), ("truncation", "auto"), ("service_tier", "auto"), ("prompt_cache_key", "k"),
        ("safety_identifier", "s"), ("include", ["reasoning.encrypted_content"]), ("user", "u"), ("metadata", {"a": "b"}),
    )  # fmt: skip
    for name, value in members:
        yield responses(name, value, **given(name, value))
    yield responses("text.verbosity", "low", verbosity="low")
    for name in ("instructions", "conversation", "background", "stream_options"):
        yield responses(name, {"a": 1}, body={name: {"a": 1}})


_LEVELS = {name: ("reasoning_effort", name) for name in ("low", "medium", "high", "xhigh", "max", "minimal")}
_OFF = ("chat_template_kwargs", {"enable_thinking": False})


def _levels(*names: str) -> dict[str, tuple[str, Any]]:
    return {name: _LEVELS[name] for name in names}


EFFORTS: Mapping[str, Mapping[str, tuple[str, Any]]] = {
    "@cf/openai/gpt-oss-20b": _levels("low", "medium", "high"),
    "@cf/zai-org/glm-4.7-flash": {"none": _OFF},
    "@cf/google/gemma-4-26b-a4b-it": {"none": _OFF},
    "@cf/zai-org/glm-5.2": {**_LEVELS, "none": ("reasoning_effort", "none")},
    "@cf/zai-org/glm-5.3": _levels("low", "high", "max"),
    "@cf/moonshotai/kimi-k2.6": {**_levels("low", "medium", "high", "max"), "none": ("reasoning_effort", "none")},
    "@cf/deepseek-ai/deepseek-v4-flash-0731": {**_LEVELS, "none": ("reasoning_effort", "none")},
    "@cf/qwen/qwen3.8-27b": {**_levels("low", "medium", "xhigh"), "none": _OFF},
    "@cf/nvidia/nemotron-3-120b-a12b": {"none": _OFF},
    "@cf/qwen/qwen3-30b-a3b-fp8": {**_levels("low", "medium", "high"), "none": ("reasoning_effort", None)},
}
"""How long each family of Workers AI's chat models may think, and how it is told not to."""


NEW = {"model": "gemini-3.1-flash-lite"}


def on_gemini(place: str, value: Any, said: Mapping[str, Any] | None = None, **options: Any) -> Row:
    """A row with options of Gemini's own."""
    return place, value, {**NEW, **(said or {}), "extra": GeminiOptions(**options)}


def gemini() -> Iterator[Row]:
    """Source: https://ai.google.dev/api/generate-content, https://ai.google.dev/api/caching#Tool (2026-11)."""
    new, old = NEW, {"model": "gemini-2.5-flash"}
    yield "contents.0", {"role": "user", "parts": [{"text": "Hi"}]}, new
    yield "systemInstruction", {"parts": [{"text": "Be brief."}]}, {**new, "messages": TURNS}
    yield from gemini_parts()
    yield from ((place, value, {**new, **said}) for place, value, said in gemini_config())
    yield "generationConfig.responseSchema.type", "OBJECT", {"model": "gemini-2.0-flash", "schema": SCHEMA}
    yield "generationConfig.responseLogprobs", True, {**old, "top_logprobs": 3}
    yield "generationConfig.logprobs", 3, {**old, "top_logprobs": 3}
    yield (
        "generationConfig.thinkingConfig",
        {"thinkingBudget": 512, "includeThoughts": True},
        {**old, "reasoning_budget": 512},
    )
    for level in ("minimal", "low", "medium", "high"):
        yield "generationConfig.thinkingConfig.thinkingLevel", level.upper(), {**new, "reasoning_effort": level}
    hydrogen = {"model": "gemini-4-hydrogen", "reasoning_effort": "xhigh"}
    yield "generationConfig.thinkingConfig.thinkingLevel", "XHIGH", hydrogen
    yield on_gemini("generationConfig.thinkingConfig.includeThoughts", True, include_thoughts=True)
    yield from gemini_own()
    yield from gemini_tools()
    yield from gemini_choices()


def gemini_own() -> Iterator[Row]:
    """Its own options beside the tools."""
    fields: tuple[tuple[str, str, Any], ...] = (
        ("candidate_count", "candidateCount", 2), ("response_modalities", "responseModalities", ["TEXT", "IMAGE"]),
        ("response_mime_type", "responseMimeType", "text/x.enum"), ("media_resolution", "mediaResolution", "MEDIA_RESOLUTION_LOW"),
        ("enable_enhanced_civic_answers", "enableEnhancedCivicAnswers", True),
        ("audio_transcription_config", "audioTranscriptionConfig", {"diarization": True}),
        ("response_format", "responseFormat", {"audio": {"mimeType": "AUDIO_WAV"}}),
    )  # fmt: skip
    for name, wire, value in fields:
        yield on_gemini(f"generationConfig.{wire}", value, **given(name, value))
    shape = {"aspectRatio": "1:1", "imageSize": "1K"}
    yield on_gemini(
        "generationConfig.imageConfig", shape, image_config=ImageConfig(aspect_ratio="1:1", image_size="1K")
    )
    voice = {"prebuiltVoiceConfig": {"voiceName": "Kore"}}
    yield on_gemini(
        "generationConfig.speechConfig",
        {"voiceConfig": voice, "languageCode": "en-US"},
        speech=Speech(voice="Kore", language_code="en-US"),
    )
    two = {
        "multiSpeakerVoiceConfig": {
            "speakerVoiceConfigs": [{"speaker": "A", "voiceConfig": voice}, {"speaker": "B", "voiceConfig": voice}]
        }
    }
    yield on_gemini("generationConfig.speechConfig", two, speech=Speech(speakers={"A": "Kore", "B": "Kore"}))
    for name in ("enableAffectiveDialog", "translationConfig"):
        yield on_gemini(f"generationConfig.{name}", True, generation_config={name: True})
    safety = {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}
    yield on_gemini("safetySettings.0", safety, safety_settings=(SafetySetting(**safety),))
    plain: tuple[tuple[str, str, Any], ...] = (
        ("cached_content", "cachedContent", "cachedContents/1"), ("service_tier", "serviceTier", "flex"),
        ("store", "store", False), ("continuation_token", "continuationToken", "dA=="), ("labels", "labels", {"a": "b"}),
    )  # fmt: skip
    for name, wire, value in plain:
        yield on_gemini(wire, value, **given(name, value))


def given(name: str, value: Any) -> dict[str, Any]:
    """An option by its name; our lists are tuples."""
    items: Any = value
    return {name: tuple(items) if isinstance(value, list) else value}


def a_part(value: Any, *parts: Any) -> Row:
    """A row for the first part of a user's message."""
    return "contents.0.parts.0", value, {**NEW, "messages": (user(*parts),)}


def gemini_parts() -> Iterator[Row]:
    """The kinds of parts, and what modifies them."""
    sound, film = (
        {"mimeType": "audio/wav", "data": "eA=="},
        {"mimeType": "video/mp4", "fileUri": "https://a.test/a.mp4"},
    )
    sheet, pdf = (
        {"mimeType": "text/csv", "fileUri": "https://a.test/a.csv"},
        {"mimeType": "application/pdf", "data": "eA=="},
    )
    yield a_part({"inlineData": sound}, Audio(data=b"x", mime_type="audio/wav"))
    yield a_part({"fileData": film}, Video(url="https://a.test/a.mp4", mime_type="video/mp4"))
    clip = VideoOptions(start_s=1, end_s=2.5, fps=2, content_layers=("FRAMES",), processing="STATIC")
    cut = {"startOffset": "1s", "endOffset": "2.5s", "fps": 2, "contentLayers": ["FRAMES"]}
    yield a_part(
        {"fileData": film, "videoMetadata": cut, "mediaProcessing": "STATIC"},
        Video(url="https://a.test/a.mp4", mime_type="video/mp4", extra=clip),
    )
    heard = {"startOffset": "1s", "endOffset": "2s"}
    yield a_part(
        {"inlineData": sound, "audioMetadata": heard},
        Audio(data=b"x", mime_type="audio/wav", extra=AudioOptions(start_s=1, end_s=2)),
    )
    pages = DocumentOptions(start_page=1, end_page=2, content_layers=("PAGE_TEXT",))
    read = {"startPage": 1, "endPage": 2, "contentLayers": ["PAGE_TEXT"]}
    yield a_part(
        {"inlineData": pdf, "documentMetadata": read}, Document(data=b"x", mime_type="application/pdf", extra=pages)
    )
    cells = SpreadsheetOptions(visible_cells="A1:B2", sheet_index=1, content_layers=("DATA",))
    shown = {"visibleCells": "A1:B2", "sheetIndex": 1, "contentLayers": ["DATA"]}
    yield a_part(
        {"fileData": sheet, "spreadsheetMetadata": shown},
        Document(url="https://a.test/a.csv", mime_type="text/csv", extra=cells),
    )
    yield from gemini_turns()


def gemini_turns() -> Iterator[Row]:
    """How closely to look, state of a part, and turns with calls and results."""
    for level in ("low", "medium", "high"):
        close = Image(data=b"x", mime_type="image/png", detail=level)
        yield a_part(
            {
                "inlineData": {"mimeType": "image/png", "data": "eA=="},
                "mediaResolution": {"level": f"MEDIA_RESOLUTION_{level.upper()}"},
            },
            close,
        )
    for name, value in (("speechMetadata", {"speaker": "A", "style": "calm"}), ("partMetadata", {"a": 1})):
        yield a_part({"text": "Hi", name: value}, Text("Hi", opaque=Opaque(provider="gemini", data={name: value})))
    said = {"messages": TURNS}
    yield "contents.1.role", "model", said
    yield "contents.1.parts.0", {"text": "Hm.", "thought": True}, {**NEW, **said}
    yield "contents.1.parts.2.functionCall", {"id": "call_1", "name": "add", "args": {"a": 1}}, {**NEW, **said}
    answer = {"id": "call_1", "name": "add", "response": {"output": "1"}}
    yield "contents.2", {"role": "user", "parts": [{"functionResponse": answer}]}, {**NEW, **said}
    failed = ToolResult(call_id="call_1", name="add", content=(Text("no"),), is_error=True)
    turns = (*TURNS[:3], Message(role="tool", parts=(failed,)))
    yield "contents.2.parts.0.functionResponse.response", {"error": "no"}, {**NEW, "messages": turns}
    seen = ToolResult(call_id="call_1", name="add", content=(Image(data=b"x", mime_type="image/png"),))
    turns = (*TURNS[:3], Message(role="tool", parts=(seen,)))
    inside = [{"inlineData": {"mimeType": "image/png", "data": "eA=="}}]
    yield "contents.2.parts.0.functionResponse.parts", inside, {**NEW, "messages": turns}


def gemini_config() -> Iterator[Row]:
    """The plain members of generationConfig."""
    more: tuple[tuple[str, str, Any], ...] = (
        ("temperature", "temperature", 0.5), ("top_p", "topP", 0.9), ("top_k", "topK", 5), ("max_tokens", "maxOutputTokens", 9),
        ("seed", "seed", 7), ("frequency_penalty", "frequencyPenalty", 0.5), ("presence_penalty", "presencePenalty", 0.5),
    )  # fmt: skip
    for name, wire, value in more:
        yield f"generationConfig.{wire}", value, {name: value}
    yield "generationConfig.stopSequences", ["a"], {"stop": ("a",)}
    yield "generationConfig.responseMimeType", "application/json", {"json_mode": True}
    yield "generationConfig.responseJsonSchema.type", "object", {"schema": SCHEMA}


def gemini_tools() -> Iterator[Row]:
    """Tools and their configuration."""
    functions = {"tools": (LOOSE,)}
    yield on_gemini("tools.0.functionDeclarations.0.name", "add", functions)
    yield on_gemini("tools.0.functionDeclarations.0.description", "Adds.", functions)
    yield on_gemini("tools.0.functionDeclarations.0.parametersJsonSchema.type", "object", functions)
    yield on_gemini("tools.0.functionDeclarations.0.parameters.type", "OBJECT", functions, schema_field="openapi")
    more = {
        "functionDeclarations": [
            {"name": "now", "description": "d", "response": {"type": "STRING"}, "behavior": "BLOCKING"}
        ]
    }
    yield on_gemini("tools.0", more, more_tools=(more,))
    yield on_gemini("tools.0", {"googleSearch": {}}, {"web_search": WebSearch()})
    span = {"startTime": "2026-01-01T00:00:00Z", "endTime": "2026-02-01T00:00:00Z"}
    searched: dict[str, Any] = {
        "googleSearch": {"searchTypes": {"webSearch": {}, "imageSearch": {}}, "timeRangeFilter": span}
    }
    yield on_gemini(
        "tools.0",
        searched,
        google_search=GoogleSearch(images=True, start_time=span["startTime"], end_time=span["endTime"]),
    )
    legacy = {"googleSearchRetrieval": {"dynamicRetrievalConfig": {"mode": "MODE_DYNAMIC"}}}
    yield on_gemini("tools.0", legacy, more_tools=(legacy,))
    yield on_gemini("tools.0", {"urlContext": {}}, url_context=True)
    yield on_gemini("tools.0", {"codeExecution": {}}, code_execution=True)
    yield on_gemini("tools.0", {"googleMaps": {"enableWidget": True}}, google_maps=GoogleMaps(enable_widget=True))
    screen = {
        "environment": "ENVIRONMENT_BROWSER", "excludedPredefinedFunctions": ["drag"], "enablePromptInjectionDetection": True,
        "disabledSafetyPolicies": ["ACCOUNT_CREATION"],
    }  # fmt: skip
    use = ComputerUse(
        excluded_predefined_functions=("drag",),
        enable_prompt_injection_detection=True,
        disabled_safety_policies=("ACCOUNT_CREATION",),
    )
    yield on_gemini("tools.0", {"computerUse": screen}, computer_use=use)
    yield from gemini_stores()


def gemini_stores() -> Iterator[Row]:
    """File search, and servers of tools."""
    stores = {"fileSearchStoreNames": ["fileSearchStores/1"], "topK": 3, "metadataFilter": "a=1"}
    search = FileSearch(file_search_store_names=("fileSearchStores/1",), top_k=3, metadata_filter="a=1")
    yield on_gemini("tools.0", {"fileSearch": stores}, file_search=search)
    yield on_gemini("tools.0", {"mcpServers": [{"name": "one"}]}, mcp_servers=({"name": "one"},))


def gemini_choices() -> Iterator[Row]:
    """How tools may be used."""
    functions = {"tools": (LOOSE,)}
    for choice, mode in (("auto", "AUTO"), ("none", "NONE"), ("required", "ANY")):
        yield on_gemini("toolConfig.functionCallingConfig.mode", mode, {**functions, "tool_choice": choice})
    yield on_gemini("toolConfig.functionCallingConfig.mode", "VALIDATED", functions, tool_mode="VALIDATED")
    named = {"mode": "ANY", "allowedFunctionNames": ["add"]}
    yield on_gemini("toolConfig.functionCallingConfig", named, {**functions, "tool_choice": ToolName("add")})
    yield on_gemini(
        "toolConfig.functionCallingConfig", named, functions, tool_mode="ANY", allowed_function_names=("add",)
    )
    place = {"latLng": {"latitude": 1.0, "longitude": 2.0}, "languageCode": "fr"}
    yield on_gemini(
        "toolConfig.retrievalConfig",
        place,
        retrieval_config=Retrieval(lat_lng=LatLng(latitude=1.0, longitude=2.0), language_code="fr"),
    )
    yield on_gemini(
        "toolConfig.includeServerSideToolInvocations",
        value=True,
        said=functions,
        include_server_side_tool_invocations=True,
    )


ROWS: Mapping[str, tuple[Row, ...]] = {
    "groq": tuple(groq()),
    "cerebras": tuple(cerebras()),
    "cloudflare": tuple(cloudflare()),
    "gemini": tuple(gemini()),
}

SAID_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "groq": {
        "max_tokens": "the old name of max_completion_tokens",
        "n": "one is the only value",
        "include_domains": "the old place of search_settings.include_domains",
        "exclude_domains": "the old place of search_settings.exclude_domains",
        "logprobs": "refused by name: no model takes it",
        "top_logprobs": "refused by name: no model takes it",
        "messages.name": "left out with a warning: a 400 by the compatibility page",
        "metadata": "in the schema only; GroqOptions(body=...)",
        "store": "in the schema only; GroqOptions(body=...)",
        "functions": "the old form of tools",
        "function_call": "the old form of tool_choice",
        "developer": "a system message",
    },
    "cerebras": {
        "max_tokens": "the old name of max_completion_tokens",
        "min_tokens": "another name of min_completion_tokens",
        "image": "a short form of image_url",
        "developer": "a system message",
        "json_schema.description": "the description of the schema itself",
    },
    "cloudflare": {
        "max_completion_tokens": "max_tokens, which models of both generations know",
        "requests": "batches are not in this codec",
        "developer": "a system message",
        "reasoning.generate_summary": "the old name of reasoning.summary",
    },
    "gemini": {
        "functionResponse.scheduling": "of Live sessions",
        "functionResponse.willContinue": "of Live sessions",
        "inlineData.displayName": "of Vertex",
        "streamFunctionCallArguments": "of Vertex",
        "mediaResolution.numTokens": "Opaque on the part",
        "model": "in the address",
    },
}
"""Documented fields that have no row, and what is said in their place."""
