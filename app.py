"""Switchboard: `python app.py` runs a whole desk; imported, it is the web application."""

if __name__ == "__main__":
    import sys

    from support.supervisor import run

    sys.exit(run(sys.argv[1:]))
else:
    import gc

    from flask import Flask

    from support import factory

    def create_app() -> Flask:
        """Build the application once per process: the collector never looks through it again."""
        app = factory.create_app()
        gc.freeze()
        return app
