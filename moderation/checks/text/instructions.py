"""Passages that pretend to instruct a machine, so that a model judges what is said beside them."""

from __future__ import annotations

from moderation.checks.text.patterns import Match, Pattern


def _one_of(place: str, sources: tuple[str, ...]) -> Pattern:
    return Pattern("|".join(f"(?:{source})" for source in sources), place)


_MACHINE = (
    r"(?:ai|a\.i\.|artificial intelligence|llm|(?:large )?language model|chat ?bot"
    r"|chat ?gpt|gpt(?:-?\d\w*)?"
    r"|auto ?mod(?:erator)?|(?:ai|automated|automatic|content|comment) (?:moderator"
    r"|moderation|filter|classifier)"
    r"|moderation (?:bot|model|system|ai|tool|filter|engine)|toxicity (?:model|classifier"
    r"|filter)|classifier"
    r"|virtual assistant|ai assistant|assistant model)"
)
_THIS = (
    r"(?:this|that|it|them|my|the|these|any|all|following|above|below|whatever)"
    r"(?: (?:following|above|below|next|user.?s|author.?s|whole))*"
    r"(?: (?:comments?|messages?|posts?|text|content|input|user|author|account|reply))?"
)
_GOOD = (
    r"(?:safe|clean|harmless|benign|ok(?:ay)?|fine|non.?toxic|not (?:toxic|abusive"
    r"|offensive|harmful)|acceptable"
    r"|approved|allowed|compliant|appropriate|positive|friendly|neutral|a compliment"
    r"|no (?:breach|violation|issue)"
    r"|civil|polite|lawful|protected speech)"
)
_RULES = (
    r"(?:rules?|instructions?|prompts?|guidelines?|guard ?rails?|filters?|polic(?:y|ies)"
    r"|training|programming"
    r"|directions|directives|restrictions|safeguards|constraints|commands?|orders)"
)

