"""Every type of the golden corpus with every provider: what is lost is told as facts, or refused."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.core.test_schema_golden import TYPES

from jackfield import registry
from jackfield.errors import UnsupportedOption, UsageError
from jackfield.http import Secret, Settings
from jackfield.operations.build import build_request
from jackfield.operations.prepare import Prepared, prepare
from jackfield.schema import json_schema
from jackfield.types.requests import Tool

MODELS = {
    "groq": "openai/gpt-oss-20b",
    "cerebras": "gpt-oss-120b",
    "cloudflare": "@cf/meta/llama-4-scout-17b-16e-instruct",
    "gemini": "gemini-2.5-flash",
}
CASES = [(name, provider) for name in sorted(TYPES) for provider in MODELS]


def prepared(provider: str, **options: Any) -> Prepared:
    """What would be sent."""
    plugin = registry.load(provider)
    values = {one.name: Secret("k") if one.secret else "acc" for one in plugin.info.settings if one.required}
    settings = Settings(provider=provider, base_url=plugin.info.base_url, values=values)
    request = build_request("Hi", options, stream=False, strict=False, model=MODELS[provider])
    return prepare(plugin, request, settings)


def facts(losses: Any, dialect: str) -> list[Mapping[str, str]]:
    """Losses as the details of a notice."""
    names = ("path", "keyword", "action", "reason")
    return [{**{name: getattr(one, name) for name in names}, "dialect": dialect} for one in losses]


@pytest.mark.parametrize(("name", "provider"), CASES)
def test_output(name: str, provider: str) -> None:
    """Each loss is a warning with its place, keyword, reason and dialect; `strict_schema` makes it an error."""
    try:
        loose = prepared(provider, output=TYPES[name])
    except UsageError:
        with pytest.raises(UsageError):
            prepared(provider, output=TYPES[name], strict_schema=True)
        return
    compiled = loose.http.output_schema
    told = [dict(notice.details) for notice in loose.notices if notice.code == "schema-loss"]
    hinted = [one for one in told if one["keyword"] == "strict"]
    assert [one for one in told if one not in hinted] == facts(compiled.inexact, compiled.dialect)
    if not told:
        assert prepared(provider, output=TYPES[name], strict_schema=True).http.content == loose.http.content
        return
    with pytest.raises(UsageError) as refused:
        prepared(provider, output=TYPES[name], strict_schema=True)
    if not hinted:
        assert isinstance(refused.value, UnsupportedOption)
        assert (refused.value.option, [*refused.value.losses]) == ("schema", told)


@pytest.mark.parametrize("provider", MODELS)
def test_parameters_of_a_tool(provider: str) -> None:
    """They are told with the tool's name, and refused in the same way."""
    lossy = {"type": "object", "properties": {"n": {"type": "integer", "multipleOf": 3, "format": "odd"}}}
    tool = Tool(name="act", description="Act.", parameters=lossy, strict=True)
    loose = prepared(provider, tools=[tool])
    told = [dict(notice.details) for notice in loose.notices if notice.code == "schema-loss"]
    assert all(one.pop("tool") == "act" for one in told)
    compiled = loose.http.tool_schemas["act"]
    assert told == facts(compiled.inexact, compiled.dialect)
    if told:
        with pytest.raises(UnsupportedOption) as refused:
            prepared(provider, tools=[tool], strict_schema=True)
        assert refused.value.option == "tools"
        assert {one["tool"] for one in refused.value.losses} == {"act"}
    else:
        prepared(provider, tools=[tool], strict_schema=True)


def test_every_provider_loses_something() -> None:
    """The corpus has types that each of them cannot say in full; otherwise nothing would be shown above."""
    for provider in MODELS:
        told = 0
        for tp in TYPES.values():
            try:
                told += any(one.code == "schema-loss" for one in prepared(provider, output=tp).notices)
            except UsageError:
                told += 1
        assert told >= 1, provider
    assert len(TYPES) >= 30
    assert all(isinstance(json_schema(tp), dict) for tp in TYPES.values())
