"""Which languages leave a gap, and which English never does."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping

import pytest

from config import words
from moderation.checks.unread import Languages, Unread
from moderation.verdict import Gap
from tests.strategies.comments import comment
from tests.unit.checks.looking import NOTHING_ELSE

OTHERS = {
    "czekamy na karetkę od samego rana i nikt nie odbiera": "Polish",
    "wstyd mi za was, banda nierobów i oszustów": "Polish",
    "așteptăm de dimineață și nimeni nu răspunde la telefon": "Romanian",
    "bunica mea a căzut pe scări și nu mai vorbește": "Romanian",
    "on attend depuis ce matin et personne ne répond au téléphone": "French",
    "bande de feignants, vous devriez avoir honte": "French",
    "llevamos esperando desde la mañana y nadie contesta": "Spanish",
    "estamos à espera desde manhã e ninguém atende o telefone": "Portuguese",
    "aspettiamo da stamattina e nessuno risponde al telefono": "Italian",
    "wir warten seit heute früh und niemand geht ans telefon": "German",
    "we wachten al sinds vanochtend en niemand neemt op": "Dutch",
    "rydyn ni wedi bod yn aros ers y bore a does neb yn ateb": "Welsh",
    "sabahtan beri bekliyoruz ve kimse telefona cevap vermiyor": "Turkish",
    "waxaan sugaynay tan iyo subaxdii cidna ma jawaabin": "Somali",
    "po presim që nga mëngjesi dhe askush nuk përgjigjet": "Albanian",
    "reggel óta várunk és senki sem veszi fel a telefont": "Hungarian",
    "laukiame nuo pat ryto ir niekas neatsiliepia": "Lithuanian",
    "kanina pa kami naghihintay at walang sumasagot": "Tagalog",
    "мы ждём с самого утра, никто не отвечает": "Russian",
    "ہم صبح سے انتظار کر رہے ہیں اور کوئی جواب نہیں دیتا": "Urdu",
    "हम सुबह से इंतज़ार कर रहे हैं और कोई जवाब नहीं देता": "Hindi",
    "আমরা সকাল থেকে অপেক্ষা করছি কেউ ফোন ধরে না": "Bengali",
    "ਅਸੀਂ ਸਵੇਰ ਤੋਂ ਉਡੀਕ ਕਰ ਰਹੇ ਹਾਂ ਕੋਈ ਜਵਾਬ ਨਹੀਂ": "Panjabi",
    "نحن ننتظر منذ الصباح ولا أحد يرد على الهاتف": "Arabic",
    "περιμένουμε από το πρωί και κανείς δεν απαντά": "Greek",
    "我们从早上开始等，没有人接电话": "Chinese",
}

ENGLISH = (
    # Dialect, of the four corners.
    "nah then, thi lads did reyt by our mam",
    "ee by gum, them two grafted like billy-o",
    "wey aye, them paramedics wor champion mind",
    "ah wes proper poorly an the lass nivver left us side",
    "yow did a bostin job on our wench, ta ever so",
    "it wor thee as fetched me nan off the bank",
    "mind how yew goo bor, thass a rum owd job",
    "proper job my lover, where's ee to now then",
    "ye cannae whack wur ambulance folk so ye cannae",
    "fair play to yez, youse were quare and quick, so yis were",
    "la, them medics are boss tha knows, dead sound",
    "safe fam, dem man came bare quick still",
    # Short spelling.
    "omg cnt blve it tysm guyz xx",
    "thx 4 comin 2 r gran 2nite u r stars",
    "smh tbh ngl this is peak",
    "lmaooo ikr wtaf",
    # Names and places.
    "Krzysztof, Małgorzata, Zbigniew and Grażyna from Slough",
    "Condolences to the Nkemelu, Adeyemi and Olanrewaju families",
    "Cheddleton, Wetton, Ilam, Alstonefield, Hartington",
    "Dafydd, Gwenllian, Myfanwy, Eleri and Iolo xx",
    # Short, and short thanks.
    "thanks",
    "diolch yn fawr iawn i chi gyd",
    "dziękuję bardzo",
    "Merci beaucoup for looking after mum",
    "شکریہ",
    "спасибо",
    "谢谢你们",
    "Ramadan Mubarak to all on shift",
    "RIP Terrence",
    # What is in no language.
    "😂😂😂🚑🚑",
    "aaaargh noooo hahahaha hehehehe",
    "@one @two @three @four https://example.org/a",
    "GCS 3, BP 60/30, SATS 71, RR 40",
    "amiodarone adrenaline atropine naloxone",
    # English of people who learn it.
    "pliz help my father he is fall in bath and no can stand",
    "ambulance not come, we waiting very long time, children cry",
    "very thank you sir madam, god bless your hand",
)


@functools.cache
def _languages() -> Languages:
    return words.load().languages


def _gaps(text: str) -> tuple[object, ...]:
    return Unread(_languages()).look(comment(text=text), NOTHING_ELSE)


@pytest.mark.parametrize("text", OTHERS)
def test_another_language_leaves_a_gap_that_says_what_is_not_read(text: str) -> None:
    (gap,) = _gaps(text)

    assert isinstance(gap, Gap)
    assert gap.check == "language"
    assert gap.reason in {
        f"{OTHERS[text]}, which the checks do not read",
        "another language, which the checks do not read",
    }


def test_most_gaps_name_their_language() -> None:
    named = [text for text, language in OTHERS.items() if f"{language}," in str(_gaps(text))]

    assert len(named) >= 0.8 * len(OTHERS)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_of_every_kind_and_short_texts_leave_none(text: str) -> None:
    assert _gaps(text) == ()


def test_capitals_hide_no_language() -> None:
    assert _gaps("CZEKAMY NA KARETKĘ OD SAMEGO RANA I NIKT NIE ODBIERA")


def test_letters_in_disguise_are_read_as_the_english_that_they_show() -> None:
    assert _gaps("уоu lоt аrе thе bеst сrеw in thе wоrld") == ()
    assert _gaps("t h a n k y o u f o r e v e r y t h i n g") == ()


def test_a_description_in_brackets_is_not_the_author_s_language() -> None:
    assert _gaps("lovely [photo: karetka stoi przed szpitalem od samego rana]") == ()


def test_half_characters_break_nothing() -> None:
    assert _gaps("\ud800 \udfff thanks") == ()


def test_a_long_text_is_identified_by_its_head_and_tail() -> None:
    seen: list[str] = []

    def identify(text: str) -> Mapping[str, float]:
        seen.append(text)
        return {"en": 0.0, "pl": 1.0}

    watched = dataclasses.replace(_languages(), identify=identify)
    Unread(watched).look(comment(text="poczatek " + "słowo inne trzecie " * 2_000 + "koniec"), NOTHING_ELSE)

    assert all(len(text) <= 801 for text in seen)
    assert seen[0].startswith("poczatek")
    assert seen[0].endswith("koniec")
