"""The JSON API, with its OpenAPI pages at /api/docs."""
