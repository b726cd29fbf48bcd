"""What Google refuses about options and tools, rule by rule; the sentences are recorded ones where there are any.

Sources: recorded 400s of 2025-08 and 2026-08, https://ai.google.dev/gemini-api/docs/thinking,
https://ai.google.dev/gemini-api/docs/function-calling, https://ai.google.dev/gemini-api/docs/structured-output.
"""

import re
from collections.abc import Callable

from jackfield.testing.checking import Json, Refused, record, sequence
from jackfield_gemini.simulator.models import Kind

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")
_ROUTED = (
    "googleSearch",
    "googleSearchRetrieval",
    "urlContext",
    "codeExecution",
    "googleMaps",
    "fileSearch",
    "computerUse",
)


def functions_of(body: Json) -> list[Json]:
    """Every function that is declared."""
    return [one for tool in sequence(body.get("tools")) for one in sequence(tool.get("functionDeclarations"))]


def built_in_of(body: Json) -> set[str]:
    """The tools that Google runs."""
    return {name for tool in sequence(body.get("tools")) for name in tool if name in _ROUTED}


def check(body: Json, kind: Kind, *, stream: bool) -> None:
    """Refuse what Google refuses.

    Raises:
        Refused: with the recorded sentence, if there is one.
    """
    for rule in _RULES:
        rule(body, kind)
    if stream and record(body.get("generationConfig")).get("responseLogprobs"):
        raise Refused("LogProbs is not supported in streaming mode")


def _functions(body: Json, kind: Kind) -> None:
    declared = functions_of(body)
    for function in declared:
        if not _NAME.fullmatch(function.get("name", "")):
            raise Refused("Invalid function name. Must start with a letter or an underscore.", param="tools")
        if "parameters" in function and "parametersJsonSchema" in function:
            raise Refused("parameters and parameters_json_schema are mutually exclusive", param="tools")
    if declared and (kind.makes or kind.generation < 2):
        raise Refused(f"Function calling is not enabled for models/{kind.name}")
    calling = record(record(body.get("toolConfig")).get("functionCallingConfig"))
    if calling and not declared:
        raise Refused("Function calling config is set without function_declarations.")
    allowed = sequence(calling.get("allowedFunctionNames"))
    if allowed and calling.get("mode") not in {"ANY", "VALIDATED"}:
        raise Refused("Allowed function names should only be set when the calling mode is ANY or VALIDATED.")
    unknown = set(allowed) - {function["name"] for function in declared}
    if unknown:
        raise Refused(f"Allowed function names are not declared: {', '.join(sorted(unknown))}")


def _mixtures(body: Json, kind: Kind) -> None:
    declared, built_in = functions_of(body), built_in_of(body)
    config = record(body.get("generationConfig"))
    shown = record(body.get("toolConfig")).get("includeServerSideToolInvocations")
    if kind.generation < 3:
        if shown:
            raise Refused("Tool call context circulation is not enabled for this model")
        if declared and built_in:
            raise Refused("Tool use with function calling is unsupported")
        if declared and config.get("responseMimeType", "text/plain") != "text/plain":
            mime_type = config["responseMimeType"]
            raise Refused(f"Function calling with a response mime type: '{mime_type}' is unsupported")
    elif declared and built_in and not shown:
        raise Refused("Functions beside built-in tools need tool_config.include_server_side_tool_invocations")


def _elsewhere(body: Json, kind: Kind) -> None:
    """A cache holds system text and tools itself; Gemma takes no system text."""
    if body.get("cachedContent"):
        if any(body.get(name) for name in ("systemInstruction", "tools", "toolConfig")):
            raise Refused("CachedContent can not be used with system_instruction, tools or tool_config.")
        if not body["cachedContent"].startswith("cachedContents/simulated"):
            raise Refused("CachedContent not found (or permission denied)", status=403)
    if kind.generation < 2 and body.get("systemInstruction"):
        raise Refused(f"Developer instruction is not enabled for models/{kind.name}")


