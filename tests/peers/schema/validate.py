"""Validates documents with Python's jsonschema: the schema is the argument, and
each line of standard input is a document. Prints a line for each: valid, or invalid
and why."""

import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for line in sys.stdin:
    error = next(validator.iter_errors(json.loads(line)), None)
    print("valid" if error is None else f"invalid {error.json_path}")
