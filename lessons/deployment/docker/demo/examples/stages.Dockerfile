# region: packages
FROM python:3.12-slim AS packages
WORKDIR /build
COPY requirements.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir -r requirements.txt
# endregion: packages

FROM packages AS test
WORKDIR /app
COPY . .
RUN /opt/venv/bin/python manage.py check

# region: image
FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
RUN SECRET_KEY=build python manage.py collectstatic --no-input
USER app
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", \
    "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/')"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "kettle.wsgi"]
# endregion: image
