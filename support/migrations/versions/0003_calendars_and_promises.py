"""Calendars and the versions of what is promised."""

import sqlalchemy as sa
from alembic import op

import support.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('calendar',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('removed_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_calendar_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar'))
    )
    with op.batch_alter_table('calendar', schema=None) as batch_op:
        batch_op.create_index('uq_calendar_name', ['project_id', 'name'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('sla_policy',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('pause_waiting', sa.Boolean(), nullable=False),
    sa.Column('pause_snoozed', sa.Boolean(), nullable=False),
    sa.Column('stages', sa.JSON(), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('version > 0', name=op.f('ck_sla_policy_version')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_sla_policy_by_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_sla_policy_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_policy')),
    sa.UniqueConstraint('project_id', 'version', name=op.f('uq_sla_policy_project_id_version'))
    )
    op.create_table('calendar_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('calendar_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('zone', sa.String(length=255), nullable=False),
    sa.Column('weekly', sa.JSON(), nullable=False),
    sa.Column('exceptions', sa.JSON(), nullable=False),
    sa.Column('holidays', sa.JSON(), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_calendar_version_by_id')),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id'], name=op.f('fk_calendar_version_calendar_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_version')),
    sa.UniqueConstraint('calendar_id', 'number', name=op.f('uq_calendar_version_calendar_id_number'))
    )
    op.create_table('sla_target',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('policy_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tier', sa.String(length=32), nullable=False),
    sa.Column('metric', sa.String(length=32), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('calendar_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("metric IN ('first_response', 'next_response', 'resolution', 'acceptance')", name=op.f('ck_sla_target_metric')),
    sa.CheckConstraint("tier IN ('standard', 'escalated', 'urgent')", name=op.f('ck_sla_target_tier')),
    sa.CheckConstraint('seconds BETWEEN 1 AND 315359999', name=op.f('ck_sla_target_seconds')),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendar.id'], name=op.f('fk_sla_target_calendar_id')),
    sa.ForeignKeyConstraint(['policy_id'], ['sla_policy.id'], name=op.f('fk_sla_target_policy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_target')),
    sa.UniqueConstraint('policy_id', 'tier', 'metric', name=op.f('uq_sla_target_policy_id_tier_metric'))
    )
    with op.batch_alter_table('group', schema=None) as batch_op:
        batch_op.add_column(sa.Column('calendar_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_group_calendar_id'), 'calendar', ['calendar_id'], ['id'])

    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sla_stamp', sa.String(length=32), server_default='', nullable=False))



def downgrade():
    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.drop_column('sla_stamp')

    with op.batch_alter_table('group', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_group_calendar_id'), type_='foreignkey')
        batch_op.drop_column('calendar_id')

    op.drop_table('sla_target')
    op.drop_table('calendar_version')
    op.drop_table('sla_policy')
    with op.batch_alter_table('calendar', schema=None) as batch_op:
        batch_op.drop_index('uq_calendar_name', sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.drop_table('calendar')
