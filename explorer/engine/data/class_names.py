"""What the classes of built-in data sets are called, in the order of their numbers."""

from __future__ import annotations

DIGIT = tuple("0123456789")
DIGIT_COUNTS = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
"""How many of each there are in scikit-learn's digits."""

FASHION = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)

OUTLINES = (
    "disc",
    "square",
    "triangle",
    "star",
    "cross",
    "ring",
    "half disc",
    "heart",
    "bar",
    "arc",
    "hexagon",
    "drop",
    "flower",
    "gear",
    "arrow",
    "frame",
    "three arms",
    "peanut",
    "sector",
    "four-pointed star",
)
TEXTURES = ("plain", "striped", "checked", "dotted", "ringed")

CIFAR10 = tuple("airplane automobile bird cat deer dog frog horse ship truck".split())  # noqa: SIM905

CIFAR100 = tuple(
    name.replace("_", " ")
    for name in """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel
    can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
    dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion
    lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree
    pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea
    seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank
    telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
    """.split()  # noqa: SIM905
)


def shape_names(classes: int) -> tuple[str, ...]:
    """What the classes of `shapes` show: 20 outlines; beyond them the same outlines with other textures."""
    outlines = len(OUTLINES)
    if classes <= outlines:
        return OUTLINES[:classes]
    return tuple(f"{TEXTURES[index // outlines]} {OUTLINES[index % outlines]}" for index in range(classes))
