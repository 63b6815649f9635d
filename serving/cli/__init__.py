"""The command ``tingzha``: :mod:`serving.cli.main` declares it, the other modules do its work."""
