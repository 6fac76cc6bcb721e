"""Every request that the simulator answers: its address, its parameters, its part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.stripe.objects import (
    accounts,
    balance,
    charges,
    checkout,
    customers,
    disputes,
    events,
    intents,
    methods,
    onboarding,
    payouts,
    refunds,
    setups,
    topups,
    transfers,
    webhooks,
)
from local.stripe.wire.errors import Refused, Resource

Part = Callable[..., Resource]

ROUTES: list[tuple[str, str, str, Part]] = [
    ("GET", "/v1/account", "AccountRetrieveCurrentParams", accounts.retrieve_current),
    ("POST", "/v1/accounts", "AccountCreateParams", accounts.create),
    ("GET", "/v1/accounts", "AccountListParams", accounts.index),
    ("GET", "/v1/accounts/*", "AccountRetrieveParams", accounts.retrieve),
    ("POST", "/v1/accounts/*", "AccountUpdateParams", accounts.update),
    ("DELETE", "/v1/accounts/*", "AccountDeleteParams", accounts.delete),
    (
        "GET",
        "/v1/accounts/*/external_accounts",
        "AccountListExternalAccountsParams",
        onboarding.external_accounts,
    ),
    (
        "GET",
        "/v1/accounts/*/external_accounts/*",
        "AccountRetrieveExternalAccountParams",
        onboarding.external_account,
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
    ("GET", "/v1/charges", "ChargeListParams", charges.index),
    ("GET", "/v1/charges/*", "ChargeRetrieveParams", charges.retrieve),
    ("POST", "/v1/charges/*", "ChargeUpdateParams", charges.update),
    ("GET", "/v1/charges/*/refunds", "ChargeListRefundsParams", refunds.of_charge),
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
        "/v1/checkout/sessions/*",
        "checkout.SessionUpdateParams",
        checkout.update,
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
    (
        "GET",
        "/v1/customers/*/payment_methods/*",
        "CustomerRetrievePaymentMethodParams",
        methods.of_customer_one,
    ),
    ("GET", "/v1/disputes", "DisputeListParams", disputes.index),
    ("GET", "/v1/disputes/*", "DisputeRetrieveParams", disputes.retrieve),
    ("POST", "/v1/disputes/*", "DisputeUpdateParams", disputes.update),
    ("POST", "/v1/disputes/*/close", "DisputeCloseParams", disputes.close),
    ("GET", "/v1/events", "EventListParams", events.index),
    ("GET", "/v1/events/*", "EventRetrieveParams", events.retrieve),
    ("POST", "/v1/payment_intents", "PaymentIntentCreateParams", intents.create),
    ("GET", "/v1/payment_intents", "PaymentIntentListParams", intents.index),
    (
        "GET",
        "/v1/payment_intents/*",
        "PaymentIntentRetrieveParams",
        intents.retrieve,
    ),
    ("POST", "/v1/payment_intents/*", "PaymentIntentUpdateParams", intents.update),
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
    ("POST", "/v1/payment_methods", "PaymentMethodCreateParams", methods.create),
    ("GET", "/v1/payment_methods", "PaymentMethodListParams", methods.index),
    (
        "GET",
        "/v1/payment_methods/*",
        "PaymentMethodRetrieveParams",
        methods.retrieve,
    ),
    ("POST", "/v1/payment_methods/*", "PaymentMethodUpdateParams", methods.update),
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
    ("POST", "/v1/payouts", "PayoutCreateParams", payouts.create),
    ("GET", "/v1/payouts", "PayoutListParams", payouts.index),
    ("GET", "/v1/payouts/*", "PayoutRetrieveParams", payouts.retrieve),
    ("POST", "/v1/payouts/*", "PayoutUpdateParams", payouts.update),
    ("POST", "/v1/payouts/*/cancel", "PayoutCancelParams", payouts.cancel),
    ("POST", "/v1/refunds", "RefundCreateParams", refunds.create),
    ("GET", "/v1/refunds", "RefundListParams", refunds.index),
    ("GET", "/v1/refunds/*", "RefundRetrieveParams", refunds.retrieve),
    ("POST", "/v1/refunds/*", "RefundUpdateParams", refunds.update),
    ("POST", "/v1/refunds/*/cancel", "RefundCancelParams", refunds.cancel),
    ("POST", "/v1/setup_intents", "SetupIntentCreateParams", setups.create),
    ("GET", "/v1/setup_intents", "SetupIntentListParams", setups.index),
    ("GET", "/v1/setup_intents/*", "SetupIntentRetrieveParams", setups.retrieve),
    ("POST", "/v1/setup_intents/*", "SetupIntentUpdateParams", setups.update),
    (
        "POST",
        "/v1/setup_intents/*/confirm",
        "SetupIntentConfirmParams",
        setups.confirm,
    ),
    ("POST", "/v1/setup_intents/*/cancel", "SetupIntentCancelParams", setups.cancel),
    ("POST", "/v1/topups", "TopupCreateParams", topups.create),
    ("GET", "/v1/topups", "TopupListParams", topups.index),
    ("GET", "/v1/topups/*", "TopupRetrieveParams", topups.retrieve),
    ("POST", "/v1/topups/*", "TopupUpdateParams", topups.update),
    ("POST", "/v1/topups/*/cancel", "TopupCancelParams", topups.cancel),
    ("POST", "/v1/transfers", "TransferCreateParams", transfers.create),
    ("GET", "/v1/transfers", "TransferListParams", transfers.index),
    ("GET", "/v1/transfers/*", "TransferRetrieveParams", transfers.retrieve),
    ("POST", "/v1/transfers/*", "TransferUpdateParams", transfers.update),
    (
        "POST",
        "/v1/transfers/*/reversals",
        "TransferCreateReversalParams",
        transfers.reverse,
    ),
    (
        "GET",
        "/v1/transfers/*/reversals",
        "TransferListReversalsParams",
        transfers.reversals,
    ),
    (
        "GET",
        "/v1/transfers/*/reversals/*",
        "TransferRetrieveReversalParams",
        transfers.reversal,
    ),
    (
        "POST",
        "/v1/webhook_endpoints",
        "WebhookEndpointCreateParams",
        webhooks.create,
    ),
    ("GET", "/v1/webhook_endpoints", "WebhookEndpointListParams", webhooks.index),
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
