"""Reads feeds as JSON, [{name, bytes in base64, contentType}], and prints what feedparser makes of each entry."""

import base64
import calendar
import html
import json
import re
import sys

import feedparser

TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.S | re.I)
SIZE = re.compile(r"\b(?:width|height)\s*[=:]\s*[\"']?(\d{1,2})(?!\d|%)", re.I)
IMG = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)[^>]*>", re.I)


def plain(value):
    return html.unescape(TAG.sub(" ", value or ""))


def pictures(entry, markup):
    for one in entry.get("media_content", []):
        if one.get("url") and "video" not in one.get("type", "") and "flash" not in one.get("type", ""):
            yield one["url"]
    for one in entry.get("media_thumbnail", []):
        if one.get("url"):
            yield one["url"]
    for one in entry.get("enclosures", []):
        if one.get("href") and "image" in one.get("type", ""):
            yield one["href"]
    if entry.get("image", {}).get("href"):
        yield entry["image"]["href"]
    yield from (html.unescape(url) for url in IMG.findall(markup))


def small(entry, markup):
    """Pictures that say they are smaller than 100 pixels."""
    for one in [*entry.get("media_content", []), *entry.get("media_thumbnail", [])]:
        if one.get("url") and any(str(one.get(side, "")) in map(str, range(100)) for side in ("width", "height")):
            yield one["url"]
    yield from (html.unescape(tag.group(1)) for tag in IMG.finditer(markup) if SIZE.search(tag.group(0)))


def moment(entry):
    for field in ("published_parsed", "updated_parsed", "created_parsed"):
        if entry.get(field):
            return calendar.timegm(entry[field])
    return None


def read(feed):
    headers = {"content-type": feed["contentType"], "content-location": feed["address"]}
    parsed = feedparser.parse(base64.b64decode(feed["bytes"]), response_headers=headers)
    entries = []
    for entry in parsed.entries:
        contents = [one.get("value", "") for one in entry.get("content", [])]
        markup = " ".join([*contents, entry.get("summary", "")])
        entries.append(
            {
                "title": plain(entry.get("title", "")),
                "link": entry.get("link", ""),
                "id": entry.get("id", ""),
                "original": entry.get("feedburner_origlink", ""),
                "date": moment(entry),
                "author": entry.get("author", ""),
                "text": plain(markup),
                "pictures": list(pictures(entry, markup)),
                "small": list(small(entry, markup)),
            }
        )
    return {"name": feed["name"], "entries": entries}


json.dump([read(feed) for feed in json.load(sys.stdin)], sys.stdout)
