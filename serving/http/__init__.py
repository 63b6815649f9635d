"""Tingzha over HTTP: :func:`serving.http.app.create_app` builds the service, ``serving.http.main`` runs it."""
