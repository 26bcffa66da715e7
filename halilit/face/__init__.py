"""What makes the pages one product: appearance, the style guide, and what browsers and search engines ask for."""
