"""What a page weighs besides its words."""

from portal.settings.base import BASE_DIR

STATIC = BASE_DIR / "portal" / "static"


def weight_of(ending):
    return sum(file.stat().st_size for file in STATIC.rglob(f"*{ending}"))


def test_the_styles_and_the_script_stay_small():
    assert 0 < weight_of(".css") < 40_000
    assert 0 < weight_of(".js") < 15_000
