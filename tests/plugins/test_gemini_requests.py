"""Where requests go, pictures, the list of models, and what the plugin says of itself."""

import base64
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from tests.plugins.gemini_samples import NEW, PROVIDER, answer, decode, encode, reply, request, settings

from jackfield.errors import AuthenticationError, DecodeError, UnsupportedOperation, UnsupportedOption
from jackfield.http import HttpRequest, Secret
from jackfield.types.models import Model
from jackfield.types.parts import Image
from jackfield.types.requests import ImageRequest, Request
from jackfield.types.results import FinishReason
from jackfield_gemini import GeminiOptions, ImageConfig, ImagenOptions, encode_request

PNG = b"\x89PNG\r\n\x1a\n"
IMAGEN, PAINTER = "imagen-4.0-fast-generate-001", "gemini-2.5-flash-image"


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("gemini-2.5-flash", "models/gemini-2.5-flash"),
        ("models/gemini-2.5-flash", "models/gemini-2.5-flash"),
        ("tunedModels/my-tune", "tunedModels/my-tune"),
        ("a b?c#d", "models/a%20b%3Fc%23d"),
    ],
)
def test_url(model: str, path: str) -> None:
    """The model is part of the path; a stream has a method of its own."""
    base = "https://generativelanguage.googleapis.com/v1beta/"
    assert encode(request(model=model))[0].url == f"{base}{path}:generateContent"
    assert encode(request(model=model, stream=True))[0].url == f"{base}{path}:streamGenerateContent?alt=sse"


def test_base_url_and_version() -> None:
    """Both can be chosen; a base URL may end with its version."""
    for base, version, wanted in (
        ("http://127.0.0.1:8080", "v1", "http://127.0.0.1:8080/v1/"),
        ("http://127.0.0.1:8080/v1beta", "v1", "http://127.0.0.1:8080/v1beta/"),
        ("https://gate.test/v1/acct/google", "v1beta", "https://gate.test/v1/acct/google/v1beta/"),
    ):
        http, _ = encode(request(), base_url=base, api_version=version)
        assert http.url.startswith(wanted + "models/")


def test_key() -> None:
    """It is in a header, as a secret without spaces, and nowhere else."""
    http, _ = encode(request())
    assert http.headers["x-goog-api-key"] == Secret("canary")
    assert "canary" not in repr(http) + http.url
    spaced = attrs.evolve(settings(), values={"api_key": Secret(" canary\n")})
    assert PROVIDER.encode_request(request(), spaced).headers["x-goog-api-key"] == Secret("canary")


def test_what_it_says_of_itself() -> None:
    """The order of the variables is the one of Google's SDKs."""
    info = PROVIDER.info
    assert info.settings[0].variables == ("GOOGLE_API_KEY", "GEMINI_API_KEY")
    assert (info.id, info.options_type) == ("gemini", GeminiOptions)


def test_other_operations() -> None:
    """A request that is neither a chat nor a picture is refused."""
    with pytest.raises(UnsupportedOperation):
        encode_request(Request(model="x"), settings())


# --- pictures --------------------------------------------------------------------------------------------------------


def test_imagen_request() -> None:
    """A prompt and parameters."""
    extra = GeminiOptions(imagen=ImagenOptions(person_generation="allow_adult", include_rai_reason=True))
    wanted = ImageRequest(model=IMAGEN, prompt="A fig.", count=2, aspect_ratio="1:1", size="1K", extra=extra)
    http, made = encode(wanted)
    assert http.url.endswith(f"models/{IMAGEN}:predict")
    assert made == {
        "instances": [{"prompt": "A fig."}],
        "parameters": {
            "sampleCount": 2,
            "aspectRatio": "1:1",
            "sampleImageSize": "1K",
            "personGeneration": "allow_adult",
            "includeRAIReason": True,
        },
    }


@pytest.mark.parametrize(
    ("model", "option", "value"),
    [
        (IMAGEN, "seed", 1),
        (IMAGEN, "negative_prompt", "blur"),
        (IMAGEN, "images", (Image(data=PNG, mime_type="image/png"),)),
        (PAINTER, "negative_prompt", "blur"),
        (PAINTER, "count", 2),
    ],
)
def test_pictures_refused(model: str, option: str, value: Any) -> None:
    """Options that a picture model cannot be told are refused by name."""
    with pytest.raises(UnsupportedOption) as caught:
        encode(ImageRequest(model=model, prompt="A fig.", **{option: value}))
    assert caught.value.option == option


