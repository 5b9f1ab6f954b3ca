"""Extensions of files, by which the end of an address is recognised."""

import re

# What VOD makes and takes, and what stands beside it.
MEDIA = (
    r"(?i:\.(?:mp4|m4v|m3u8?|mpd|m2?ts|ts|m4s|cmf[vat]|ism[va]?|mov|mkv|flv|avi|wmv|webm|ogv|mpe?g"
    r"|3gp|rmvb|f4v|mp3|m4a|aac|wav|ogg|flac|opus|wma"
    r"|jpe?g|png|gif|webp|bmp|svg|vtt|srt|ass|ttml|pdf|zip|rar|7z|gz|apk|exe|dmg))(?![A-Za-z0-9])"
)

_EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,5}(?:;|\Z)")
_MEDIA_AT_THE_END = re.compile(rf"{MEDIA}\Z")


def has_extension(path: str) -> bool:
    """Whether the last name of the path has an extension, whatever it is."""
    return _EXTENSION.search(path.rpartition("/")[2]) is not None


def ends_in_media(path: str) -> bool:
    """Whether the path ends in an extension of a file that a CDN serves."""
    return _MEDIA_AT_THE_END.search(path) is not None
