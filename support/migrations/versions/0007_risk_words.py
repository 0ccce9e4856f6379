"""Words that need care, the attempts that met them, and the company's own addresses."""

import sqlalchemy as sa
from alembic import op

import support.db

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

ALERTS = "'mention', 'waiting', 'lapsed', 'lead', 'returned', 'snooze', 'reminder', 'breach'"
SUGGESTIONS = "'escalate', 'urgent', 'repeat'"


def allow(table, kinds):
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f'ck_{table}_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f(f'ck_{table}_kind'), f'kind IN ({kinds})')


def upgrade():
    op.create_table('risk_word_group',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('four_eyes', sa.Boolean(), nullable=False),
    sa.Column('only_escalated', sa.Boolean(), nullable=False),
    sa.Column('flags_incoming', sa.Boolean(), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('paused_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('removed_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("action IN ('confirm', 'block')", name=op.f('ck_risk_word_group_action')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_word_group'))
    )
    op.create_table('own_address',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.String(length=255), nullable=False),
    sa.Column('label', sa.String(length=255), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_own_address_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_address')),
    sa.UniqueConstraint('project_id', 'text', name=op.f('uq_own_address_project_id_text'))
    )
    op.create_table('risk_word',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('text', sa.String(length=255), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('word', 'address', 'fragment', 'shape')", name=op.f('ck_risk_word_kind')),
    sa.ForeignKeyConstraint(['group_id'], ['risk_word_group.id'], name=op.f('fk_risk_word_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_word')),
    sa.UniqueConstraint('group_id', 'kind', 'text', name=op.f('uq_risk_word_group_id_kind_text'))
    )
    op.create_table('risk_word_group_project',
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['risk_word_group.id'], name=op.f('fk_risk_word_group_project_group_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_risk_word_group_project_project_id')),
    sa.PrimaryKeyConstraint('group_id', 'project_id', name=op.f('pk_risk_word_group_project'))
    )
    with op.batch_alter_table('risk_word_group_project', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_risk_word_group_project_project_id'), ['project_id'], unique=False)

    op.create_table('risk_attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('surface', sa.String(length=32), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('digest', sa.String(length=255), nullable=False),
    sa.Column('stamp', sa.String(length=32), nullable=False),
    sa.Column('stop', sa.String(length=32), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=255), nullable=False),
    sa.Column('asked_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('token_digest', sa.String(length=255), nullable=True),
    sa.Column('settled_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('used_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("outcome IN ('waiting', 'confirmed', 'cancelled', 'blocked', 'expired', 'approved', 'rejected')", name=op.f('ck_risk_attempt_outcome')),
    sa.CheckConstraint("stop IN ('confirm', 'block', 'approve')", name=op.f('ck_risk_attempt_stop')),
    sa.CheckConstraint("surface IN ('reply', 'caption', 'file_name', 'button', 'link', 'edit', 'canned', 'survey', 'automatic', 'api')", name=op.f('ck_risk_attempt_surface')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_risk_attempt_agent_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_risk_attempt_conversation_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_risk_attempt_customer_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_risk_attempt_message_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_risk_attempt_project_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['agent.id'], name=op.f('fk_risk_attempt_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_attempt')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_risk_attempt_token_digest'))
    )
    with op.batch_alter_table('risk_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_risk_attempt_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_risk_attempt_outcome', ['outcome', 'expires_at'], unique=False)
        batch_op.create_index('ix_risk_attempt_project_id', ['project_id', 'asked_at'], unique=False)

    op.create_table('risk_hit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('group_name', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('word', sa.String(length=255), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('starts', sa.Integer(), nullable=False),
    sa.Column('ends', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['risk_attempt.id'], name=op.f('fk_risk_hit_attempt_id')),
    sa.ForeignKeyConstraint(['group_id'], ['risk_word_group.id'], name=op.f('fk_risk_hit_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_hit'))
    )
    with op.batch_alter_table('risk_hit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_risk_hit_attempt_id'), ['attempt_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_risk_hit_group_id'), ['group_id'], unique=False)

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('risk_stamp', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('risk_attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))

    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.add_column(sa.Column('risk_stamp', sa.String(length=32), server_default='', nullable=False))

    with op.batch_alter_table('suggestion', schema=None) as batch_op:
        batch_op.add_column(sa.Column('risk_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_suggestion_risk_group_id'), 'risk_word_group', ['risk_group_id'], ['id'])

    allow('alert', f"{ALERTS}, 'approval', 'approved', 'rejected'")
    allow('suggestion', f"{SUGGESTIONS}, 'risk'")


def downgrade():
    op.execute("DELETE FROM alert WHERE kind IN ('approval', 'approved', 'rejected')")
    op.execute("DELETE FROM suggestion WHERE kind = 'risk'")
    allow('alert', ALERTS)
    allow('suggestion', SUGGESTIONS)
    with op.batch_alter_table('suggestion', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_suggestion_risk_group_id'), type_='foreignkey')
        batch_op.drop_column('risk_group_id')

    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.drop_column('risk_stamp')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_column('risk_attempt_id')
        batch_op.drop_column('risk_stamp')

    with op.batch_alter_table('risk_hit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_risk_hit_group_id'))
        batch_op.drop_index(batch_op.f('ix_risk_hit_attempt_id'))

    op.drop_table('risk_hit')
    with op.batch_alter_table('risk_attempt', schema=None) as batch_op:
        batch_op.drop_index('ix_risk_attempt_project_id')
        batch_op.drop_index('ix_risk_attempt_outcome')
        batch_op.drop_index(batch_op.f('ix_risk_attempt_conversation_id'))

    op.drop_table('risk_attempt')
    with op.batch_alter_table('risk_word_group_project', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_risk_word_group_project_project_id'))

    op.drop_table('risk_word_group_project')
    op.drop_table('risk_word')
    op.drop_table('own_address')
    op.drop_table('risk_word_group')
