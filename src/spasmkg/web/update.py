"""SPARQL 1.1 Protocol, update operation: https://www.w3.org/TR/sparql11-protocol/#update-operation."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from spasmkg.store.reply import NoAnswerError
from spasmkg.web import guarding
from spasmkg.web.exchange import ProblemError, only, parameters
from spasmkg.web.query import FORM, form, text_of
from spasmkg.web.service import problem_of

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange
    from spasmkg.web.service import Service

__all__ = ["update"]

_UPDATE = "application/sparql-update"
_MOST = 32 * 1024 * 1024


async def update(service: Service, x: Exchange) -> None:
    """Make an update: 204 when the change is done and will stay."""
    writing = service.authorize(x)
    media, options = x.content_type()
    pairs = parameters(x.query_string)
    if media == FORM:
        posted = await form(x, options, _MOST)
        text = only([*posted, *pairs], "update")
        if text is None:
            raise ProblemError(400, "malformed", "the parameter update is missing")
        pairs = [*pairs, *posted]
    elif media == _UPDATE:
        if any(name == "update" for name, _ in pairs):
            raise ProblemError(400, "malformed", "the update is given twice: in the address and as the body")
        text = await text_of(x, options, _MOST)
    else:
        accepted = f"{FORM}, {_UPDATE}"
        raise ProblemError(
            415, "unsupported-media-type", f"an update is sent as {accepted}", [(b"accept-post", accepted.encode())]
        )
    if any(name == "query" for name, _ in pairs):
        raise ProblemError(400, "malformed", "this address takes updates; queries go to /sparql")
    x.log["update"] = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    if service.options.log_queries:
        x.log["text"] = text
    request = {
        "update": text,
        "base": f"{service.base(x)}/update",
        "using": [value for name, value in pairs if name == "using-graph-uri"],
        "using_named": [value for name, value in pairs if name == "using-named-graph-uri"],
        "check": "" if guarding.is_harmless(text) else guarding.CHECK,
    }
    try:
        await writing.change(request, service.options.timeout)
    except NoAnswerError as error:
        raise problem_of(error) from None
    await x.respond(204, [])
