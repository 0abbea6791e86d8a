FROM python:3.13-slim AS runtime
COPY shop ./shop
EXPOSE 8000
