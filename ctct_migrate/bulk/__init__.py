"""Bulk requests: many contacts in one body, grouped by their lists, below the limits of a target.

`bulk_rows` makes a row of the body that would create one contact, `grouping` gathers rows and gives
the bodies.  Both converting and sending use them, so that what is sent is what was converted::

    activity = target.bulk["addcontacts"]
    with Grouping(activity, target.contract) as grouping:
        for body, place in contacts:                  # bodies that create contacts
            twin = grouping.add(row_of(activity, body), place)
            if twin is not None: ...                  # the address is in the group already
        for bulk in grouping.bodies():                # BulkBody: data, lists, columns, places
            ...
"""
