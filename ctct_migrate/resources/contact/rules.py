RULES = ()
def check(context):
    return ()
