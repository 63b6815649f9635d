"""The corpus: taxonomy, records, loaders, checks, noise. Imports nothing of the other packages but ``nlp``."""

from corpora.record import Channel, Element, Elements, Evidence, Label, Record, Stage
from corpora.taxonomy import Taxonomy, load_taxonomy

__all__ = [
    "Channel",
    "Element",
    "Elements",
    "Evidence",
    "Label",
    "Record",
    "Stage",
    "Taxonomy",
    "load_taxonomy",
]
