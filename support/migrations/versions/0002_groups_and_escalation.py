"""Groups, routing, escalation, collaboration, tags, plans."""

import sqlalchemy as sa
from alembic import op

import support.db

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('group',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=32), nullable=False),
    sa.Column('strategy', sa.String(length=32), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('hours', sa.JSON(), nullable=True),
    sa.Column('fallback_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fallback_minutes', sa.Integer(), nullable=False),
    sa.Column('accept_minutes', sa.Integer(), nullable=False),
    sa.Column('silent_minutes', sa.Integer(), nullable=False),
    sa.Column('last_given_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('removed_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("level = 1 OR scope = 'chosen'", name=op.f('ck_group_chosen')),
    sa.CheckConstraint("scope IN ('all', 'chosen')", name=op.f('ck_group_scope')),
    sa.CheckConstraint("strategy IN ('round_robin', 'online_first')", name=op.f('ck_group_strategy')),
    sa.CheckConstraint('capacity BETWEEN 1 AND 500', name=op.f('ck_group_capacity')),
    sa.CheckConstraint('level BETWEEN 1 AND 9', name=op.f('ck_group_level')),
    sa.ForeignKeyConstraint(['fallback_id'], ['group.id'], name=op.f('fk_group_fallback_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_group_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group'))
    )
    with op.batch_alter_table('group', schema=None) as batch_op:
        batch_op.create_index('uq_group_name', ['project_id', 'name'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('invitation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('place', sa.String(length=32), nullable=True),
    sa.Column('digest', sa.String(length=255), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revoked_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("place IN ('agent', 'supervisor', 'auditor')", name=op.f('ck_invitation_place')),
    sa.CheckConstraint("role IN ('owner', 'member')", name=op.f('ck_invitation_role')),
    sa.CheckConstraint('(project_id IS NULL) = (place IS NULL)', name=op.f('ck_invitation_project')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_invitation_agent_id')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_invitation_by_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_invitation_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('digest', name=op.f('uq_invitation_digest'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_email'), ['email'], unique=False)

    op.create_table('presence_interval',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('started_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('online', 'away')", name=op.f('ck_presence_interval_state')),
    sa.CheckConstraint('ended_at >= started_at', name=op.f('ck_presence_interval_interval')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_presence_interval_agent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence_interval'))
    )
    with op.batch_alter_table('presence_interval', schema=None) as batch_op:
        batch_op.create_index('ix_presence_interval_agent_id', ['agent_id', 'ended_at'], unique=False)
        batch_op.create_index('uq_presence_interval_running', ['agent_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('tag',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('folded', sa.String(length=255), nullable=False),
    sa.Column('colour', sa.String(length=32), nullable=False),
    sa.Column('created_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('removed_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("colour IN ('grey', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple')", name=op.f('ck_tag_colour')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_tag_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag'))
    )
    with op.batch_alter_table('tag', schema=None) as batch_op:
        batch_op.create_index('uq_tag_folded', ['project_id', 'folded'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('escalation_reason',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('try_first', sa.String(), nullable=False),
    sa.Column('when_to', sa.String(), nullable=False),
    sa.Column('mode', sa.String(length=32), nullable=False),
    sa.Column('tier', sa.String(length=32), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('edited_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('removed_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("mode IN ('suggest', 'auto', 'urgent')", name=op.f('ck_escalation_reason_mode')),
    sa.CheckConstraint("tier IN ('escalated', 'urgent')", name=op.f('ck_escalation_reason_tier')),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_escalation_reason_group_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_escalation_reason_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation_reason'))
    )
    with op.batch_alter_table('escalation_reason', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_escalation_reason_project_id'), ['project_id'], unique=False)

    op.create_table('group_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('added_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_group_member_agent_id')),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_group_member_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_member')),
    sa.UniqueConstraint('group_id', 'agent_id', name=op.f('uq_group_member_group_id_agent_id'))
    )
    with op.batch_alter_table('group_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_member_agent_id'), ['agent_id'], unique=False)

    op.create_table('lead_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('settled_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_lead_request_agent_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_lead_request_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lead_request'))
    )
    with op.batch_alter_table('lead_request', schema=None) as batch_op:
        batch_op.create_index('uq_lead_request_open', ['conversation_id', 'agent_id'], unique=True, sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))

    op.create_table('phrase',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.String(length=255), nullable=False),
    sa.Column('folded', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['reason_id'], ['escalation_reason.id'], name=op.f('fk_phrase_reason_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phrase')),
    sa.UniqueConstraint('reason_id', 'folded', name=op.f('uq_phrase_reason_id_folded'))
    )
    op.create_table('resolution',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('due_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('done_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('undone_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('done_at IS NULL OR undone_at IS NULL', name=op.f('ck_resolution_outcome')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_resolution_by_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_resolution_conversation_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['agent.id'], name=op.f('fk_resolution_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resolution'))
    )
    with op.batch_alter_table('resolution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resolution_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_resolution_due_at', ['due_at'], unique=False, sqlite_where=sa.text('done_at IS NULL AND undone_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND undone_at IS NULL'))
        batch_op.create_index('uq_resolution_standing', ['conversation_id'], unique=True, sqlite_where=sa.text('done_at IS NULL AND undone_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND undone_at IS NULL'))

    op.create_table('routing_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('trigger', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=255), nullable=False),
    sa.Column('waited_seconds', sa.Integer(), nullable=False),
    sa.Column('candidates', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_routing_decision_agent_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_routing_decision_conversation_id')),
    sa.ForeignKeyConstraint(['group_id'], ['group.id'], name=op.f('fk_routing_decision_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_routing_decision'))
    )
    with op.batch_alter_table('routing_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_routing_decision_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_routing_decision_group_id', ['group_id', 'id'], unique=False)

    op.create_table('tagging',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tag_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_tagging_by_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_tagging_conversation_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['agent.id'], name=op.f('fk_tagging_ended_by_id')),
    sa.ForeignKeyConstraint(['tag_id'], ['tag.id'], name=op.f('fk_tagging_tag_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tagging'))
    )
    with op.batch_alter_table('tagging', schema=None) as batch_op:
        batch_op.create_index('ix_tagging_tag_id', ['tag_id', 'conversation_id'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_index('uq_tagging_worn', ['conversation_id', 'tag_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('alert',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('note_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('mention', 'waiting', 'lapsed', 'lead', 'returned', 'snooze')", name=op.f('ck_alert_kind')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_alert_agent_id')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_alert_by_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_alert_conversation_id')),
    sa.ForeignKeyConstraint(['note_id'], ['note.id'], name=op.f('fk_alert_note_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_alert_unseen', ['agent_id', 'conversation_id'], unique=False, sqlite_where=sa.text('seen_at IS NULL'), postgresql_where=sa.text('seen_at IS NULL'))

    op.create_table('suggestion',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('phrase', sa.String(length=255), nullable=False),
    sa.Column('raised_at', support.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('settled_at', support.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('why', sa.String(length=255), nullable=False),
    sa.CheckConstraint("kind IN ('escalate', 'urgent', 'repeat')", name=op.f('ck_suggestion_kind')),
    sa.CheckConstraint("outcome IN ('', 'taken', 'dismissed')", name=op.f('ck_suggestion_outcome')),
    sa.ForeignKeyConstraint(['by_id'], ['agent.id'], name=op.f('fk_suggestion_by_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_suggestion_conversation_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_suggestion_message_id')),
    sa.ForeignKeyConstraint(['reason_id'], ['escalation_reason.id'], name=op.f('fk_suggestion_reason_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion'))
    )
    with op.batch_alter_table('suggestion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suggestion_conversation_id'), ['conversation_id'], unique=False)

    with op.batch_alter_table('agent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('away_at', support.db.UTCDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index('ix_assignment_recent', ['agent_id', 'started_at'], unique=False)
        batch_op.create_index('uq_assignment_present', ['conversation_id', 'agent_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_assignment_group_id'), 'group', ['group_id'], ['id'])

    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('queued_at', support.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('queued_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('queued_why', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('snoozed_until', support.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('quiet_seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_conversation_queued_why'), "queued_why IN ('', 'released', 'silent')")
        batch_op.create_index('ix_conversation_line', ['group_id', 'tier', 'opened_at', 'id', 'queued_at'], unique=False, sqlite_where=sa.text("status = 'open' AND assignee_id IS NULL"), postgresql_where=sa.text("status = 'open' AND assignee_id IS NULL"))
        batch_op.create_index('ix_conversation_load', ['assignee_id'], unique=False, sqlite_where=sa.text("status = 'open' AND assignee_id IS NOT NULL"), postgresql_where=sa.text("status = 'open' AND assignee_id IS NOT NULL"))
        batch_op.create_foreign_key(batch_op.f('fk_conversation_group_id'), 'group', ['group_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_conversation_queued_by_id'), 'agent', ['queued_by_id'], ['id'])

    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.add_column(sa.Column('from_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('to_group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('reason_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('tier', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('due_at', support.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ended_at', support.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_handover_due_at', ['due_at'], unique=False, sqlite_where=sa.text('accepted_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('accepted_at IS NULL AND ended_at IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_handover_to_group_id'), 'group', ['to_group_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_handover_from_group_id'), 'group', ['from_group_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_handover_reason_id'), 'escalation_reason', ['reason_id'], ['id'])

    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parts', sa.JSON(), nullable=True))
        batch_op.alter_column('agent_id',
               existing_type=sa.INTEGER(),
               nullable=True)

    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reasons_stamp', sa.String(length=32), server_default='', nullable=False))

    with op.batch_alter_table('workspace', schema=None) as batch_op:
        batch_op.add_column(sa.Column('plan_since', support.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_workspace_plan'), "plan IN ('trial', 'standard', 'professional', 'custom')")

    op.execute(
        "UPDATE conversation SET queued_at = opened_at "
        "WHERE assignee_id IS NULL AND status <> 'resolved'"
    )


def downgrade():
    with op.batch_alter_table('workspace', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_workspace_plan'), type_='check')
        batch_op.drop_column('plan_since')

    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.drop_column('reasons_stamp')

    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.alter_column('agent_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('parts')

    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_handover_reason_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_handover_from_group_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_handover_to_group_id'), type_='foreignkey')
        batch_op.drop_index('ix_handover_due_at', sqlite_where=sa.text('accepted_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('accepted_at IS NULL AND ended_at IS NULL'))
        batch_op.drop_column('ended_at')
        batch_op.drop_column('due_at')
        batch_op.drop_column('tier')
        batch_op.drop_column('reason_id')
        batch_op.drop_column('to_group_id')
        batch_op.drop_column('from_group_id')

    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_conversation_queued_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_conversation_group_id'), type_='foreignkey')
        batch_op.drop_index('ix_conversation_load', sqlite_where=sa.text("status = 'open' AND assignee_id IS NOT NULL"), postgresql_where=sa.text("status = 'open' AND assignee_id IS NOT NULL"))
        batch_op.drop_index('ix_conversation_line', sqlite_where=sa.text("status = 'open' AND assignee_id IS NULL"), postgresql_where=sa.text("status = 'open' AND assignee_id IS NULL"))
        batch_op.drop_constraint(batch_op.f('ck_conversation_queued_why'), type_='check')
        batch_op.drop_column('quiet_seq')
        batch_op.drop_column('snoozed_until')
        batch_op.drop_column('queued_why')
        batch_op.drop_column('queued_by_id')
        batch_op.drop_column('queued_at')
        batch_op.drop_column('group_id')

    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_assignment_group_id'), type_='foreignkey')
        batch_op.drop_index('uq_assignment_present', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_assignment_recent')
        batch_op.drop_column('group_id')

    with op.batch_alter_table('agent', schema=None) as batch_op:
        batch_op.drop_column('away_at')

    with op.batch_alter_table('suggestion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_suggestion_conversation_id'))

    op.drop_table('suggestion')
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_unseen', sqlite_where=sa.text('seen_at IS NULL'), postgresql_where=sa.text('seen_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_alert_conversation_id'))

    op.drop_table('alert')
    with op.batch_alter_table('tagging', schema=None) as batch_op:
        batch_op.drop_index('uq_tagging_worn', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_tagging_tag_id', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('tagging')
    with op.batch_alter_table('routing_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_routing_decision_group_id')
        batch_op.drop_index(batch_op.f('ix_routing_decision_conversation_id'))

    op.drop_table('routing_decision')
    with op.batch_alter_table('resolution', schema=None) as batch_op:
        batch_op.drop_index('uq_resolution_standing', sqlite_where=sa.text('done_at IS NULL AND undone_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND undone_at IS NULL'))
        batch_op.drop_index('ix_resolution_due_at', sqlite_where=sa.text('done_at IS NULL AND undone_at IS NULL'), postgresql_where=sa.text('done_at IS NULL AND undone_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_resolution_conversation_id'))

    op.drop_table('resolution')
    op.drop_table('phrase')
    with op.batch_alter_table('lead_request', schema=None) as batch_op:
        batch_op.drop_index('uq_lead_request_open', sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))

    op.drop_table('lead_request')
    with op.batch_alter_table('group_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_member_agent_id'))

    op.drop_table('group_member')
    with op.batch_alter_table('escalation_reason', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_escalation_reason_project_id'))

    op.drop_table('escalation_reason')
    with op.batch_alter_table('tag', schema=None) as batch_op:
        batch_op.drop_index('uq_tag_folded', sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.drop_table('tag')
    with op.batch_alter_table('presence_interval', schema=None) as batch_op:
        batch_op.drop_index('uq_presence_interval_running', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_presence_interval_agent_id')

    op.drop_table('presence_interval')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_email'))

    op.drop_table('invitation')
    with op.batch_alter_table('group', schema=None) as batch_op:
        batch_op.drop_index('uq_group_name', sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.drop_table('group')
