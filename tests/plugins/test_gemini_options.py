"""Options: each one is on the wire or refused by name; thinking by family; schemas; combinations."""

from typing import Any

import pytest
from tests.plugins.gemini_samples import ADD, NEW, OLD, PROVIDER, body, encode, prepared, request

from jackfield.errors import UnsupportedOption
from jackfield.types.messages import system
from jackfield.types.requests import GENERATE_OPTIONS, OutputSchema, WebSearch
from jackfield_gemini import (
    GeminiOptions,
    ImageConfig,
    SafetySetting,
    Speech,
)
from jackfield_gemini.families import FAMILIES, family_of
from jackfield_gemini.rules import GOOGLE_TOOLS, RULES

SCHEMA = {"type": "object", "properties": {"ripe": {"type": "boolean"}}, "required": ["ripe"]}
# Every option of GenerateRequest with a value, and where it goes; None: the codec does not declare it.
OPTIONS: dict[str, tuple[Any, Any]] = {
    "temperature": (0.5, {"generationConfig": {"temperature": 0.5}}),
    "top_p": (0.9, {"generationConfig": {"topP": 0.9}}),
    "top_k": (40, {"generationConfig": {"topK": 40}}),
    "max_tokens": (16, {"generationConfig": {"maxOutputTokens": 16}}),
    "stop": (("END",), {"generationConfig": {"stopSequences": ["END"]}}),
    "seed": (42, {"generationConfig": {"seed": 42}}),
    "frequency_penalty": (0.5, {"generationConfig": {"frequencyPenalty": 0.5}}),
    "presence_penalty": (0.0, {"generationConfig": {"presencePenalty": 0.0}}),
    "top_logprobs": (2, {"generationConfig": {"responseLogprobs": True, "logprobs": 2}}),
    "json_mode": (True, {"generationConfig": {"responseMimeType": "application/json"}}),
    "schema": (
        OutputSchema(name="fruit", schema=SCHEMA),
        {
            "generationConfig": {
                "responseMimeType": "application/json",
                "responseJsonSchema": {**SCHEMA, "propertyOrdering": ["ripe"]},
            }
        },
    ),
    "tools": ((ADD,), {"tools": [{"functionDeclarations": [{"name": "add", "description": "Adds two numbers."}]}]}),
    "tool_choice": ("required", None),  # below, with tools
    "parallel_tool_calls": (True, None),
    "web_search": (WebSearch(), {"tools": [{"googleSearch": {}}]}),
    "reasoning_effort": (
        "low",
        {"generationConfig": {"thinkingConfig": {"thinkingBudget": 1024, "includeThoughts": True}}},
    ),
    "reasoning_budget": (
        512,
        {"generationConfig": {"thinkingConfig": {"thinkingBudget": 512, "includeThoughts": True}}},
    ),
}


def thinking(model: str, **options: Any) -> Any:
    """The thinkingConfig for a model."""
    return body(model=model, **options).get("generationConfig", {}).get("thinkingConfig")


def test_every_option_is_here() -> None:
    """The table holds them all, and the codec declares those that it sends."""
    assert set(OPTIONS) == set(GENERATE_OPTIONS)
    declared = PROVIDER.info.capabilities.options
    assert set(GENERATE_OPTIONS) - declared == {"parallel_tool_calls"}


@pytest.mark.parametrize("option", [name for name, (_, wire) in OPTIONS.items() if wire])
def test_option_on_the_wire(option: str) -> None:
    """Each option is sent at its place, and nothing else is."""
    value, wire = OPTIONS[option]
    model = "gemini-2.0-flash" if option.endswith("penalty") else OLD
    made = body(model=model, **{option: value})
    del made["contents"]
    if option == "tools":
        parameters = made["tools"][0]["functionDeclarations"][0].pop("parametersJsonSchema")
        assert parameters["properties"] == ADD.parameters["properties"]
    assert made == wire


def test_nothing_is_sent_unasked() -> None:
    """A bare request is contents alone."""
    assert set(body()) == {"contents"}
    assert body(top_logprobs=0)["generationConfig"] == {"responseLogprobs": True}
    assert set(body(tools=())) == {"contents"}


# --- thinking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "effort", "config"),
    [
        ("gemini-2.5-flash", "none", {"thinkingBudget": 0}),
        ("gemini-2.5-flash-lite", "minimal", {"thinkingBudget": 1024, "includeThoughts": True}),
        ("gemini-2.5-pro", "high", {"thinkingBudget": 24576, "includeThoughts": True}),
        ("gemini-3-pro-preview", "low", {"thinkingLevel": "LOW", "includeThoughts": True}),
        ("models/gemini-3.1-pro-preview", "medium", {"thinkingLevel": "MEDIUM", "includeThoughts": True}),
        ("gemini-3.5-flash", "minimal", {"thinkingLevel": "MINIMAL", "includeThoughts": True}),
        ("gemini-3.5-flash", "none", {"thinkingBudget": 0}),
        ("gemini-4-hydrogen", "xhigh", {"thinkingLevel": "XHIGH", "includeThoughts": True}),
        ("gemini-9-next", "high", {"thinkingLevel": "HIGH", "includeThoughts": True}),
        ("gemini-2.0-flash", "none", None),
        ("gemma-3-27b-it", "none", None),
    ],
)
def test_effort(model: str, effort: str, config: Any) -> None:
    """Budgets for 2.5, levels from 3 on, nothing for models that do not think."""
    assert thinking(model, reasoning_effort=effort) == config


