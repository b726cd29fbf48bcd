"""From arguments and environment variables to a provider's Settings.

Rules: a secret is a `Secret` from the first line on, and what may hold one (`os.environ`) is never a local variable of
a function that raises: a traceback may be printed with its locals.
"""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from jackfield.errors import MissingCredential, UsageError
from jackfield.http import Secret, Settings
from jackfield.types.provider import ProviderInfo, Setting


def seal(given: object, api_key: object = None) -> dict[str, Secret] | None:
    """What a caller gave, as secrets, whether it is one or not; empty text and None count as not given.

    A value that is neither text nor a Secret becomes an unusable Secret, which `resolve` refuses by the setting's name;
    None stands for something that is no mapping, which it refuses, too.
    """
    every: dict[str, object] = {}
    if isinstance(given, Mapping):
        every.update(given)  # pyright: ignore[reportUnknownArgumentType]  # any
    elif given is not None:
        return None
    if api_key is not None:
        every["api_key"] = api_key
    return {name: _sealed(value) for name, value in every.items() if not (value is None or value == "")}


def _sealed(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    return Secret(value.strip() if isinstance(value, str) else "\0")


def resolve(
    info: ProviderInfo,
    given: Mapping[str, str | Secret | None] | None,
    *,
    base_url: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings that `info` declares, from what was given, else from the environment, else the defaults.

    Raises:
        MissingCredential: a required one is nowhere.
        UsageError: one was given that the provider does not know, or that cannot be sent; or the base URL is not one.
    """
    sealed = None if given is None else seal(given)
    if sealed is None:
        msg = "settings: expected a mapping from names to texts, such as {'account_id': '...'}"
        raise UsageError(msg)
    unknown = set(sealed) - {setting.name for setting in info.settings}
    if unknown:
        known = ", ".join(setting.name for setting in info.settings) or "none"
        msg = f"{info.id} has no setting {', '.join(sorted(map(str, unknown)))}; it has: {known}"
        raise UsageError(msg)
    values: dict[str, str | Secret] = {}
    for setting in info.settings:
        value = sealed.get(setting.name) or _first(setting.variables, environ) or _default(setting)
        if value is not None:
            values[setting.name] = _checked(setting, value)
        elif setting.required:
            raise MissingCredential(setting.name, provider=info.id, variables=setting.variables, url=setting.url)
    found = _first(info.base_url_variables, environ)
    if base_url is None and found is None and info.base_url_required:
        raise MissingCredential("base_url", provider=info.id, variables=info.base_url_variables, url=info.docs_url)
    usual = found.reveal() if found is not None else info.base_url
    return Settings(provider=info.id, base_url=_checked_url(usual if base_url is None else base_url), values=values)


def _first(variables: tuple[str, ...], environ: Mapping[str, str] | None) -> Secret | None:
    env = os.environ if environ is None else environ
    return next((Secret(env[name].strip()) for name in variables if env.get(name, "").strip()), None)


def _default(setting: Setting) -> Secret | None:
    return None if setting.default is None else Secret(setting.default)


def _sendable(value: Secret) -> bool:
    """Whether it can go into an HTTP header: printable ASCII."""
    return all(" " <= character <= "~" for character in value.reveal())


def _checked(setting: Setting, value: Secret) -> str | Secret:
    if not _sendable(value):
        msg = f"{setting.name} is not text, or holds a character that cannot go into an HTTP header"
        raise UsageError(msg)
    return value if setting.secret else value.reveal()


def _checked_url(url: str) -> str:
    fault = url_fault(url)
    if fault is not None:
        msg = f"base_url {fault[0]}; {fault[1]}"
        raise UsageError(msg)
    return url.rstrip("/")


def url_fault(url: str) -> tuple[str, str] | None:
    """What is wrong with it as a base URL, and what a caller of a client can do; None if it is one."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
        usable = usable and url.isprintable() and " " not in url and parts.port != 0  # a ValueError if it is no number
        named = parts.username is not None
    except (AttributeError, TypeError, ValueError):
        usable = named = False
    if named:
        return "must not hold a user name or password: they would show in messages", "give http_client= its auth="
    if not usable:
        return f"must be http://host or https://host, with or without a path: {url!r}", "None is the provider's own"
    return None
