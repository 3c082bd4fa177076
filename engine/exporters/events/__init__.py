"""Events found in records: tables and masks."""
