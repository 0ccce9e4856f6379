"""Reports: the indexes in which figures are counted."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

RESTS = sa.text("kind IN ('conversation.waiting', 'conversation.snoozed', 'conversation.woken')")
SEEN = sa.text('due_seen_at IS NOT NULL')
UPWARD = sa.text("metric <> 'acceptance' AND (only_group_id IS NOT NULL OR started_kind = 'handover')")
UP = sa.text("kind = 'escalation'")
STOPPED = ['project_id', 'metric', 'tier', 'stopped_by_id', 'started_at']
BROKEN = ['project_id', 'metric', 'tier', 'due_holder_id', 'started_at']
VERDICT = ['stopped_at', 'stop_reason', 'due_at']


def upgrade():
    op.drop_index('ix_sla_clock_started_at', table_name='sla_clock')
    op.drop_index('ix_sla_clock_due_holder', table_name='sla_clock')
    op.create_index('ix_sla_clock_stopped_by', 'sla_clock',
                    [*STOPPED, *VERDICT, 'elapsed_business_s'])
    op.create_index('ix_sla_clock_broken', 'sla_clock', [*BROKEN, *VERDICT, 'due_seen_at', 'outage'],
                    sqlite_where=SEEN, postgresql_where=SEEN)
    op.create_index('ix_sla_clock_upward', 'sla_clock', ['project_id', 'started_at'],
                    sqlite_where=UPWARD, postgresql_where=UPWARD)
    op.create_index('ix_conversation_opened_at', 'conversation', ['project_id', 'opened_at'])
    op.create_index('ix_conversation_resolved_at', 'conversation', ['project_id', 'resolved_at'])
    op.create_index('ix_assignment_began', 'assignment',
                    ['agent_id', 'role', 'started_at', 'conversation_id', 'ended_at'])
    op.create_index('ix_event_rest', 'event', ['at', 'conversation_id'],
                    sqlite_where=RESTS, postgresql_where=RESTS)
    op.create_index('ix_handover_escalation', 'handover',
                    ['asked_at', 'conversation_id', 'by_id', 'to_agent_id', 'reason_id'],
                    sqlite_where=UP, postgresql_where=UP)


def downgrade():
    op.drop_index('ix_handover_escalation', table_name='handover')
    op.drop_index('ix_event_rest', table_name='event')
    op.drop_index('ix_assignment_began', table_name='assignment')
    op.drop_index('ix_conversation_resolved_at', table_name='conversation')
    op.drop_index('ix_conversation_opened_at', table_name='conversation')
    op.drop_index('ix_sla_clock_upward', table_name='sla_clock')
    op.drop_index('ix_sla_clock_broken', table_name='sla_clock')
    op.drop_index('ix_sla_clock_stopped_by', table_name='sla_clock')
    op.create_index('ix_sla_clock_due_holder', 'sla_clock', ['due_holder_id', 'started_at'])
    op.create_index('ix_sla_clock_started_at', 'sla_clock',
                    ['project_id', 'metric', 'started_at', 'tier', 'stopped_by_id',
                     'elapsed_business_s'])
