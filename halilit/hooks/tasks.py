"""What the default cluster does for webhooks."""


def deliver() -> str:
    """Once a minute: write down what is to be told, and send what is due."""
    from . import events, sending

    return f"{events.collect()} new, {sending.send_due()} tried"
