"""The entrance of the command line: `daogou` and `python -m daogou`."""

import os

# Numpy reads this when it is loaded. Turns side by side use the cores better than one turn's products cut in two.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from daogou.cli import main

if __name__ == "__main__":
    main()
