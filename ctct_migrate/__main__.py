"""`python -m ctct_migrate`: the command line."""

from ctct_migrate.cli import main

if __name__ == "__main__":
    main()
