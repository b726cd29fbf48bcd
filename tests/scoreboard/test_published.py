"""The published schema and the strict decoder say the same."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jackfield.errors import DecodeError
from jackfield.scoreboard import Score
from jackfield.scoreboard.published import encode, schema
from jackfield.scoreboard.store import decode, encode as encode_score, path_of


def validate(value: Any) -> None:
    """Raise if the value does not fit the published schema."""
    jsonschema.validate(value, schema(), cls=jsonschema.Draft202012Validator)


def test_it_is_a_json_schema() -> None:
    """Any validator can use it."""
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_published_file_is_current(repository: Path) -> None:
    """`make scoreboard` was run after the types changed."""
    assert (repository / "docs" / "scoreboard" / "schema.json").read_bytes() == encode()


@pytest.mark.parametrize("provider", ["cerebras", "cloudflare", "gemini", "groq"])
def test_the_shipped_files_fit(provider: str) -> None:
    """What plugins ship is valid for everybody, not only for us."""
    path = path_of(provider)
    assert path is not None
    validate(json.loads(path.read_bytes()))


@pytest.mark.parametrize("key", ["unknown", "scenarios"])
def test_what_the_decoder_refuses_the_schema_refuses(score: Score, key: str) -> None:
    """An unknown key, and a value of the wrong kind."""
    value: dict[str, Any] = {**json.loads(encode_score(score)), key: 7}
    with pytest.raises(jsonschema.ValidationError):
        validate(value)
    with pytest.raises(DecodeError):
        decode(json.dumps(value).encode())


def test_every_class_is_described() -> None:
    """A reader of the schema learns what a cell is."""
    definitions: Mapping[str, Any] = schema()["$defs"]
    assert {"Cell", "Functionality", "Modal", "Recording", "Rule", "Scenario", "Score", "ThinkTags"} == set(definitions)
    assert all(one["description"] for one in definitions.values())
