def fields(): return frozenset()
def is_plain(fields): return False
