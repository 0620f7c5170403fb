"""Runs one suite: `python run_suite.py BUILD_DIR NAME [unittest arguments]`."""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scripts/lib"), str(HERE.parent / "services/gateway")]

import environment  # noqa: E402: the path above comes first

if __name__ == "__main__":
    environment.BUILD = pathlib.Path(sys.argv[1])
    unittest.main(module=sys.argv[2], argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
