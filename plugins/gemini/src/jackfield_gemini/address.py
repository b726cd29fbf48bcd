"""Where requests go, and with which key.

Source: https://ai.google.dev/api#versions and https://ai.google.dev/gemini-api/docs/api-key
"""

import re
from urllib.parse import quote

from jackfield.http import Secret, Settings

VERSION = "v1beta"
_HAS_VERSION = re.compile(r"/v\d\w*$")


def address(settings: Settings, path: str) -> str:
    """The URL of a path below the API version, which a base URL may end with already."""
    base = settings.base_url.rstrip("/")
    version = "" if _HAS_VERSION.search(base) else f"/{settings.text('api_version', VERSION)}"
    return f"{base}{version}/{path}"


def model_path(model: str) -> str:
    """The path of a model; an id without a collection is one of `models/`. Slashes stay as they are."""
    return quote(model if "/" in model else f"models/{model}", safe="/")


def headers(settings: Settings) -> dict[str, str | Secret]:
    """The headers of every request: the key goes into one, never into the URL, which ends up in logs."""
    return {"x-goog-api-key": Secret(settings.secret("api_key").reveal().strip())}
