"""The parameters of a form: what it asks for, what is missing, unknown, given twice, or badly
encoded; its lists, and the options of an export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.forms.form_request import Parameter, letters
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.forms.form_look import FormList, FormLook
from ctct_migrate.rules.forms.form_rules import (
    ACTIVITY_TYPE,
    FORM_LIST,
    LEFT_OUT,
    NOT_ENCODED,
    OPTION,
    PARAMETER_MISSING,
    PARAMETER_TWICE,
    PARAMETER_UNKNOWN,
    PERCENT,
)
from ctct_migrate.rules.nearness import certain, nearest
from ctct_migrate.rules.phrases import choice, clip, quoted
from ctct_migrate.targets.bulk_activity import by_v1_name
from ctct_migrate.v1.form_parameters import ACTIVITY_TYPE as ACTIVITY
from ctct_migrate.v1.form_parameters import (
    ACTIVITY_TYPES,
    DATA_PARAMETERS,
    PARAMETERS,
    FormKind,
    FormParameter,
)

_TYPES = choice(f"`{name}`" for name in ACTIVITY_TYPES)

#: The URI of a list, as far as a form needs it: whose it is, and what follows.
_URI = late_compile(r"(https?://[^/\s,;]+/ws/customers/([^/\s,;]+))/lists/[\w-]+/?", re.I)
_NUMBER = late_compile(r"[0-9]{1,20}", re.ASCII)


def check(look: FormLook) -> Iterator[Diagnostic]:
    """What is wrong with the parameters; fills in what they say."""
    yield from _activity(look)
    yield from _names(look)
    for each in look.form.parameters:
        yield from _encoding(look, each)
    yield from _lists(look)
    if look.kind is FormKind.EXPORT:
        yield from _options(look)


def known(parameter: Parameter) -> FormParameter | None:
    """What is known of a parameter, whatever the letter case of its name; None for nothing."""
    return _BY_LETTERS.get(letters(parameter.name))


_BY_LETTERS = {name.lower(): each for name, each in PARAMETERS.items()}


# -- what is to be done -----------------------------------------------------------------------------


def _activity(look: FormLook) -> Iterator[Diagnostic]:
    given = look.form.named(ACTIVITY)
    if not given:
        yield look.report.at(
            ACTIVITY_TYPE, look.form.start, look.form.start, "the form has no `activityType`",
            label=f"expected `activityType=` and {_TYPES}", help=(ACTIVITY_TYPE.how,),
        )  # fmt: skip
        return
    first = given[0]
    value = first.value.strip()
    word = value if value in ACTIVITY_TYPES else nearest(value, ACTIVITY_TYPES)
    if word != first.value:
        sure = word is not None and certain(value, word)
        fixes: tuple[Fix, ...] = ()
        if word is not None:
            safety = Safety.SAFE if sure else Safety.UNSAFE
            fixes = look.report.fix(
                f"Write `{word}`", (first.start, first.end, word), safety=safety
            )
        yield look.report.at(
            ACTIVITY_TYPE, first.start, first.end,
            f"{quoted(value)} is not an activity that v1 knows" if value else "`activityType` is empty",
            label=f"did you mean `{word}`?" if word else f"expected {_TYPES}",
            help=(ACTIVITY_TYPE.how,), fixes=fixes, element=ACTIVITY,
            concern=Concern.V1 if sure else None,
        )  # fmt: skip
    if word is None:
        return  # what else is wrong depends on it
    look.kind = ACTIVITY_TYPES[word]
    look.activity = by_v1_name(look.target.bulk).get(word)
    if look.activity is None:
        yield look.report.at(
            ACTIVITY_TYPE, first.start, first.end, f"{look.target.title} has no request for `{word}`",
            label="cannot be converted", element=ACTIVITY,
        )  # fmt: skip


# -- names ------------------------------------------------------------------------------------------


def _names(look: FormLook) -> Iterator[Diagnostic]:
    seen: dict[str, Parameter] = {}
    before: Parameter | None = None
    for each in look.form.parameters:
        fact = known(each)
        if fact is None:
            yield _unknown(look, each, before)
            before = each
            continue
        before = each
        if each.name != fact.name:
            yield look.report.at(
                PARAMETER_UNKNOWN, each.name_start, each.name_end,
                f"{quoted(each.name)} is not how v1 writes it", label=f"expected `{fact.name}`",
                help=(PARAMETER_UNKNOWN.how,), element=fact.name, concern=Concern.V1,
                fixes=look.report.fix(
                    f"Write `{fact.name}`", (each.name_start, each.name_end, fact.name)
                ),
            )  # fmt: skip
        if look.kind is not None and look.kind not in fact.kinds and fact.name == _list_name(look):
            right = _LIST_NAMES[look.kind is FormKind.EXPORT]
            place = (each.name_start, each.name_end)
            yield look.report.at(
                PARAMETER_UNKNOWN, *place, f"a form of this kind names its list in `{right}`",
                label=f"expected `{right}`", help=(PARAMETER_UNKNOWN.how,), element=fact.name,
                fixes=look.report.fix(f"Write `{right}`", (*place, right)), concern=Concern.V1,
            )  # fmt: skip
        elif look.kind is not None and look.kind not in fact.kinds:
            yield look.report.at(
                PARAMETER_UNKNOWN, each.name_start, each.name_end,
                f"`{fact.name}` does not belong to a form of this kind: it is ignored",
                label=f"it is {fact.meaning}", severity=Severity.WARNING, element=fact.name,
            )  # fmt: skip
        elif not fact.repeats:
            if fact.name in seen:
                yield _twice(look, seen[fact.name], each)
            else:
                seen[fact.name] = each
    if look.kind is not None:
        yield from _missing(look, look.kind, seen)


def _unknown(look: FormLook, each: Parameter, before: Parameter | None) -> Diagnostic:
    name = each.name
    near = nearest(name, PARAMETERS) if len(name) <= 40 else None
    inside = not near and before is not None and before.name.lower() in ("data", "columns")
    fixes: tuple[Fix, ...] = ()
    if near:
        fixes = look.report.fix(
            f"Write `{near}`", (each.name_start, each.name_end, near), safety=Safety.UNSAFE
        )
    elif inside and not look.form.multipart:
        at = look.source_ampersand(each)
        fixes = look.report.fix(
            "Encode the `&` as `%26`", (at, at + 1, "%26"), safety=Safety.UNSAFE
        )
    end = min(each.name_end, each.name_start + 40)
    return look.report.at(
        PARAMETER_UNKNOWN, each.name_start, end,
        "the data ends at a raw `&`, and what follows is lost" if inside
        else f"v1 has no parameter {quoted(name)}",
        label=f"did you mean `{near}`?" if near else "expected `%26` before this" if inside
        else "not known", help=(PARAMETER_UNKNOWN.how,), fixes=fixes,
    )  # fmt: skip


def _twice(look: FormLook, first: Parameter, again: Parameter) -> Diagnostic:
    same = first.value == again.value
    fixes: tuple[Fix, ...] = ()
    if same and not look.form.multipart:
        at = look.source_ampersand(again)
        fixes = look.report.fix("Delete the second one", (at, again.end, ""))
    return look.report.at(
        PARAMETER_TWICE, again.name_start, again.name_end,
        f"`{again.name}` is given twice" if same else f"`{again.name}` is given twice, with two values",
        label="the second", labels=((first.name_start, first.name_end, "the first"),),
        help=(PARAMETER_TWICE.how,), fixes=fixes, element=again.name,
        severity=Severity.WARNING if same else None,
    )  # fmt: skip


def _missing(look: FormLook, kind: FormKind, seen: dict[str, Parameter]) -> Iterator[Diagnostic]:
    end = max((each.end for each in look.form.parameters), default=look.form.start)
    for fact in PARAMETERS.values():
        if not fact.required or kind not in fact.kinds or fact.name == ACTIVITY:
            continue
        names = DATA_PARAMETERS if fact.name in DATA_PARAMETERS else (fact.name,)
        if fact.name in _LIST_NAMES:
            names = (_list_name(look),)
        given = [each for name in names for each in look.form.named(name)]
        if given and any(each.value.strip("\ufeff \t\r\n") for each in given):
            continue
        at, message = (end, end), f"the form has no `{fact.name}`"
        if given:
            at = (given[0].name_start, given[0].name_end)
            message = f"`{given[0].name}` is empty"
        yield look.report.at(
            PARAMETER_MISSING, *at, message, label=f"expected {fact.meaning}",
            help=(PARAMETER_MISSING.how,), element=fact.name,
        )  # fmt: skip


# -- encoding ---------------------------------------------------------------------------------------

#: A percent sign that begins no escape.
_BROKEN = late_compile(r"%(?![0-9A-Fa-f]{2})[0-9A-Za-z]{0,2}")
_NO_UTF_8 = late_compile("[\udc80-\udcff]+")
_RAW = late_compile(r"[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]")

#: Places of one kind in one value that are reported one by one.
_MOST = 50


def _encoding(look: FormLook, each: Parameter) -> Iterator[Diagnostic]:
    text, report = look.form.source.text, look.report
    if not look.form.multipart:
        for count, match in enumerate(_BROKEN.finditer(text, each.start, each.end)):
            if count == _MOST:
                break
            at = match.start()
            yield report.at(
                PERCENT, at, at + 1, f"{quoted(match[0])} is not an escape",
                label="expected `%25` for a percent sign", help=(PERCENT.how,), concern=Concern.V1,
                fixes=report.fix("Write `%25`", (at, at + 1, "%25")), element=each.name,
            )  # fmt: skip
    value = each.value
    for count, match in enumerate(_NO_UTF_8.finditer(value)):
        if count == _MOST:
            break
        data = match[0].encode("utf-8", "surrogateescape")
        meant = data.decode("cp1252", "replace")
        fixes = look.fix(f"Write {quoted(meant)} as UTF-8", each.decoded, (*match.span(), meant))
        yield look.in_value(
            PERCENT, each.decoded, *match.span(),
            f"the bytes {data[:8].hex(' ').upper()} are not UTF-8",
            label=f"{quoted(meant)} in Windows-1252" if "\ufffd" not in meant else "expected UTF-8",
            help=(PERCENT.how,), fixes=fixes if "\ufffd" not in meant else (), element=each.name,
        )  # fmt: skip
    if not look.form.multipart:
        raw = _RAW.search(text, each.start, each.end)
        if raw is not None and not _BROKEN.search(text, each.start, each.end):
            yield report.at(
                NOT_ENCODED, raw.start(), raw.end(), f"`{each.name}` is not encoded",
                label=f"{_named(raw[0])} stands here as it is", help=(NOT_ENCODED.how,),
                element=each.name, fixes=_encoded(look, each),
            )  # fmt: skip


def _named(character: str) -> str:
    names = {" ": "a blank", "\n": "a line end", "\r": "a line end", "\t": "a tab"}
    return names.get(character, f"`{character}`")


def _encoded(look: FormLook, each: Parameter) -> tuple[Fix, ...]:
    """Encodes what stands there raw; escapes and plus signs stay as they are."""
    text = look.form.source.text
    edits = [
        (match.start(), match.end(), look.written(match[0]))
        for match in _RAW.finditer(text, each.start, each.end)
    ]
    return look.report.fix(f"Encode `{each.name}`", *edits)


# -- lists ------------------------------------------------------------------------------------------


#: How forms name lists: those that have several, and an export.
_LIST_NAMES = ("lists", "listId")


def _list_name(look: FormLook) -> str:
    """The parameter that names the lists of a form: the one that belongs to its kind, or the other
    one where that alone is there."""
    right, other = _LIST_NAMES if look.kind is not FormKind.EXPORT else _LIST_NAMES[::-1]
    return other if look.form.named(other) and not look.form.named(right) else right


def _lists(look: FormLook) -> Iterator[Diagnostic]:
    if look.kind is None:
        return
    name = _list_name(look)
    resource = RESOURCES["ContactList"]
    found = [each for each in look.form.named(name) if each.value.strip()]
    bases = [match for each in found if (match := _URI.fullmatch(each.value.strip()))]
    base = bases[0] if bases else None
    seen: dict[str, Parameter] = {}
    for each in found:
        value = each.value.strip()
        uri = _URI.fullmatch(value)
        id = resource.id_in(value.rstrip("/")) if uri is not None else None
        if id is None:
            id = value if _NUMBER.fullmatch(value) else resource.id_in(value)
            id = None if id in resource.built_in or value.count("/lists/") > 1 else id
            yield _no_uri(look, each, value, base, id is not None)
            if id is None:
                continue
        elif base is not None and uri is not None and uri[2].lower() != base[2].lower():
            yield look.report.at(
                FORM_LIST, each.start, each.end, f"this is a list of {quoted(uri[2])}, another account",
                label=f"the first list is one of {quoted(base[2])}", help=(FORM_LIST.how,), element=name,
            )  # fmt: skip
            continue
        if id in resource.built_in and look.kind is not FormKind.EXPORT:
            yield look.report.at(
                FORM_LIST, each.start, each.end, f"`{id}` is a list that v1 kept itself",
                label="can only be exported", help=(FORM_LIST.how,), element=name,
            )  # fmt: skip
        elif id in seen:
            at = look.source_ampersand(each)
            edit = (at, each.end, "")
            fixes = () if look.form.multipart else look.report.fix("Delete the second one", edit)
            yield look.report.at(
                FORM_LIST, each.start, each.end, f"list {id} is named twice", label="the second time",
                labels=((seen[id].start, seen[id].end, "the first time"),), severity=Severity.WARNING,
                help=("it is sent once",), fixes=fixes, element=name,
            )  # fmt: skip
        elif look.kind is FormKind.EXPORT and seen and name != "listId":
            first = next(iter(seen.values()))
            yield look.report.at(
                FORM_LIST, each.start, each.end, "an export takes one list", label="the second",
                labels=((first.start, first.end, "the first"),), help=("Make a form for each list.",),
                element=name,
            )  # fmt: skip
        else:
            seen[id] = each
            look.lists.append(FormList(id, each))


def _no_uri(
    look: FormLook, each: Parameter, value: str, base: re.Match[str] | None, sure: bool
) -> Diagnostic:
    number = _NUMBER.fullmatch(value) is not None
    several = value.count("/lists/") > 1
    fixes: tuple[Fix, ...] = ()
    if number and base is not None:
        uri = f"{base[1]}/lists/{value}"
        fixes = look.report.fix(f"Write `{uri}`", (each.start, each.end, look.written(uri)))
    parts = value.replace(",", " ").replace(";", " ").split()
    # A part that is no URI could be anything: nothing is offered then.
    if several and all(_URI.fullmatch(part) for part in parts) and not look.form.multipart:
        text = f"&{each.name}=".join(look.written(part) for part in parts)
        fixes = look.report.fix("Give each list by itself", (each.start, each.end, text))
    return look.report.at(
        FORM_LIST, each.start, each.end,
        f"{quoted(value)} is not the URI of a list" if not several else "several lists stand in one parameter",
        label="expected `http://api.constantcontact.com/ws/customers/…/lists/…`" if not several
        else f"expected `{each.name}` for each", help=(FORM_LIST.how,), fixes=fixes,
        element=each.name, concern=Concern.V1 if sure else None,
    )  # fmt: skip


# -- exports ----------------------------------------------------------------------------------------


def _options(look: FormLook) -> Iterator[Diagnostic]:
    for name, fact in PARAMETERS.items():
        given = look.form.named(name)
        if look.kind not in fact.kinds or not fact.values or name == ACTIVITY or not given:
            continue
        each = given[0]
        value = each.value.strip()
        word = next((word for word in fact.values if word.lower() == value.lower()), None)
        if word is None and value:
            yield _wrong_option(look, each, value, fact.values)
        elif word is not None:
            look.options[name] = word
    known = look.activity.options if look.activity is not None else {}
    for name, value in look.options.items():
        if value == "TXT" or (name not in known and value not in _AS_EVER):
            each = look.form.named(name)[0]
            yield look.report.at(
                LEFT_OUT, each.start, each.end,
                f"{look.target.title} exports CSV alone: the file will be CSV" if value == "TXT"
                else f"{look.target.title} does not name the list in an export" if name == "exportListName"
                else f"{look.target.title} has no place for `{name}` in an export",
                label="left out", element=name,
                severity=Severity.WARNING if value == "TXT" else None,
            )  # fmt: skip


#: Values of options that ask for nothing.
_AS_EVER = frozenset({"false", "CSV"})


def _wrong_option(look: FormLook, each: Parameter, value: str, values: Sequence[str]) -> Diagnostic:
    near = nearest(value, values)
    fixes: tuple[Fix, ...] = ()
    if near is not None:
        safety = Safety.SAFE if certain(value, near) else Safety.UNSAFE
        fixes = look.report.fix(f"Write `{near}`", (each.start, each.end, near), safety=safety)
    return look.report.at(
        OPTION, each.start, each.end, f"`{each.name}` is {quoted(clip(value))}",
        label=f"did you mean `{near}`?" if near else f"expected {choice(f'`{word}`' for word in values)}",
        help=(OPTION.how,), fixes=fixes, element=each.name,
    )  # fmt: skip
