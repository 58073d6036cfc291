"""What a story file may say."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config.durations import Duration
from moderation.card import Audience, CardKind
from moderation.decision import ActionKind, Route, Step
from moderation.record import Mode

HERE = Path(__file__).parent
FOLDER = HERE / "stories"
BEGINNINGS = HERE / "given"

ROLES = (
    "officer",
    "second officer",
    "assistant director",
    "deputy",
    "operator",
    "impostor",
    "anonymous admin",
)
"""Who acts in the staff chat. The last two stand on no roster."""

Count = Annotated[int, Field(ge=0)]
Kind = Annotated[CardKind, Field(strict=False)]
Mailbox = Literal[
    "on_call",
    "officers",
    "safeguarding",
    "frequent_caller",
    "complaints",
    "press",
    "information_governance",
    "speak_up",
    "legal",
    "operator",
    "holders",
    "assistant director",
    "deputy",
]


P = TypeVar("P", bound="Part")


class StoryError(Exception):
    """A story that cannot be played: the file, the step and what is wrong there."""


class Part(BaseModel):
    """A table of a story. A key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Term(Part):
    """From when to when somebody holds a role, counted from the beginning of the story."""

    begins: Duration | None = None
    ends: Duration | None = None


class Picture(Part):
    """An attachment. `kept` false: the network does not give its bytes."""

    description: str = ""
    kept: bool = True


class Answer(Part):
    """What a team wrote back to a referral."""

    team: Annotated[Route, Field(strict=False)]
    advice: str
    tailored_response: str = ""
    hold: Duration | None = None


class Happening(Part):
    """What happens in a step: one of these, or nothing but the passing of time."""

    after: Duration | None = None
    """How long after the step before."""
    by: str = ""
    """An author, or one of the roles."""

    comment: str | None = None
    id: str = ""
    on: str = "main"
    kind: Literal["reply", "mention", "direct"] = "reply"
    edit_of: str = ""
    picture: Picture | None = None
    quoted: tuple[str, ...] = ()
    times: Annotated[int, Field(ge=1)] = 1
    """Says it that often; {n} in the text is the number."""
    every: Duration | None = None

    withdraws: str = ""
    delivered_again: str = ""
    """The network hands over a comment that we have already."""
    press: str | tuple[str, ...] | None = None
    about: str = ""
    """The author whose case the card is about."""
    twice: bool = False
    keep_button: str = ""
    """Somebody looks at a button and does not press it yet."""
    press_kept: bool = False
    type: str | None = None
    """A command. {dave} is the number of Dave's case."""
    unreachable: tuple[str, ...] = ()
    reachable: tuple[str, ...] = ()
    answer: Answer | None = None
    unseen: bool = False
    """The next step happens before we have looked at this one."""
    restart: bool = False
    breaks: str = ""
    """A check that raises from here on."""
    mends: str = ""

    @model_validator(mode="after")
    def _one_thing(self) -> Happening:
        said: list[object] = [self.comment, self.press, self.type, self.answer, self.withdraws]
        said += [self.keep_button, self.press_kept, self.delivered_again, self.restart]
        said += [self.breaks, self.mends, self.unreachable, self.reachable]
        if sum(bool(one) for one in said) > 1:
            raise ValueError("one step, one happening")
        if (self.comment is not None or self.press or self.type or self.press_kept) and not self.by:
            raise ValueError("say by whom")
        if (self.press or self.type or self.press_kept) and self.by not in ROLES:
            raise ValueError(f"{self.by!r} is none of {', '.join(ROLES)}")
        if (self.press or self.keep_button or self.answer) and not self.about:
            raise ValueError("say whose case it is about")
        if self.edit_of and not self.comment:
            raise ValueError("an edit needs the new text")
        return self


