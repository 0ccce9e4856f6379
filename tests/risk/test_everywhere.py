"""A disguise that is caught is caught wherever in a message it stands, at the gate and after."""

import pytest

from support.messages.parts import Said, Upload
from support.risk import Matcher, Rule
from support.risk.findings import find
from support.risk.parts import parts
from tests.risk.disguises import ADDRESSES, CAUGHT, told

LISTED = Matcher(Rule(1, "Frozen", "address", one, "block") for one in ADDRESSES)


def file(name="a.pdf"):
    return Upload(path="aa/1", file_name=name, mime="application/pdf", size=9)


def linked(text):
    return [{"type": "bold", "offset": 0, "length": 1}, {"type": "text_link", "url": text}]


# What each door shows the gate, or the last look, of a message in which a text stands.
SURFACES = {
    "reply": lambda text: Said(text, (), None).checked(),
    "caption": lambda text: Said(text, (file(),), None).checked(),
    "file name": lambda text: Said("here", (file(), file(text)), None).checked(),
    "second try": lambda text: parts(text, [], None),
    "caption of a second try": lambda text: parts(text, [], "a.pdf"),
    "file name of a second try": lambda text: parts("", [], text),
    "hidden link": lambda text: parts("here", linked(text), None),
}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", CAUGHT)
def test_it_is_caught_everywhere(name, surface):
    for address in ADDRESSES:
        text, before = told(CAUGHT[name], address)
        met = find(LISTED, SURFACES[surface](text), before=before, is_escalated=False)
        assert met is not None, address
        assert address in {rule.text for rule in met.rules}
        assert all(met.text[hit.starts : hit.ends] for hit in met.hits())
