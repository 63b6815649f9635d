"""How alembic reaches the database: over the connection that :class:`Database` hands it."""

from __future__ import annotations

from alembic import context

from serving.desk.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
