"""Everything that `make scoreboard` makes: the plugins' scoreboard.json, the published schema and the Markdown pages.

Rules: with the recordings at hand everything is computed anew and the comparison with the tables is printed; without
them the pages are made from the scoreboards as they stand. Run twice, it changes nothing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from jackfield import registry
from jackfield.hookspecs import ProviderHooks
from jackfield.scoreboard import compare, documented, evaluate, excerpts, exchanges, pages, published, store, tables
from jackfield.scoreboard.model import Scenario, Score


def rebuild(corpus: Path, sources: Path) -> list[Score]:
    """The scoreboards of every documented provider, from the recordings."""
    found = evaluate.scenarios(exchanges.read_all(corpus), registry.load)
    scores: list[Score] = []
    for source in sorted(sources.glob("*.json")):
        written = documented.decode(source.read_bytes())
        tried: dict[documented.Key, Scenario] = {
            (model, thinking): one for (provider, model, thinking), one in found.items() if provider == written.provider
        }
        rules = registry.load(written.provider).info.capabilities.rules
        scores.append(documented.merge(written, tried, rules=rules, hooks=hooks(written.provider)))
    return scores


def hooks(provider: str) -> frozenset[str]:
    """The hooks that a provider's plugin implements."""
    plugin = registry.installed()[provider].entry_points[0].load()
    return frozenset(name for name in dir(plugin) if hasattr(ProviderHooks, name) and not name.startswith("_"))


def comparison(scores: Sequence[Score], directory: Path, *, corpus: Path | None = None, every: bool = False) -> str:
    """The comparison with the tables in a directory, `<provider>-<date>.md` each, and what the recordings show."""
    by_provider = {score.provider: score for score in scores}
    show = shown_by(corpus)
    parts: list[str] = []
    for path in sorted(directory.glob("*.md")):
        score = by_provider.get(path.stem.partition("-")[0])
        if score is not None:
            rows = tables.parse(path.read_text(encoding="utf-8"))
            found = compare.compare(rows, score)
            text = compare.report(found, every=every, show=partial(show, score.provider))
            parts.append(f"== {path.stem}\n{text}")
    return "\n\n".join(parts)


def shown_by(corpus: Path | None) -> Callable[[str, compare.Difference], Iterable[str]]:
    """What the recordings of a directory show of a provider's cell; nothing where there are none."""
    by_provider: dict[str, dict[documented.Key, dict[str, exchanges.Exchange]]] = {}
    for one in exchanges.read_all(corpus) if corpus is not None else ():
        models = by_provider.setdefault(one.provider, {})
        models.setdefault((one.model, one.thinking), {})[one.case] = one

    def show(provider: str, one: compare.Difference) -> Iterable[str]:
        mine = by_provider.get(provider, {}).get((one.model, one.thinking), {})
        return excerpts.Excerpts(mine).show(one.feature, one.ours)

    return show


def _write(path: Path, data: bytes) -> None:
    if not path.is_file() or path.read_bytes() != data:
        path.write_bytes(data)
        sys.stdout.write(f"changed: {path.name} of {path.parent.name}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make everything; see `--help`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout")
    parser.add_argument("--corpus", type=Path, help="the directory of recordings")
    parser.add_argument("--tables", type=Path, help="the directory of tables to compare with")
    parser.add_argument("--every", action="store_true", help="print the cells that are equal, too")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    docs = options.root / "docs" / "scoreboard"
    paths = {path.stem: _shipped(options.root, path.stem) for path in sorted((docs / "documented").glob("*.json"))}
    if _recorded(options.corpus):
        scores = rebuild(options.corpus, docs / "documented")
        for score in scores:
            _write(paths[score.provider], store.encode(score))
    else:
        sys.stdout.write(f"no recordings in {options.corpus}: the pages are made from the scoreboards as they stand\n")
        scores = [store.decode(path.read_bytes()) for path in paths.values()]
    _write(docs / "schema.json", published.encode())
    pages.write(docs, scores)
    if options.tables is not None and options.tables.is_dir():
        corpus = options.corpus if _recorded(options.corpus) else None
        sys.stdout.write(comparison(scores, options.tables, corpus=corpus, every=options.every) + "\n")
    sys.stdout.write(f"made in {time.monotonic() - started:.1f} s\n")


def _recorded(corpus: Path | None) -> bool:
    return corpus is not None and (corpus / "index.json").is_file()


def _shipped(root: Path, provider: str) -> Path:
    return root / "plugins" / provider / "src" / f"jackfield_{provider}" / store.FILENAME


if __name__ == "__main__":
    main()
