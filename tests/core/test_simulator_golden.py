"""The responder fills in every schema of the golden corpus, in each dialect that is JSON Schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jackfield.testing.instances import Filler

pytestmark = pytest.mark.repeats
GOLDEN = Path(__file__).parent.parent / "golden" / "schema"
NOT_JSON_SCHEMA = "gemini_openapi"
EXCEPTIONS = {
    "endless": "an object that must hold one of its own kind has no finite instance",
    "raw_conditions": "if, then and else are not looked at",
    "raw_one_of": "a value may fit more than one branch",
}


def cases() -> list[Any]:
    """File and dialect of each schema."""
    return [
        pytest.param(dialect["schema"], id=f"{path.stem}-{name}")
        for path in sorted(GOLDEN.glob("*.json"))
        for name, dialect in json.loads(path.read_text(encoding="utf-8")).items()
        if name != NOT_JSON_SCHEMA and path.stem not in EXCEPTIONS and isinstance(dialect.get("schema"), dict)
    ]


@pytest.mark.parametrize("schema", cases())
def test_an_instance_fits(schema: dict[str, Any]) -> None:
    """Whatever the seed, and whether the prompt has numbers and names or not."""
    for seed, numbers, names in ((None, (), ()), (1, (3, 400.5, -2), ("plum", "B")), (2, (0,), ("a b",))):
        jsonschema.validate(Filler(schema, seed=seed, numbers=numbers, names=names).fill(), schema)


def test_no_recursion_is_endless() -> None:
    """Where nothing fits, something is answered all the same."""
    schema = json.loads((GOLDEN / "endless.json").read_text(encoding="utf-8"))["standard"]["schema"]
    assert Filler(schema, seed=1, numbers=(), names=()).fill()


def test_there_are_many() -> None:
    """The corpus is where it should be."""
    assert len(cases()) > 100
