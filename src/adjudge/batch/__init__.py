"""Many tickets: decide each row of an export, write the results, lose nothing."""
