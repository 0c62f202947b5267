"""pytest plugin: the Hypothesis profile under which mutants are tried.

Always the same examples, so that a mutant does not survive one day and die the next, and a quarter of the usual number:
a mutant that needs more than these to be noticed wants a test of its own.
"""

from hypothesis import settings

settings.register_profile("mutants", deadline=None, derandomize=True, database=None, max_examples=25, print_blob=False)
