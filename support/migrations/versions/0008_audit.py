"""The audit log: events that only grow, linked into a chain, with the addresses of who asked."""

import sqlalchemy as sa
from alembic import op

import support.db

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

KINDS = "'reminder', 'breach', 'summary', 'answer'"
SALTS = {
    'sqlite': "UPDATE event SET salt = lower(hex(randomblob(16)))",
    'postgresql': "UPDATE event SET salt = replace(gen_random_uuid()::text, '-', '')",
}
ON_SQLITE = (
    'CREATE TRIGGER event_waits AFTER INSERT ON event BEGIN INSERT OR IGNORE INTO audit_waiting (event_id) VALUES (NEW.id); END',
    "CREATE TRIGGER event_changed BEFORE UPDATE ON event WHEN NOT (OLD.salt IS NOT NULL AND NEW.salt IS NULL AND NEW.id IS OLD.id AND NEW.kind IS OLD.kind AND NEW.at IS OLD.at AND NEW.by_id IS OLD.by_id AND NEW.project_id IS OLD.project_id AND NEW.customer_id IS OLD.customer_id AND NEW.conversation_id IS OLD.conversation_id AND NEW.seq IS OLD.seq AND NEW.address IS OLD.address) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER event_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER event_replaced BEFORE INSERT ON event WHEN NEW.id IN (SELECT id FROM event) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_link_removed BEFORE DELETE ON audit_link BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_link_replaced BEFORE INSERT ON audit_link WHEN NEW.number IN (SELECT number FROM audit_link) OR NEW.event_id IN (SELECT event_id FROM audit_link) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_link_changed BEFORE UPDATE ON audit_link BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_head_removed BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_head_replaced BEFORE INSERT ON audit_head WHEN NEW.id IN (SELECT id FROM audit_head) OR NEW.day IN (SELECT day FROM audit_head) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_head_changed BEFORE UPDATE ON audit_head BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)
ON_POSTGRES = (
    "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    'CREATE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit_waiting (event_id) VALUES (NEW.id) ON CONFLICT DO NOTHING; RETURN NULL; END $$',
    'CREATE TRIGGER event_waits AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION audit_wait()',
    'CREATE TRIGGER event_changed BEFORE UPDATE ON event FOR EACH ROW WHEN (NOT (OLD.salt IS NOT NULL AND NEW.salt IS NULL AND ROW(NEW.id, NEW.kind, NEW.at, NEW.by_id, NEW.project_id, NEW.customer_id, NEW.conversation_id, NEW.seq, NEW.address) IS NOT DISTINCT FROM ROW(OLD.id, OLD.kind, OLD.at, OLD.by_id, OLD.project_id, OLD.customer_id, OLD.conversation_id, OLD.seq, OLD.address))) EXECUTE FUNCTION audit_refuse()',
    'CREATE TRIGGER event_removed BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION audit_refuse()',
    'CREATE TRIGGER event_emptied BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()',
    'CREATE TRIGGER audit_link_removed BEFORE UPDATE OR DELETE ON audit_link FOR EACH ROW EXECUTE FUNCTION audit_refuse()',
    'CREATE TRIGGER audit_link_emptied BEFORE TRUNCATE ON audit_link FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()',
    'CREATE TRIGGER audit_head_removed BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse()',
    'CREATE TRIGGER audit_head_emptied BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()',
)
INDEXED = ('by_id', 'kind', 'project_id')
GONE = ('event_waits', 'event_changed', 'event_removed', 'event_replaced', 'event_emptied')


def upgrade():
    op.create_table('audit_waiting',
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_audit_waiting'))
    )
    op.create_table('audit_link',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=255), nullable=False),
    sa.Column('chain', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_audit_link_event_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_link')),
    sa.UniqueConstraint('event_id', name=op.f('uq_audit_link_event_id'))
    )
    op.create_table('audit_head',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.String(length=32), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chain', sa.String(length=255), nullable=False),
    sa.Column('at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head')),
    sa.UniqueConstraint('day', name=op.f('uq_audit_head_day'))
    )
    # Not in a batch: that would make the largest table anew.
    op.add_column('event', sa.Column('address', sa.String(length=255), server_default='', nullable=False))
    op.add_column('event', sa.Column('salt', sa.String(length=32), nullable=True))
    op.add_column('workspace', sa.Column('tells_heads', sa.Boolean(), server_default=sa.false(), nullable=False))
    allow(f"{KINDS}, 'head'")
    for column in INDEXED:
        op.create_index(f'ix_event_{column}', 'event', [column, 'at'])
    has = sa.text("address <> ''")
    op.create_index('ix_event_address', 'event', ['address', 'at'], sqlite_where=has, postgresql_where=has)
    dialect = op.get_bind().dialect.name
    op.execute(SALTS[dialect])
    op.execute('INSERT INTO audit_waiting (event_id) SELECT id FROM event')
    for statement in ON_SQLITE if dialect == 'sqlite' else ON_POSTGRES:
        op.execute(statement)


def allow(kinds):
    with op.batch_alter_table('staff_message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_staff_message_kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_staff_message_kind'), f'kind IN ({kinds})')


def downgrade():
    on = '' if op.get_bind().dialect.name == 'sqlite' else ' ON event'
    for name in GONE:
        op.execute(f'DROP TRIGGER IF EXISTS {name}{on}')
    op.drop_table('audit_head')
    op.drop_table('audit_link')
    op.drop_table('audit_waiting')
    if on:
        op.execute('DROP FUNCTION audit_refuse()')
        op.execute('DROP FUNCTION audit_wait()')
    op.execute("DELETE FROM staff_message WHERE kind = 'head'")
    allow(KINDS)
    op.drop_column('workspace', 'tells_heads')
    for column in (*INDEXED, 'address'):
        op.drop_index(f'ix_event_{column}', table_name='event')
    op.drop_column('event', 'salt')
    op.drop_column('event', 'address')
