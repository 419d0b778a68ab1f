"""The books of land: events are cut into faces, folded into postings, summed into balances."""
