"""CT301 to CT307: names of elements and attributes."""
