"""Names of parameters of URLs and forms that say whose the value is."""

import re
from functools import lru_cache

_WORDS = re.compile(r"[A-ZА-ЯЁ]+(?![a-zа-яё])|[A-ZА-ЯЁ]?[a-zа-яё]+")
_CONTACT = re.compile(r"phone|e-?mail|телефон|почта|telefon|pochta|whats-?app|viber", re.IGNORECASE)
_PERSON = frozenset(
    re.findall(
        r"\w+",
        """
        fio firstname lastname middlename fullname surname username nickname fname lname
        mname sname familiya familia familija fam family imya otchestvo patronymic address addr
        klient kontakt kontakty pokupatel zakazchik polzovatel pacient pacijent adres pasport
        user client clientname contact contacts contactname customer customername caller
        buyer person visitor guest patient recipient subscriber login tel telephone
        mobile mob cell cellphone msisdn sms wa tg telegram skype mail passport snils
        birth birthday birthdate dob
        клиента покупателя заказчика пациента пользователя
        фио имя фамилия отчество клиент покупатель заказчик
        пациент контакт контакты пользователь тел мобильный адрес паспорт снилс
        """,
    )
)
_WHOSE = frozenset(
    re.findall(
        r"\w+",
        """
        first last middle full sur user client your my contact customer person
        """,
    )
)
# What these words are the last one of says nothing that names anybody.
_THINGS = frozenset(
    re.findall(
        r"\w+",
        """
        id ids uid guid type agent group source medium campaign term content status
        count lang language city region ru en version ref page category service services
        segment new
        """,
    )
)


@lru_cache(1 << 12)
def says_person(name: str) -> bool:
    """`user`, `fam`, `client_name`, `contact[phone]`, `Телефон`; not `utm_name` or `client_id`."""
    if _CONTACT.search(name):
        return True
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or words[-1] in _THINGS:
        return False
    if words[-1] == "name":
        return len(words) == 1 or bool(_WHOSE & set(words[:-1])) or words[-2] in _PERSON
    return bool(_PERSON & set(words))
