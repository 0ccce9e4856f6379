"""Who writes to the demonstration's bots: invented people in four languages."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# Below the numbers that the local Telegram gives to customers made by hand.
FIRST_PAST = 4_000_000_001
FIRST_LIVE = 4_200_000_001

FIRST_NAMES = {
    "en": "James Emily Noah Sofia Lucas Hannah Oliver Grace Ethan Chloe Daniel Maria Priya Tom",
    "zh": "伟 芳 娜 敏 静 磊 洋 艳 勇 杰 娟 涛 明 超 霞 平 欣怡 浩然 子涵 雨桐",
    "ru": "Анна Дмитрий Елена Сергей Ольга Иван Мария Алексей Наталья Павел Ирина Никита",
    "ar": "محمد فاطمة أحمد مريم علي نور يوسف سارة عمر ليلى خالد هدى",
}
LAST_NAMES = {
    "en": "Smith Novak Garcia Murphy Rossi Okafor Patel Jensen Silva Brown Keller Dubois Walsh",
    "zh": "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林",
    # Names that do not change with the person.
    "ru": "Новик Павленко Черных Бойко Мельник Романюк Седых Кравец",
    "ar": "الحسن العلي حداد منصور الخطيب ناصر سليمان الأحمد",
}
# Most people write English or Chinese here.
SHARES = {"en": 9, "zh": 7, "ru": 4, "ar": 3}
HANDLES = ("moon", "river", "crypto", "blue", "lucky", "pixel", "tiger", "salt", "north", "echo")


@dataclass(frozen=True, slots=True)
class Patron:
    """A customer of the demonstration, as Telegram knows him."""

    telegram_id: int
    first_name: str
    last_name: str
    username: str
    language: str


def patron(telegram_id: int) -> Patron:
    """Return the person with this number: the same one every time."""
    random = Random(telegram_id)  # noqa: S311 - people to look at, not secrets
    language = random.choices(list(SHARES), list(SHARES.values()))[0]
    first = random.choice(FIRST_NAMES[language].split())
    last = random.choice(LAST_NAMES[language].split())
    if language == "zh":  # the family's name comes first, and Telegram's two fields are one
        first, last = last + first, ""
    elif random.random() < 0.3:
        last = ""
    return Patron(telegram_id, first, last, _username(random, telegram_id), language)


def _username(random: Random, telegram_id: int) -> str:
    if random.random() < 0.35:
        return ""
    return f"{random.choice(HANDLES)}_{random.choice(HANDLES)}{telegram_id % 100_000}"
