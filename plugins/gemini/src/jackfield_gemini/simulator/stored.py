"""Files and batches: what the simulated Gemini keeps in its server's store.

Rules: ids follow from what was sent and how much there was before. Nobody works in the background: each look at a
sound, a film or a batch moves it on by one step, and the requests of a batch are answered when it is done.

Source: https://ai.google.dev/api/files and https://ai.google.dev/api/batch-api (2026-11)
"""

import base64
import json
from collections.abc import Callable, Mapping, MutableMapping
from hashlib import sha256

import attrs

from jackfield.http import HttpRequest
from jackfield.testing.checking import Json, Refused, body_of, header, is_record, record, sequence
from jackfield.testing.tokens import label
from jackfield.types.simulated import SimulatedReply
from jackfield_gemini.simulator.replies import dump

_BASE = "https://generativelanguage.googleapis.com"
_CREATED, _EXPIRES = "2026-01-01T00:00:00.123456789Z", "2026-01-03T00:00:00.123456789Z"
_WORD = "BATCH_STATE_"
_NEXT = {f"{_WORD}PENDING": f"{_WORD}RUNNING", f"{_WORD}RUNNING": f"{_WORD}SUCCEEDED"}
_GRANULARITY = "8388608"


@attrs.frozen(kw_only=True)
class Stored:
    """Answers requests for files and batches.

    Attributes:
        store: what is kept: JSON or contents by the path of the thing.
        answer: what answers one request of a batch: model and body to a response or an error.
    """

    store: MutableMapping[str, bytes]
    answer: Callable[[str, Json], Json]

    def reply(
        self, request: HttpRequest, path: str, query: Mapping[str, list[str]], *, uploads: bool
    ) -> SimulatedReply:
        """The answer to a path below the version.

        Raises:
            Refused: the request is wrong, or there is no such thing.
        """
        name, _, action = path.partition(":")
        match (request.method, *name.split("/"), action):
            case ("POST", "files", "") if uploads:
                return self._upload(request, query)
            case ("GET", "files" | "batches" as kind, ""):
                return self._page(kind, query)
            case ("GET", "files", str(), _):
                return _json(self._seen(name, action))
            case ("DELETE", "files" | "batches", str(), ""):
                self._found(name)
                del self.store[name]
                return _json({})
            case (method, "batches", str(), _):
                return _json(self._batch(method, name, action))
            case _:
                raise _missing()

    # --- files

    def _upload(self, request: HttpRequest, query: Mapping[str, list[str]]) -> SimulatedReply:
        command = header(request, "x-goog-upload-command")
        if command == "start":
            return self._begin(request)
        upload = query.get("upload_id", [""])[0]
        begun = self.store.pop(f"upload/{upload}", None)
        if begun is None or command != "upload, finalize" or header(request, "x-goog-upload-offset") != "0":
            raise Refused("Upload has already been finalized or is unknown.")
        facts: Json = json.loads(begun)
        if len(request.body) != facts["length"]:
            raise Refused("The size of the upload is not what was announced.")
        name = f"files/{label(request.body, len(self.store))}"
        slow = facts["mimeType"].startswith(("audio/", "video/"))
        file: Json = {
            "name": name,
            "displayName": facts["displayName"],
            "mimeType": facts["mimeType"],
            "sizeBytes": str(len(request.body)),
            "createTime": _CREATED,
            "updateTime": _CREATED,
            "expirationTime": _EXPIRES,
            "sha256Hash": base64.b64encode(sha256(request.body).hexdigest().encode()).decode(),
            "uri": f"{_BASE}/v1beta/{name}",
            "state": "PROCESSING" if slow else "ACTIVE",
            "source": "UPLOADED",
        }
        self._keep(name, file)
        return _json({"file": file}, {"x-goog-upload-status": "final"})

    def _begin(self, request: HttpRequest) -> SimulatedReply:
        length = header(request, "x-goog-upload-header-content-length")
        mime_type = header(request, "x-goog-upload-header-content-type")
        if header(request, "x-goog-upload-protocol") != "resumable" or not length.isdecimal() or not mime_type:
            raise Refused("The upload is not announced as it should be.")
        body = body_of(request)
        file = record(body.get("file"))
        if body.keys() - {"file"} or file.keys() - {"displayName", "name", "mimeType"}:
            raise Refused("Invalid JSON payload received. Unknown name in the file.")
        upload = label("upload", mime_type, length, len(self.store), length=32)
        facts: Json = {"displayName": file.get("displayName", ""), "mimeType": mime_type, "length": int(length)}
        self._keep(f"upload/{upload}", facts)
        url = f"{_BASE}/upload/v1beta/files?upload_id={upload}&upload_protocol=resumable"
        headers = {
            "content-type": "text/plain; charset=utf-8",
            "x-goog-upload-url": url,
            "x-goog-upload-control-url": url,
            "x-goog-upload-status": "active",
            "x-goog-upload-chunk-granularity": _GRANULARITY,
        }
        return SimulatedReply(headers=headers)

    def _seen(self, name: str, action: str) -> Json:
        """The file; what was being processed is done at the next look. None is of the kind that can be fetched."""
        file = self._found(name)
        if action == "download":
            raise Refused("Uploaded files cannot be downloaded.")
        if action:
            raise _missing()
        self._keep(name, file | {"state": "ACTIVE"})
        return file

    # --- batches

    def create(self, model: str, body: Json) -> SimulatedReply:
        """A new batch, for the models' method."""
        batch = record(body.get("batch"))
        requests = sequence(record(record(batch.get("inputConfig")).get("requests")).get("requests"))
        if not requests or not batch.get("displayName"):
            raise Refused("* CreateBatchJobRequest.batch: display_name and requests are required\n")
        if any(not is_record(one) or one.keys() - {"request", "metadata"} for one in requests):
            raise Refused("Invalid JSON payload received. Unknown name in a request of the batch.")
        name = f"batches/{label(dump(body), len(self.store), length=24)}"
        operation: Json = {
            "name": name,
            "metadata": {
                "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
                "model": f"models/{model}",
                "displayName": batch["displayName"],
                "createTime": _CREATED,
                "updateTime": _CREATED,
                "batchStats": {"requestCount": str(len(requests)), "pendingRequestCount": str(len(requests))},
                "state": f"{_WORD}PENDING",
                "name": name,
            },
        }
        self._keep(f"requests/{name}", {"model": model, "requests": requests})
        self._keep(name, operation)
        return _json(operation)

    def _batch(self, method: str, name: str, action: str) -> Json:
        if (method, action) == ("GET", ""):
            return self._moved(name)
        if (method, action) != ("POST", "cancel"):
            raise _missing()
        operation = self._found(name)
        if not operation.get("done"):
            operation["metadata"]["state"] = f"{_WORD}CANCELLED"
            self._keep(name, operation | {"done": True})
        return {}

    def _moved(self, name: str) -> Json:
        """The batch, one step further."""
        operation = self._found(name)
        metadata: Json = operation["metadata"]
        if not operation.get("done"):
            metadata["state"] = _NEXT[metadata["state"]]
            if metadata["state"] == f"{_WORD}SUCCEEDED":
                self._complete(name, operation)
        self._keep(name, operation)
        return operation

    def _complete(self, name: str, operation: Json) -> None:
        asked: Json = json.loads(self.store[f"requests/{name}"])
        answered: list[Json] = []
        for one in asked["requests"]:
            metadata = {"metadata": one["metadata"]} if "metadata" in one else {}
            answered.append({**self.answer(asked["model"], one["request"]), **metadata})
        failed = sum("error" in one for one in answered)
        stats = {"requestCount": len(answered), "successfulRequestCount": len(answered) - failed}
        stats |= {"failedRequestCount": failed} if failed else {}
        output = {"inlinedResponses": {"inlinedResponses": answered}}
        operation["metadata"] |= {
            "endTime": _CREATED,
            "output": output,
            "batchStats": {field: str(count) for field, count in stats.items()},
        }
        kind = "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatchOutput"
        operation |= {"done": True, "response": {"@type": kind, **output}}

    # --- the store

    def _page(self, kind: str, query: Mapping[str, list[str]]) -> SimulatedReply:
        found = [json.loads(data) for place, data in self.store.items() if place.startswith(f"{kind}/")]
        size, start = int(query.get("pageSize", ["10"])[0]), int(query.get("pageToken", ["0"])[0])
        page = found[start : start + size]
        more = {"nextPageToken": str(start + size)} if start + size < len(found) else {}
        return _json(({"files" if kind == "files" else "operations": page} if page else {}) | more)

    def _keep(self, place: str, value: Json) -> None:
        self.store[place] = dump(value)

    def _found(self, name: str) -> Json:
        """The thing; one that is not there, or no longer, is forbidden rather than missing."""
        if name not in self.store:
            kind = "File" if name.startswith("files/") else "Batch"
            message = f"You do not have permission to access the {kind} {name} or it may not exist."
            raise Refused(message, status=403)
        found: Json = json.loads(self.store[name])
        return found


def _missing() -> Refused:
    return Refused("Requested entity was not found.", status=404)


def _json(value: Json, headers: Mapping[str, str] | None = None) -> SimulatedReply:
    return SimulatedReply(
        headers={"content-type": "application/json; charset=UTF-8", **(headers or {})},
        body=dump(value, indent=2) + b"\n",
    )