_ALWAYS = _one_of(
    "instructions",
    (
        # Setting aside what came before.
        (
            r"(?i)\b(?:ignore|disregard|forget|override|overrule|bypass|disobey|discard|suspend"
            r"|stop following"
            r"|pay no attention to) (?:(?:all|any|every|of|the|and) )*"
            r"(?:your|previous|prior|above|earlier|preceding|foregoing|existing|original|system"
            r"|moderation|safety)"
            rf"(?: (?:your|previous|prior|above|earlier|preceding|existing|system|moderation|safety"
            rf"|own|house|content"
            rf"|community|set of|and|internal))* ?{_RULES}\b(?: (?:above|before this|so far))?"
        ),
        (
            r"(?i)\b(?:ignore|disregard|forget) (?:everything|anything|all|what(?:ever)?) (?:that "
            r"|which )?"
            r"(?:(?:you|was|were|i|we) )*(?:(?:have )?been |were |are )?"
            r"(?:above|told|said|trained|programmed|instructed|taught|before this)\b(?: (?:before"
            r"|so far|above|to do))?"
        ),
        (
            r"(?i)\b(?:your )?new (?:system )?(?:instructions?|prompts?|directives?|task"
            r"|persona)(?: (?:is|are|follows?))? ?:"
        ),
        # Telling it what it is.
        (
            rf"(?i)\b(?:you are|you.?re|act|behave|respond|answer|speaking|pretend|pretend to be"
            rf"|pretend you are|imagine"
            rf" you are|role ?play|consider yourself)(?: now| from now on)?(?: as| like)? (?:an? "
            rf"|the |my )?"
            rf"(?:[a-z\-]+ ){{0,2}}{_MACHINE}(?: (?:moderator|model|assistant|bot|system|classifier"
            rf"|filter|moderation))*"
            r"(?: (?:with|without|that has|who has) (?:no |any )?(?:rules|filters?|restrictions"
            r"|limits))?\b"
        ),
        (
            rf"(?i)\bas (?:an? |the |our |your )?{_MACHINE}(?: (?:moderator|model|assistant|bot"
            rf"|system|classifier|tool))*"
            r"(?:,| you| please| must| should| i (?:will|must|can)| approve| allow| mark| let"
            r"| pass| do not| don.?t)"
        ),
        (
            rf"(?i)\b(?:dear|hey|hi|hello|attention|note (?:to|for)|message (?:to|for)"
            rf"|instructions? (?:to|for)) (?:the )?"
            rf"{_MACHINE}(?: (?:moderator|model|assistant|bot|system|classifier))*\b"
        ),
        (
            r"(?i)\b(?:developer|dan|god|debug|maintenance|admin|root|jailbreak|unrestricted) mode"
            r"(?: is| now)? (?:on|enabled|activated|engaged|active)\b"
        ),
        (
            r"(?i)\b(?:system|admin(?:istrator)?|moderator|safety"
            r"|root) override(?: code)?(?: [a-z]*\d\w*)?\b"
        ),
        # Telling it what to find.
        (
            rf"(?i)\b(?:mark|label|classify|rate|score|flag|treat|categori[sz]e|report|consider"
            rf"|regard|judge|tag)"
            rf" {_THIS} (?:as|to be) (?:being )?(?:completely |entirely |perfectly |fully "
            rf"|100% )?{_GOOD}\b"
        ),
        (
            r"(?i)\b(?:return|output|respond|reply|answer|print|say|emit|give|set)(?: (?:only|just"
            r"|with|back|a|an|the"
            r"|exactly))* (?:(?:toxicity|severity|spam|abuse|hate|threat|overall|harm) )+(?:score"
            r"|label|rating|level)s?"
            r"(?: (?:of|to|as|is|=))* ?(?:0(?:\.0+)?|zero|nil|none|low|minimal)\b"
        ),
        (
            rf"(?i)\b(?:return|output|respond|reply|answer|print|emit)(?: (?:only|just|with|back"
            rf"|the|word|exactly))+"
            rf" [\"'“]?{_GOOD}\b[\"'”]?"
        ),
        (
            r"(?i)\bthis (?:comment|message|post|text|content|user|author) (?:is|was"
            r"|has been) (?:already )?"
            r"(?:pre.?)?(?:approved|verified|reviewed|white ?listed|cleared|checked"
            r"|authori[sz]ed)(?: as [a-z]+)? by"
            r" (?:the |your |our )?(?:[a-z]+ )?(?:moderat\w+|admin\w*|safety|compliance|system"
            r"|developers?|trust)"
            r"(?: (?:team|system|department|staff))?\b"
        ),
        (
            r"(?i)[\"'](?:toxic(?:ity)?|is_toxic|severity|verdict|label|score|flagged|safe"
            r"|decision|action|category"
            r"|moderation\w*|insult|threat|hate\w*|spam|hide|result|status)[\"']\s*[:=]\s*[\"']?"
            r"(?:[01](?:\.\d+)?|false|true|none|null|safe|clean|allow\w*|approv\w*|pass\w*|keep|ok"
            r"|not? toxic|benign)"
            r"[\"']?"
        ),
        (
            r"(?i)\b(?:is_toxic|toxicity(?:_score)?|moderation_result|verdict"
            r"|spam_score)\s*[:=]\s*"
            r"(?:0(?:\.\d+)?|false|none|null|safe|clean|allow\w*|approv\w*|pass\w*|keep|ok"
            r"|benign)\b"
        ),
        # The signs by which prompts are put together.
        (
            r"(?i)<\|?/?(?:system|im_start|im_end|endoftext|begin_of_text|eot_id|start_header_id"
            r"|end_header_id"
            r"|assistant|instructions?|prompt)\|?>(?:system|user|assistant)?"
        ),
        r"(?i)\[/?inst\]|<</?sys>>",
        r"(?im)^[ ]*#{1,6} ?(?:system|instructions?|assistant|human|response)\b ?:?",
        (
            r"(?m)(?:^|[\[({<*\"'`])[ *_#>\[({\"'`]{0,4}(?:SYSTEM|ASSISTANT|DEVELOPER|System"
            r"|Assistant)[ *_\])}\"'`]{0,4}:"
        ),
        (
            r"(?i)\b(?:system|developer|hidden|secret) (?:prompt|message|instructions?"
            r"|note)[ *_\])}\"'`]{0,4}[:=]"
        ),
        r"(?i)[\"']?role[\"']?\s*:\s*[\"'](?:system|assistant|developer)[\"']",
        (
            r"(?i)-{2,} ?(?:begin|end|start)(?: of)? (?:the )?(?:system )?(?:prompt|comment|input"
            r"|instructions?|user \w+)"
            r" ?-{0,}|\bend of (?:comment|input|user (?:input|text|message))[.:]"
        ),
    ),
)
_ADDRESSED = _one_of(
    "instructions.addressed",
    (
        rf"(?i)\b(?:{_MACHINE}|bot|moderator bot|algorithm|automod)\b",
        r"(?i)\bto (?:the )?(?:machine|computer|robot)\b",
    ),
)
"""A machine is spoken of. Then orders count that would otherwise be a plea to a person."""
_IF_ADDRESSED = _one_of(
    "instructions.if_addressed",
    (
        (
            rf"(?i)\b(?:approve|allow|accept|publish|white ?list|unflag|let through|wave through"
            rf"|pass) {_THIS}"
            r"(?: through| at once| immediately)?\b"
        ),
        (
            r"(?i)\b(?:do not|don.?t|never|must not|you will not) (?:ever )?(?:flag|hide|remove"
            r"|delete|moderate|block"
            rf"|report|classify|score|hold|filter|censor) {_THIS}\b"
        ),
        (
            rf"(?i)\b(?:this|it|my (?:comment|post|message)) is (?:completely |perfectly "
            rf"|entirely )?{_GOOD}\b"
        ),
        (
            rf"(?i)\b(?:ignore|disregard|forget|skip|bypass) (?:all |any )?(?:of )?(?:the |these "
            rf"|those )?{_RULES}\b"
        ),
        (
            r"(?i)\b(?:mark|label|classify|rate|score) (?:as )?(?:safe|clean|harmless|benign"
            r"|approved|non.?toxic)\b"
        ),
        (
            rf"(?i)\byour (?:task|job|role|only job|{_RULES}) (?:is|are)(?: now)?(?: simply"
            rf"| only)?(?: to)?\b"
        ),
    ),
)


def without_instructions(text: str) -> str:
    """The text with blanks for whatever pretends to instruct a machine; every offset still holds.

    Only the order itself goes, word for word: abuse that is wrapped in one stays to be judged.
    """
    plain = "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    found = _all(plain)
    if not found:
        return text
    kept = list(text)
    for match in found:
        kept[match.start : match.end] = " " * (match.end - match.start)
    return "".join(kept)


def _all(text: str) -> list[Match]:
    plain = list(_ALWAYS.all(text))
    if plain or _ADDRESSED.found_in(text):
        plain += _IF_ADDRESSED.all(text)
    return plain
