"""People, lists and the audit, for those who keep them."""
