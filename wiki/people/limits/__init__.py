"""How often and how much: rates, quotas, and what people may be asked."""
