"""`python -m s2s` is the command `s2s`."""

from s2s.cli import app

if __name__ == "__main__":
    app(prog_name="s2s")
