"""What the management calls may be refused with, each as an example; portal/tillapi/refusals.py adds the rest."""

from portal.gateway.errors import SAMPLE_REFUSAL, OutcomeUnknown, Refused, Unavailable
from terminals.api.samples import POS
from terminals.services.access import EnrolmentClosed, MerchantDisabled, NotAuthenticated, TokenExists
from terminals.services.lookups import NoPos, NoTerminal, TerminalWithoutPos
from terminals.services.points_of_sale import PaymentOpen, PosExists, outcome_unknown
from terminals.services.stores import NoStore

PROOF = (NotAuthenticated(), MerchantDisabled())
REFUSED = Refused(SAMPLE_REFUSAL)
UNAVAILABLE = Unavailable()
NO_TERMINAL = NoTerminal()
AT_TERMINAL = (NO_TERMINAL, TerminalWithoutPos())
AT_POS = (NoPos(),)
_ASKED = (REFUSED, UNAVAILABLE)
_TOLD: tuple[Refused | OutcomeUnknown, ...] = (REFUSED, outcome_unknown(POS))

QR_CODE = AT_TERMINAL
TOKEN = (EnrolmentClosed(), TokenExists())
TOKEN_RESET = PROOF
POS_CREATE = (NO_TERMINAL, PosExists(POS), *_TOLD)
POS_DELETE = (*AT_TERMINAL, PaymentOpen(), *_TOLD)
TERMINAL_INFORMATION = (*AT_TERMINAL, *_ASKED)
STORE = (NoStore(), UNAVAILABLE)
CHECK_IN_BY_POS = (*AT_POS, *_ASKED)
CHECK_IN_BY_TERMINAL = (*AT_TERMINAL, *_ASKED)
