"""Pictures as phones, scanners and painting programs leave them, and what Pillow shows of each.

Writes them into the folder it is given, and a line for each to standard output: the name, the size and the colours at
three places, or a dash where Pillow itself does not know what is right.
"""
import io
import struct
import sys
import zlib

from PIL import Image, ImageCms, ImageDraw, ImageFile, ImageOps

ImageFile.LOAD_TRUNCATED_IMAGES = True
folder = sys.argv[1]
RED, WHITE, BLUE = (220, 30, 30), (255, 255, 255), (20, 40, 200)


def sample(mode="RGB"):
    """Red on the left, white above blue on the right."""
    picture = Image.new("RGB", (200, 100), WHITE)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 99, 99), fill=RED)
    draw.rectangle((100, 50, 199, 99), fill=BLUE)
    return picture.convert(mode)


def places(picture):
    width, height = picture.size
    return [picture.getpixel((int(width * x), int(height * y))) for x, y in ((0.25, 0.5), (0.75, 0.25), (0.75, 0.75))]


def told(name, want=None):
    """What Pillow shows of a file it can read; `want` where it reads another picture than a browser."""
    if want is None:
        picture = ImageOps.exif_transpose(Image.open(f"{folder}/{name}"))
        profile = picture.info.get("icc_profile")
        if picture.mode in ("I;16", "I", "I;16B"):
            picture = picture.point(lambda it: it / 257).convert("L")
        if profile and picture.mode in ("RGB", "L"):
            sent = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            picture = ImageCms.profileToProfile(picture, sent, ImageCms.createProfile("sRGB"), outputMode="RGB")
        want = (picture.size, places(picture.convert("RGB")))
    (width, height), colours = want
    print(name, width, height, *(channel for colour in colours for channel in colour))


def put(name, data, want=None):
    with open(f"{folder}/{name}", "wb") as file:
        file.write(data)
    told(name, want)


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png(width, height, depth, colour, rows, chunks=()):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    more = b"".join(chunk(name, body) for name, body in chunks)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


plain = sample()
whole = ((200, 100), [RED, WHITE, BLUE])
jpeg = saved(plain, "JPEG", quality=92)

# JPEG
put("rgb.jpg", jpeg)
put("progressive.jpg", saved(plain, "JPEG", quality=80, progressive=True))
put("gray.jpg", saved(sample("L"), "JPEG"))
inks = saved(sample("CMYK"), "JPEG", quality=92)
put("inks.jpg", inks)
adobe = inks.find(b"\xff\xee")
length = int.from_bytes(inks[adobe + 2 : adobe + 4], "big")
put("inks-without-adobe.jpg", inks[:adobe] + inks[adobe + 2 + length :])
put("without-end.jpg", jpeg[:-2])
tables = jpeg.find(b"\xff\xdb")
put("junk-between.jpg", jpeg[:tables] + b"\0\0\0\0" + jpeg[tables:])
put("junk-before.jpg", b"\r\n" + jpeg, whole)
put("behind.jpg", jpeg + b"<script>junk</script>" * 50)
for subsampling in (0, 1, 2):
    put(f"subsampled-{subsampling}.jpg", saved(plain, "JPEG", quality=90, subsampling=subsampling)[:-2])
put("restarts.jpg", saved(plain, "JPEG", quality=90, restart_marker_rows=1))
put("camera-set.jpg", saved(plain, "MPO", save_all=True, append_images=[sample().rotate(180)]))

# Every format with an orientation
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[274] = orientation
    for kind, end in (("JPEG", "jpg"), ("WEBP", "webp"), ("PNG", "png"), ("TIFF", "tif")):
        put(f"turned-{orientation}.{end}", saved(plain, kind, exif=exif))

# PNG
put("palette.png", saved(plain.quantize(8), "PNG"))
put("bits.png", saved(sample("1"), "PNG"))
put("gray16.png", png(200, 100, 16, 0, [struct.pack(">200H", *[20000] * 100, *[60000] * 100)] * 100))
deep = struct.pack(">300H", *(56000, 8000, 8000) * 100) + struct.pack(">300H", *(5000, 10000, 51000) * 100)
put("rgb16.png", png(200, 100, 16, 2, [deep] * 100))
narrow = bytes([0b00011011] * 50)
put("gray2.png", png(200, 100, 2, 0, [narrow] * 100))
# Half the light, and linear: a browser shows 188. Pillow passes gamma over.
put("linear.png", png(200, 100, 8, 0, [b"\x80" * 200] * 100, [(b"gAMA", struct.pack(">I", 100000))]), ((200, 100), [(188,) * 3] * 3))
usual = [(b"gAMA", struct.pack(">I", 45455))]
put("usual-gamma.png", png(200, 100, 8, 0, [b"\x80" * 200] * 100, usual))

# Profiles
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
put("srgb.jpg", saved(plain, "JPEG", icc_profile=srgb))
swapped = bytearray(srgb)
red, blue = (swapped.find(it) for it in (b"rXYZ", b"bXYZ"))
swapped[red + 4 : red + 12], swapped[blue + 4 : blue + 12] = bytes(swapped[blue + 4 : blue + 12]), bytes(swapped[red + 4 : red + 12])
for kind, end in (("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("TIFF", "tif")):
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    put(f"swapped.{end}", saved(plain, kind, icc_profile=bytes(swapped), **options))

# Scanners
for compression in ("tiff_lzw", "tiff_deflate", "packbits", None):
    put(f"{compression}.tif", saved(plain, "TIFF", compression=compression))
put("gray.tif", saved(sample("L"), "TIFF"))
put("bits.tif", saved(sample("1"), "TIFF"))
put("fax.tif", saved(sample("1"), "TIFF", compression="group4"))

# The rest
put("plain.bmp", saved(plain, "BMP"))
put("palette.bmp", saved(plain.quantize(16), "BMP"))
put("bits.bmp", saved(sample("1"), "BMP"))
put("gray.bmp", saved(sample("L"), "BMP"))
put("clear.bmp", saved(sample("RGBA"), "BMP"))
put("plain.gif", saved(plain.quantize(8), "GIF", interlace=1))
put("plain.webp", saved(plain, "WEBP", lossless=True))
put("lossy.webp", saved(plain, "WEBP", quality=90))
put("plain.ppm", saved(plain, "PPM"))
put("gray.pgm", saved(sample("L"), "PPM"))
put("bits.pbm", saved(sample("1"), "PPM"))
put("plain.ico", saved(plain.resize((64, 32)).resize((64, 64)), "ICO", sizes=[(64, 64)]))

# Named by what it is not
put("jpeg-called.png", jpeg)
put("photo.jfif", jpeg)
