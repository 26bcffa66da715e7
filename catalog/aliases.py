"""Other names of products, kept so that whoever knows a product by an older or another name finds it."""

from .models import Product, ProductAlias
from .naming import model_key


def remember(product: Product, *names: str) -> bool:
    """Keep names that are not the product's own. Returns whether any of them is new."""
    new = False
    for name in names:
        key = model_key(name)
        if key and key != model_key(product.name) and len(name) <= 300:
            new = ProductAlias.objects.get_or_create(product=product, key=key, defaults={"name": name})[1] or new
    return new
