"""JUnit XML."""

from typing import Final

FILE_NAME: Final = "junit.xml"
MARK: Final = 'name="pytorchjob-contract"'
