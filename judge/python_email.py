"""Reads messages as JSON, [{name, raw in base64}], and prints what is wrong with them as a list of sentences."""

import base64
import json
import sys
from email import message_from_bytes, policy

ONCE = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Unsubscribe"]


def findings(name, raw):
    message = message_from_bytes(raw, policy=policy.default)
    for part in message.walk():
        for defect in part.defects:
            yield f"{name}: {part.get_content_type()}: {type(defect).__name__}"
        for field, value in part.items():
            for defect in getattr(value, "defects", []):
                yield f"{name}: {field}: {type(defect).__name__}"
        if not part.is_multipart():
            try:
                part.get_content()
            except (LookupError, UnicodeError) as error:
                yield f"{name}: {part.get_content_type()} cannot be decoded: {error}"
    for field in ONCE:
        count = len(message.get_all(field, []))
        if count > 1 or (count == 0 and field != "List-Unsubscribe"):
            yield f"{name}: {field} is there {count} times"
    kinds = [part.get_content_type() for part in message.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        yield f"{name}: its parts are {', '.join(kinds)}"


found = [one for message in json.load(sys.stdin) for one in findings(message["name"], base64.b64decode(message["raw"]))]
json.dump(found, sys.stdout)
