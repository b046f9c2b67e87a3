"""What a command refuses."""


class Refused(Exception):
    """Something the user can mend; the message says what."""
