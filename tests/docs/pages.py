"""The pages of the manual, and the code in them.

A block that cannot run carries the comment `<!-- not run: reason -->` on the line before it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "plugins").glob("*/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
_BLOCK = re.compile(
    r"(?P<marker><!-- not run: [^>]+ -->\n\n?)?^```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL
)


@attrs.frozen(kw_only=True)
class Block:
    """A fenced block of a page.

    Attributes:
        line: of its first line of code.
        run: whether it can.
    """

    page: Path
    line: int
    language: str
    code: str
    run: bool


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("code")) + 1
        run = found["marker"] is None
        yield Block(page=page, line=line, language=found["language"], code=found["code"], run=run)


def name(page: Path) -> str:
    """The page's path from the root of the repository."""
    return page.relative_to(ROOT).as_posix()
