# syntax=docker/dockerfile:1
# Two images: `server` answers and shows the page, without TensorFlow; `full` also trains.
#   docker build --target server -t tellapart:server .
#   docker build --target full -t tellapart:full .

FROM node:22-bookworm-slim AS web
WORKDIR /build/web
ENV NEXT_TELEMETRY_DISABLED=1
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --silent
COPY web ./
RUN npm run build

FROM python:3.13-slim-bookworm AS wheel
WORKDIR /build
RUN pip install --no-cache-dir "uv>=0.9,<1"
COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY src src
COPY --from=web /build/web/out src/tellapart/api/static
RUN uv build --wheel --out-dir /dist

FROM python:3.13-slim-bookworm AS base
RUN pip install --no-cache-dir "uv>=0.9,<1" \
    && useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin tellapart \
    && install -d -o tellapart -g tellapart /data
ENV PATH=/opt/tellapart/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TELLAPART_WORKSPACE=/data/workspace \
    TELLAPART_HOST=0.0.0.0
VOLUME /data
WORKDIR /data
EXPOSE 8000
# Exec form, with the interpreter that is there: the image has no curl.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["tellapart", "serve"]

FROM base AS server
COPY requirements.lock /tmp/requirements.lock
RUN --mount=type=bind,from=wheel,source=/dist,target=/dist \
    uv venv --python python3 /opt/tellapart \
    && uv pip install --no-cache --python /opt/tellapart/bin/python \
       --constraint /tmp/requirements.lock --compile-bytecode "$(echo /dist/*.whl)[postgres]"
# Training needs what this image leaves out: `tellapart worker` of the other image does it.
ENV TELLAPART_LOCAL_WORKERS=0
USER 10001:10001

FROM base AS full
COPY requirements.lock /tmp/requirements.lock
RUN --mount=type=bind,from=wheel,source=/dist,target=/dist \
    uv venv --python python3 /opt/tellapart \
    && uv pip install --no-cache --python /opt/tellapart/bin/python \
       --constraint /tmp/requirements.lock --compile-bytecode \
       "$(echo /dist/*.whl)[train,keras,kaggle,huggingface,postgres,loadtest]"
USER 10001:10001
