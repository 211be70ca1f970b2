"""Forms: v1's requests for bulk activities, read with the places of their parts.

`form_request` recognizes a form and takes it apart into parameters, `decoded_text` undoes the
percent signs of a value and knows where each character came from, `csv_cells` reads the CSV in it.
Wording stands with the rules.
"""
