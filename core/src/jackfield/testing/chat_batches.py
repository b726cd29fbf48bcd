"""Files and batches as a server of the chat-completions format keeps them.

Rules: what is kept lies in the server's store, which a plugin's `simulate` hook is given; ids follow from what was
uploaded and how many there were before. Nobody works in the background: each look at a batch moves it on by one step,
and its requests are answered, one after another, when it completes.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Literal

import attrs

from jackfield.errors import DecodeError
from jackfield.http import HttpRequest
from jackfield.testing.chat_completions import dump
from jackfield.testing.checking import Json, Refused, body_of, header, is_record
from jackfield.testing.tokens import label
from jackfield.types.simulated import SimulatedReply
from jackfield.wire import loads

CREATED_S = 1_780_000_000
_NEXT: Mapping[str, str] = {"validating": "in_progress", "queued": "in_progress", "in_progress": "completed"}
_KINDS = {"files": "file", "content": "file", "batches": "batch", "output": "batch"}
_JSON = {"content-type": "application/json"}


@attrs.frozen(kw_only=True)
class ChatBatches:
    """Answers requests for files and batches.

    Attributes:
        first: the state that a batch begins in.
        cancel: how it is cancelled.
        results: where its results are.
        full: whether files can be listed, looked up, fetched and deleted, and batches listed.
        answer: what answers one request of a batch.
        store: what is kept: JSON or contents by the path of the thing.
    """

    answer: Callable[[HttpRequest], SimulatedReply]
    store: MutableMapping[str, bytes]
    first: str = "validating"
    cancel: Literal["POST", "DELETE"] = "POST"
    results: Literal["files", "path"] = "files"
    full: bool = True

    def reply(self, request: HttpRequest, path: str) -> SimulatedReply | None:
        """The answer, or None if the path is none of files or batches.

        Raises:
            Refused: the request is wrong, or there is no such thing.
        """
        asked = (request.method, *path.strip("/").split("/"))
        match asked:
            case ("POST", "files"):
                return self._json(self._upload(request))
            case ("POST", "batches"):
                return self._json(self._create(body_of(request)))
            case ("GET", "batches", str() as name):
                return self._json(self._moved(name))
            case ("POST", "batches", str() as name, "cancel") if self.cancel == "POST":
                return self._json(self._cancelled(name))
            case ("DELETE", "batches", str() as name) if self.cancel == "DELETE":
                return self._json(self._cancelled(name))
            case ("GET", "batches", str() as name, "results") if self.results == "path":
                return self._text(self._found(f"output/{name}"))
            case _:
                return self._file(asked) if self.full else None

    def _file(self, asked: tuple[str, ...]) -> SimulatedReply | None:
        match asked:
            case ("GET", "files" | "batches" as kind):
                found = [loads(data) for place, data in self.store.items() if place.startswith(f"{kind}/")]
                return self._json({"object": "list", "data": found})
            case ("GET", "files", str() as name):
                return self._json(self._thing(f"files/{name}"))
            case ("GET", "files", str() as name, "content"):
                return self._text(self._found(f"content/{name}"))
            case ("DELETE", "files", str() as name):
                self._found(f"files/{name}")
                del self.store[f"files/{name}"], self.store[f"content/{name}"]
                return self._json({"id": name, "object": "file", "deleted": True})
            case _:
                return None

    # --- files

    def _upload(self, request: HttpRequest) -> Json:
        fields, content, filename = read_form(request)
        if content is None:
            raise Refused("file is required", param="file")
        if fields.get("purpose") != "batch":
            raise Refused("purpose must be 'batch'", param="purpose")
        return self._keep(filename, content, "batch")

    def _keep(self, filename: str, content: bytes, purpose: str) -> Json:
        name = f"file_{label(content, filename, len(self.store), length=26)}"
        file: Json = {
            "id": name,
            "object": "file",
            "bytes": len(content),
            "created_at": CREATED_S,
            "filename": filename,
            "purpose": purpose,
        }
        self.store[f"files/{name}"] = dump(file).encode()
        self.store[f"content/{name}"] = content
        return file

    # --- batches

    def _create(self, body: Json) -> Json:
        if unknown := body.keys() - {"input_file_id", "endpoint", "completion_window", "metadata"}:
            raise Refused(f"property '{min(unknown)}' is unsupported", param=min(unknown))
        if body.get("endpoint") != "/v1/chat/completions":
            raise Refused("endpoint must be /v1/chat/completions", param="endpoint")
        if not re.fullmatch(r"24h|[1-7]d", str(body.get("completion_window"))):
            raise Refused("completion_window must be 24h to 7d", param="completion_window")
        source = str(body.get("input_file_id"))
        total = len(self._lines(source))
        name = f"batch_{label(source, len(self.store), length=26)}"
        batch: Json = {
            "id": name,
            "object": "batch",
            "endpoint": body["endpoint"],
            "errors": None,
            "input_file_id": source,
            "completion_window": body["completion_window"],
            "status": self.first,
            "output_file_id": None,
            "error_file_id": None,
            "created_at": CREATED_S,
            "request_counts": {"total": total, "completed": 0, "failed": 0},
            "metadata": body.get("metadata"),
        }
        return self._kept(batch)

    def _lines(self, source: str) -> list[Json]:
        """The requests in a file. A line that is none refuses all of them."""
        lines: list[Json] = []
        for line in self._found(f"content/{source}").splitlines():
            try:
                value = loads(line)
            except DecodeError as error:
                raise Refused("a line of the file is not valid JSON", param="input_file_id") from error
            if not is_record(value) or value.keys() != {"custom_id", "method", "url", "body"}:
                raise Refused("a line needs custom_id, method, url, body", param="input_file_id")
            if (value["method"], value["url"]) != ("POST", "/v1/chat/completions"):
                raise Refused("a line is for another endpoint", param="input_file_id")
            lines.append(value)
        if len({line["custom_id"] for line in lines}) != len(lines):
            raise Refused("a custom_id occurs twice", param="input_file_id")
        return lines

    def _moved(self, name: str) -> Json:
        """The batch, one step further."""
        batch = self._thing(f"batches/{name}")
        batch["status"] = {**_NEXT, "cancelling": "cancelled"}.get(batch["status"], batch["status"])
        if batch["status"] == "completed" and "completed_at" not in batch:
            self._complete(batch)
        return self._kept(batch)

    def _complete(self, batch: Json) -> None:
        """Answer the requests; the last one comes first, because the order is not promised."""
        answered = [self._line(line) for line in reversed(self._lines(batch["input_file_id"]))]
        failed = sum(line["response"]["status_code"] >= 400 for line in answered)
        text = "".join(f"{dump(self._written(line))}\n" for line in answered).encode()
        counts = {"total": len(answered), "completed": len(answered) - failed, "failed": failed}
        batch |= {"completed_at": CREATED_S + 60, "request_counts": counts}
        if self.results == "path":
            self.store[f"output/{batch['id']}"] = text
        else:
            batch["output_file_id"] = self._keep("batch_output.jsonl", text, "batch_output")["id"]

    def _line(self, line: Json) -> Json:
        request = HttpRequest(url="", headers=_JSON, body=dump(line["body"]).encode())
        reply = self.answer(request)
        body = loads(reply.content)
        return {
            "id": f"batch_req_{label(line['custom_id'], length=16)}",
            "custom_id": line["custom_id"],
            "response": {"status_code": reply.status, "request_id": label(line["custom_id"]), "body": body},
            "error": None,
        }

    def _written(self, line: Json) -> Json:
        """A line of results, in the shape of the provider."""
        if self.results == "files":
            return line
        return {"custom_id": line["custom_id"], "status": "succeeded", "response": line["response"]}

    def _cancelled(self, name: str) -> Json:
        batch = self._thing(f"batches/{name}")
        if batch["status"] in {"completed", "cancelled"}:
            raise Refused(f"a batch that is {batch['status']} cannot be cancelled", status=409)
        return self._kept(batch | {"status": "cancelling"})

    # --- the store

    def _kept(self, batch: Json) -> Json:
        self.store[f"batches/{batch['id']}"] = dump(batch).encode()
        return batch

    def _thing(self, place: str) -> Json:
        found: Json = loads(self._found(place))
        return found

    def _found(self, place: str) -> bytes:
        found = self.store.get(place)
        if found is None:
            kind, _, name = place.partition("/")
            raise Refused(f"No such {_KINDS[kind]}: {name}", status=404)
        return found

    @staticmethod
    def _json(value: Json) -> SimulatedReply:
        return SimulatedReply(headers=_JSON, body=f"{dump(value)}\n".encode())

    @staticmethod
    def _text(body: bytes) -> SimulatedReply:
        return SimulatedReply(headers={"content-type": "application/octet-stream"}, body=body)


def read_form(request: HttpRequest) -> tuple[Mapping[str, str], bytes | None, str]:
    """The fields of a form, what is in its file, and what that is called.

    Raises:
        Refused: it is no form.
    """
    kind = header(request, "content-type")
    boundary = re.fullmatch(r'multipart/form-data; boundary="?([^";]+)"?', kind)
    if boundary is None:
        raise Refused("Content-Type must be multipart/form-data", status=415)
    mark = b"--" + boundary[1].encode()
    first, *pieces, last = (b"\r\n" + request.body).split(b"\r\n" + mark)
    if first or last != b"--\r\n":
        raise Refused("the form is not complete")
    fields: dict[str, str] = {}
    content, filename = None, ""
    for piece in pieces:
        head, _, body = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(r'name="([^"]*)"', head.decode())
        named = re.search(r'filename="([^"]*)"', head.decode())
        if named is not None:
            content, filename = body, named[1]
        elif name is not None:
            fields[name[1]] = body.decode()
    return fields, content, filename
