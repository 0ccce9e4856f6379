"""A version of the promised times that counts for clocks that run already."""

import sqlalchemy as sa
from alembic import op

import support.db

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('sla_application',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('policy_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('done_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('changed >= 0', name=op.f('ck_sla_application_changed')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_sla_application_by_id')),
    sa.ForeignKeyConstraint(['policy_id'], ['sla_policy.id'], name=op.f('fk_sla_application_policy_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_sla_application_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_application'))
    )
    with op.batch_alter_table('sla_application', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sla_application_policy_id'), ['policy_id'], unique=False)


def downgrade():
    with op.batch_alter_table('sla_application', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sla_application_policy_id'))

    op.drop_table('sla_application')
