"""CT310 and on: values that the format does not allow, and dates."""
