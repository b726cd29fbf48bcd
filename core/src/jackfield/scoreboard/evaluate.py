"""From observations to a scenario: every cell with its verdict and its evidence.

Rules: no cell is copied from anywhere; what was not seen stays unknown, with the reason where there is one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from jackfield import registry
from jackfield.registry import Provider
from jackfield.scoreboard.errands import ERRANDS
from jackfield.scoreboard.exchanges import Exchange
from jackfield.scoreboard.judges import JUDGES
from jackfield.scoreboard.model import (
    MODES,
    UNKNOWN,
    Cell,
    EvidenceKind,
    Functionality,
    Modal,
    Modality,
    Mode,
    Recording,
    Scenario,
    ThinkTags,
)
from jackfield.scoreboard.observation import Kept, Observation, Verdict, fault_of, shown_by, unknown, worked
from jackfield.scoreboard.probes import MEDIA, PROBES
from jackfield.scoreboard.replay import observe, observe_errand, unsendable, unsendable_errand
from jackfield.types.results import Result

_TAGS = ThinkTags(start="<think>", end="</think>")
_KINDS: Mapping[str, Modality] = {"Document": "document", "Image": "image", "Audio": "audio", "Video": "video"}


@attrs.frozen(kw_only=True)
class Evidence:
    """What a scenario is made of.

    Attributes:
        kind: how far it can be trusted.
        seen: mode -> probe -> observation.
        recordings: the exchange behind each observation, by its key.
        plugin: distribution and version of the plugin that was used.
        inline_thinking: reasoning came between tags inside of the text.
    """

    kind: EvidenceKind
    plugin: str
    seen: Mapping[Mode, Mapping[str, Observation]]
    recordings: Mapping[str, Recording]
    inline_thinking: bool = False

    def cell(self, verdict: Verdict) -> Cell:
        """A verdict with its evidence."""
        names = tuple(dict.fromkeys(one.recording for one in verdict.seen if one.recording))
        if verdict.support == "false" and not names:
            rule = verdict.seen[0].excluded
            source = rule.source if rule is not None else self.plugin
            return Cell(
                support="false", evidence="documented", source=source, cause=verdict.cause, reason=verdict.reason
            )
        if verdict.support == "unknown" or not names:
            return Cell(reason=verdict.reason) if verdict.seen else UNKNOWN
        days = [self.recordings[name].recorded for name in names]
        return Cell(
            support=verdict.support,
            evidence=self.kind,
            recordings=names,
            date=max((day for day in days if day), default=None),
            cause=verdict.cause,
            reason=verdict.reason,
        )


def scenarios(exchanges: Iterable[Exchange], load: Callable[[str], Provider]) -> dict[tuple[str, str, bool], Scenario]:
    """The scenarios of recorded exchanges, by provider, model and whether it thinks."""
    groups: dict[tuple[str, str, bool], list[Exchange]] = {}
    for exchange in exchanges:
        groups.setdefault((exchange.provider, exchange.model, exchange.thinking), []).append(exchange)
    return {key: evaluate(group, load(key[0])) for key, group in groups.items()}


def evaluate(exchanges: Sequence[Exchange], provider: Provider) -> Scenario:
    """One scenario from the recorded exchanges of one model."""
    stored = _errands(exchanges, provider)
    seen: dict[Mode, dict[str, Observation]] = {
        mode: {**_replayed(exchanges, mode, provider), **stored} for mode in _modes(exchanges)
    }
    thoughts = any(b"<think>" in one.response.body or b"u003cthink" in one.response.body for one in exchanges)
    evidence = Evidence(
        kind="simulated" if any(one.simulated for one in exchanges) else "verified",
        plugin=plugin_name(provider.id),
        seen=seen,
        recordings={one.case: one.recording for one in exchanges},
        inline_thinking=thoughts,
    )
    return scenario(exchanges[0].model, evidence, thinking=exchanges[0].thinking)


def plugin_name(provider: str) -> str:
    """Distribution and version of an installed plugin."""
    plugin = registry.installed()[provider]
    return f"{plugin.distribution} {plugin.version}"


def _modes(exchanges: Sequence[Exchange]) -> list[Mode]:
    """The modes in which something was asked; what knows no modes counts for them."""
    return [mode for mode in MODES if any(one.mode == mode and not one.of_both_modes for one in exchanges)]


def _errands(exchanges: Sequence[Exchange], provider: Provider) -> dict[str, Observation]:
    """The observations of files and batches."""
    by_name = {one.probe: one for one in exchanges if one.of_both_modes}
    seen: dict[str, Observation] = {}
    kept: dict[str, Kept] = {}
    for name, errand in ERRANDS.items():
        if name in by_name:
            seen[name] = observation = observe_errand(by_name[name], errand, provider, kept)
            if observation.kept is not None:
                kept[name] = observation.kept
        else:
            lacking = unsendable_errand(exchanges[0].model, errand, provider)
            if lacking is not None:
                seen[name] = lacking
    return seen


def _replayed(exchanges: Sequence[Exchange], mode: Mode, provider: Provider) -> dict[str, Observation]:
    """The observations of one mode, in the order of the probes."""
    by_probe = {one.probe: one for one in exchanges if one.mode == mode and not one.of_both_modes}
    seen: dict[str, Observation] = {}
    results: dict[str, Result[Any]] = {}
    for name, probe in PROBES.items():
        if name in by_probe:
            seen[name] = observation = observe(by_probe[name], probe, provider, results)
            if observation.result is not None:
                results[name] = observation.result
        else:
            lacking = unsendable(exchanges[0].model, mode, probe, provider)
            if lacking is not None:
                seen[name] = lacking
    return seen


def scenario(model: str, evidence: Evidence, *, thinking: bool) -> Scenario:
    """Judge every cell."""
    used = {one.recording for seen in evidence.seen.values() for one in seen.values()}
    return Scenario(
        models=(model,),
        thinking=thinking,
        think_tags=_TAGS if evidence.inline_thinking else None,
        evaluated_with=evidence.plugin,
        inputs=_inputs(evidence),
        outputs=_outputs(evidence),
        sync=_functionality(evidence, "sync"),
        stream=_functionality(evidence, "stream"),
        recordings={name: one for name, one in evidence.recordings.items() if name in used},
    )


def _functionality(evidence: Evidence, mode: Mode) -> Functionality | None:
    seen = evidence.seen.get(mode)
    if not seen:
        return None
    return Functionality(**{name: evidence.cell(judge(seen)) for name, judge in JUDGES.items()})


def _inputs(evidence: Evidence) -> dict[Modality, Modal]:
    found: dict[Modality, Modal] = {"text": Modal(inline=evidence.cell(_text(evidence)))}
    for kind, modality in _KINDS.items():
        modal = _medium(evidence, kind)
        if modal != Modal():
            found[modality] = modal
    return found


def _text(evidence: Evidence) -> Verdict:
    """Text goes in, and some reply comes out."""
    tried = [seen[name] for seen in evidence.seen.values() for name in ("Text", "Image") if name in seen]
    good = [one for one in tried if one.result is not None]
    if good:
        return worked(*good)
    return fault_of(tried[0]) if tried else unknown("no plain answer was seen")


def _outputs(evidence: Evidence) -> dict[Modality, Modal]:
    found: dict[Modality, Modal] = {}
    answers = [seen["Text"] for seen in evidence.seen.values() if "Text" in seen]
    texts = [one for one in answers if one.result is not None and one.result.text]
    if texts:
        found["text"] = Modal(inline=evidence.cell(worked(*texts)))
    pictures = [seen["Image"] for seen in evidence.seen.values() if "Image" in seen]
    for one in pictures:
        found["image"] = _picture(evidence, one)
    return found


def _picture(evidence: Evidence, one: Observation) -> Modal:
    early = shown_by(one)
    if early is not None or one.result is None:
        return Modal(inline=evidence.cell(early or unknown("it was not tried")))
    media = one.result.media
    if not media:
        return Modal(
            inline=evidence.cell(
                Verdict(support="false", seen=(one,), cause="model", reason="the reply holds no image")
            )
        )
    types = tuple(sorted({part.mime_type for part in media if part.mime_type}))
    inline, by_url = (evidence.cell(worked(one)) if any(having) else UNKNOWN for having in _where(media))
    return Modal(inline=inline, url=by_url, mime_types=types)


def _where(media: Sequence[Any]) -> tuple[list[bool], list[bool]]:
    return [part.data is not None for part in media], [part.url is not None for part in media]


def _medium(evidence: Evidence, kind: str) -> Modal:
    """One kind of media that goes in, over both modes and every format."""
    _, _, word, formats = MEDIA[kind]
    types: set[str] = set()
    cells: dict[str, Cell] = {}
    for way in ("Inline", "URL", "Upload"):
        good, bad = list[Observation](), list[Observation]()
        for extension, mime_type in formats:
            for seen in evidence.seen.values():
                one = seen.get(f"MultiModal-{kind}-{extension}-{way}")
                if one is not None and _holds(one, word):
                    good.append(one)
                    types.add(mime_type)
                elif one is not None:
                    bad.append(one)
        cells[way] = evidence.cell(_seen_media(good, bad))
    return Modal(inline=cells["Inline"], url=cells["URL"], upload=cells["Upload"], mime_types=tuple(sorted(types)))


def _answer(one: Observation) -> Result[Any] | None:
    return one.kept.result if one.kept is not None else one.result


def _holds(one: Observation, word: str) -> bool:
    answer = _answer(one)
    return answer is not None and one.unsent is None and word in answer.text.lower()


def _seen_media(good: Sequence[Observation], bad: Sequence[Observation]) -> Verdict:
    if good:
        failed = ", ".join(one.recording for one in bad[:4]) + (", ..." if len(bad) > 4 else "")
        return worked(*good, reason=f"it failed in {failed}" if bad else None)
    faults = [shown_by(one) for one in bad]
    firm = next((fault for fault in faults if fault is not None and fault.support == "false"), None)
    if firm is not None:
        return firm
    wrong = [one for one in bad if _answer(one) is not None]
    if wrong:
        return Verdict(
            support="false", seen=tuple(wrong), cause="model", reason="the reply does not name what the file shows"
        )
    return next((fault for fault in faults if fault is not None), unknown("it was not tried"))
