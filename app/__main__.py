"""Lets ``python -m app`` start the program."""

from app.main import run

if __name__ == "__main__":
    run()
