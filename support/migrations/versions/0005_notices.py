"""Who was called, how he wants to be called, colleagues' Telegram accounts; the board's indexes."""

import sqlalchemy as sa
from alembic import op

import support.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# On the table as it is: one made anew would lose the trigger that keeps stopped clocks.
RUNS = sa.text('stopped_at IS NULL')


def upgrade():
    op.create_table('link_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=255), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_link_code_agent_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_link_code_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_code')),
    sa.UniqueConstraint('digest', name=op.f('uq_link_code_digest'))
    )
    with op.batch_alter_table('link_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_code_agent_id'), ['agent_id'], unique=False)

    op.create_table('link_try',
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('telegram_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('since', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_link_try_project_id')),
    sa.PrimaryKeyConstraint('project_id', 'telegram_id', name=op.f('pk_link_try'))
    )
    op.create_table('notice_settings',
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sound', sa.String(length=32), nullable=False),
    sa.Column('notify', sa.Boolean(), nullable=False),
    sa.Column('names', sa.Boolean(), nullable=False),
    sa.Column('quiet', sa.JSON(), nullable=True),
    sa.Column('quiet_zone', sa.String(length=255), nullable=False),
    sa.Column('breaches_anyway', sa.Boolean(), nullable=False),
    sa.CheckConstraint("sound IN ('off', 'breaches', 'all')", name=op.f('ck_notice_settings_sound')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_notice_settings_agent_id')),
    sa.PrimaryKeyConstraint('agent_id', name=op.f('pk_notice_settings'))
    )
    op.create_table('staff_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('telegram_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('linked_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_staff_link_agent_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_staff_link_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_link'))
    )
    with op.batch_alter_table('staff_link', schema=None) as batch_op:
        batch_op.create_index('uq_staff_link_account', ['project_id', 'telegram_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_index('uq_staff_link_agent', ['project_id', 'agent_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clock_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stage', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('held_until', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('summed_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('reminder', 'breach')", name=op.f('ck_notice_kind')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_notice_agent_id')),
    sa.ForeignKeyConstraint(['clock_id'], ['sla_clock.id'], name=op.f('fk_notice_clock_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_notice_conversation_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_notice_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('clock_id', 'stage', 'agent_id', name=op.f('uq_notice_clock_id_stage_agent_id'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index('ix_notice_agent_id', ['agent_id', 'at'], unique=False)
        batch_op.create_index('ix_notice_held', ['held_until'], unique=False, sqlite_where=sa.text('held_until IS NOT NULL AND summed_at IS NULL'), postgresql_where=sa.text('held_until IS NOT NULL AND summed_at IS NULL'))

    op.create_table('staff_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('notice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('telegram_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('random_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('not_before', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('sent_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('failed_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=255), nullable=False),
    sa.CheckConstraint("kind IN ('reminder', 'breach', 'summary', 'answer')", name=op.f('ck_staff_message_kind')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_staff_message_agent_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_staff_message_notice_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_staff_message_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_message')),
    sa.UniqueConstraint('notice_id', name=op.f('uq_staff_message_notice_id')),
    sa.UniqueConstraint('project_id', 'random_id', name=op.f('uq_staff_message_project_id_random_id'))
    )
    with op.batch_alter_table('staff_message', schema=None) as batch_op:
        batch_op.create_index('ix_staff_message_agent_id', ['agent_id', 'id'], unique=False)
        batch_op.create_index('ix_staff_message_waiting', ['project_id', 'id'], unique=False, sqlite_where=sa.text('sent_at IS NULL AND failed_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND failed_at IS NULL'))

    op.drop_index('ix_sla_clock_due_at', 'sla_clock')
    op.create_index('ix_sla_clock_due', 'sla_clock', ['project_id', 'due_at'])
    op.create_index('ix_sla_clock_board', 'sla_clock', ['project_id', 'due_at'], sqlite_where=RUNS, postgresql_where=RUNS)



def downgrade():
    op.drop_index('ix_sla_clock_board', 'sla_clock')
    op.drop_index('ix_sla_clock_due', 'sla_clock')
    op.create_index('ix_sla_clock_due_at', 'sla_clock', ['due_at'], sqlite_where=RUNS, postgresql_where=RUNS)

    with op.batch_alter_table('staff_message', schema=None) as batch_op:
        batch_op.drop_index('ix_staff_message_waiting', sqlite_where=sa.text('sent_at IS NULL AND failed_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND failed_at IS NULL'))
        batch_op.drop_index('ix_staff_message_agent_id')

    op.drop_table('staff_message')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index('ix_notice_held', sqlite_where=sa.text('held_until IS NOT NULL AND summed_at IS NULL'), postgresql_where=sa.text('held_until IS NOT NULL AND summed_at IS NULL'))
        batch_op.drop_index('ix_notice_agent_id')

    op.drop_table('notice')
    with op.batch_alter_table('staff_link', schema=None) as batch_op:
        batch_op.drop_index('uq_staff_link_agent', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('uq_staff_link_account', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('staff_link')
    op.drop_table('notice_settings')
    op.drop_table('link_try')
    with op.batch_alter_table('link_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_code_agent_id'))

    op.drop_table('link_code')
