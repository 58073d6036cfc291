"""A settings file that stands, for tests to break."""

from __future__ import annotations

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
ENVIRON = {"HOUSERULES_TELEGRAM_TOKEN": TOKEN, "HOUSERULES_MAIL_PASSWORD": "hunter2 hunter2"}
GOOD = """\
data_dir = "data"

[policy]
overlay = "emas"

[telegram]
staff_chat_id = -1001

[[telegram.accounts]]
name = "Our page"
group_id = -1002
channel_id = -1003

[mail]
host = "mail.trust.nhs.uk"
username = "houserules"
password_secret = "mail_password"
sender = "houserules@trust.nhs.uk"

[[roster]]
name = "Olu Officer"
telegram_id = 11
roles = ["officer"]
valid_from = 2026-01-01

[[roster]]
name = "Ada Director"
telegram_id = 12
roles = ["assistant_director"]
valid_from = 2026-01-01

[[holders]]
name = "Hal Holder"
email = "hal@trust.nhs.uk"

[digest]
recipients = ["team@trust.nhs.uk"]

[retention]
comments = "30 days"
cases = "365 days"
media = "90 days"
"""
