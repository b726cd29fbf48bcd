"""The READMEs of plugins name every option, as the classes have it."""

import importlib

import pytest
from tests.docs.option_tables import PLUGINS, PROVIDERS, classes, fields, renewed


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_tables_are_up_to_date(provider: str) -> None:
    """`make hooks` writes them."""
    text = (PLUGINS / provider / "README.md").read_text(encoding="utf-8")
    assert text == renewed(provider)
    assert text.count("\n## Options\n") == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_option_says_what_it_does(provider: str) -> None:
    """The first class is that of the request; each of its fields has words of its own."""
    main, *_ = classes(importlib.import_module(f"jackfield_{provider}.options"))
    assert main.__name__.endswith("Options")
    assert [name for name, _, text in fields(main) if not text] == []
