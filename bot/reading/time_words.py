"""Words that a person may mean as a time, wherever they stand."""

import re
import unicodedata
from itertools import pairwise

from bot.reading.characters import MARKS, plain
from bot.rules.unseen import INVISIBLE, JOINERS, KEYCAP, OVERRIDES, SELECTORS

SENTENCE_MARKS = ".,:;!?()\"'@~*_。，：；！？（）"

BEHIND_A_NUMBER = frozenset(
    {"am", "pm", "o'clock", "min", "mins", "minute", "minutes", "hour", "hours", "day", "days"}
    | {"uhr", "heures", "heure", "horas", "hora", "ore", "hrs", "hr", "stunden", "点", "點", "時"}
)

# Also in the digits of other scripts, which a time is not read from but must not be passed over.
_CLOCK = r"\d{1,2}[:∶꞉ː˸]\d{2}(?:[:∶꞉ː˸]\d{2})?"
_ENGLISH = re.compile(
    rf"(?:at|T)?{_CLOCK}(?:-{_CLOCK})?[a-z]{{0,4}}|[0-9]{{1,2}}(?:[.][0-5][0-9])?(?:am|pm)"
    r"|(?:[01]?[0-9]|2[0-3])[.][0-5][0-9]|[0-9]{1,2}h(?:[0-5][0-9])?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:]+Z?)?"
    r"|today|tonight|tom+or+ow|tmrw?|noon|midnight|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|later|soon|morning|afternoon|evening|night|weekend|eod|hours?|minutes?",
    re.IGNORECASE,
)
# Chinese sets no blanks between words; names hold these as well, but have an extension.
_CHINESE = re.compile(
    "今[天日晚早]|明[天日晚早]|[后後]天|[周週][一二三四五六日天]|星期|[0-9]{1,2}月[0-9]{1,2}[日号號]"
    "|[上下]午|晚上|小[时時][后後]|分[钟鐘][后後]|[一二三四五六七八九十][点點]"
    "|[0-9]{1,2}(?:[点點时時]|[:：][0-5][0-9])"
)
# In titles these words are usual. In a command, beside what is sent at once, they are a wish.
_WISHES = re.compile(
    r"after|before|once|when|until|till|past|o'clock|heute|morgen|übermorgen|mittags?|mitternacht"
    r"|abends?|nachher|später|danach|sobald|demain|midi|minuit|après|avant|mañana|mediodía"
    r"|medianoche|luego|domani|mezzogiorno|mezzanotte|之后|之後|以后|以後|之前|稍后|稍後",
    re.IGNORECASE,
)
_BEFORE_A_NUMBER = frozenset({"at", "by", "um", "gegen", "around", "about", "ab", "à", "alle"})
_NUMBERS = re.compile(
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    "|eins?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|half|halb|quarter|viertel",
    re.IGNORECASE,
)
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_NAME = re.compile(r"[/=]|\.[A-Za-z0-9]{2,5}$")
_FILE_NAME = re.compile(r"\.(?=[0-9]*[A-Za-z])(?![0-9]{2}[ap]m)[A-Za-z0-9]{2,5}$", re.IGNORECASE)
# Between the characters of a word nobody sees these, nor do they change what it says.
_UNSEEN = re.compile(f"[{INVISIBLE}{JOINERS}{SELECTORS}{OVERRIDES}{KEYCAP}]")
_AROUND = MARKS + "@-{}|【】「」『』《》〈〉"


def time_in(text: str) -> str | None:
    """The first word that says a time or a day, as written; names of files are no such words."""
    words = [word.strip(SENTENCE_MARKS) for word in text.split()]
    for word, after in pairwise([*words, ""]):
        bare = _bare(word)
        if _says_a_time(bare):
            return word
        if bare.isdecimal() and _bare(after).lower() in BEHIND_A_NUMBER:
            return f"{word} {after}"
    return None


def wish_for_a_time(text: str) -> str | None:
    """The first words of a command that ask for another time than now; None without any."""
    words = [_bare(word) for word in text.split()]
    for word, after in pairwise([*words, ""]):
        if _WISHES.fullmatch(word):
            return word
        if word.lower() in _BEFORE_A_NUMBER and _NUMBERS.fullmatch(after):
            return f"{word} {after}"
    return time_in(text)


def names_a_file(text: str) -> bool:
    """Whether the text ends in an extension, which is no part of a time as `.30pm` is."""
    return _FILE_NAME.search(text) is not None


def _bare(word: str) -> str:
    """The word without invisible characters and marks around it: `18:30` for a `«18:30»`."""
    return plain(unicodedata.normalize("NFKC", _UNSEEN.sub("", word))).strip(_AROUND)


def _says_a_time(word: str) -> bool:
    if _ENGLISH.fullmatch(word):
        return True
    is_sentence = _BEYOND_ASCII.search(word) and not _NAME.search(word)
    return bool(is_sentence and _CHINESE.search(word))
