"""Options as `generationConfig`.

Rules: a table where a value goes through as it is, a function where it does not; what a family of models cannot be
told is refused by name.

Source: https://ai.google.dev/api/generate-content#v1beta.GenerationConfig (2026-11)
"""

from __future__ import annotations  # schemas and options are imported by the first request that has some

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jackfield.errors import UnsupportedOption
from jackfield.types.requests import GenerateRequest
from jackfield_gemini.families import Family, Thinking
from jackfield_gemini.mirror import members
from jackfield_gemini.schemas import SchemaWriter

if TYPE_CHECKING:
    from jackfield.schema import Compiled
    from jackfield_gemini.options import GeminiOptions, Speech

Json = dict[str, Any]

_PLAIN: Mapping[str, str] = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "max_tokens": "maxOutputTokens",
    "stop": "stopSequences",
    "seed": "seed",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
}
_SCHEMA: Mapping[str, str] = {"openapi": "responseSchema", "json_schema": "responseJsonSchema"}


def generation_config(
    request: GenerateRequest, extra: GeminiOptions | None, family: Family, schemas: SchemaWriter
) -> tuple[Json, Compiled | None]:
    """The configuration, and the schema of the reply as sent.

    Raises:
        UnsupportedOption: the model cannot be told an option or a value.
    """
    config = {theirs: value for ours, theirs in _PLAIN.items() if (value := getattr(request, ours)) is not None}
    if request.top_logprobs is not None:
        config["responseLogprobs"] = True
        if request.top_logprobs:
            config["logprobs"] = request.top_logprobs
    compiled = None
    if request.schema is not None:
        compiled = schemas.compile(request.schema.schema, option="schema")
        config[_SCHEMA[schemas.field]] = compiled.schema
    if request.json_mode or request.schema is not None:
        config["responseMimeType"] = "application/json"
    if thinking := thinking_config(request, extra, family):
        config["thinkingConfig"] = thinking
    return {**config, **(own_config(extra) if extra else {})}, compiled


def own_config(extra: GeminiOptions) -> Json:
    """What Gemini's own options say; those that are given as they go on the wire win."""
    speech = {"speechConfig": speech_config(extra.speech)} if extra.speech is not None else {}
    return {**speech, **members(extra, "generationConfig"), **extra.generation_config}


def thinking_config(request: GenerateRequest, extra: GeminiOptions | None, family: Family) -> Json:
    """How long to think, in the words of the model's family.

    Raises:
        UnsupportedOption: the model does not think, or not that long or short.
    """
    effort, budget = request.reasoning_effort, request.reasoning_budget
    if family.thinking is None:
        return _no_thinking(request)
    config: Json = {}
    if effort is not None:
        known = family.thinking.efforts
        if effort not in known:
            reason = f"{request.model} knows {', '.join(known)}, not {effort}"
            raise UnsupportedOption("reasoning_effort", reason, provider="gemini")
        config.update(known[effort])
    if budget is not None:
        config["thinkingBudget"] = _budget(budget, family.thinking, request.model)
    asked = bool(config) and config.get("thinkingBudget") != 0
    wanted = extra and extra.include_thoughts
    show = asked if wanted is None else wanted
    return {**config, **({"includeThoughts": True} if show else {})}


def _no_thinking(request: GenerateRequest) -> Json:
    for option, off in (("reasoning_effort", "none"), ("reasoning_budget", 0)):
        if getattr(request, option) not in (None, off):
            raise UnsupportedOption(option, f"{request.model} does not think", provider="gemini")
    return {}


def _budget(budget: int, thinking: Thinking, model: str) -> int:
    if thinking.budget is None:
        reason = f"{model} takes a reasoning_effort, no budget"
        raise UnsupportedOption("reasoning_budget", reason, provider="gemini")
    least, most = thinking.budget
    free = budget == -1 or (budget == 0 and "none" in thinking.efforts)
    if not free and not least <= budget <= most:
        reason = f"{model} thinks with {least} to {most} tokens, not {budget}"
        raise UnsupportedOption("reasoning_budget", reason, provider="gemini")
    return budget


def speech_config(speech: Speech) -> Json:
    """One voice, or one a speaker."""
    language = {"languageCode": speech.language_code} if speech.language_code else {}
    if speech.speakers:
        voices = [{"speaker": name, "voiceConfig": _voice(voice)} for name, voice in speech.speakers.items()]
        return {"multiSpeakerVoiceConfig": {"speakerVoiceConfigs": voices}, **language}
    return {**({"voiceConfig": _voice(speech.voice)} if speech.voice else {}), **language}


def _voice(name: str) -> Json:
    return {"prebuiltVoiceConfig": {"voiceName": name}}
