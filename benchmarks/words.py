"""What the people of the data set are called and what they write."""

# ruff: noqa: RUF001 - people write in their own punctuation

AGENTS = ("Mei", "Ken", "Ada", "Zoe", "Tom")
SUPERVISOR = "Sun"
FIRST_NAMES = (
    *("Maria", "James", "Olga", "Wei", "Ahmed", "Fatima", "Chen", "Ivan", "Lucía", "Noah"),
    *("李", "王", "张", "陈", "Анна", "Дмитрий", "محمد", "ليلى", "Yuki", "Amara"),
)
LAST_NAMES = (
    *("Santos", "Miller", "Petrova", "Zhang", "Hassan", "Ali", "", "Sokolov", "García", "Brown"),
    *("娜", "伟", "敏", "静", "Иванова", "Смирнов", "أحمد", "حسن", "Tanaka", "Okafor"),
)
ASKED = (
    "Hello, I sent 120 USDT two hours ago and it still has not arrived. The wallet says completed.",
    "Transaction {number} is stuck, can you check it please?",
    "I uploaded my passport three days ago and the verification is still pending. What is missing?",
    "你好，我的提现一直显示处理中，已经超过一个小时了，麻烦帮我看一下，订单号 {number}。",
    "Здравствуйте, перевод {number} не дошёл, хотя деньги списали ещё вчера вечером.",
    "مرحبا، لم يصل التحويل رقم {number} حتى الآن، هل يمكنكم المساعدة؟",
    "Any news?",
    "This is the second time this week. I paid the higher fee so that it would be fast!",
    "Thank you, I can see it now 🙏",
    "Here is the hash: 0x{number}a9f4e17c02bb, sent from my main address to the one in the app.",
)
ANSWERED = (
    "Thank you for the details. I am looking at transaction {number} right now, one moment please.",
    "The network was congested this morning; your transfer {number} has 14 of 20 confirmations.",
    "您好，我们已经查到订单 {number}，预计三十分钟内到账，请您稍候。",
    "Спасибо за ожидание. Перевод {number} подтверждён и появится на балансе в течение часа.",
    "Your document was unreadable in the lower corner. Could you send one more photo of it?",
    "It has arrived. Is there anything else that I can do for you?",
)
NOTED = (
    "Called the payments team, they see transaction {number} in the second batch.",
    "Same customer as last week, please be quick with this one.",
)


def crew(number: int) -> str:
    """Return what the agent of this number is called on a larger desk."""
    given = FIRST_NAMES[number % len(FIRST_NAMES)]
    return f"{given} {number}"
