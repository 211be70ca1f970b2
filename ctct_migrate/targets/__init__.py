"""The v2 REST API: its contract, its client, the meaning of its errors.

`contract` knows what bodies may hold, `errors` what answers mean, `client` how to ask; the network
stands in `client` alone.  Nothing here knows XML or v1.
"""
