"""`python -m clearground`: the command line, where no script is installed."""

from clearground.cli.main import run

if __name__ == "__main__":
    run()
