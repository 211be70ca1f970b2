"""CT350 to CT369: v1's forms for bulk activities, and the CSV in them."""
