"""Reads feeds as JSON, [{name, bytes in base64, contentType, address}], and prints the answers of feedparser to each field."""

import base64
import calendar
import html
import json
import re
import sys

import feedparser

TAG = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|</?[a-z][^>]*>", re.S | re.I)
IMG = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)[^>]*>", re.I)
SIDE = re.compile(r"\b(?:width|height)\s*[=:]\s*[\"']?(\d{1,5})(?!\d|%)", re.I)
IMAGE_NAME = re.compile(r"\.(jpe?g|png|gif|webp|avif)(?:[?#]|$)", re.I)
# Counting pixels, smileys and faces say that they are so small: they are no answer to the question for a picture.
ICON_PX = 48
SMALL_PX = 99


def plain(value):
    return html.unescape(TAG.sub(" ", value or ""))


def is_image(one):
    kind, medium = one.get("type", ""), one.get("medium", "")
    if "/" in kind:
        return kind.startswith("image/")
    return medium == "image" if medium else not re.search(r"\.(mp3|m4a|mp4|m4v|mov|webm|swf)(?:[?#]|$)", one["url"])


def sides_of(*sides):
    return [int(side) for side in sides if str(side).isdigit()]


def pictures(entry, markup):
    """Every address that feedparser names as a picture of the entry, with the sides that it says."""
    contents = [one for one in entry.get("media_content", []) if one.get("url") and is_image(one)]
    thumbnails = [one for one in entry.get("media_thumbnail", []) if one.get("url")]
    for one in [*contents, *thumbnails]:
        yield one["url"], sides_of(one.get("width"), one.get("height"))
    for one in entry.get("enclosures", []):
        href, kind = one.get("href"), one.get("type", "")
        if href and (kind.startswith("image/") or (not kind and IMAGE_NAME.search(href))):
            yield href, []
    if entry.get("image", {}).get("href"):
        yield entry["image"]["href"], []
    for tag in IMG.finditer(markup):
        yield html.unescape(tag.group(1)), sides_of(*SIDE.findall(tag.group(0)))


def answers_about_pictures(entry, markup):
    found = [(url, sides) for url, sides in pictures(entry, markup) if not url.startswith("data:")]
    icons = [url for url, sides in found if sides and max(sides) <= ICON_PX]
    return {
        "pictures": [url for url, _ in found if url not in icons],
        "small": [url for url, sides in found if sides and min(sides) <= SMALL_PX and url not in icons],
        "icons": icons,
    }


def moment(entry):
    for field in ("published_parsed", "updated_parsed", "created_parsed"):
        if entry.get(field):
            try:
                return calendar.timegm(entry[field])
            except ValueError:  # feedparser reads 0000-00-00 as a year before the calendar's first
                return None
    return None


def names(entry):
    """The names of an entry's authors, without their mail addresses: feedparser keeps the two apart in author_detail."""
    people = [*entry.get("authors", []), entry.get("author_detail", {})]
    found = [one["name"].strip() for one in people if one.get("name", "").strip()]
    return list(dict.fromkeys(found))


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
                "written": entry.get("published") or entry.get("updated") or entry.get("created") or "",
                "names": names(entry),
                "byline": entry.get("author", ""),
                "text": plain(markup),
                **answers_about_pictures(entry, markup),
            }
        )
    return {"name": feed["name"], "entries": entries}


json.dump([read(feed) for feed in json.load(sys.stdin)], sys.stdout)
