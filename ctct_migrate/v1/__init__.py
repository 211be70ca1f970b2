"""What v1 knows: the names of its elements and attributes, what they may hold, what they mean.

All of it is read from the XSDs in `schemas/`, their single home; nothing of it is typed again
here.  `Vocabulary.element` answers questions about names and values, `Vocabulary.is_valid` whether
a whole document is right (libxml2, fast), and `explain_invalid` (`vocabulary.explain`, slow) why
one is not.  Diagnostics do not belong here: the rules word them.
"""

from ctct_migrate.v1.facts import AttributeFact, ElementFact, TypeFact, TypeKind, Value
from ctct_migrate.v1.vocabulary import Vocabulary, vocabulary

__all__ = [
    "AttributeFact",
    "ElementFact",
    "TypeFact",
    "TypeKind",
    "Value",
    "Vocabulary",
    "vocabulary",
]