@pytest.mark.parametrize(
    ("model", "effort"),
    [
        ("gemini-2.5-pro", "none"),
        ("gemini-2.5-flash", "xhigh"),
        ("gemini-3-pro-preview", "medium"),
        ("gemini-3.7-flash", "minimal"),
        ("gemini-4-argon", "xhigh"),
        ("gemini-4-argon", "none"),
        ("gemini-2.0-flash", "low"),
        ("gemini-2.5-flash-image", "low"),
    ],
)
def test_effort_that_a_model_does_not_know(model: str, effort: str) -> None:
    """It is refused by name, not bent to the nearest."""
    with pytest.raises(UnsupportedOption) as caught:
        thinking(model, reasoning_effort=effort)
    assert caught.value.option == "reasoning_effort"


@pytest.mark.parametrize(
    ("model", "budget"),
    [("gemini-2.5-flash", 0), ("gemini-2.5-flash", -1), ("gemini-2.5-pro", 128), ("gemini-flash-lite-latest", 512)],
)
def test_budget(model: str, budget: int) -> None:
    """0 switches it off, -1 leaves it to the model."""
    show = {"includeThoughts": True} if budget else {}
    assert thinking(model, reasoning_budget=budget) == {"thinkingBudget": budget, **show}


@pytest.mark.parametrize(
    ("model", "budget"),
    [
        ("gemini-2.5-pro", 0),
        ("gemini-2.5-pro", 40_000),
        ("gemini-2.5-flash-lite", 100),
        ("gemini-4-argon", 512),
        ("gemini-2.0-flash", 512),
    ],
)
def test_budget_out_of_bounds(model: str, budget: int) -> None:
    """It is refused by name."""
    with pytest.raises(UnsupportedOption) as caught:
        thinking(model, reasoning_budget=budget)
    assert caught.value.option == "reasoning_budget"


def test_thoughts_shown() -> None:
    """They are shown where reasoning is asked for, unless told otherwise."""
    shown = GeminiOptions(include_thoughts=True)
    assert thinking(OLD, extra=shown) == {"includeThoughts": True}
    assert thinking(OLD, reasoning_budget=9, extra=GeminiOptions(include_thoughts=False)) == {"thinkingBudget": 9}


def test_families() -> None:
    """Each family is reached by some id, and any id has one."""
    for family in FAMILIES:
        assert any(family_of(pattern.replace("*", "")) is family for pattern in family.models), family
    assert family_of("gemini-9").newest


# --- schemas ---------------------------------------------------------------------------------------------------------


def test_schema_by_family() -> None:
    """Before 2.5 the OpenAPI subset, later JSON Schema; both can be chosen."""
    wanted = OutputSchema(name="fruit", schema=SCHEMA)
    old = {
        "type": "OBJECT",
        "properties": {"ripe": {"type": "BOOLEAN"}},
        "required": ["ripe"],
        "propertyOrdering": ["ripe"],
    }
    assert body(model="gemini-2.0-flash", schema=wanted)["generationConfig"]["responseSchema"] == old
    assert body(schema=wanted, extra=GeminiOptions(schema_field="openapi"))["generationConfig"]["responseSchema"] == old
    tools = body(model="gemini-2.0-flash", tools=(ADD,))["tools"]
    assert tools[0]["functionDeclarations"][0]["parameters"]["type"] == "OBJECT"


def test_schema_that_is_none() -> None:
    """A malformed schema is refused by name."""
    with pytest.raises(UnsupportedOption):
        encode(request(schema=OutputSchema(name="n", schema={"$ref": "#/nowhere"})))


