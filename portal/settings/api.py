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
    "DESCRIPTION": (
        "How a cash register takes MobilePay payments, gives refunds and manages its point of sale.\n\n"
        "The same can be read without JavaScript at [/api/help/](/api/help/).\n\n"
        "Every answer is an envelope: the call's own members, then `success`, `errors` (sentences for the cashier) "
        "and `errorCodes` (words for the program). JSON unless `Accept` asks for XML. The codes listed with a status "
        "are all that the call is refused with by it; where a merchant's tills are answered 200 always, the same "
        "refusals come with that. Besides, any address may answer 400 `host_unknown`, 404 `not_found`, 405 "
        "`method_not_allowed` or 500 `internal_error`. New codes can be added: a till goes by the status of one that "
        "it does not know."
    ),
    "VERSION": "1.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/pos",
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "portal.tillapi.schema.complete"],
    "ENUM_NAME_OVERRIDES": {
        "PaymentStatus": "payments.api.words.STATUS_WORDS",
        "RefundStatus": "refunds.api.words.STATUS_WORDS",
    },
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "The merchant's access token in the Authorization header. Preferred: it is in no log.",
            },
            "accessToken": {
                "type": "apiKey",
                "in": "query",
                "name": "accessToken",
                "description": "The old form, in the address or the body of a POST; it counts only without the header.",
            },
            "bioCode": {
                "type": "apiKey",
                "in": "query",
                "name": "bioCode",
                "description": "The merchant, beside accessToken. It may be left out: the token tells the merchant.",
            },
        },
    },
}
