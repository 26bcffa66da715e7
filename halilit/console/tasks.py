"""What the default cluster does for the console. Each calls a service and returns."""


def watch() -> str:
    """Once a minute: look for problems, and tell of new ones."""
    from . import inbox, notices

    return f"{len(inbox.refresh())} problems, {notices.notify()} told"


def weekly() -> str:
    """Once an hour: on the day that is set, what people searched and asked in the week goes out by e-mail."""
    from . import summary

    return summary.send_if_due()
