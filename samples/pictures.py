"""Pictures for the sample queue: a canvas, a tiny font, and the scenes drawn with them.

Standard library only. The same input gives the same pixels everywhere; the same bytes wherever zlib compresses alike.
"""

import struct
import zlib

INK, PAPER, RED, GREEN, BLUE = (28, 30, 36), (246, 243, 235), (196, 58, 48), (58, 138, 84), (48, 92, 168)
SAND, SKY, GOLD, GREY, NIGHT = (226, 200, 150), (158, 204, 232), (240, 186, 60), (150, 152, 158), (22, 28, 58)

# Seven rows of five pixels, each row a hexadecimal number: the top row first.
FONT = {
    "A": "0E11111F111111", "B": "1E11111E11111E", "C": "0E11101010110E", "D": "1E11111111111E",
    "E": "1F10101E10101F", "F": "1F10101E101010", "G": "0E11101711110F", "H": "1111111F111111",
    "I": "0E04040404040E", "J": "0702020202120C", "K": "11121418141211", "L": "1010101010101F",
    "M": "111B1515111111", "N": "11191513111111", "O": "0E11111111110E", "P": "1E11111E101010",
    "Q": "0E11111115120D", "R": "1E11111E141211", "S": "0F10100E01011E", "T": "1F040404040404",
    "U": "1111111111110E", "V": "11111111110A04", "W": "11111115151B11", "X": "11110A040A1111",
    "Y": "11110A04040404", "Z": "1F01020408101F", "0": "0E11131519110E", "1": "040C040404040E",
    "2": "0E11010608101F", "3": "1F02040201110E", "4": "02060A121F0202", "5": "1F101E0101110E",
    "6": "0608101E11110E", "7": "1F010204080808", "8": "0E11110E11110E", "9": "0E11110F01020C",
    ".": "00000000000C0C", "!": "04040404040004", "?": "0E110106040004", "-": "0000001F000000",
    "+": "0004041F040400", ":": "000C0C000C0C00", "/": "01010204081010", "[": "0E08080808080E",
    "]": "0E02020202020E", "=": "00001F001F0000", "%": "18190204081303", " ": "00000000000000",
}


