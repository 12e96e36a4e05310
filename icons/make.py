"""Draws Casebook's icon: a case folder with a tick in it. Needs only Python; run it where it lies.

The pixels are sampled from shapes, so every size is exact, and no drawing program is needed to change it.
"""

import struct
import zlib
from pathlib import Path

FOLDER, PAPER, TICK = (47, 72, 88), (245, 243, 238), (38, 128, 96)
SAMPLES = 4


def inside_round(x, y, left, top, right, bottom, radius):
    if not (left <= x <= right and top <= y <= bottom):
        return False
    dx = max(left + radius - x, 0, x - (right - radius))
    dy = max(top + radius - y, 0, y - (bottom - radius))
    return dx * dx + dy * dy <= radius * radius


def near_line(x, y, x0, y0, x1, y1, width):
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = max(0, min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length))
    return (x - x0 - along * (x1 - x0)) ** 2 + (y - y0 - along * (y1 - y0)) ** 2 <= width * width


def colour(x, y):
    if near_line(x, y, 0.31, 0.58, 0.44, 0.71, 0.055) or near_line(x, y, 0.44, 0.71, 0.70, 0.44, 0.055):
        return TICK
    if inside_round(x, y, 0.16, 0.33, 0.84, 0.81, 0.04):
        return PAPER
    tab = inside_round(x, y, 0.08, 0.13, 0.46, 0.40, 0.06)
    return FOLDER if tab or inside_round(x, y, 0.08, 0.22, 0.92, 0.89, 0.07) else None


def pixel(px, py, side):
    points = [
        colour((px + (i + 0.5) / SAMPLES) / side, (py + (j + 0.5) / SAMPLES) / side)
        for i in range(SAMPLES)
        for j in range(SAMPLES)
    ]
    seen = [it for it in points if it]
    if not seen:
        return bytes(4)
    mean = [round(sum(it[channel] for it in seen) / len(seen)) for channel in range(3)]
    return bytes([*mean, round(255 * len(seen) / len(points))])


def png(side):
    rows = b"".join(b"\0" + b"".join(pixel(x, y, side) for x in range(side)) for y in range(side))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def ico(pictures):
    at, entries, bodies = 6 + 16 * len(pictures), b"", b""
    for side, body in pictures:
        entries += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(body), at)
        at, bodies = at + len(body), bodies + body
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + bodies


if __name__ == "__main__":
    here = Path(__file__).parent
    pictures = {side: png(side) for side in (32, 128, 256, 512)}
    for side, body in pictures.items():
        (here / f"{side}x{side}.png").write_bytes(body)
    (here / "icon.ico").write_bytes(ico([(32, pictures[32]), (256, pictures[256])]))
