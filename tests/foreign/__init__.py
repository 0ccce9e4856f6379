"""A second Telegram, written from the protocol's documentation alone, for tests.

It shares no code and no habit with `support.telegram.local`: it rotates salts, packs everything
into containers, numbers its data centre otherwise, pushes in every form that the protocol has,
and fails in the ways that the protocol allows.
"""
