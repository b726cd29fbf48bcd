"""Declaration: info, settings, capabilities, version, and what the distribution says about itself."""

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from importlib_metadata import PackageNotFoundError, requires

from jackfield import registry
from jackfield.hookspecs import MiddlewareHooks, ProviderHooks
from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.subject import Subject
from jackfield.testing.contract.verdict import broken, cannot_show
from jackfield.types.parts import Audio, Document, Image, Media, Video
from jackfield.types.provider import ProviderInfo, Setting
from jackfield.types.requests import GENERATE_OPTIONS

_KINDS = {one.kind for one in (Audio, Document, Image, Media, Video)}
_FEATURES = {*GENERATE_OPTIONS, *_KINDS, "stream", "forced_tool", "thinking", "logprobs", "system", "tool_results"}
_SINCE = re.compile(r"Since (\d+\.\d+)\.\s*$")
_ARGUMENT_SINCE = re.compile(r"`(\w+)` \(since (\d+\.\d+)\)")


class Declaration(ContractBase):
    """What is known about the provider before the first call."""

    def test_info(self, loaded: Subject) -> None:
        """Names, addresses and capabilities make sense."""
        faults = [*_info_faults(loaded.info), *_capability_faults(loaded.info)]
        if faults:
            broken(loaded.id, "declaration", "; ".join(faults))

    def test_settings(self, loaded: Subject) -> None:
        """Each setting is described, and a key is secret."""
        faults = [fault for setting in loaded.info.settings for fault in _setting_faults(setting)]
        names = [setting.name for setting in loaded.info.settings]
        faults += [f"the setting {name} is declared twice" for name in names if names.count(name) > 1]
        if faults:
            broken(loaded.id, "declaration", "; ".join(faults))

    def test_version(self, loaded: Subject) -> None:
        """It uses no hook that is newer than the version that it names: an older core would not know why it fails."""
        named = loaded.info.api_version
        implemented = loaded.provider.implemented()
        newer = [
            f"{what} came with {since}"
            for hook, arguments in implemented.items()
            for what, since in ages(hook, arguments).items()
            if _rank(since) > _rank(named)
        ]
        if newer:
            broken(loaded.id, "loading", f"api_version is {named!r}, and {'; '.join(newer)}")

    def test_distribution(self, loaded: Subject) -> None:
        """An installed plugin says which core it needs."""
        if loaded.plugin is not None:
            cannot_show(loaded.id, "declaration", "the plugin was given as an object, not found by its entry point")
        name = registry.installed()[loaded.id].distribution
        try:
            needs = requires(name) or []
        except PackageNotFoundError as error:
            broken(loaded.id, "declaration", f"its distribution cannot be found: {error}")
        if not any(one.replace(" ", "").startswith("jackfield") for one in needs):
            broken(loaded.id, "declaration", f"the distribution {name} does not require jackfield (Requires-Dist)")


def ages(hook: str, arguments: Collection[str]) -> Mapping[str, str]:
    """Since which version of the hooks a hook is there, and those of its arguments that came later."""
    text = getattr(ProviderHooks, hook, getattr(MiddlewareHooks, hook, None)).__doc__ or ""
    later = {f"{hook}({name})": since for name, since in _ARGUMENT_SINCE.findall(text) if name in arguments}
    since = _SINCE.search(text)
    return later if since is None else {hook: since[1], **later}


def _rank(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _info_faults(info: ProviderInfo) -> Iterator[str]:
    for name, url in (("base_url", info.base_url), ("docs_url", info.docs_url)):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            yield f"{name} is no http(s) URL: {url!r}"
    if info.base_url.endswith("/"):
        yield f"base_url ends with a slash: {info.base_url!r}"
    if not info.name.strip():
        yield "name is empty"
    if info.country is not None and not (len(info.country) == 2 and info.country.isupper()):
        yield f"country is no ISO 3166 alpha-2 code: {info.country!r}"


def _capability_faults(info: ProviderInfo) -> Iterator[str]:
    can = info.capabilities
    if not can.operations:
        yield "capabilities.operations is empty: nothing can be asked"
    for option in sorted(can.options - set(GENERATE_OPTIONS)):
        yield f"capabilities.options holds {option!r}, which is no option"
    for kind in sorted(can.media - _KINDS):
        yield f"capabilities.media holds {kind!r}, which is no kind of media"
    features = _FEATURES | set(getattr(info.options_type, "__annotations__", ()))
    for rule in can.rules:
        for word in sorted({one.partition("=")[0] for one in (*rule.when, *rule.unless)} - features):
            yield f"a rule is about {word!r}, which is no feature, so that it never holds"
        if not rule.reason or not rule.source:
            yield f"the rule about {' and '.join(rule.when)} has no reason or no source"


def _setting_faults(setting: Setting) -> Iterator[str]:
    if not setting.name.isidentifier():
        yield f"the setting {setting.name!r} is no Python name"
    if not setting.description.strip():
        yield f"the setting {setting.name} is not described"
    if not setting.secret and any(word in setting.name for word in ("key", "token", "secret", "password")):
        yield f"the setting {setting.name} holds a key and is not secret"
    if setting.secret and setting.default is not None:
        yield f"the secret setting {setting.name} has a default, which is public"
