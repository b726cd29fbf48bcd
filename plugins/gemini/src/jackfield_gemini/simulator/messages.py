"""Google's message types as tables, and the refusal of what is not in them.

Rules: a name is a camelCase field; snake_case is understood too, as by Google; an unknown name and a value of the
wrong type are refused in Google's words, with the place in snake_case.

Source: https://ai.google.dev/api/generate-content
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from jackfield.testing.checking import Json, Refused, is_record, is_sequence

Leaf = Callable[[Any], Any]
Field = Any
"""A leaf that takes or refuses a value, a table of fields, or a list of one of these."""


def leaf(kind: str, *accepted: type) -> Leaf:
    """A value of one of these types."""

    def take(value: Any) -> Any:
        if not isinstance(value, accepted) or (isinstance(value, bool) and bool not in accepted):
            raise Refused(f"({kind})")
        return value

    return take


TEXT = leaf("TYPE_STRING", str)
BOOL = leaf("TYPE_BOOL", bool)
WHOLE = leaf("TYPE_INT32", int)
REAL = leaf("TYPE_FLOAT", int, float)
BYTES = leaf("TYPE_BYTES", str)
JSON_OBJECT = leaf("google.protobuf.Struct", dict)
ANY = leaf("google.protobuf.Value", dict, list, str, int, float, bool, type(None))


def enum(*words: str) -> Leaf:
    """One of these words; lower case is taken as well."""

    def take(value: Any) -> Any:
        if not isinstance(value, str) or value.upper() not in words:
            raise Refused("(enum)")
        return value.upper()

    return take


SCHEMA: dict[str, Field] = {
    "type": enum("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"), "format": TEXT, "title": TEXT,
    "description": TEXT, "nullable": BOOL, "enum": [TEXT], "maxItems": ANY, "minItems": ANY, "required": [TEXT],
    "minProperties": ANY, "maxProperties": ANY, "minLength": ANY, "maxLength": ANY, "pattern": TEXT, "example": ANY,
    "propertyOrdering": [TEXT], "default": ANY, "minimum": REAL, "maximum": REAL,
}  # fmt: skip


def schema(value: Any) -> Any:
    """Google's subset of OpenAPI schemas; `$ref`, `additionalProperties`, `const` and others are no fields of it."""
    nested: dict[str, Field] = {"anyOf": [schema], "items": schema, "properties": _properties}
    made = read(value, SCHEMA | nested, "schema")
    if made.get("type") == "ARRAY" and not made.get("items", {}).get("type"):
        raise Refused("items: missing field.")
    if made.get("type") == "OBJECT" and "properties" in made and not made["properties"]:
        raise Refused("properties: should be non-empty for OBJECT type")
    return made


def _properties(value: Any) -> Any:
    if not is_record(value):
        raise Refused("(google.protobuf.MapEntry)")
    return {name: schema(one) for name, one in value.items()}


