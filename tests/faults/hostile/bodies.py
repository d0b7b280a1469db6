"""Forms that nobody should send, and that must be kept nevertheless."""

from urllib.parse import quote_from_bytes

from tests.faults.hostile.raw import post

HIDDEN = post(b"id=666", b"/webhook/smuggled")
"""A request that must stay part of another one's body."""

_NAME = "Иван".encode()

ODD_BODIES = {
    "cp1251 raw": b"id=1&fio=" + "Иван".encode("cp1251"),
    "cp1251 encoded": b"id=1&fio=" + quote_from_bytes("Иван".encode("cp1251")).encode(),
    "koi8": b"id=1&fio=" + "Иван".encode("koi8-r"),
    "utf-8 raw": b"id=1&fio=" + _NAME,
    "utf-16": "id=1&fio=Иван".encode("utf-16"),
    "utf-16 value": b"id=1&fio=" + "Иван".encode("utf-16-le"),
    "utf-8 mark": b"\xef\xbb\xbfid=1&fio=" + _NAME,
    "half a character": b"id=1&fio=" + _NAME[:-1],
    "mixed encodings": b"id=1&fio=" + _NAME + "&manager=Анна".encode("cp1251"),
    "nul": b"id=1&fio=\0&x\0y=1",
    "nul encoded": b"id=1&fio=%00&%00=1",
    "nothing but nul": b"\0" * 5000,
    "lone surrogate": b"id=1&fio=%ED%A0%80",
    "surrogate pair": b"id=1&fio=%ED%A0%BD%ED%B8%80",
    "overlong": b"id=1&fio=%C0%AF%E0%80%AF",
    "no hex": b"id=1&fio=%zz",
    "cut percent": b"id=1&fio=%D0%9",
    "percent alone": b"id=1&fio=%",
    "javascript escape": b"id=1&fio=%u0410%u043d",
    "encoded twice": b"id=1&fio=%25D0%2598",
    "right to left": "id=1&fio=\u202eнавИ\u200d\U0001f469\u200d\U0001f467".encode(),
    "beyond unicode": b"id=1&fio=%F4%90%80%80",
    "null": b"id=1&fio=null",
    "undefined": b"id=1&fio=undefined",
    "not given": "id=1&fio=<не указано>".encode(),
    "not filled": "id=1&fio=<не заполнено>".encode(),
    "macros": b"id={id}&fio={fio}",
    "nothing": b"",
    "no equals": b"hello",
    "only separators": b"&&&&====&&&",
    "semicolons": b"id=1;fio=x",
    "line ends": b"id=1\r\n&fio=x\r\n\r\n",
    "no id": b"leadtype=call&fio=x",
    "id no number": b"leadtype=call&id=x",
    "id negative": b"leadtype=call&id=-1",
    "id beyond 64 bits": b"leadtype=call&id=99999999999999999999999",
    "id arabic digits": "leadtype=call&id=٣".encode(),
    "id twice": b"leadtype=call&id=1&id=2",
    "times beyond all": b"id=1&sendingTimestamp=99999999999999999&timestamp=-1e999",
    "numbers that are none": b"id=1&duration=nan&siteId=inf&waiting=1e400",
    "deep name": b"id=1&a" + b"[0]" * 5000 + b"=1",
    "deep comment": b"id=1&comment" + b"[0][comment]" * 30 + b"=1",
    "huge index": b"id=1&text[999999999][phrase]=x",
    "index beyond all": b"id=1&text[" + b"9" * 5000 + b"][phrase]=x",
    "negative index": b"id=1&text[-1][phrase]=x",
    "open bracket": b"id=1&text[0[phrase]=x&text]=y&[=z",
    "value and list": b"id=1&text=x&text[0][phrase]=y&text=z",
    "long name": b"id=1&" + b"n" * 10_000 + b"=1",
    "formula": b"id=1&fio==cmd|'/c calc'!A0",
    "markup": b"id=1&fio=<script>alert(1)</script>&utm_source={{7*7}}",
    "quotes": b"id=1&fio=');drop table leads;--",
    "json": b'{"leadtype": "call", "id": 1, "fio": "\\ud800"}',
    "json list": b"[1, 2, 3]",
    "json deep": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "json cut": b'{"leadtype": "call", "id": 1',
    "json huge number": b'{"id": 1' + b"0" * 6000 + b"}",
    "json keys twice": b'{"id": 1, "id": 2, "": 3}',
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\3",
    "a request": HIDDEN,
    "last chunk": b"0\r\n\r\n" + HIDDEN,
}

# Leads of their own: every later delivery of the same lead would fold them again.
LARGE_BODIES = {
    "100,000 parameters": b"&".join(b"k%d=v" % n for n in range(100_000)) + b"&id=1001",
    "1,000,000 parameters": b"id=1002&" + b"a=1&" * 1_000_000,
    "10,000 times one name": b"id=1003&" + b"fio=x&" * 10_000,
    "1 MB value": b"id=1004&comment=" + b"%D0%98" * 170_000,
    "10,000 indices": b"&".join(b"text[%d][phrase]=x" % n for n in range(10_000)) + b"&id=1005",
    "the limit": b"id=1006&fio=" + b"x" * ((16 << 20) - 12),
}