def test_imagen_answer() -> None:
    """Entries without bytes are no pictures; what is said about them is kept."""
    picture = {"mimeType": "image/png", "bytesBase64Encoded": base64.b64encode(PNG).decode()}
    rating = {"contentType": "Positive Prompt", "safetyAttributes": {"categories": ["Hate"], "scores": [0.1]}}
    result = decode({"predictions": [picture, rating]}, ImageRequest(model=IMAGEN, prompt="x", strict=True))
    assert [(type(one), one.data) for one in result.media] == [(Image, PNG)]
    assert result.provider_data["predictions"] == [rating]
    assert (result.finish_reason, result.usage) == (None, None)


@pytest.mark.parametrize("value", [{}, {"predictions": []}, {"predictions": [{"raiFilteredReason": "odd"}]}])
def test_all_pictures_filtered(value: Any) -> None:
    """No picture at all means that all were filtered."""
    result = decode(value, ImageRequest(model=IMAGEN, prompt="x", strict=True))
    assert result.finish_reason is FinishReason.CONTENT_FILTER
    assert result.finish_reason_raw == ("odd" if value.get("predictions") else None)


def test_gemini_pictures() -> None:
    """A Gemini model paints in a chat whose reply holds text and pictures."""
    wanted = ImageRequest(
        model=PAINTER, prompt="A fig.", aspect_ratio="16:9", seed=7, images=(Image(data=PNG, mime_type="image/png"),)
    )
    http, made = encode(wanted)
    assert http.url.endswith(f"{PAINTER}:generateContent")
    assert [[*part] for part in made["contents"][0]["parts"]] == [["text"], ["inlineData"]]
    assert made["generationConfig"] == {
        "seed": 7,
        "responseModalities": ["TEXT", "IMAGE"],
        "imageConfig": {"aspectRatio": "16:9"},
    }
    inline = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(PNG).decode()}}
    result = decode(reply({"text": "Here:"}, inline), wanted)
    assert (result.text, result.media[0].data) == ("Here:", PNG)


def test_own_shape_of_pictures_wins() -> None:
    """What GeminiOptions say counts."""
    extra = GeminiOptions(response_modalities=("IMAGE",), image_config=ImageConfig(image_size="4K"))
    config = encode(ImageRequest(model=NEW, prompt="x", aspect_ratio="1:1", extra=extra))[1]["generationConfig"]
    assert config == {"responseModalities": ["IMAGE"], "imageConfig": {"imageSize": "4K"}}


# --- models ----------------------------------------------------------------------------------------------------------


def listed(*pages: Any, status: int = 200) -> tuple[Sequence[Model], list[HttpRequest]]:
    """The models of these pages, and what was asked for."""
    flow = PROVIDER.list_models(settings())
    asked = [next(flow)]
    for page in pages:
        try:
            asked.append(flow.send(answer(page, status)))
        except StopIteration as done:
            return done.value, asked
    pytest.fail("it asks for more pages")


def test_pages() -> None:
    """Page after page, until no token comes."""
    entry = {
        "name": "models/gemini-x",
        "displayName": "Gemini X",
        "description": "Fast.",
        "inputTokenLimit": 1000,
        "outputTokenLimit": 10,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
        "thinking": True,
    }
    models, asked = listed({"models": [entry], "nextPageToken": "a/b="}, {"models": [{"name": "models/y"}]}, {})
    assert [one.id for one in models] == ["gemini-x", "y"]
    first = models[0]
    assert (first.name, first.context_tokens, first.max_output_tokens) == ("Gemini X", 1000, 10)
    assert first.features == ("generateContent", "countTokens", "thinking")
    assert first.raw == entry
    assert [one.url.partition("/v1beta/")[2] for one in asked] == [
        "models?pageSize=1000",
        "models?pageSize=1000&pageToken=a%2Fb%3D",
    ]
    assert all(one.method == "GET" for one in asked)


def test_no_models() -> None:
    """An empty page is an empty list."""
    assert listed({})[0] == []


def test_errors_of_the_list() -> None:
    """A bad key is an AuthenticationError here too; a page of another shape is a DecodeError."""
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    with pytest.raises(AuthenticationError):
        listed({"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [detail]}}, status=400)
    odd: tuple[Any, ...] = ([], {"models": [{"name": 5}]}, {"models": {}})
    for page in odd:
        with pytest.raises(DecodeError):
            listed(page)
