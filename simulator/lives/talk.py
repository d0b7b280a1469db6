"""Conversations: transcripts of made-up phrases."""

from random import Random

from simulator.lives.leads import Phrase
from simulator.market.chance import zipf
from simulator.market.sites import Site

SECONDS_PER_PHRASE = 4
# Percent-encoded about 60 kB, which still fits the URL of a webhook sent with GET.
MOST_PHRASES = 380
_LONG = 60

_GREETINGS = (
    "Добрый день, компания «{title}», чем могу помочь?",
    "Здравствуйте, меня зовут Мария, слушаю вас",
    "Алло, добрый день!",
)
_WISHES = (
    "Здравствуйте, я по поводу: {topic}. Сколько это стоит?",
    "Добрый день, нашла вас на сайте, интересует {topic}",
    "Подскажите, пожалуйста, {topic} — это к вам?",
    "Вы мне звонили? Я оставлял заявку, {topic}",
)
_OPERATOR = (
    "Да, конечно", "Одну минуту, я посмотрю", "Скидка 10% действует до конца недели",
    "Хорошо, записала", "Как к вам можно обращаться?", "Адрес пришлю сообщением",
    "Можем предложить завтра, с 10:00 до 14:00",
    "Цена зависит от размеров", "Уточню у мастера и перезвоню", "Угу",
)  # fmt: skip
_CLIENT = (
    "Да", "Хорошо", "Угу", "А сколько по времени?", "Понятно", "А рассрочка есть?",
    "Мне удобно после шести", "Я ещё подумаю", "Записывайте: 9 кв. м", "Спасибо, до свидания",
)  # fmt: skip


def _said(is_by_operator: bool, texts: tuple[str, ...]) -> tuple[Phrase, ...]:
    return tuple(Phrase(is_by_operator, text) for text in texts)


_REPLIES = (zipf(_said(True, _OPERATOR), 0.7), zipf(_said(False, _CLIENT), 0.7))
# A long conversation is mostly short phrases.
_SMALL = (
    zipf(_said(True, ("Да", "Угу", "Хорошо", "Так", "Сейчас")), 0.5),
    zipf(_said(False, ("Да", "Угу", "Нет", "Ага", "Понял")), 0.5),
)


def transcript(rng: Random, site: Site, duration: int) -> tuple[Phrase, ...]:
    """Phrases of a conversation of that many seconds, operator first."""
    topic = rng.choice(site.business.topics)
    phrases = [
        Phrase(True, rng.choice(_GREETINGS).format(title=site.business.title)),
        Phrase(False, rng.choice(_WISHES).format(topic=topic)),
    ]
    count = min(max(duration // SECONDS_PER_PHRASE, 3), MOST_PHRASES)
    for turn in range(2, count):
        replies = _SMALL if turn > _LONG else _REPLIES
        phrases.append(replies[turn % 2].pick(rng))
    return tuple(phrases)
