"""The bundled features: each folder is whole, none knows another, and the core knows none."""
