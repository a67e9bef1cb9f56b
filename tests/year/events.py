"""What ordinarily happens between two deliveries: registers are corrected, households and the Chamber's terms change.

Each kind changes the town from the next delivery on and says so; it does nothing where there is nothing to change.
"""

from year.corrections import CORRECTIONS
from year.households import HOUSEHOLDS
from year.turn import Kind, Turn


def drawn(turn: Turn, left: list[Kind]) -> list[str]:
    """Between none and four corrections of different kinds, a household that changes and a change of terms.

    Households change in every other month; terms in three of four, each kind once a year.
    """
    random = turn.town.random
    kinds: list[Kind] = random.sample(CORRECTIONS, random.randint(0, 4))
    if random.random() < 0.5:
        kinds += random.sample(HOUSEHOLDS, random.randint(1, 2))
    if left and random.random() < 0.75:
        kinds.append(left.pop(random.randrange(len(left))))
    return [kind.__name__ for kind in kinds if kind(turn)]
