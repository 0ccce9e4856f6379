"""What agents write all day: messages in which nothing needs care, as many as one asks for.

Templates with values drawn anew: transaction hashes, order numbers, amounts, links, telephone
numbers and the company's own addresses, warnings that name passwords, in several languages.
"""

import random
import uuid
from datetime import date, timedelta

OWN = (
    "TN3W4H6rK2ce4vX9YnFQHwKENnHjoxb3m9",
    "TDqSquXBgUCLYvYC4XZgrprLK589dkhSCf",
    "3KZ526NxCVXbKwwP66RgM3pte6zW4gY1tD",
    "bc1qgdjqv0av3q56jvd82tkdjpy7gdp9ut8tlqmgrpmv24sq90ecnvqqjwvw97",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0x742d35Cc6634C0532925a3b844Bc454e4438f44e",
)
TEMPLATES = """
Hello {name}, thank you for writing. I am looking at order {order} right now.
Your deposit of {amount} has {few} of 20 confirmations; it is credited after the last one.
I found the transaction {hash} on the chain, it was confirmed at {time} on {date}.
Transaction 0x{hash} has gone through. Please refresh the app.
TX: {hash}
0x{hash}
{hash}
{HASH} is the hash, you can look it up yourself: {explorer}{hash}
Here is the link to the explorer: {explorer}{hash}
The deposit address of your account is {own}. Please check the first and the last letters.
Please send the deposit only to this address:
{own}
Network: {network}, address {own}, minimum {amount}.
Our address for {network} has not changed: {own}
You sent {amount} to {own}, and it has arrived. Thank you!
We will never ask you for your password, your seed phrase or a code.
Never send your seed phrase or private key to anybody, not to us either.
Do not share the verification code that you received by SMS with anyone.
If somebody asks for your password, it is not us. Please report the account to us.
To reset your password open Settings, Security, Reset password. The code is valid for 10 minutes.
Nobody can guarantee a profit, and we do not give advice on investments.
Trading carries risk. Past returns do not promise future ones.
The fee is {percent}% and is taken from the amount, so {amount} would arrive as {amount}.
Your ticket is {uuid}. Please keep it.
Reference {order}, account ending in {few}{few}{few}{few}, amount {amount}.
Refund {order} over {amount} was sent to your bank on {date}; it takes 3-5 working days.
IBAN DE{digits20} is the account that the refund goes to, is that right?
You can call us on {phone} between 9:00 and 18:00, or write here.
I have forwarded this to our technical team. They will answer by {time}.
Could you please send me a screenshot of the error, and the version of the app?
The version is {few}.{few}.{order4}, build {order}. An update is available at {link}.
Please read {link} before you start; it takes two minutes.
See {link} and {link} for the limits of each level.
Your verification is complete. Your limit is now {amount} a day.
The document was unreadable in the lower corner. Could you send one more photo?
I understand, that is annoying. Let me check with my colleagues.
One moment please.
ok
Yes
Done ✅
👍
You are welcome 🙏 Have a nice day!
Is there anything else that I can do for you?
Your parcel {tracking} left the warehouse on {date}. Track it here: {link}
The session id is {token}, error code E{order4}, time {iso}.
Please clear the cache: Settings > Apps > Storage > Clear cache, then log in again.
1. Open the wallet. 2. Choose {network}. 3. Paste the address. 4. Check it. 5. Confirm.
The memo for your deposit is {order}; without it we cannot assign the amount.
Your balance: {amount}, of it frozen {amount}, available {amount}.
Sorry for the delay! The network is congested: gas is at {few}{few} gwei.
The block {order} contains it, position {few}.
a) {amount}  b) {amount}  c) {amount}
{date} {time} deposit {amount} ok
{date} {time} withdrawal {amount} pending
Kind regards, {name}
The rate at {time} was 1 BTC = {amount}. It changes every minute.
Please contact us from the e-mail address of your account, {email} is not known to us.
Your API key begins with {token8}; the rest is shown only once.
MD5 of the file: {md5}
The signature is {token}{token}.
We have blocked the account as you asked. To unlock it write to {email}.
The promotion ended on {date}. The next one is announced in the app.
I see two logins, one from Berlin and one from Hanoi. Was that you?
Please turn on two-factor authentication; the guide is at {link}.
Withdrawals to new addresses are held for 24 hours. That protects you.
您好,{name},感谢您的耐心等待,订单 {order} 正在处理中。
您的提现 {amount} 已经提交,预计 30 分钟内到账。
交易哈希 {hash},您可以在区块浏览器查询:{explorer}{hash}
您的充值地址是 {own},请核对前后四位。
请向以下地址充值({network}):
我们不会向您索要密码、助记词或验证码,请勿告诉任何人。
请不要把助记词发给任何人,也不要截图保存。
投资有风险,我们不提供任何投资建议,也不保证盈利。
手续费为 {percent}%,到账金额以实际为准。
您的账户没有风险,可以正常使用。
请您提供一下订单号和转账截图,我帮您核实。
已为您提交工单 {uuid},技术部门会在 24 小时内回复。
好的,请稍等
已经到账了,请您刷新页面查看一下。
不客气,祝您生活愉快!
如有其他问题,随时联系我们的在线客服。
客服电话 {phone},工作时间 9:00-18:00。
由于网络拥堵,到账可能会延迟,请您耐心等待。
请在 {date} {time} 之前完成实名认证。
Здравствуйте, {name}! Перевод {order} на {amount} подтверждён.
Хеш транзакции: {hash}. Средства поступят в течение часа.
Пожалуйста, никому не сообщайте пароль и код из SMS.
Ваш адрес для пополнения: {own}
Hola {name}, su retiro de {amount} está en proceso, pedido {order}.
No comparta nunca su contraseña. El enlace de ayuda: {link}
مرحبا، تم تأكيد التحويل رقم {order} بمبلغ {amount}.
Xin chào {name}, lệnh {order} đã được xử lý, số tiền {amount}.
""".strip().splitlines()
NAMES = ("Maria", "James", "Olga", "Wei", "Ahmed", "李娜", "王伟", "Анна", "Lucía", "Thảo", "TOM")
EXPLORERS = (
    "https://tronscan.org/#/transaction/",
    "https://etherscan.io/tx/0x",
    "mempool.space/tx/",
)
LINKS = ("https://help.wallet.example/{}", "http://status.example.com/?id={}", "www.example.org/{}")
HEX, LETTERS = "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
COINS = ("USDT", "BTC", "ETH", "TRX", "USD", "€", "元", "$")
# What people put around a message, and how they write it.
MANNERS = (
    str,
    str,
    str,
    str.lower,
    str.upper,
    "Hi! {}".format,
    "{} :)".format,
    "> quoted\n{}".format,
)


