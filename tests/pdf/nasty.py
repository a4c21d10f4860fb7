"""Files that harm who opens them carelessly, made here: every name says what is the matter."""

import random
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
MB = 1024 * 1024


def raw(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects as they are, with a table that finds them; the first is the root."""
    out, places = BytesIO(), []
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    out.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(facts: bytes, content: bytes) -> bytes:
    """A stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (facts, len(content), content)


def page(facts: bytes = b"", box: bytes = b"[0 0 595 842]") -> bytes:
    """A page object."""
    return b"<</Type/Page/Parent 2 0 R/MediaBox%s%s>>" % (box, facts)


def deflated(piece: bytes, times: int) -> bytes:
    """Much of the same in little."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(piece) for _ in range(times)) + packer.flush()


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    """Its bytes."""
    out = BytesIO()
    pdf.save(out, **how)  # type: ignore[arg-type]  # whatever the test asks
    return out.getvalue()


def blank() -> bytes:
    """An empty page."""
    return raw(CATALOG, ONE_PAGE, page())


def many_pages() -> bytes:
    """50,000 empty pages, each an object of its own."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 50_003))
    return raw(CATALOG, b"<</Type/Pages/Count 50000/Kids[%s]>>" % kids, *[page()] * 50_000)


def brackets() -> bytes:
    """Lists in lists, a hundred thousand deep."""
    root = b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 100_000 + b"]" * 100_000 + b">>"
    return raw(root, ONE_PAGE, page())


def encrypted(user: str = "geheim", **how: Any) -> bytes:
    """A page behind a password; with an empty one only changing is forbidden."""
    with pikepdf.open(BytesIO(blank())) as pdf:
        return saved(pdf, encryption=pikepdf.Encryption(user=user, owner="baas", **{"R": 6, **how}))


def running() -> bytes:
    """JavaScript when it opens and on its page, a program to launch, an address, a file inside."""
    with pikepdf.open(BytesIO(blank())) as pdf:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        script = Dictionary(S=Name.JavaScript, JS='app.launchURL("http://evil.example")')
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
        pdf.attachments["evil.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ" + b"x" * 1000, filename="evil.exe")
        actions = (Dictionary(S=Name.Launch, F="cmd.exe"), Dictionary(S=Name.URI, URI="http://evil.example/"))
        links = [
            pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 50, 50], A=action))
            for action in actions
        ]
        pdf.pages[0].obj.Annots = Array(links)
        pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS="app.alert(2)"))
        return saved(pdf)


def form() -> bytes:
    """A form in which somebody wrote "waarde"."""
    with pikepdf.open(BytesIO(blank())) as pdf:
        field = pdf.make_indirect(
            Dictionary(
                FT=Name.Tx,
                T="naam",
                V="waarde",
                Type=Name.Annot,
                Subtype=Name.Widget,
                Rect=[50, 700, 300, 730],
                DA="/Helv 12 Tf 0 g",
            )
        )
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        fonts = Dictionary(Font=Dictionary(Helv=pdf.make_indirect(font)))
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]), NeedAppearances=True, DA="/Helv 12 Tf 0 g", DR=fonts
        )
        return saved(pdf)


def endless_tree() -> bytes:
    """A hundred million pages out of nine objects."""
    levels = [
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (10 ** (8 - n), b" ".join([b"%d 0 R" % (3 + n)] * 10))
        for n in range(8)
    ]
    return raw(CATALOG, *levels, b"<</Type/Page/MediaBox[0 0 595 842]>>")


def lying_tree() -> bytes:
    """The same, which claims one page."""
    return endless_tree().replace(b"/Count 100000000", b"/Count 000000001")


def forms_in_forms() -> bytes:
    """A drawing that draws ten that draw ten, twelve deep."""
    deep = 12
    drawings = [
        stream(
            b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
            + (b"/Resources<</XObject<</F %d 0 R>>>>" % (6 + n) if n < deep - 1 else b""),
            b"/F Do " * 10 if n < deep - 1 else b"0 0 m 9 9 l S",
        )
        for n in range(deep)
    ]
    shown = page(b"/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>")
    return raw(CATALOG, ONE_PAGE, shown, stream(b"", b"/F Do"), *drawings)


def own_form() -> bytes:
    """A drawing that draws itself."""
    itself = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F 5 0 R>>>>"
    shown = page(b"/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>")
    drawing = stream(itself, b"/F Do /F Do /F Do")
    return raw(CATALOG, ONE_PAGE, shown, stream(b"", b"/F Do"), drawing)


