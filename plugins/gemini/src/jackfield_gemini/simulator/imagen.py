"""Imagen's `:predict`: pictures of one colour, which the prompt decides.

Source: recorded traffic of 2025-08, https://ai.google.dev/gemini-api/docs/imagen.
"""

import base64
from collections.abc import Mapping

from jackfield.testing.checking import Json, Refused, record, sequence
from jackfield.testing.making import png
from jackfield_gemini.simulator.messages import ANY, BOOL, JSON_OBJECT, REAL, TEXT, WHOLE, Field, read

_SIZES: Mapping[str, tuple[int, int]] = {
    "1:1": (64, 64), "3:4": (48, 64), "4:3": (64, 48), "9:16": (36, 64), "16:9": (64, 36),
}  # fmt: skip
_REQUEST: Mapping[str, Field] = {"instances": [{"prompt": TEXT, "image": ANY}], "parameters": JSON_OBJECT}
_PARAMETERS: Mapping[str, Field] = {
    "sampleCount": WHOLE, "aspectRatio": TEXT, "sampleImageSize": TEXT, "personGeneration": TEXT, "safetySetting": TEXT,
    "language": TEXT, "guidanceScale": REAL, "includeSafetyAttributes": BOOL, "includeRAIReason": BOOL,
    "includeRaiReason": BOOL, "outputOptions": {"mimeType": TEXT, "compressionQuality": WHOLE},
}  # fmt: skip


def predict(body: Json) -> Json:
    """The pictures.

    Raises:
        Refused: a parameter is unknown or out of bounds.
    """
    request = read(body, _REQUEST)
    parameters = read(record(request.get("parameters")), _PARAMETERS, "parameters")
    instances = sequence(request.get("instances"))
    if len(instances) != 1 or not instances[0].get("prompt"):
        raise Refused("The prompt is missing.")
    count, ratio = parameters.get("sampleCount", 4), parameters.get("aspectRatio", "1:1")
    if not 1 <= count <= 4:
        raise Refused("sampleCount is out of supported range; supported values are 1 to 4.")
    if ratio not in _SIZES:
        raise Refused(f"Invalid aspect ratio: {ratio}. Must be one of {', '.join(_SIZES)}.")
    width, height = _SIZES[ratio]
    prompt = instances[0]["prompt"]
    made: list[Json] = []
    for at in range(count):
        picture = png(f"{prompt} {at}", width=width, height=height)
        made.append({"mimeType": "image/png", "bytesBase64Encoded": base64.b64encode(picture).decode()})
    if parameters.get("includeSafetyAttributes"):
        made.append({"contentType": "Positive Prompt", "safetyAttributes": {"categories": ["Toxic"], "scores": [0]}})
    return {"predictions": made}