def messages(count, seed=5):
    """Return so many messages, no two alike; an equal seed gives equal ones."""
    draw = random.Random(seed)
    found = {}
    while len(found) < count:
        found[message(draw)] = None
    return list(found)


def message(draw):
    """Return one to three sentences of a kind."""
    lines = draw.choices(TEMPLATES, k=draw.choice((1, 1, 1, 2, 2, 3)))
    written = draw.choice((" ", "\n", "\n\n")).join(filled(line, draw) for line in lines)
    keeps_case = any("{own}" in line for line in lines)  # an own address in capitals is none
    return written if keeps_case else draw.choice(MANNERS)(written)


def filled(line, draw):
    """Put fresh values into a template, a new one wherever a name stands."""
    while "{" in line:
        start, end = line.index("{"), line.index("}")
        line = line[:start] + VALUES[line[start + 1 : end]](draw) + line[end + 1 :]
    return line


def some(signs, size):
    return lambda draw: "".join(draw.choices(signs, k=size))


def amount(draw):
    number = draw.choice(("{:.2f}", "{:,.2f}", "{:.8f}", "{:.0f}")).format(
        draw.uniform(0.01, 99_999)
    )
    return f"{number} {draw.choice(COINS)}"


def day(draw):
    when = date(2025, 1, 1) + timedelta(days=draw.randrange(700))
    return when.strftime(draw.choice(("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%y", "%Y%m%d")))


def order(draw):
    number = draw.randrange(10**5, 10 ** draw.choice((6, 9, 12, 18, 22)))
    return draw.choice(("{}", "#{}", "ORD-{}", "TX{}", "T{}", "3{}", "1{}", "2026-{}")).format(
        number
    )


def phone(draw):
    return f"+{draw.randrange(1, 99)} {draw.randrange(100, 999)} {draw.randrange(10**6, 10**7)}"


VALUES = {
    "name": lambda draw: draw.choice(NAMES),
    "order": order,
    "order4": some("0123456789", 4),
    "few": some("123456789", 1),
    "percent": lambda draw: f"{draw.randrange(1, 400) / 100}",
    "amount": amount,
    "date": day,
    "time": lambda draw: f"{draw.randrange(24)}:{draw.randrange(60):02}",
    "iso": lambda draw: f"2026-11-{draw.randrange(10, 30)}T{draw.randrange(10, 24)}:00:00Z",
    "hash": some(HEX, 64),
    "HASH": some(HEX.upper(), 64),
    "md5": some(HEX, 32),
    "uuid": lambda draw: str(uuid.UUID(int=draw.getrandbits(128))),
    "token": some(LETTERS, 43),
    "token8": some(LETTERS, 8),
    "tracking": lambda draw: "1Z" + some(LETTERS[:26] + LETTERS[-10:], 16)(draw),
    "digits20": some("0123456789", 20),
    "phone": phone,
    "email": lambda draw: f"{some(LETTERS[26:52], 7)(draw)}@example.com",
    "link": lambda draw: draw.choice(LINKS).format(some(LETTERS, draw.randrange(4, 40))(draw)),
    "explorer": lambda draw: draw.choice(EXPLORERS),
    "network": lambda draw: draw.choice(("TRC20", "ERC20", "Bitcoin", "BEP20", "TRON")),
    "own": lambda draw: draw.choice(OWN),
}
