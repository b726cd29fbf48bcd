"""jackfield with its Groq plugin, base install: nothing from the extra [fast]."""
PIP = ["../core", "../plugins/groq"]

import jackfield

from benchlib import PROMPT, adrain, drain

PROVIDER = "groq"


def setup(base_url):
    global C, A, MESSAGES
    options = {"model": "bench", "api_key": "bench", "base_url": base_url}
    C, A = jackfield.Client(PROVIDER, **options), jackfield.AsyncClient(PROVIDER, **options)
    MESSAGES = [jackfield.system(PROMPT[0]["content"]), jackfield.user(PROMPT[1]["content"])]


def reply(result):
    return result.text, result.usage.output_tokens


def pick(event):
    if type(event) is jackfield.TextDelta:
        return event.text, 0
    return None, event.usage.output_tokens if type(event) is jackfield.UsageUpdate else 0


def sync_call():
    return reply(C.generate(MESSAGES))


def sync_stream(model):
    with C.stream(MESSAGES, model=model) as stream:
        return drain(stream, pick)


async def async_call():
    return reply(await A.generate(MESSAGES))


async def async_stream(model):
    async with A.stream(MESSAGES, model=model) as stream:
        return await adrain(stream, pick)
