"""Synthetic cities with a known true effect: simulate one, and deliver it in the native formats of its sources.

`spec` says what is asked for; `households`, `stays`, `programme`, `homes`, `follow_up` and `pilot` each simulate one
subject; `simulate` puts them together; `truth` says what the programme really did; `native` and `deliver` write files.
Nothing here reads or changes a real extract.
"""

from orchestration.synthetic.deliver import chamber_frames, generate, write_chamber, write_deliveries
from orchestration.synthetic.simulate import simulate
from orchestration.synthetic.spec import CitySpec
from orchestration.synthetic.truth import truth

__all__ = ["CitySpec", "chamber_frames", "generate", "simulate", "truth", "write_chamber", "write_deliveries"]
