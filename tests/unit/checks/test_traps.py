"""Words and numbers that mean one thing in abuse and another in Britain."""

from __future__ import annotations

import pytest

from moderation.taxonomy import Category
from tests.unit.checks.looking import ACT, LOOK, breach, score

INNOCENT = (
    "You prod him gently and he opens his eyes",
    "u ok hun? thinking of you",
    "a fairy cake for everyone on nights",
    "I do mental health first aid on Tuesdays",
    "Greetings from Scunthorpe, Penistone and Clitheroe",
    "mum makes faggots with peas and gravy, crews welcome",
    "he has spastic cerebral palsy and the crew were so patient",
    "spastic diplegia is on her notes",
    "call a spade a spade, the service needs money",
    "the ski slope was closed and you still reached us",
    "my special needs lad loved the sirens",
    "vegetable soup for the night shift",
    "ginger biscuits in the mess room",
    "a cow got loose on the A30",
    "my fanny pack was left in the waiting room, is it there",
    "turn the knob until it clicks",
    "Offa's Dyke path, walker with a broken ankle, thank you",
    "the Nat Express coach waited for us",
    "growth retardation was found at the scan",
    "a Maine coon called Bluelight",
    "We drove over from the ROI for the open day",
    "choc ice in hand at the open day, lovely",
    "poof, gone, the pain just went",
    "Jock Stein memorial walk on Sunday",
    "cattle prod in the barn, old one",
    "Essex girls and Sussex boys running for charity",
    "the cockpit of the air ambulance is tiny",
    "Dick Van Dyke is 98, good lad",
    "what a shitake risotto",
    "Cockermouth and Lickey End have new responders",
    "a classic assassin film on the night shift",
    "homosapiens need sleep, so do crews",
    "smoking a fag outside A&E is not allowed",
)

SWEARING_AT_NOBODY = (
    "bloody brilliant crew",
    "fucking legends the lot of you",
    "eleven fucking hours on a trolley",
    "holy shit that was quick, thank you",
    "this is bollocks, fund the service",
    "bloody hell what a ride, cheers lads",
    "damn good people",
    "arse over tit down the stairs I went, and they came in ten minutes",
    "the bloody phone line is a bloody joke",
)

INSULTS = (
    "you useless twats",
    "ur a bunch of wankers",
    "that paramedic is a fat ugly slag",
    "what a bellend",
    "shut your face you absolute prick",
    "the dispatcher is an ignorant cunt",
)

SLURS = (
    "send a white one next time, not a paki",
    "pikeys get seen first, typical",
    "the driver is a poof",
    "bunch of retards on the phones",
    "get that nigger away from my nan",
    "dirty prods the lot of them",
    "fucking huns",
    "the chinky one dropped the bag",
    "some spastic answered the phone",
    "window licker at the wheel",
)


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_use_of_a_hard_word_is_not_even_looked_at(text: str) -> None:
    assert breach(text) < LOOK


@pytest.mark.parametrize("text", SWEARING_AT_NOBODY)
def test_swearing_at_nobody_is_never_hidden(text: str) -> None:
    assert breach(text) < LOOK


@pytest.mark.parametrize("text", INSULTS)
def test_a_strong_insult_aimed_at_a_person_is_abusive(text: str) -> None:
    assert score(text, Category.ABUSIVE) >= ACT


@pytest.mark.parametrize("text", SLURS)
def test_a_slur_is_hateful(text: str) -> None:
    assert score(text, Category.HATEFUL) >= ACT


def test_a_mild_insult_goes_to_an_officer() -> None:
    assert LOOK <= score("what a muppet that driver is", Category.ABUSIVE) < ACT


def test_an_insult_of_the_government_is_not_acted_on() -> None:
    assert breach("this government is run by bastards") < ACT


def test_an_insult_in_praise_is_nothing() -> None:
    assert breach("you lucky bastards got the best crew in Leeds, well done") < LOOK


def test_an_insult_of_oneself_is_nothing() -> None:
    assert breach("I was a right dickhead for climbing that, sorry lads") < LOOK


def test_a_death_foretold_to_somebody_is_a_threat_and_told_of_oneself_is_none() -> None:
    assert score("you are a dead man walking", Category.THREATENING) >= ACT
    assert score("I am a dead man walking when the wife sees this", Category.THREATENING) < LOOK
