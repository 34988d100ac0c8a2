"""The screens of those who decide about proposals and reports."""
