"""The answer as an object of your own class."""

from dataclasses import dataclass
from typing import Literal

import jackfield


@dataclass
class Ingredient:
    """What goes in."""

    name: str
    grams: int


@dataclass
class Recipe:
    """A dish.

    Attributes:
        name: what it is called.
        difficulty: how hard it is.
        ingredients: at least two.
    """

    name: str
    difficulty: Literal["easy", "medium", "hard"]
    ingredients: list[Ingredient]


def main() -> None:
    """Ask for one; a reply that does not fit raises OutputError with the text on it."""
    with jackfield.Client("groq", model="openai/gpt-oss-20b") as client:
        result = client.generate("A recipe for a soup.", output=Recipe, max_tokens=800)

    recipe = result.output  # a Recipe, for the type checker too
    print(f"{recipe.name} ({recipe.difficulty})")
    for ingredient in recipe.ingredients:
        print(f"- {ingredient.grams} g of {ingredient.name}")
    for notice in result.warnings:  # what the provider's schema dialect could not say
        print(f"note: {notice.message}")


if __name__ == "__main__":
    main()
