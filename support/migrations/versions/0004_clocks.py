"""Clocks of promises, their pauses, pardons and reminders."""

import sqlalchemy as sa
from alembic import op

import support.db

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

KINDS = "'mention', 'waiting', 'lapsed', 'lead', 'returned', 'snooze'"
GUARDS = {
    'sqlite': [
        """CREATE TRIGGER sla_clock_closed BEFORE UPDATE ON sla_clock
WHEN OLD.stopped_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a stopped clock never changes'); END""",
    ],
    'postgresql': [
        """CREATE OR REPLACE FUNCTION sla_clock_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'a stopped clock never changes'; END $$ LANGUAGE plpgsql""",
        """CREATE TRIGGER sla_clock_closed BEFORE UPDATE ON sla_clock
FOR EACH ROW WHEN (OLD.stopped_at IS NOT NULL) EXECUTE FUNCTION sla_clock_refuse()""",
    ],
}


def upgrade():
    op.create_table('sla_clock',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('metric', sa.String(length=32), nullable=False),
    sa.Column('tier', sa.String(length=32), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('only_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('policy_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('policy_version', sa.Integer(), nullable=False),
    sa.Column('target_seconds', sa.Integer(), nullable=True),
    sa.Column('calendar_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('pause_waiting', sa.Boolean(), nullable=False),
    sa.Column('pause_snoozed', sa.Boolean(), nullable=False),
    sa.Column('origin_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('started_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('counted_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('started_kind', sa.String(length=32), nullable=False),
    sa.Column('started_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('started_seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('look_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('outage', sa.Boolean(), nullable=False),
    sa.Column('due_seen_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('due_holder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('due_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ends_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ends_why', sa.String(length=32), nullable=False),
    sa.Column('ends_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('stopped_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('stop_reason', sa.String(length=32), nullable=False),
    sa.Column('stopped_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('elapsed_calendar_s', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('elapsed_business_s', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(stopped_at IS NULL) = (stop_reason = '')", name=op.f('ck_sla_clock_stopped')),
    sa.CheckConstraint("metric IN ('first_response', 'next_response', 'resolution', 'acceptance')", name=op.f('ck_sla_clock_metric')),
    sa.CheckConstraint("stop_reason IN ('', 'reply', 'resolved', 'accepted', 'superseded', 'moved', 'returned', 'no_reply_needed', 'resolved_unanswered', 'closed')", name=op.f('ck_sla_clock_stop_reason')),
    sa.CheckConstraint("tier IN ('standard', 'escalated', 'urgent')", name=op.f('ck_sla_clock_tier')),
    sa.CheckConstraint('(stopped_at IS NULL) = (elapsed_calendar_s IS NULL)', name=op.f('ck_sla_clock_elapsed')),
    sa.CheckConstraint('elapsed_business_s >= 0', name=op.f('ck_sla_clock_business_s')),
    sa.CheckConstraint('elapsed_calendar_s >= 0', name=op.f('ck_sla_clock_calendar_s')),
    sa.CheckConstraint('stopped_at >= started_at', name=op.f('ck_sla_clock_order')),
    sa.CheckConstraint('target_seconds > 0', name=op.f('ck_sla_clock_target')),
    sa.ForeignKeyConstraint(['calendar_version_id'], ['calendar_version.id'], name=op.f('fk_sla_clock_calendar_version_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_sla_clock_conversation_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_sla_clock_customer_id')),
    sa.ForeignKeyConstraint(['due_group_id'], ['group.id'], name=op.f('fk_sla_clock_due_group_id')),
    sa.ForeignKeyConstraint(['due_holder_id'], ['agent.id'], name=op.f('fk_sla_clock_due_holder_id')),
    sa.ForeignKeyConstraint(['ends_by_id'], ['agent.id'], name=op.f('fk_sla_clock_ends_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_sla_clock_group_id')),
    sa.ForeignKeyConstraint(['holder_id'], ['agent.id'], name=op.f('fk_sla_clock_holder_id')),
    sa.ForeignKeyConstraint(['only_group_id'], ['group.id'], name=op.f('fk_sla_clock_only_group_id')),
    sa.ForeignKeyConstraint(['policy_id'], ['sla_policy.id'], name=op.f('fk_sla_clock_policy_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_sla_clock_project_id')),
    sa.ForeignKeyConstraint(['stopped_by_id'], ['agent.id'], name=op.f('fk_sla_clock_stopped_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_clock'))
    )
    with op.batch_alter_table('sla_clock', schema=None) as batch_op:
        batch_op.create_index('ix_sla_clock_conversation_id', ['conversation_id', 'id'], unique=False)
        batch_op.create_index('ix_sla_clock_due_at', ['due_at'], unique=False, sqlite_where=sa.text('stopped_at IS NULL'), postgresql_where=sa.text('stopped_at IS NULL'))
        batch_op.create_index('ix_sla_clock_due_holder', ['due_holder_id', 'started_at'], unique=False)
        batch_op.create_index('ix_sla_clock_look_at', ['look_at'], unique=False, sqlite_where=sa.text('stopped_at IS NULL'), postgresql_where=sa.text('stopped_at IS NULL'))
        batch_op.create_index('ix_sla_clock_running', ['conversation_id'], unique=False, sqlite_where=sa.text('stopped_at IS NULL'), postgresql_where=sa.text('stopped_at IS NULL'))
        batch_op.create_index('ix_sla_clock_started_at', ['project_id', 'metric', 'started_at', 'tier', 'stopped_by_id', 'elapsed_business_s'], unique=False)

    op.create_table('sla_pause',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clock_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('why', sa.String(length=32), nullable=False),
    sa.Column('started_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("why IN ('waiting', 'snoozed', 'closed')", name=op.f('ck_sla_pause_why')),
    sa.CheckConstraint('ended_at >= started_at', name=op.f('ck_sla_pause_order')),
    sa.ForeignKeyConstraint(['clock_id'], ['sla_clock.id'], name=op.f('fk_sla_pause_clock_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_pause'))
    )
    with op.batch_alter_table('sla_pause', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sla_pause_clock_id'), ['clock_id'], unique=False)

    op.create_table('sla_reminder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clock_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stage', sa.String(length=32), nullable=False),
    sa.Column('at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['sla_clock.id'], name=op.f('fk_sla_reminder_clock_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_reminder')),
    sa.UniqueConstraint('clock_id', 'stage', name=op.f('uq_sla_reminder_clock_id_stage'))
    )
    op.create_table('sla_waiver',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clock_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=255), nullable=False),
    sa.Column('at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_sla_waiver_by_id')),
    sa.ForeignKeyConstraint(['clock_id'], ['sla_clock.id'], name=op.f('fk_sla_waiver_clock_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_waiver')),
    sa.UniqueConstraint('clock_id', name=op.f('uq_sla_waiver_clock_id'))
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_at', support.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_conversation_line'), sqlite_where=sa.text("status = 'open' AND assignee_id IS NULL"))
        batch_op.create_index('ix_conversation_line', ['group_id', 'due_at', 'opened_at', 'id', 'queued_at'], unique=False, sqlite_where=sa.text("status = 'open' AND assignee_id IS NULL"), postgresql_where=sa.text("status = 'open' AND assignee_id IS NULL"))
        batch_op.create_index('ix_conversation_due', ['project_id', 'due_at', 'id'], unique=False, sqlite_where=sa.text("status != 'resolved' AND due_at IS NOT NULL"), postgresql_where=sa.text("status != 'resolved' AND due_at IS NOT NULL"))

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('retried_at', support.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('retried_seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))

    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_alert_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_alert_kind'), f"kind IN ({KINDS}, 'reminder', 'breach')")

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade():
    op.execute("DELETE FROM alert WHERE kind IN ('reminder', 'breach')")
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_alert_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_alert_kind'), f'kind IN ({KINDS})')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_column('retried_seq')
        batch_op.drop_column('retried_at')

    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_index('ix_conversation_due', sqlite_where=sa.text("status != 'resolved' AND due_at IS NOT NULL"), postgresql_where=sa.text("status != 'resolved' AND due_at IS NOT NULL"))
        batch_op.drop_index('ix_conversation_line', sqlite_where=sa.text("status = 'open' AND assignee_id IS NULL"), postgresql_where=sa.text("status = 'open' AND assignee_id IS NULL"))
        batch_op.create_index(batch_op.f('ix_conversation_line'), ['group_id', 'tier', 'opened_at', 'id', 'queued_at'], unique=False, sqlite_where=sa.text("status = 'open' AND assignee_id IS NULL"))
        batch_op.drop_column('due_at')

    op.drop_table('sla_waiver')
    op.drop_table('sla_reminder')
    with op.batch_alter_table('sla_pause', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sla_pause_clock_id'))

    op.drop_table('sla_pause')
    with op.batch_alter_table('sla_clock', schema=None) as batch_op:
        batch_op.drop_index('ix_sla_clock_started_at')
        batch_op.drop_index('ix_sla_clock_running', sqlite_where=sa.text('stopped_at IS NULL'), postgresql_where=sa.text('stopped_at IS NULL'))
        batch_op.drop_index('ix_sla_clock_look_at', sqlite_where=sa.text('stopped_at IS NULL'), postgresql_where=sa.text('stopped_at IS NULL'))
        batch_op.drop_index('ix_sla_clock_due_holder')
        batch_op.drop_index('ix_sla_clock_due_at', sqlite_where=sa.text('stopped_at IS NULL'), postgresql_where=sa.text('stopped_at IS NULL'))
        batch_op.drop_index('ix_sla_clock_conversation_id')

    op.drop_table('sla_clock')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION sla_clock_refuse()')