BLOB: Mapping[str, Field] = {"mimeType": TEXT, "data": BYTES, "displayName": TEXT}
_RESOLUTIONS = ("MEDIA_RESOLUTION_LOW", "MEDIA_RESOLUTION_MEDIUM", "MEDIA_RESOLUTION_HIGH")
PART: Mapping[str, Field] = {
    "text": TEXT, "inlineData": BLOB, "fileData": {"mimeType": TEXT, "fileUri": TEXT, "displayName": TEXT},
    "functionCall": {"id": TEXT, "name": TEXT, "args": JSON_OBJECT},
    "functionResponse": {
        "id": TEXT, "name": TEXT, "response": JSON_OBJECT, "parts": [{"inlineData": BLOB}], "scheduling": TEXT,
        "willContinue": BOOL,
    },
    "executableCode": {"id": TEXT, "language": enum("PYTHON"), "code": TEXT},
    "codeExecutionResult": {"id": TEXT, "outcome": TEXT, "output": TEXT},
    "toolCall": {"id": TEXT, "toolType": TEXT, "args": JSON_OBJECT},
    "toolResponse": {"id": TEXT, "toolType": TEXT, "response": JSON_OBJECT},
    "thought": BOOL, "thoughtSignature": BYTES,
    "videoMetadata": {"startOffset": TEXT, "endOffset": TEXT, "fps": REAL, "contentLayers": [TEXT]},
    "mediaResolution": {"level": enum(*_RESOLUTIONS, "MEDIA_RESOLUTION_ULTRA_HIGH"), "numTokens": WHOLE},
    "mediaProcessing": enum("STATIC", "AGENTIC"), "audioMetadata": {"startOffset": TEXT, "endOffset": TEXT},
    "documentMetadata": {"startPage": WHOLE, "endPage": WHOLE, "contentLayers": [TEXT]},
    "spreadsheetMetadata": {"visibleCells": TEXT, "sheetIndex": WHOLE, "contentLayers": [TEXT]},
    "speechMetadata": {"speaker": TEXT, "style": TEXT}, "partMetadata": JSON_OBJECT,
}  # fmt: skip
CONTENT: Mapping[str, Field] = {"role": TEXT, "parts": [PART]}
_VOICE: Mapping[str, Field] = {"prebuiltVoiceConfig": {"voiceName": TEXT}}
_FUNCTION: Mapping[str, Field] = {
    "name": TEXT, "description": TEXT, "parameters": schema, "parametersJsonSchema": ANY, "response": schema,
    "responseJsonSchema": ANY, "behavior": enum("BLOCKING", "NON_BLOCKING"),
}  # fmt: skip
_TOOL: Mapping[str, Field] = {
    "functionDeclarations": [_FUNCTION],
    "googleSearch": {
        "searchTypes": {"webSearch": {}, "imageSearch": {}}, "timeRangeFilter": {"startTime": TEXT, "endTime": TEXT},
    },
    "googleSearchRetrieval": {"dynamicRetrievalConfig": {"mode": TEXT, "dynamicThreshold": REAL}},
    "urlContext": {}, "codeExecution": {}, "googleMaps": {"enableWidget": BOOL, "authConfig": JSON_OBJECT},
    "computerUse": {
        "environment": TEXT, "excludedPredefinedFunctions": [TEXT], "enablePromptInjectionDetection": BOOL,
        "disabledSafetyPolicies": [TEXT],
    },
    "fileSearch": {"fileSearchStoreNames": [TEXT], "topK": WHOLE, "metadataFilter": TEXT}, "mcpServers": [JSON_OBJECT],
}  # fmt: skip
_CONFIG: Mapping[str, Field] = {
    "temperature": REAL, "topP": REAL, "topK": REAL, "candidateCount": WHOLE, "maxOutputTokens": WHOLE,
    "stopSequences": [TEXT], "seed": WHOLE, "presencePenalty": REAL, "frequencyPenalty": REAL,
    "responseMimeType": TEXT, "responseSchema": schema, "responseJsonSchema": ANY, "responseLogprobs": BOOL,
    "logprobs": WHOLE, "responseModalities": [enum("TEXT", "IMAGE", "AUDIO", "VIDEO")],
    "speechConfig": {
        "voiceConfig": _VOICE, "languageCode": TEXT,
        "multiSpeakerVoiceConfig": {"speakerVoiceConfigs": [{"speaker": TEXT, "voiceConfig": _VOICE}]},
    },
    "imageConfig": {"aspectRatio": TEXT, "imageSize": TEXT},
    "thinkingConfig": {
        "includeThoughts": BOOL, "thinkingBudget": WHOLE,
        "thinkingLevel": enum("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"),
    },
    "mediaResolution": enum(*_RESOLUTIONS),
    "enableEnhancedCivicAnswers": BOOL,
}  # fmt: skip
REQUEST: Mapping[str, Field] = {
    "contents": [CONTENT], "systemInstruction": CONTENT, "tools": [_TOOL],
    "toolConfig": {
        "functionCallingConfig": {"mode": enum("AUTO", "ANY", "NONE", "VALIDATED"), "allowedFunctionNames": [TEXT]},
        "retrievalConfig": {"latLng": {"latitude": REAL, "longitude": REAL}, "languageCode": TEXT},
        "includeServerSideToolInvocations": BOOL,
    },
    "safetySettings": [{"category": TEXT, "threshold": TEXT}], "generationConfig": _CONFIG, "cachedContent": TEXT,
    "serviceTier": TEXT, "store": BOOL, "continuationToken": BYTES, "model": TEXT,
}  # fmt: skip


def snake(name: str) -> str:
    """`generationConfig` as `generation_config`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """`generation_config` as `generationConfig`."""
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


def read(value: Any, field: Field, place: str = "") -> Any:
    """The value with its names in camelCase.

    Raises:
        Refused: it is not such a message; `param` is the place.
    """
    if is_sequence(field):
        if not is_sequence(value):
            raise Refused(f"Invalid value at '{place}' (array)", param=place)
        return [read(one, field[0], f"{place}[{at}]") for at, one in enumerate(value)]
    if callable(field):
        try:
            return field(value)
        except Refused as refusal:
            if refusal.param or not refusal.message.startswith("("):
                refusal.param = refusal.param or place
                raise
            raise Refused(f"Invalid value at '{place}' {refusal.message}", param=place) from refusal
    return _message(value, field, place)


def _message(value: Any, table: Mapping[str, Field], place: str) -> Json:
    if not is_record(value):
        raise Refused(f"Invalid value at '{place}' (message)", param=place)
    made: Json = {}
    for name, one in value.items():
        known = camel(name)
        if known not in table:
            where = f" at '{place}'" if place else ""
            message = f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
            raise Refused(message, param=place)
        made[known] = read(one, table[known], f"{place}.{snake(known)}".lstrip("."))
    return made
