FROM python:3.12-slim
WORKDIR /app
RUN useradd --create-home app
# region: order
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
# endregion: order
RUN SECRET_KEY=build python manage.py collectstatic --no-input
USER app
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "kettle.wsgi"]
