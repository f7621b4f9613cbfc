"""What stands on a page of a PDF as Cairo writes it, read with nothing but zlib: words with their places, and rectangles, in points from the upper left."""
import re
import zlib

NUMBER = rb"(-?[\d.]+)"


def streams(data):
    """Number of each object with a stream: its dictionary and its bytes."""
    found = {}
    for head in re.finditer(rb"(\d+) 0 obj\s*<<((?:(?!endobj).)*?)>>\s*stream\r?\n", data, re.S):
        body = data[head.end():data.index(b"endstream", head.end())]
        if b"/FlateDecode" in head[2] and b"/Subtype /Image" not in head[2]:
            body = zlib.decompress(body)
        found[int(head[1])] = body
    return found


def unpacked(data, bodies):
    """The file with the objects that Cairo 1.18 packs into compressed streams written out after it, as older ones write them."""
    for number, head in re.findall(rb"(\d+) 0 obj\s*<<([^>]*/Type /ObjStm[^>]*)>>\s*stream", data):
        body, first = bodies[int(number)], int(re.search(rb"/First (\d+)", head)[1])
        table = [int(n) for n in body[:first].split()]
        ends = [*table[3::2], len(body) - first]
        for name, start, end in zip(table[::2], table[1::2], ends):
            data += b"\n%d 0 obj\n%s\nendobj\n" % (name, body[first + start:first + end])
    return data


def whole(path):
    """The file's bytes with every object in sight, and its streams."""
    with open(path, "rb") as file:
        data = file.read()
    bodies = streams(data)
    return unpacked(data, bodies), bodies


def letters_of(data, bodies):
    """Of each font, what its codes mean, and how many bytes a code has."""
    fonts = {}
    for name, number in re.findall(rb"/(f-\d+-\d+) (\d+) 0 R", data):
        font = re.search(rb"\n%s 0 obj(.*?)endobj" % number, data, re.S)[1]
        table = bodies[int(re.search(rb"/ToUnicode (\d+)", font)[1])]
        pairs = re.findall(rb"<([0-9a-f]+)> <([0-9a-f]+)>\n", table[table.index(b"beginbfchar"):])
        meaning = {int(code, 16): bytes.fromhex(word.decode()).decode("utf-16-be") for code, word in pairs}
        fonts[name] = (meaning, 2 if b"Identity-H" in font else 1)
    return fonts


def literal(words):
    """The bytes of a string in parentheses."""
    return re.sub(rb"\\([0-7]{3}|.)", lambda m: bytes([int(m[1], 8)]) if len(m[1]) == 3 else m[1], words, flags=re.S)


def pieces(block, fonts):
    """Text of one BT ... ET: a piece for each place."""
    place, font, out = None, None, []
    tokens = rb"(?P<tm>(?:%s\s+){6}Tm)|(?P<td>%s %s Td)|/(?P<font>f-\d+-\d+) [\d.]+ Tf|\((?P<text>(?:\\.|[^\\)])*)\)|<(?P<hex>[0-9a-f]*)>(?!>)" % ((NUMBER,) * 3)
    block = re.sub(rb"/Span << /ActualText <[0-9a-f]*> >> BDC", b"", block)
    for token in re.finditer(tokens, block, re.S):
        if token["tm"]:
            place = [float(n) for n in token["tm"].split()[:6]]
            out.append([place, ""])
        elif token["td"]:
            right, up = (float(n) for n in token["td"].split()[:2])
            a, b, c, d, x, y = place
            place = [a, b, c, d, x + a * right + c * up, y + b * right + d * up]
            out.append([place, ""])
        elif token["font"]:
            font = token["font"]
        else:
            meaning, size = fonts[font]
            codes = literal(token["text"]) if token["text"] is not None else bytes.fromhex(token["hex"].decode())
            out[-1][1] += "".join(meaning[int.from_bytes(codes[i:i + size], "big")] for i in range(0, len(codes), size))
    return [(place[4], place[5], words, place) for place, words in out if words.strip()]


def read(path):
    """(words, rectangles): (x, y, text, matrix) and (x, y, w, h)."""
    data, bodies = whole(path)
    page = bodies[int(re.search(rb"/Contents (\d+)", data)[1])]
    fonts = letters_of(data, bodies)
    words = [piece for block in re.findall(rb"BT\n(.*?)ET", page, re.S) for piece in pieces(block, fonts)]
    boxes = [tuple(float(n) for n in box) for box in re.findall(rb"%s %s %s %s re" % ((NUMBER,) * 4), page)]
    return words, boxes
