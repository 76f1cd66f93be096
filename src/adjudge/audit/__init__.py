"""The audit: which tickets were filed under a wrong level, why, and what to do about them."""
