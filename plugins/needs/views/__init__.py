"""The pages of needs and offers: boards, one item, forms, mailed answers, feeds."""
