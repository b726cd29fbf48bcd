"""From arguments and environment variables to a provider's Settings."""

import os
from collections.abc import Mapping

from jackfield.errors import MissingCredential, UsageError
from jackfield.http import Secret, Settings
from jackfield.types.provider import ProviderInfo, Setting


def resolve(
    info: ProviderInfo,
    given: Mapping[str, str | Secret | None],
    *,
    base_url: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings that `info` declares, from what was given, else from the environment, else the defaults.

    Raises:
        MissingCredential: a required one is nowhere.
        UsageError: one was given that the provider does not know, or the base URL is not one.
    """
    env = os.environ if environ is None else environ
    unknown = set(given) - {setting.name for setting in info.settings}
    if unknown:
        known = ", ".join(setting.name for setting in info.settings)
        msg = f"{info.id} has no setting {', '.join(sorted(unknown))}; it has: {known}"
        raise UsageError(msg)
    values: dict[str, str | Secret] = {}
    for setting in info.settings:
        value = given.get(setting.name) or _first(setting.variables, env) or setting.default
        if value is not None:
            values[setting.name] = _wrap(setting, value)
        elif setting.required:
            raise MissingCredential(setting.name, provider=info.id, variables=setting.variables, url=setting.url)
    url = base_url or _first(info.base_url_variables, env) or info.base_url
    if not url.startswith(("http://", "https://")):
        msg = f"base_url must start with http:// or https://: {url!r}"
        raise UsageError(msg)
    return Settings(provider=info.id, base_url=url.rstrip("/"), values=values)


def _first(variables: tuple[str, ...], env: Mapping[str, str]) -> str | None:
    return next((env[name].strip() for name in variables if env.get(name, "").strip()), None)


def _wrap(setting: Setting, value: str | Secret) -> str | Secret:
    text = value.reveal() if isinstance(value, Secret) else value
    if not text.isascii() or any(character in text for character in "\r\n\0"):
        msg = f"{setting.name} holds a character that cannot go into an HTTP header"
        raise UsageError(msg)
    return Secret(text) if setting.secret else text
