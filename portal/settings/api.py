"""The till API's framework, and its description."""

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "portal.tillapi.schema.TillSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["terminals.api.authentication.TillAuthentication"],
    # A till's parameters are its own: none of them chooses the answer's format.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Till API",
    "DESCRIPTION": "How a cash register takes MobilePay payments, gives refunds and manages its point of sale.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/pos",
    "SORT_OPERATIONS": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "accessToken": {
                "type": "http",
                "scheme": "bearer",
                "description": "The merchant's access token. Old tills may send accessToken and bioCode as parameters.",
            },
        },
    },
}
