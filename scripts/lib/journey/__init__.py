"""The main job: two real orders from upload to delivered, each step checked. Used by scripts/run and by the tests."""
