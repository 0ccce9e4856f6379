"""One spelling for what customers write: case, width, hidden marks and Chinese script."""

from __future__ import annotations

import re
import unicodedata

# Characters that join words without a space between them: no border is asked for there.
HAN = "\u2e80-\u2fdf\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNSPACED = HAN + "\u0e00-\u0eff\u1780-\u17ff\uac00-\ud7af"

TRADITIONAL = (
    "訴師騙錢報額帳號網絡發電話錄視頻傳轉賬戶碼驗證釣魚凍結鎖鏈還沒個們給這麼為裡裏無應壞點擊"
    "開幣單賣買價費貨質購場務員經領導處門關機軟體載設備異議時間問題說讓誰動數餘確認誤廢閉審聯"
    "繫係幫請煩謝對過復複執態滿責權違規會評論觀眾聞臺檢舉監協費護產業團夥盜遺種遲選換實獎"
)
SIMPLIFIED = (
    "诉师骗钱报额账号网络发电话录视频传转账户码验证钓鱼冻结锁链还没个们给这么为里里无应坏点击"
    "开币单卖买价费货质购场务员经领导处门关机软体载设备异议时间问题说让谁动数余确认误废闭审联"
    "系系帮请烦谢对过复复执态满责权违规会评论观众闻台检举监协费护产业团伙盗遗种迟选换实奖"
)
SCRIPT = str.maketrans(TRADITIONAL + "帐", SIMPLIFIED + "账")

APOSTROPHES = re.compile(r"['’‘`´]")  # noqa: RUF001 - the marks people type
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])[^\S\n]+(?=[{HAN}])")
SENTENCE_END = re.compile(r"[!?;。\n]+|\.+(?=\s|$)")
NO_LETTER = re.compile(r"[^\w|]|_")
TWICE = re.compile(r"([a-z])\1+")
BORDER = re.compile(rf"(?<=[{HAN}])(?=[^\W{HAN}])|(?<=[^\W{HAN}])(?=[{HAN}])")


def fold(text: str) -> str:
    """Return a text as it is compared: words with single spaces, sentences set apart by "|"."""
    text = letters(text.replace("|", " "))
    text = SENTENCE_END.sub("|", BETWEEN_HAN.sub("", text))
    text = BORDER.sub(" ", NO_LETTER.sub(" ", text)).replace("|", " | ")
    return " ".join(text.split()).strip("| ")


def spelt(folded: str) -> str:
    """Return a folded text as phrases are looked for: a letter typed twice counts once."""
    return TWICE.sub(r"\1", folded)


def letters(text: str) -> str:
    """Return a text in one case, one width and one script, without what cannot be seen."""
    if text.isascii():
        return APOSTROPHES.sub("", text.casefold())
    text = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(sign for sign in text if sign == "\n" or not _is_hidden(sign))
    return APOSTROPHES.sub("", seen).translate(SCRIPT)


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Mn", "Me")


def weight(text: str) -> int:
    """Count the letters of a text; one of a script without spaces counts twice."""
    return sum(2 if re.match(f"[{UNSPACED}]", sign) else 1 for sign in text if sign.isalnum())


# Letters and marks by their class, which leave nothing to be seen.
EMPTY = "\u115f\u1160\u2800\u3164\uffa0"


def is_seen(text: str) -> bool:
    """Whether there is anything to be seen in a text: a letter, a sign, a picture."""
    return any(sign not in EMPTY and unicodedata.category(sign)[0] not in "CZM" for sign in text)


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it, and not only spaces and hidden marks."""
    return any(sign.isalnum() for sign in text)
