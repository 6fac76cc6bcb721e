"""Every request that the simulator answers: its address, its parameters, its part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.stripe.incoming import charges, checkout, disputes, intents, refunds, setups
from local.stripe.instruments import sepa_mandates
from local.stripe.objects import (
    accounts,
    balance,
    customers,
    events,
    methods,
    onboarding,
    payouts,
    topups,
    transfers,
    webhooks,
)
from local.stripe.wire.errors import Refused, Resource

Part = Callable[..., Resource]

ROUTES: list[tuple[str, str, str, Part]] = [
    ("POST", "/v1/accounts", "AccountCreateParams", accounts.create),
    ("GET", "/v1/accounts/*", "AccountRetrieveParams", accounts.retrieve),
    ("DELETE", "/v1/accounts/*", "AccountDeleteParams", accounts.delete),
    (
        "GET",
        "/v1/accounts/*/external_accounts",
        "AccountListExternalAccountsParams",
        onboarding.external_accounts,
    ),
    (
        "POST",
        "/v1/accounts/*/login_links",
        "AccountCreateLoginLinkParams",
        onboarding.login_link,
    ),
    ("POST", "/v1/account_links", "AccountLinkCreateParams", onboarding.link),
    ("GET", "/v1/balance", "BalanceRetrieveParams", balance.retrieve),
    (
        "GET",
        "/v1/balance_transactions",
        "BalanceTransactionListParams",
        balance.index,
    ),
    (
        "GET",
        "/v1/balance_transactions/*",
        "BalanceTransactionRetrieveParams",
        balance.transaction,
    ),
    ("GET", "/v1/charges/*", "ChargeRetrieveParams", charges.retrieve),
    (
        "POST",
        "/v1/checkout/sessions",
        "checkout.SessionCreateParams",
        checkout.create,
    ),
    ("GET", "/v1/checkout/sessions", "checkout.SessionListParams", checkout.index),
    (
        "GET",
        "/v1/checkout/sessions/*",
        "checkout.SessionRetrieveParams",
        checkout.retrieve,
    ),
    (
        "POST",
        "/v1/checkout/sessions/*/expire",
        "checkout.SessionExpireParams",
        checkout.expire,
    ),
    (
        "GET",
        "/v1/checkout/sessions/*/line_items",
        "checkout.SessionListLineItemsParams",
        checkout.line_items,
    ),
    ("POST", "/v1/customers", "CustomerCreateParams", customers.create),
    ("GET", "/v1/customers", "CustomerListParams", customers.index),
    ("GET", "/v1/customers/*", "CustomerRetrieveParams", customers.retrieve),
    ("POST", "/v1/customers/*", "CustomerUpdateParams", customers.update),
    ("DELETE", "/v1/customers/*", "CustomerDeleteParams", customers.delete),
    (
        "GET",
        "/v1/customers/*/payment_methods",
        "CustomerListPaymentMethodsParams",
        methods.of_customer,
    ),
    ("GET", "/v1/disputes", "DisputeListParams", disputes.index),
    ("GET", "/v1/disputes/*", "DisputeRetrieveParams", disputes.retrieve),
    ("POST", "/v1/disputes/*", "DisputeUpdateParams", disputes.update),
    ("GET", "/v1/events", "EventListParams", events.index),
    ("GET", "/v1/events/*", "EventRetrieveParams", events.retrieve),
    ("GET", "/v1/mandates/*", "MandateRetrieveParams", sepa_mandates.retrieve),
    ("POST", "/v1/payment_intents", "PaymentIntentCreateParams", intents.create),
    ("GET", "/v1/payment_intents", "PaymentIntentListParams", intents.index),
    (
        "GET",
        "/v1/payment_intents/*",
        "PaymentIntentRetrieveParams",
        intents.retrieve,
    ),
    (
        "POST",
        "/v1/payment_intents/*/confirm",
        "PaymentIntentConfirmParams",
        intents.confirm,
    ),
    (
        "POST",
        "/v1/payment_intents/*/cancel",
        "PaymentIntentCancelParams",
        intents.cancel,
    ),
    ("GET", "/v1/payment_methods", "PaymentMethodListParams", methods.index),
    (
        "GET",
        "/v1/payment_methods/*",
        "PaymentMethodRetrieveParams",
        methods.retrieve,
    ),
    (
        "POST",
        "/v1/payment_methods/*/attach",
        "PaymentMethodAttachParams",
        methods.attach,
    ),
    (
        "POST",
        "/v1/payment_methods/*/detach",
        "PaymentMethodDetachParams",
        methods.detach,
    ),
    ("GET", "/v1/payouts", "PayoutListParams", payouts.index),
    ("GET", "/v1/payouts/*", "PayoutRetrieveParams", payouts.retrieve),
    ("POST", "/v1/refunds", "RefundCreateParams", refunds.create),
    ("GET", "/v1/refunds", "RefundListParams", refunds.index),
    ("GET", "/v1/refunds/*", "RefundRetrieveParams", refunds.retrieve),
    ("POST", "/v1/setup_intents", "SetupIntentCreateParams", setups.create),
    ("GET", "/v1/setup_intents/*", "SetupIntentRetrieveParams", setups.retrieve),
    ("POST", "/v1/topups", "TopupCreateParams", topups.create),
    ("GET", "/v1/topups/*", "TopupRetrieveParams", topups.retrieve),
    ("POST", "/v1/transfers", "TransferCreateParams", transfers.create),
    ("GET", "/v1/transfers", "TransferListParams", transfers.index),
    ("GET", "/v1/transfers/*", "TransferRetrieveParams", transfers.retrieve),
    (
        "POST",
        "/v1/transfers/*/reversals",
        "TransferCreateReversalParams",
        transfers.reverse,
    ),
    (
        "POST",
        "/v1/webhook_endpoints",
        "WebhookEndpointCreateParams",
        webhooks.create,
    ),
    (
        "GET",
        "/v1/webhook_endpoints/*",
        "WebhookEndpointRetrieveParams",
        webhooks.retrieve,
    ),
    (
        "POST",
        "/v1/webhook_endpoints/*",
        "WebhookEndpointUpdateParams",
        webhooks.update,
    ),
    (
        "DELETE",
        "/v1/webhook_endpoints/*",
        "WebhookEndpointDeleteParams",
        webhooks.delete,
    ),
]
TABLE = {
    (method, tuple(path.strip("/").split("/"))): (params, part)
    for method, path, params, part in ROUTES
}


def find(method: str, path: str) -> tuple[str, Part, list[str]]:
    """The parameters' name, the part that answers, and the ids in the address."""
    steps = path.strip("/").split("/")
    for (known, pattern), (params, part) in TABLE.items():
        if known == method and len(pattern) == len(steps):
            pairs: list[Any] = list(zip(pattern, steps, strict=True))
            if all(want in {"*", step} for want, step in pairs):
                return params, part, [step for want, step in pairs if want == "*"]
    raise Refused(
        f"Unrecognized request URL ({method}: {path}). The simulator does not know it.",
        status=404,
        began=False,
    )
