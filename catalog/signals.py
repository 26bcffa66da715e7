"""What the catalogue tells whoever listens; it calls nobody itself."""

from django.dispatch import Signal

# Sent after the commit that stored or withdrew documents. Argument: document_ids, a list of int.
documents_changed = Signal()
