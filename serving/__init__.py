"""How Tingzha is reached from outside: the command line (``serving.cli``) and HTTP (``serving.http``).

Each adapter is imported only by its own command, so that ``tingzha screen`` starts without a web server.
"""
