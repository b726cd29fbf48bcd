"""Run as a process of its own: load a saved conversation, encode it with the plugin, print what would be sent."""

import base64
import json
import sys
from importlib import import_module
from typing import Any

from jackfield import registry
from jackfield.conversation import dumps, loads
from jackfield.http import Secret, Settings
from jackfield.testing.contract.subject import ADD
from jackfield.types.requests import GenerateRequest


def describe(wire: tuple[Any, ...]) -> list[Any]:
    """A request on the wire as JSON."""
    method, url, headers, body = wire
    return [method, url, dict(headers), base64.b64encode(body).decode()]


def main() -> None:
    """Read the job from standard input."""
    job = json.load(sys.stdin)
    sys.path[:] = job["path"]
    messages = loads(job["conversation"])
    if not job["import"]:
        print(json.dumps(base64.b64encode(dumps(messages).encode()).decode()))  # noqa: T201 - the process's answer
        return
    name = job["module"]
    provider = registry.build(job["provider"], import_module(name)) if name else registry.load(job["provider"])
    values = {
        one.name: Secret(job["settings"][one.name]) if one.secret else job["settings"][one.name]
        for one in provider.info.settings
        if one.name in job["settings"]
    }
    settings = Settings(provider=provider.id, base_url=provider.info.base_url, values=values)
    tools = (ADD,) if job["tools"] else None
    http = provider.encode_request(GenerateRequest(model=job["model"], messages=messages, tools=tools), settings)
    headers = {key: one.reveal() if isinstance(one, Secret) else one for key, one in http.headers.items()}
    print(json.dumps(describe((http.method, http.url, headers, http.body))))  # noqa: T201 - as above


if __name__ == "__main__":
    main()
