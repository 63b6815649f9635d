"""What can go wrong, as a tree:

TingzhaError
├── ModelError          the model's folder cannot be used
│   └── ManifestError   a file is missing or its sha256 differs from the manifest's
└── InputError          the text or the settings handed in cannot be used

Messages are in Chinese: they reach operators.
"""


class TingzhaError(Exception):
    """Base of every error this library raises on purpose."""


class ModelError(TingzhaError):
    """The model's folder cannot be used."""


class ManifestError(ModelError):
    """A file of the model is missing or is not the one that was released."""


class InputError(TingzhaError, ValueError):
    """A text, channel or setting that cannot be used."""