class Canvas:
    """Pixels, red green blue, from the top left. Whatever is drawn past the border is cut off."""

    def __init__(self, width, height, colour):
        self.width, self.height = width, height
        self.rows = [bytearray(bytes(colour) * width) for _ in range(height)]

    def dot(self, x, y, colour):
        if 0 <= x < self.width and 0 <= y < self.height:
            self.rows[y][3 * x:3 * x + 3] = bytes(colour)

    def box(self, x, y, width, height, colour):
        left, right = max(x, 0), min(x + width, self.width)
        for row in self.rows[max(y, 0):max(y + height, 0)]:
            row[3 * left:3 * right] = bytes(colour) * max(right - left, 0)

    def frame(self, x, y, width, height, thickness, colour):
        self.box(x, y, width, thickness, colour)
        self.box(x, y + height - thickness, width, thickness, colour)
        self.box(x, y, thickness, height, colour)
        self.box(x + width - thickness, y, thickness, height, colour)

    def disc(self, x, y, radius, colour):
        for dy in range(-radius, radius + 1):
            half = int((radius * radius - dy * dy) ** 0.5)
            self.box(x - half, y + dy, 2 * half + 1, 1, colour)

    def triangle(self, x, y, half, height, colour):
        """Apex at (x, y), base `height` below it and `half` to either side."""
        for dy in range(height):
            reach = half * dy // height
            self.box(x - reach, y + dy, 2 * reach + 1, 1, colour)

    def line(self, x0, y0, x1, y1, thickness, colour):
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for n in range(steps + 1):
            x, y = x0 + (x1 - x0) * n // steps, y0 + (y1 - y0) * n // steps
            self.box(x - thickness // 2, y - thickness // 2, thickness, thickness, colour)

    def fade(self, y, height, top, bottom):
        for n in range(height):
            mix = [a + (b - a) * n // max(height - 1, 1) for a, b in zip(top, bottom)]
            self.box(0, y + n, self.width, 1, mix)

    def text(self, y, words, size, colour, x=None):
        """Capital letters; centred where `x` is left out."""
        left = (self.width - (6 * len(words) - 1) * size) // 2 if x is None else x
        for n, letter in enumerate(words):
            for row, bits in enumerate(bytes.fromhex(FONT[letter])):
                for column in range(5):
                    if bits >> (4 - column) & 1:
                        self.box(left + (6 * n + column) * size, y + row * size, size, size, colour)

    def dimmed(self, permille):
        """A copy with every channel scaled, as by a re-encode at another brightness."""
        copy = Canvas(self.width, self.height, (0, 0, 0))
        scale = bytes(min(255, n * permille // 1000) for n in range(256))
        copy.rows = [bytearray(row.translate(scale)) for row in self.rows]
        return copy

    def png(self):
        def chunk(kind, body):
            return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

        raw = bytearray()
        for row in self.rows:
            raw.append(1)  # filter "sub": flat areas become zeros
            raw += row[:3]
            raw += bytes((a - b) & 255 for a, b in zip(row[3:], row))
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
                + chunk(b"IDAT", zlib.compress(bytes(raw), 9)) + chunk(b"IEND", b""))


def giveaway():
    it = Canvas(640, 480, GOLD)
    for n in range(0, 640, 80):
        it.triangle(n + 40, 0, 20, 60, RED)
    it.box(60, 90, 520, 300, PAPER)
    it.frame(60, 90, 520, 300, 8, RED)
    it.text(115, "FREE PHONE", 8, RED)
    it.text(200, "YOU WERE SELECTED", 4, INK)
    it.text(255, "PAY 2.99 SHIPPING", 4, INK)
    it.text(310, "TODAY ONLY!", 6, RED)
    it.text(420, "CLAIM: FREE-PHONE.EXAMPLE", 4, INK)
    return it


def vote():
    it = Canvas(640, 480, BLUE)
    it.box(40, 40, 560, 400, PAPER)
    it.text(85, "NOTICE TO VOTERS", 5, BLUE)
    it.text(170, "DISTRICT NORTH VOTES", 4, INK)
    it.text(220, "ON WEDNESDAY", 7, RED)
    it.text(300, "OR VOTE BY TEXT:", 5, INK)
    it.text(355, "+1 555 0100", 6, INK)
    return it


def recovery():
    it = Canvas(640, 480, SKY)
    it.fade(0, 480, (120, 176, 214), (250, 226, 190))
    it.disc(320, 470, 130, GOLD)
    it.text(70, "90 DAYS", 12, INK)
    it.text(190, "STILL HERE", 8, INK)
    it.text(280, "TALK TO SOMEONE: +1 555 0199", 3, INK)
    return it


def sunset():
    it = Canvas(640, 480, NIGHT)
    it.fade(0, 330, (38, 42, 96), (244, 150, 90))
    it.disc(430, 300, 60, GOLD)
    it.triangle(160, 170, 220, 190, (54, 52, 84))
    it.triangle(500, 220, 260, 140, (70, 60, 92))
    it.fade(330, 150, (200, 120, 96), (30, 40, 84))
    for n in range(12):
        it.box(370 - 6 * n, 345 + 11 * n, 120 + 12 * n, 3, (250, 204, 130))
    return it


def monday():
    it = Canvas(640, 480, (206, 216, 206))
    it.disc(320, 270, 110, GREY)
    it.triangle(250, 130, 40, 80, GREY)
    it.triangle(390, 130, 40, 80, GREY)
    it.box(258, 240, 44, 8, INK)
    it.box(338, 240, 44, 8, INK)
    it.triangle(320, 280, 14, 14, RED)
    for n in (-1, 0, 1):
        it.line(260, 300 + 12 * n, 170, 300 + 24 * n, 3, INK)
        it.line(380, 300 + 12 * n, 470, 300 + 24 * n, 3, INK)
    it.text(30, "ME ON MONDAY", 8, INK)
    it.text(410, "BEFORE COFFEE", 7, INK)
    return it


def sign():
    it = Canvas(640, 480, (120, 150, 120))
    it.fade(0, 300, (176, 200, 220), (220, 226, 226))
    it.box(300, 300, 40, 180, (110, 84, 58))
    it.box(70, 80, 500, 240, (150, 112, 76))
    it.frame(70, 80, 500, 240, 10, (96, 70, 48))
    it.text(110, "[GROUP]", 9, PAPER)
    it.text(190, "NOT WELCOME", 7, PAPER)
    it.text(260, "IN THIS STREET", 5, PAPER)
    return it


def tea():
    it = Canvas(640, 480, PAPER)
    it.text(30, "MIRACLE TEA", 8, GREEN)
    it.box(120, 140, 120, 240, GREY)
    it.box(420, 220, 70, 160, GREEN)
    it.text(395, "DAY 1", 5, INK, x=110)
    it.text(395, "DAY 7", 5, INK, x=385)
    it.text(180, "-12 KG", 4, RED, x=260)
    it.text(445, "100% GUARANTEED", 3, INK)
    return it


def flood():
    it = Canvas(640, 480, (70, 84, 96))
    it.fade(0, 260, (84, 92, 110), (150, 156, 164))
    for n, height in enumerate((120, 170, 90, 200, 140)):
        it.box(40 + 120 * n, 300 - height, 90, height, (104 + 8 * n, 96, 92))
        for window in range(height // 40):
            it.box(60 + 120 * n, 312 - height + 40 * window, 18, 18, GOLD)
            it.box(94 + 120 * n, 312 - height + 40 * window, 18, 18, GOLD)
    it.fade(280, 200, (96, 122, 140), (44, 66, 88))
    it.box(0, 20, 640, 60, RED)
    it.text(32, "LIVE: DAM HAS BROKEN", 5, PAPER)
    return it


def street():
    it = Canvas(640, 480, SKY)
    for n, (height, colour) in enumerate(((210, SAND), (260, (200, 120, 96)), (180, (176, 190, 160)), (240, (190, 160, 190)))):
        it.box(160 * n, 380 - height, 160, height, colour)
        it.triangle(160 * n + 80, 340 - height, 80, 40, (130, 70, 60))
        it.box(160 * n + 64, 320, 32, 60, (96, 70, 48))
        for window in range(3):
            it.box(160 * n + 20 + 45 * window, 400 - height, 28, 34, PAPER)
    it.box(0, 380, 640, 100, (90, 92, 98))
    for n in range(0, 640, 90):
        it.box(n, 426, 50, 8, PAPER)
    return it


def card():
    it = Canvas(640, 480, (112, 96, 84))
    it.box(60, 90, 520, 300, (224, 232, 240))
    it.box(60, 90, 520, 50, BLUE)
    it.text(104, "IDENTITY CARD - SAMPLE", 3, PAPER)
    it.box(90, 170, 130, 160, GREY)
    it.disc(155, 225, 34, SAND)
    it.triangle(155, 262, 60, 68, INK)
    it.text(180, "SAM SAMPLE", 4, INK, x=250)
    it.text(225, "12 EXAMPLE ROAD", 3, INK, x=250)
    it.text(260, "BORN 01.01.1970", 3, INK, x=250)
    it.text(295, "NO. 000-00-0000", 3, INK, x=250)
    return it


def chess():
    it = Canvas(480, 480, PAPER)
    for n in range(64):
        if (n // 8 + n % 8) % 2:
            it.box(60 * (n % 8), 60 * (n // 8), 60, 60, (110, 140, 100))
    for column, row, colour in ((1, 6, PAPER), (2, 5, PAPER), (4, 3, INK), (6, 1, INK), (5, 6, PAPER)):
        it.disc(60 * column + 30, 60 * row + 20, 13, GREY if colour == PAPER else colour)
        it.triangle(60 * column + 30, 60 * row + 22, 20, 30, GREY if colour == PAPER else colour)
    return it


def toast():
    it = Canvas(640, 480, (58, 40, 52))
    for x in (210, 430):
        it.box(x - 50, 120, 100, 180, (190, 206, 214))
        it.box(x - 42, 170, 84, 122, GOLD)
        it.box(x - 8, 300, 16, 80, (190, 206, 214))
        it.box(x - 45, 380, 90, 12, (190, 206, 214))
    it.text(40, "HAPPY HOUR", 8, PAPER)
    it.text(425, "18+ ONLY", 5, PAPER)
    return it


def portrait():
    it = Canvas(480, 640, (182, 170, 160))
    it.fade(0, 640, (150, 160, 178), (214, 196, 176))
    it.triangle(240, 420, 230, 220, (70, 86, 120))
    it.disc(240, 270, 150, (84, 60, 44))
    it.disc(240, 290, 120, (228, 190, 160))
    for x in (195, 285):
        it.disc(x, 270, 16, PAPER)
        it.disc(x, 270, 8, INK)
    it.triangle(240, 280, 14, 44, (206, 164, 136))
    it.box(200, 352, 80, 10, RED)
    return it


def portrait_labelled():
    it = portrait()
    it.box(0, 590, 480, 50, INK)
    it.text(604, "MADE WITH AI", 3, PAPER)
    return it


def invest():
    it = Canvas(640, 480, NIGHT)
    for n in range(1, 8):
        it.box(0, 60 * n, 640, 1, (52, 60, 96))
    points = [(40, 430), (130, 410), (220, 420), (310, 340), (400, 300), (490, 180), (600, 110)]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        it.line(x0, y0, x1, y1, 7, (90, 220, 130))
    it.text(40, "GUARANTEED", 7, GOLD)
    it.text(110, "X100 IN 7 DAYS", 4, PAPER, x=60)
    return it


def pitch():
    it = Canvas(640, 480, GREEN)
    for n in range(0, 640, 128):
        it.box(n, 0, 64, 480, (70, 152, 96))
    it.frame(30, 30, 580, 420, 5, PAPER)
    it.box(318, 30, 5, 420, PAPER)
    it.disc(320, 240, 70, PAPER)
    it.disc(320, 240, 65, GREEN)
    it.frame(30, 150, 90, 180, 5, PAPER)
    it.frame(520, 150, 90, 180, 5, PAPER)
    it.disc(360, 210, 9, PAPER)
    return it


SCENES = {
    "giveaway": giveaway,
    "giveaway-darker": lambda: giveaway().dimmed(820),
    "vote": vote,
    "recovery": recovery,
    "sunset": sunset,
    "monday": monday,
    "sign": sign,
    "tea": tea,
    "flood": flood,
    "street": street,
    "card": card,
    "chess": chess,
    "toast": toast,
    "portrait": portrait,
    "portrait-labelled": portrait_labelled,
    "invest": invest,
    "pitch": pitch,
}
