FROM python:latest
ENV SECRET_KEY=not-a-secret-any-more
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
RUN python manage.py collectstatic --no-input
EXPOSE 8000
CMD python manage.py runserver 0.0.0.0:8000
