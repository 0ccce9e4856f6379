"""Switchboard: `python app.py` runs a whole desk; imported, it is the web application."""

if __name__ == "__main__":
    import sys

    from support.supervisor import run

    sys.exit(run(sys.argv[1:]))
else:
    from support.factory import create_app

    __all__ = ["create_app"]
