"""Reads messages with Python's email module, and says what it finds in them.

    parse.py FILE...

Prints a line of JSON for each file: what a strict reader of mail makes of it.
"""

import email
import email.policy
import json
import sys


def defects(message):
    """Of every part, and of every header as the newer parser reads it."""
    for part in message.walk():
        yield from map(repr, part.defects)
        for name, value in part.items():
            yield from (f"{name}: {defect!r}" for defect in value.defects)


def found(path):
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.SMTP)
    return {
        "id": message["Message-ID"],
        "run": message["X-Sesbench-Run"],
        "from": [address.addr_spec for address in message["From"].addresses],
        "to": [address.addr_spec for address in message["To"].addresses],
        "date": message["Date"].datetime.timestamp(),
        "subject": message["Subject"],
        "campaign": message["X-Campaign"],
        "mime": message["MIME-Version"],
        "type": message.get_content_type(),
        "text": len(message.get_body(("plain",)).get_content()),
        "attachments": [
            [part.get_content_type(), part.get_filename(), len(part.get_content())]
            for part in message.iter_attachments()
        ],
        "names": sorted(name.lower() for name in message.keys()),
        "defects": list(defects(message)),
    }


for path in sys.argv[1:]:
    print(json.dumps(found(path)))
