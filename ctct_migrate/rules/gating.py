"""Gating: which families look at an entry, by the signs that the first look saw.

A family with a gate, `may_report(signs)` beside its `check`, looks where the gate sees a sign of what it
reports; a family without one always looks, and so do all where there are no signs.  What a gate raises
is taken for a sign.
"""

from __future__ import annotations

from types import ModuleType

from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.envelope import broken_ids, envelope
from ctct_migrate.rules.fast.signs import Signs, signs_of
from ctct_migrate.rules.names import element_names


def entry_signs(
    document: Document, entry: Entry, options: ConversionOptions, asked: Shape | None
) -> Signs | None:
    """The signs of one entry, for a shape that was asked for (None for none); None where every family
    has to look."""
    try:
        return signs_of(document, entry, options, asked)
    except Exception:  # the families meet the same, and it is said
        return None


#: Families that speak of names and of the envelope; the others say nothing of an entry without a payload.
OF_ENVELOPES = (envelope, broken_ids, element_names)


def signs_for(family: ModuleType, context: Context) -> Signs | None:
    """The signs that a family goes by: of the entry as it is for those that speak of names and of the
    envelope, else of the entry as it was meant."""
    return context.signs if family in OF_ENVELOPES else own_signs(context)


def own_signs(context: Context) -> Signs | None:
    """The signs that the rules of its resource go by."""
    try:
        return context.meant_signs
    except Exception:  # the families meet the same, and it is said
        return None


def looks(family: ModuleType, signs: Signs | None) -> bool:
    """Whether a family looks at an entry."""
    gate = getattr(family, "may_report", None)
    if signs is None or gate is None:
        return True
    try:
        return bool(gate(signs))
    except Exception:
        return True


def own_rules_look(signs: Signs | None, names: frozenset[str] | None = None) -> bool:
    """Whether the rules of an entry's resource look at it; with `names`, those of them that ask about these
    children of the payload alone."""
    if signs is None:
        return True
    try:
        return bool(signs.resource.rules) and not (
            (signs.has_right_envelope or not signs.questions.envelope)
            and _has_right_payload_for(signs, names)
            and signs.has_required
            and signs.has_sound_texts
            and signs.is_plain_itself
            and not signs.is_remarked
        )
    except Exception:
        return True


def _has_right_payload_for(signs: Signs, names: frozenset[str] | None) -> bool:
    """Whether schemas and target take the payload, but for values that its resource's rules, or those that
    ask about the children `names`, do not ask about."""
    if signs.has_right_payload and signs.converts:
        return True
    asked = signs.questions
    known = asked.asked | asked.contents if names is None else names
    return signs.is_only_wrong_in_values and not signs.doubts(known)