def _format(body: Json, kind: Kind) -> None:
    config = record(body.get("generationConfig"))
    mime_type = config.get("responseMimeType", "text/plain")
    if mime_type not in {"text/plain", "application/json", "text/x.enum"}:
        raise Refused(f"Unsupported response mime type: {mime_type}", param="generation_config.response_mime_type")
    if mime_type == "application/json" and (kind.generation < 2 or kind.makes):
        raise Refused(f"JSON mode is not enabled for models/{kind.name}")
    if "responseSchema" in config and "responseJsonSchema" in config:
        raise Refused("response_schema and response_json_schema are mutually exclusive")
    if ("responseSchema" in config and mime_type == "text/plain") or (
        "responseJsonSchema" in config and mime_type != "application/json"
    ):
        raise Refused("Response schema with a response mime type: 'text/plain' is unsupported")


def _sampling(body: Json, kind: Kind) -> None:
    config = record(body.get("generationConfig"))
    bounds: dict[str, tuple[float, float]] = {
        "temperature": (0, 2), "topP": (0, 1), "topK": (1, 1e9), "maxOutputTokens": (1, 1e9), "candidateCount": (1, 8),
        "presencePenalty": (-2, 2), "frequencyPenalty": (-2, 2), "seed": (-(2**31), 2**31 - 1), "logprobs": (0, 20),
    }  # fmt: skip
    for name, (low, high) in bounds.items():
        if name in config and not low <= config[name] <= high:
            message = f"* GenerateContentRequest.generation_config.{name}: must be in the range [{low:g}, {high:g}]\n"
            raise Refused(message, param=f"generation_config.{name}")
    if len(sequence(config.get("stopSequences"))) > 5:
        raise Refused("* GenerateContentRequest.generation_config.stop_sequences: too many\n")
    if kind.generation >= 3.7 and config.get("candidateCount", 1) > 1:
        raise Refused("Multiple candidates is not enabled for this model")
    if kind.generation == 2.5 and ("presencePenalty" in config or "frequencyPenalty" in config):
        raise Refused(f"Penalty is not enabled for models/{kind.name}")
    if config.get("responseLogprobs") and kind.generation >= 3:
        raise Refused("Logprobs is not enabled for this model")
    if "logprobs" in config and not config.get("responseLogprobs"):
        raise Refused("logprobs needs response_logprobs")


def _thinking(body: Json, kind: Kind) -> None:
    config = record(record(body.get("generationConfig")).get("thinkingConfig"))
    if not config:
        return
    if not kind.thinks:
        raise Refused("Thinking is not enabled for this model")
    level, budget = config.get("thinkingLevel"), config.get("thinkingBudget")
    if level is not None and budget is not None:
        raise Refused("You can only set only one of thinking budget and thinking level.")
    if level is not None and level not in kind.levels:
        raise Refused(f"Thinking level {level} is not supported for this model.")
    if budget is not None:
        _budget(budget, kind)


def _budget(budget: int, kind: Kind) -> None:
    if kind.budget is None:
        raise Refused("Thinking budget is not supported for this model.")
    low, high = kind.budget
    if budget == 0 and not kind.stoppable:
        raise Refused("Budget 0 is invalid. This model only works in thinking mode.")
    if budget not in {0, -1} and not low <= budget <= high:
        raise Refused(f"The thinking budget {budget} is invalid. Please choose a value between {low} and {high}.")


def _modalities(body: Json, kind: Kind) -> None:
    config = record(body.get("generationConfig"))
    wanted = set(sequence(config.get("responseModalities"))) or {"TEXT"}
    fits = {
        None: wanted == {"TEXT"},
        "AUDIO": wanted == {"AUDIO"},
        "IMAGE": wanted == {"TEXT", "IMAGE"} or (kind.generation > 2 and wanted == {"IMAGE"}),
    }[kind.makes]
    if not fits:
        raise Refused(
            "The requested combination of response modalities is not supported by the model. "
            f"models/{kind.name} accepts the following combination of response modalities:\n* {kind.makes or 'TEXT'}\n"
        )
    if config.get("speechConfig") and kind.makes != "AUDIO":
        raise Refused("Speech config is not supported for this model")


def _safety(body: Json, _kind: Kind) -> None:
    categories = [one.get("category") for one in sequence(body.get("safetySettings"))]
    if len(set(categories)) < len(categories):
        raise Refused("Only one safety setting per category is allowed")
    if not all(str(one).startswith("HARM_CATEGORY_") for one in categories):
        raise Refused("Invalid value at 'safety_settings.category'", param="safety_settings")


_RULES: tuple[Callable[[Json, Kind], None], ...] = (
    _functions, _mixtures, _elsewhere, _format, _sampling, _thinking, _modalities, _safety,
)  # fmt: skip
