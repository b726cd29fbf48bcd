"""Tools and toolConfig: functions, modes, and each of Google's own tools."""

from typing import Any

import attrs
import pytest
from tests.plugins.gemini_samples import ADD, body, prepared

from jackfield.errors import UnsupportedOption
from jackfield.types.requests import Tool, ToolName, WebSearch
from jackfield_gemini import (
    ComputerUse,
    FileSearch,
    GeminiOptions,
    GoogleMaps,
    GoogleSearch,
    LatLng,
    Retrieval,
)


def calling(**options: Any) -> Any:
    """The functionCallingConfig with one tool."""
    return body(tools=options.pop("tools", (ADD,)), **options).get("toolConfig", {}).get("functionCallingConfig")


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        (None, None),
        ("auto", {"mode": "AUTO"}),
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        (ToolName("add"), {"mode": "ANY", "allowedFunctionNames": ["add"]}),
    ],
)
def test_choice(choice: Any, config: Any) -> None:
    """Our choices as Google's modes."""
    assert calling(tool_choice=choice) == config


def test_modes_of_google() -> None:
    """VALIDATED by name, by a strict tool, and with the names that are allowed."""
    assert calling(extra=GeminiOptions(tool_mode="VALIDATED")) == {"mode": "VALIDATED"}
    assert calling(tools=(attrs.evolve(ADD, strict=True),)) == {"mode": "VALIDATED"}
    assert calling(tools=(attrs.evolve(ADD, strict=True),), tool_choice="required") == {"mode": "ANY"}
    some = GeminiOptions(allowed_function_names=("add",))
    assert calling(extra=some, tool_choice="required") == {"mode": "ANY", "allowedFunctionNames": ["add"]}


def test_names_need_a_mode() -> None:
    """Google refuses names with AUTO and NONE."""
    for choice in (None, "auto", "none"):
        with pytest.raises(UnsupportedOption) as caught:
            calling(extra=GeminiOptions(allowed_function_names=("add",)), tool_choice=choice)
        assert caught.value.option == "allowed_function_names"


def test_a_mode_needs_tools() -> None:
    """Google refuses a choice without declarations."""
    ways: tuple[dict[str, Any], ...] = ({"tool_choice": "auto"}, {"extra": GeminiOptions(tool_mode="ANY")})
    for options in ways:
        with pytest.raises(UnsupportedOption, match="no functions to choose from"):
            prepared(**options)
    function = {"functionDeclarations": [{"name": "now", "description": "Tells the time."}]}
    assert prepared(extra=GeminiOptions(tool_mode="ANY", more_tools=(function,))).notices == ()


def test_functions_stand_together() -> None:
    """One object holds all declarations."""
    other = Tool(name="now", description="Tells the time.", parameters={"type": "object", "properties": {}})
    (tools,) = body(tools=(ADD, other))["tools"]
    assert [one["name"] for one in tools["functionDeclarations"]] == ["add", "now"]


def test_a_function_without_arguments() -> None:
    """Its parameters are left out: old models refuse an empty object."""
    nothing: tuple[dict[str, Any], ...] = ({"type": "object", "properties": {}}, {"type": "object"})
    for parameters in nothing:
        tool = Tool(name="now", description="Tells the time.", parameters=parameters)
        assert body(tools=(tool,))["tools"] == [
            {"functionDeclarations": [{"name": "now", "description": "Tells the time."}]}
        ]


@pytest.mark.parametrize(
    ("extra", "tool"),
    [
        (GeminiOptions(url_context=True), {"urlContext": {}}),
        (GeminiOptions(code_execution=True), {"codeExecution": {}}),
        (GeminiOptions(google_maps=GoogleMaps()), {"googleMaps": {}}),
        (GeminiOptions(google_maps=GoogleMaps(enable_widget=True)), {"googleMaps": {"enableWidget": True}}),
        (
            GeminiOptions(file_search=FileSearch(file_search_store_names=("fileSearchStores/a",), top_k=3)),
            {"fileSearch": {"fileSearchStoreNames": ["fileSearchStores/a"], "topK": 3}},
        ),
        (
            GeminiOptions(computer_use=ComputerUse(excluded_predefined_functions=("drag_and_drop",))),
            {
                "computerUse": {
                    "environment": "ENVIRONMENT_BROWSER",
                    "excludedPredefinedFunctions": ["drag_and_drop"],
                }
            },
        ),
        (GeminiOptions(mcp_servers=({"name": "m"},)), {"mcpServers": [{"name": "m"}]}),
        (GeminiOptions(google_search=GoogleSearch()), {"googleSearch": {}}),
        (
            GeminiOptions(google_search=GoogleSearch(images=True)),
            {"googleSearch": {"searchTypes": {"webSearch": {}, "imageSearch": {}}}},
        ),
        (
            GeminiOptions(google_search=GoogleSearch(start_time="2026-01-01T00:00:00Z")),
            {"googleSearch": {"timeRangeFilter": {"startTime": "2026-01-01T00:00:00Z"}}},
        ),
        (GeminiOptions(more_tools=({"newTool": {"a": [1]}},)), {"newTool": {"a": [1]}}),
    ],
)
def test_tools_of_google(extra: GeminiOptions, tool: Any) -> None:
    """Each under its own name."""
    assert body(extra=extra) == {"contents": body()["contents"], "tools": [tool]}


def test_search_is_asked_once() -> None:
    """web_search and its finer form are one tool."""
    extra = GeminiOptions(google_search=GoogleSearch(images=True))
    assert len(body(extra=extra, web_search=WebSearch())["tools"]) == 1


@pytest.mark.parametrize("option", ["include_domains", "exclude_domains", "country"])
def test_search_that_google_cannot_narrow(option: str) -> None:
    """Refused by name: a wider search would not be what was asked for."""
    value: Any = "canada" if option == "country" else ("a.test",)
    with pytest.raises(UnsupportedOption) as caught:
        body(web_search=WebSearch(**{option: value}))
    assert option in caught.value.reason
    assert not caught.value.droppable


def test_place_and_shown_calls() -> None:
    """They are part of toolConfig, without any function."""
    extra = GeminiOptions(
        google_maps=GoogleMaps(),
        retrieval_config=Retrieval(lat_lng=LatLng(latitude=52.5, longitude=13.4), language_code="de"),
        include_server_side_tool_invocations=True,
    )
    assert body(extra=extra)["toolConfig"] == {
        "retrievalConfig": {"latLng": {"latitude": 52.5, "longitude": 13.4}, "languageCode": "de"},
        "includeServerSideToolInvocations": True,
    }
