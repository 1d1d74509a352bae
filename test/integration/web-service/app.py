"""A web service that counts its own requests as Prefect's services do: with prometheus_client, at /metrics."""

import asyncio
import time

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from prometheus_client import Counter, Histogram, make_asgi_app

REQUESTS = Counter("http_requests", "Requests", ["handler", "method", "status"])
DURATIONS = Histogram("http_request_duration_seconds", "Durations", ["handler", "method"])

app = FastAPI()


@app.middleware("http")
async def counted(request: Request, call_next):
    began = time.perf_counter()
    response = await call_next(request)
    if not request.url.path.startswith("/metrics"):
        handler, method = request.url.path, request.method
        REQUESTS.labels(handler, method, str(response.status_code)).inc()
        DURATIONS.labels(handler, method).observe(time.perf_counter() - began)
    return response


@app.get("/ok")
async def ok():
    return PlainTextResponse("ok")


@app.get("/slow")
async def slow():
    await asyncio.sleep(0.3)
    return PlainTextResponse("slow")


@app.get("/failing")
async def failing():
    return PlainTextResponse("failing", status_code=503)


app.mount("/metrics/", make_asgi_app())
