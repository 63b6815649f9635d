"""The dissuasion queue, and what it needs to know of a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_OF_CASES = (("source", 20), ("victim", 20), ("person", 12), ("district", 40))
# The board counts people dissuaded by the queue: those of before it are brought in as tasks that are done.
_PAST = "FROM cases WHERE verdict != 'normal' AND disposition = '劝阻成功'"


def upgrade() -> None:
    """Make the tables."""
    for name, length in _OF_CASES:
        op.add_column("cases", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("phone", sa.String(20), nullable=False, index=True),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("moving_to", sa.String(40), nullable=False),
        sa.Column("tier", sa.String(8), nullable=False),
        sa.Column("opened", sa.DateTime, nullable=False, index=True),
        sa.Column("due", sa.DateTime, nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("closed", sa.DateTime, index=True),
        sa.Column("outcome", sa.String(12), nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("task_id", sa.Integer, sa.ForeignKey("tasks.id"), nullable=False, index=True),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("task_id", sa.Integer, sa.ForeignKey("tasks.id"), nullable=False, index=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("operator", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
    )
    op.execute(
        "INSERT INTO tasks (id, phone, district, moving_to, tier, opened, due, owner, closed, outcome) "
        f"SELECT id, '', '', '', 'medium', at, at, operator, at, '已劝阻' {_PAST}"
    )
    op.execute(f"INSERT INTO alerts (case_id, task_id) SELECT id, id {_PAST}")
    op.execute(
        f"INSERT INTO attempts (task_id, at, operator, outcome, note) SELECT id, at, operator, '已劝阻', '' {_PAST}"
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("attempts", "alerts", "tasks"):
        op.drop_table(table)
    for name, _ in _OF_CASES:
        op.drop_column("cases", name)