def content_bomb() -> bytes:
    """Half a gigabyte to draw in half a megabyte."""
    content = stream(b"/Filter/FlateDecode", deflated(b"0 0 m 1 1 l S " * 75_000, 500))
    return raw(CATALOG, ONE_PAGE, page(b"/Contents 4 0 R/Resources<<>>"), content)


def nested_bomb() -> bytes:
    """Two gigabytes in less than a kilobyte."""
    packed = zlib.compress(zlib.compress(deflated(b" " * MB, 2048), 9), 9)
    content = stream(b"/Filter[/FlateDecode/FlateDecode/FlateDecode]", packed)
    return raw(CATALOG, ONE_PAGE, page(b"/Contents 4 0 R/Resources<<>>"), content)


def image_bomb() -> bytes:
    """An image of 1.2 gigabytes."""
    facts = b"/Type/XObject/Subtype/Image/Width 20000/Height 20000/BitsPerComponent 8/ColorSpace/DeviceRGB"
    image = stream(facts + b"/Filter/FlateDecode", deflated(b"\0" * MB, 1200))
    shown = page(b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>")
    return raw(CATALOG, ONE_PAGE, shown, stream(b"", b"595 0 0 842 0 0 cm /I Do"), image)


def own_table() -> bytes:
    """A table that says that the one before it is itself."""
    plain = raw(CATALOG, ONE_PAGE, page())
    start = plain.rfind(b"startxref")
    place = int(plain[start + 9 :].split()[0])
    return plain[:start].replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % place) + plain[start:]


def bitrot(good: bytes) -> bytes:
    """Two hundred bytes are others."""
    content, chance = bytearray(good), random.Random(2)
    for _ in range(200):
        content[chance.randrange(1000, len(content))] = chance.randrange(256)
    return bytes(content)


NASTY: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "a web page": lambda _: b"<html>not a pdf</html>",
    "header only": lambda _: b"%PDF-1.7\n",
    "noise": lambda _: b"%PDF-1.4\n" + random.Random(1).randbytes(50_000),
    "half": lambda good: good[: len(good) // 2],
    "no table": lambda good: good[: good.rfind(b"startxref")],
    "bit rot": bitrot,
    "junk before": lambda good: b"HTTP/1.1 200 OK\r\n\r\n" + good,
    "junk after": lambda good: good + b"\0" * 5000,
    "password": lambda _: encrypted(),
    "owner's password": lambda _: encrypted(user=""),
    "owner's password of old": lambda _: encrypted(user="", R=3, aes=False, metadata=False),
    "things that run": lambda _: running(),
    "50,000 pages": lambda _: many_pages(),
    "endless tree": lambda _: endless_tree(),
    "lying tree": lambda _: lying_tree(),
    "tree in itself": lambda _: raw(CATALOG, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
    "no pages": lambda _: raw(CATALOG, b"<</Type/Pages/Count 0/Kids[]>>"),
    "no box": lambda _: raw(CATALOG, ONE_PAGE, b"<</Type/Page/Parent 2 0 R>>"),
    "huge box": lambda _: raw(CATALOG, ONE_PAGE, page(box=b"[0 0 14400000 14400000]")),
    "content bomb": lambda _: content_bomb(),
    "nested bomb": lambda _: nested_bomb(),
    "image bomb": lambda _: image_bomb(),
    "form in itself": lambda _: own_form(),
    "forms in forms": lambda _: forms_in_forms(),
    "100,000 brackets": lambda _: brackets(),
    "table in itself": lambda _: own_table(),
    "filled-in form": lambda _: form(),
}
"""How each is made, by name, from a PDF of some pages to damage."""


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (600, 400), **how: object) -> bytes:
    """An image of this format (PNG, JPEG, ...)."""
    out = BytesIO()
    Image.new(mode, size, None if mode in ("1", "P", "I;16") else "navy").save(out, kind, **how)  # type: ignore[arg-type]
    return out.getvalue()


def turned() -> bytes:
    """A photo that lies on its side, by its EXIF."""
    exif = Image.Exif()
    exif[274] = 6
    return picture("JPEG", size=(800, 600), exif=exif)


@cache
def nasty_images() -> dict[str, bytes]:
    """Images by name, good and bad ones."""
    photo = picture("JPEG", size=(800, 600), quality=95)
    return {
        "pixel bomb.png": picture("PNG", "1", (30_000, 30_000)),
        "half.jpg": photo[: len(photo) // 2],
        "holes.png": picture("PNG", "RGBA"),
        "palette.png": picture("PNG", "P", transparency=0),
        "16 bit.png": picture("PNG", "I;16"),
        "print.jpg": picture("JPEG", "CMYK"),
        "turned.jpg": turned(),
        "scan.tif": picture("TIFF"),
        "moving.gif": picture("GIF"),
        "web.webp": picture("WEBP"),
    }