class Expected(Part):
    """What must be so after a step. Counts are from the beginning; what is left out is not looked at."""

    hidden: tuple[str, ...] = ()
    visible: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    warned: dict[str, Count] = {}
    """Warnings that reached a person by private message."""
    not_warned: tuple[str, ...] = ()
    warning_counts: tuple[str, ...] = ()
    warning_does_not_count: tuple[str, ...] = ()
    tells: dict[str, str] = {}
    """Part of the newest private message to a person."""
    never_tells: dict[str, str] = {}
    """What no private message to a person has ever said."""
    messages: dict[str, Count] = {}
    public_replies: Count | None = None

    referred: dict[str, tuple[Annotated[Route, Field(strict=False)], ...]] = {}
    not_referred: tuple[str, ...] = ()
    mailed_to: tuple[Mailbox, ...] = ()
    """Who got mail in this step."""
    not_mailed_to: tuple[Mailbox, ...] = ()
    mail_says: dict[Mailbox, str] = {}
    mail_omits: dict[Mailbox, str] = {}

    strikes: dict[str, Count] = {}
    points: dict[str, Count] = {}
    blocked: tuple[str, ...] = ()
    """`dave`, or `dave on volunteers`."""
    not_blocked: tuple[str, ...] = ()
    gets_through: bool | None = None
    """Whether the network let the comment of this step come to us at all."""

    cards: dict[Annotated[Audience, Field(strict=False)], tuple[Kind, ...]] = {}
    """All open cards of an audience, over all cases."""
    card_says: tuple[str, ...] = ()
    card_omits: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    """What the staff chat heard in this step."""
    says_not: tuple[str, ...] = ()

    order: tuple[Annotated[Step, Field(strict=False)], ...] = ()
    """Steps that came to pass in this step, in this order and no other."""
    did: tuple[Annotated[ActionKind, Field(strict=False)], ...] | None = None
    """All that was done on the network in this step, in any order."""
    packs: Count | None = None
    mode_is: Annotated[Mode, Field(strict=False)] | None = None


class Scene(Happening, Expected):
    """A step of a story."""


class Story(Part):
    """A story file."""

    title: str
    clause: str
    given: str | None = None
    """What had happened before: the steps of a file in `given/`."""
    mode: Literal["active", "rehearsal"] = "active"
    accounts: dict[str, str] = {"main": "East Shire Ambulance"}
    networks: dict[str, tuple[Annotated[ActionKind, Field(strict=False)], ...]] = {}
    """For an account whose network can do less: all that it can do."""
    overlay: str | None = None
    policy: str = ""
    """What this story's trust decides otherwise, as its own policy file."""
    roster: dict[str, Term] = {}
    step: tuple[Scene, ...]

    @model_validator(mode="after")
    def _knows_its_people(self) -> Story:
        strangers = set(self.roster) - set(ROLES)
        if strangers:
            raise ValueError(f"roster: {', '.join(sorted(strangers))} is none of {', '.join(ROLES)}")
        elsewhere = ({scene.on for scene in self.step} | set(self.networks)) - set(self.accounts)
        if elsewhere:
            raise ValueError(f"accounts: {', '.join(sorted(elsewhere))} is not among them")
        return self


class Given(Part):
    """How several stories begin."""

    given: str | None = None
    step: tuple[Scene, ...]


def read(path: Path) -> Story:
    """Read a story, or say everything that is wrong with it, by file and step."""
    return parse(_data(path), path.name)


def parse(data: dict[str, Any], name: str) -> Story:
    """Build a story from what its file holds."""
    return _built(Story, data, name)


def given(name: str | None) -> tuple[Scene, ...]:
    """The steps of a beginning, and before them those of its own."""
    if name is None:
        return ()
    path = BEGINNINGS / f"{name}.toml"
    begun = _built(Given, _data(path), path.name)
    return (*given(begun.given), *begun.step)


def _data(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoryError(f"{path.name}: there is no such file in {path.parent.name}") from None
    except tomllib.TOMLDecodeError as error:
        raise StoryError(f"{path.name}: {error}") from None


def _built(kind: type[P], data: dict[str, Any], name: str) -> P:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        lines = [f"{name}: {_place(one['loc'])}{one['msg']}" for one in error.errors(include_url=False)]
    raise StoryError("\n".join(lines))


def _place(loc: tuple[int | str, ...]) -> str:
    match loc:
        case ("step", int(number), *rest):
            return ": ".join([f"step {number + 1}", *(str(part) for part in rest)]) + ": "
        case ():
            return ""
        case _:
            return ": ".join(str(part) for part in loc) + ": "
