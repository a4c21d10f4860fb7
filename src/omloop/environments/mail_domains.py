"""Mail domains: which one an address has, and which are shared by strangers (rules 1.2)."""

from datetime import date

AS_OF = date(2026, 11, 1)
"""When the lists below were last gone through."""

WORLDWIDE = """
gmail.com googlemail.com outlook.com outlook.nl hotmail.com hotmail.nl hotmail.be hotmail.co.uk hotmail.de
hotmail.fr live.com live.nl live.be live.co.uk msn.com passport.com icloud.com me.com mac.com yahoo.com
yahoo.co.uk yahoo.de yahoo.fr yahoo.nl ymail.com rocketmail.com aol.com gmx.com gmx.net gmx.de gmx.at gmx.ch
web.de mail.com email.com mail.ru bk.ru list.ru inbox.ru yandex.com yandex.ru zohomail.com zohomail.eu
proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.com tuta.io fastmail.com
fastmail.fm hey.com hushmail.com startmail.com mailbox.org posteo.de posteo.net disroot.org riseup.net
soverin.net qq.com 163.com 126.com naver.com
"""
DUTCH_PROVIDERS = """
ziggo.nl upcmail.nl casema.nl chello.nl home.nl quicknet.nl multiweb.nl kpnmail.nl kpnplanet.nl planet.nl
hetnet.nl telfort.nl telfortglasvezel.nl xs4all.nl freedom.nl freedomnet.nl tele2.nl versatel.nl zonnet.nl
online.nl onsbrabantnet.nl caiway.nl caiw.nl kabelfoon.nl kabelfoon.net solcon.nl solcon.net zeelandnet.nl
deltamail.nl t-mobilethuis.nl glasnet.nl wxs.nl wanadoo.nl orange.nl tiscali.nl freeler.nl lycos.nl euronet.nl
dds.nl hccnet.nl worldonline.nl kliksafe.nl solidmail.nl vodafonethuis.nl budgetthuis.nl
"""
NEIGHBOURS = """
telenet.be skynet.be proximus.be scarlet.be voo.be belgacom.net base.be edpnet.be t-online.de freenet.de
arcor.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr btinternet.com sky.com virginmedia.com talktalk.net
ntlworld.com comcast.net verizon.net att.net
"""
SHARED = frozenset(f"{WORLDWIDE} {DUTCH_PROVIDERS} {NEIGHBOURS}".split())
"""Domains whose addresses say nothing about where somebody works; a subdomain of one is shared too."""


def domain_of(address: str) -> str:
    """The domain of an e-mail address, as it is compared: lower case, without a last dot, IDNA in ASCII."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def is_shared(domain: str) -> bool:
    """Whether everybody can have an address there: on the list, or below a domain on the list."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in SHARED for start in range(len(labels)))


def private_domain_of(address: str) -> str:
    """The domain of an address when it can say where somebody works; else nothing."""
    domain = domain_of(address)
    return "" if is_shared(domain) else domain


def name_from(domain: str) -> str:
    """A first proposal for the name of an environment: `de-boer-groep.nl` is De Boer Groep."""
    label = domain.split(".")[0] if domain else ""
    return " ".join(word.capitalize() for word in label.replace("_", "-").split("-") if word)
