"""A value for each option that only one provider knows; an option that is added to a plugin must be added here."""

from collections.abc import Mapping
from typing import Any

import attrs

from jackfield import registry
from jackfield_cerebras import Prediction, StreamOptions as CerebrasStreamOptions
from jackfield_cloudflare import CloudflareGateway
from jackfield_gemini import (
    ComputerUse,
    FileSearch,
    GoogleMaps,
    GoogleSearch,
    ImageConfig,
    ImagenOptions,
    LatLng,
    Retrieval,
    SafetySetting,
    Speech,
)
from jackfield_groq import (
    BrowserSearch,
    CompoundCustom,
    CompoundModels,
    SearchSettings,
    SourceDocument,
    StreamOptions as GroqStreamOptions,
    TextSource,
)

OWN: Mapping[str, Mapping[str, Any]] = {
    "groq": {
        "service_tier": "flex",
        "reasoning_format": "parsed",
        "include_reasoning": True,
        "documents": (SourceDocument(TextSource("A text."), id="one"),),
        "citation_options": "enabled",
        "search_settings": SearchSettings(country="canada"),
        "compound_custom": CompoundCustom(models=CompoundModels(answering_model="openai/gpt-oss-20b")),
        "disable_tool_validation": True,
        "server_tools": (BrowserSearch(),),
        "user": "u",
        "logit_bias": {"7": 1},
        "debug": True,
        "stream_options": GroqStreamOptions(include_usage=True),
        "body": {"metadata": {"a": "b"}},
        "model_version": "latest",
    },
    "cerebras": {
        "api_version": 2,
        "queue_threshold_ms": 500,
        "service_tier": "flex",
        "reasoning_format": "parsed",
        "disable_reasoning": True,
        "clear_thinking": False,
        "prediction": Prediction("A text."),
        "min_completion_tokens": 5,
        "n": 2,
        "logit_bias": {"7": 1},
        "prompt_cache_key": "docs",
        "model_parameters": {"a": 1},
        "user": "u",
        "stream_options": CerebrasStreamOptions(include_usage=True),
        "body": {"new": True},
        "integration": "jackfield",
    },
    "cloudflare": {
        "endpoint": "chat",
        "raw": True,
        "lora": "mine",
        "repetition_penalty": 1.1,
        "guided_json": {"type": "object"},
        "ignore_eos": True,
        "text_tool_calls": True,
        "image_input": "top_level",
        "schema_form": "wrapped",
        "chat_template_kwargs": {"enable_thinking": False},
        "skip_special_tokens": True,
        "reject_if_busy": True,
        "tags": ("one",),
        "user": "u",
        "metadata": {"a": "b"},
        "service_tier": "auto",
        "logit_bias": {"7": 1},
        "count": 2,
        "previous_response_id": "resp_1",
        "reasoning_summary": "auto",
        "verbosity": "low",
        "truncation": "auto",
        "prompt_cache_key": "docs",
        "include": ("reasoning.encrypted_content",),
        "safety_identifier": "user-1",
        "body": {"new": True},
        "session_affinity": "one",
        "gateway": CloudflareGateway(id="default"),
    },
    "gemini": {
        "safety_settings": (SafetySetting("HARM_CATEGORY_HARASSMENT", "BLOCK_NONE"),),
        "cached_content": "cachedContents/one",
        "service_tier": "flex",
        "store": False,
        "labels": {"a": "b"},
        "continuation_token": "dG9rZW4=",
        "candidate_count": 2,
        "response_modalities": ("TEXT",),
        "response_mime_type": "text/plain",
        "media_resolution": "MEDIA_RESOLUTION_LOW",
        "image_config": ImageConfig(aspect_ratio="1:1"),
        "enable_enhanced_civic_answers": True,
        "audio_transcription_config": {"diarization": True},
        "response_format": {"text": {"mimeType": "APPLICATION_JSON"}},
        "google_search": GoogleSearch(images=True),
        "google_maps": GoogleMaps(),
        "file_search": FileSearch(file_search_store_names=("fileSearchStores/one",)),
        "computer_use": ComputerUse(),
        "mcp_servers": ({"name": "one"},),
        "url_context": True,
        "code_execution": True,
        "more_tools": ({"googleSearchRetrieval": {}},),
        "tool_mode": "VALIDATED",
        "allowed_function_names": ("add",),
        "retrieval_config": Retrieval(lat_lng=LatLng(latitude=1.0, longitude=2.0)),
        "include_server_side_tool_invocations": True,
        "speech": Speech(voice="Kore"),
        "include_thoughts": True,
        "schema_field": "openapi",
        "imagen": ImagenOptions(language="en"),
        "generation_config": {"topK": 3},
        "body": {"store": True},
    },
}


def options_type(provider: str) -> Any:
    """The class of a provider's own options."""
    return registry.load(provider).info.options_type


def own(provider: str, *features: str) -> dict[str, Any]:
    """`extra=` with the options that these features name, as combination rules do: `name`, or `name=value`."""
    cls = options_type(provider)
    names = {field.name for field in attrs.fields(cls)}
    values: dict[str, Any] = {}
    for feature in features:
        name, _, value = feature.partition("=")
        if name in names:
            values[name] = value or OWN[provider][name]
    return {"extra": cls(**values)} if values else {}
