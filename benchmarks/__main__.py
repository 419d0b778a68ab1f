"""`python -m benchmarks` is `python -m benchmarks.ledger`."""

from .ledger import main

if __name__ == "__main__":
    main()
