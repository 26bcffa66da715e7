"""Measures this installation's parts with generated content, in an installation of their own."""
