"""
Reads {record: {name, value}, asked: [{name, what, raw in base64}]} as JSON; `what` says how a message was changed, and
is empty for one as it was sent. Prints, as a list of sentences, where the verifier's answer is not the one it should be.
"""

import base64
import json
import logging
import sys

import dkim

logging.disable(logging.CRITICAL)
task = json.load(sys.stdin)


def lookup(name, timeout=5):
    asked = name.decode() if isinstance(name, bytes) else name
    return task["record"]["value"].encode() if asked.rstrip(".") == task["record"]["name"] else None


def passes(raw):
    try:
        return dkim.verify(raw, dnsfunc=lookup)
    except dkim.DKIMException:
        return False


findings = []
for one in task["asked"]:
    verified = passes(base64.b64decode(one["raw"]))
    if verified and one["what"]:
        findings.append(f"{one['name']}: passes with {one['what']}")
    if not verified and not one["what"]:
        findings.append(f"{one['name']}: fails")
json.dump(findings, sys.stdout)
