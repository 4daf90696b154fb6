"""What the server says of itself: the service description."""
from __future__ import annotations
async def describe_service(service, x, pairs): 
    from spasmkg.web.exchange import ProblemError
    raise ProblemError(400,"malformed","the parameter query is missing")
