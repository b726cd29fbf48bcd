"""Words that several modules share, and the one place where the type of decoded JSON is taken on trust."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from jackfield.errors import UnsupportedOption
from jackfield.http import Secret, Settings

PROVIDER = "anthropic"
Json = Mapping[str, Any]


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether decoded JSON is an object."""
    return isinstance(value, dict)


def refusal(option: str, reason: str, *, droppable: bool = True) -> UnsupportedOption:
    """The error to raise for what cannot be expressed."""
    return UnsupportedOption(option, reason, provider=PROVIDER, droppable=droppable)


def headers(settings: Settings) -> dict[str, str | Secret]:
    """The headers of every request.

    Source: https://platform.claude.com/docs/en/api/versioning
    """
    return {"x-api-key": settings.secret("api_key"), "anthropic-version": "2023-06-01"}
