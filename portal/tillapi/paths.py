"""The till API's paths."""

from functools import cache

from django.urls import URLPattern, get_resolver

PREFIX = "/api/pos"


@cache
def canonical_paths() -> dict[str, str]:
    """The contract's spelling of every till path, by its lower-case form."""
    paths: dict[str, str] = {}
    for resolver in get_resolver().url_patterns:
        for pattern in getattr(resolver, "url_patterns", ()):
            path = f"/{resolver.pattern}{pattern.pattern}"
            if isinstance(pattern, URLPattern) and path.startswith(PREFIX):
                paths[path.lower()] = path
    return paths