# --- Gemini's own ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "place", "wire"),
    [
        (
            GeminiOptions(safety_settings=(SafetySetting("HARM_CATEGORY_HARASSMENT", "OFF"),)),
            "safetySettings",
            [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}],
        ),
        (GeminiOptions(cached_content="cachedContents/1"), "cachedContent", "cachedContents/1"),
        (GeminiOptions(service_tier="flex"), "serviceTier", "flex"),
        (GeminiOptions(store=False), "store", False),
        (GeminiOptions(labels={"team": "a"}), "labels", {"team": "a"}),
        (GeminiOptions(continuation_token="bmV4dA=="), "continuationToken", "bmV4dA=="),
        (GeminiOptions(candidate_count=2), "generationConfig", {"candidateCount": 2}),
        (
            GeminiOptions(response_modalities=("TEXT", "IMAGE")),
            "generationConfig",
            {"responseModalities": ["TEXT", "IMAGE"]},
        ),
        (GeminiOptions(response_mime_type="text/x.enum"), "generationConfig", {"responseMimeType": "text/x.enum"}),
        (
            GeminiOptions(media_resolution="MEDIA_RESOLUTION_LOW"),
            "generationConfig",
            {"mediaResolution": "MEDIA_RESOLUTION_LOW"},
        ),
        (
            GeminiOptions(image_config=ImageConfig(aspect_ratio="16:9", image_size="2K")),
            "generationConfig",
            {"imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"}},
        ),
        (
            GeminiOptions(speech=Speech(voice="Kore", language_code="de-DE")),
            "generationConfig",
            {"speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}, "languageCode": "de-DE"}},
        ),
        (
            GeminiOptions(speech=Speech(speakers={"Ann": "Kore"})),
            "generationConfig",
            {
                "speechConfig": {
                    "multiSpeakerVoiceConfig": {
                        "speakerVoiceConfigs": [
                            {"speaker": "Ann", "voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}}
                        ]
                    }
                }
            },
        ),
        (GeminiOptions(enable_enhanced_civic_answers=True), "generationConfig", {"enableEnhancedCivicAnswers": True}),
        (
            GeminiOptions(audio_transcription_config={"mode": "SMART"}),
            "generationConfig",
            {"audioTranscriptionConfig": {"mode": "SMART"}},
        ),
        (GeminiOptions(response_format={"audio": {}}), "generationConfig", {"responseFormat": {"audio": {}}}),
        (GeminiOptions(generation_config={"newField": 1}), "generationConfig", {"newField": 1}),
        (GeminiOptions(body={"newField": 1}), "newField", 1),
    ],
)
def test_own_options(extra: GeminiOptions, place: str, wire: Any) -> None:
    """Each goes to its place, spelled as Google spells it."""
    made = body(extra=extra)
    assert made[place] == wire
    assert set(made) == {"contents", place}


def test_options_of_others() -> None:
    """Another provider's options are refused."""
    with pytest.raises(UnsupportedOption) as caught:
        encode(request(extra=object()))
    assert caught.value.option == "extra"


# --- combinations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "options", "option"),
    [
        (OLD, {"top_logprobs": 1, "stream": True}, "top_logprobs"),
        (NEW, {"top_logprobs": 1}, "top_logprobs"),
        (OLD, {"tools": (ADD,), "web_search": WebSearch()}, "web_search"),
        (OLD, {"tools": (ADD,), "extra": GeminiOptions(url_context=True)}, "url_context"),
        (OLD, {"tools": (ADD,), "json_mode": True}, "json_mode"),
        (OLD, {"tools": (ADD,), "schema": OutputSchema(name="f", schema=SCHEMA)}, "schema"),
        (OLD, {"web_search": WebSearch(), "json_mode": True}, "json_mode"),
        (OLD, {"frequency_penalty": 1.0}, "frequency_penalty"),
        ("gemini-2.5-flash-image", {"tools": (ADD,)}, "tools"),
        ("gemma-3-27b-it", {"json_mode": True}, "json_mode"),
        (OLD, {"web_search": WebSearch(country="canada")}, "web_search"),
        (OLD, {"tool_choice": "required"}, "tool_choice"),
        (NEW, {"tools": (ADD,), "extra": GeminiOptions(cached_content="cachedContents/1")}, "cached_content"),
        (NEW, {"messages": (system("Be brief."),), "extra": GeminiOptions(cached_content="x")}, "system"),
    ],
)
def test_what_excludes_what(model: str, options: dict[str, Any], option: str) -> None:
    """Refused before any I/O, by name."""
    with pytest.raises(UnsupportedOption) as caught:
        prepared(model=model, **options)
    assert option in caught.value.option
    assert caught.value.reason


def test_what_gemini_3_allows() -> None:
    """Functions beside Google's tools and JSON output; then Google's own calls have to be shown."""
    made = body(model=NEW, tools=(ADD,), web_search=WebSearch(), json_mode=True)
    assert made["toolConfig"] == {"includeServerSideToolInvocations": True}
    assert [*made["tools"][0], *made["tools"][1]] == ["functionDeclarations", "googleSearch"]


def test_rules_are_explained() -> None:
    """Each has a reason and a source, and every tool of Google's has an option."""
    assert all(rule.reason and rule.source for rule in RULES)
    assert all(hasattr(GeminiOptions(), name) for name in GOOGLE_TOOLS[1:])
    assert PROVIDER.info.capabilities.rules == RULES
