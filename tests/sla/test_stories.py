"""What was promised, told as stories: who wrote when, what was done, which clocks, which verdicts."""
import pytest
from tests.sla.telling import told
STORIES = {"x": ("""
 0 maria writes
 3 mei takes
 3 mei replies
""", ""),
"esc": ("""
 0 maria writes
 1 mei takes
 2 mei escalates advanced
 3 ann takes
 4 ann replies
 5 maria writes
 6 ann waits
 16 ann resumes
 20 sun lowers standard
 21 ann resolves
 40 maria writes
 45 maria looks
""","")}

@pytest.mark.parametrize("name", STORIES)
def test_story(teller, name):
    story, clocks = STORIES[name]
    got = told(teller.tell(story))
    print("\n".join(got))
    assert got == sorted(filter(None, map(str.strip, clocks.splitlines())))
