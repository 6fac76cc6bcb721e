"""Every page, and whose it is: one list for the browser, words, queries and headers.

A path names what is in the demo: `{thing}`, `{gift}`, `{closed}`, `{year}`, `{payout}`, `{payment}`, `{pasted}` and `{waiting}`,
which `tests.world.demo.places` knows.
"""

from __future__ import annotations

ANYBODY = [
    "/", "/how-it-works", "/fees", "/terms", "/privacy", "/privacy/record", "/contact", "/imprint", "/accessibility", "/status", "/help", "/help/why-is-my-money-held",
    "/help/how-does-my-statement-add-up", "/account/login/",
    "/account/signup/", "/account/password/reset/", "/discover", "/discover?q=notes",
    "/discover?sort=trend", "/discover/creators", "/discover/creators?q=bergstroem", "/discover?q=nothing-like-it",
    "/thing/{thing}", "/profile/anna", "/closes", "/closes/{closed}", "/numbers", "/nothing-here",
    "/submit/auto?user_id=anna&url=https%3A%2F%2Fnew.example%2Fpost&title=A%20new%20post",
    "/account/password/reset/done/", "/account/login/code/", "/account/confirm-email/", "/account/inactive/",
    "/account/confirm-email/too-old/", "/account/password/reset/key/1-too-old/",
    "/local/mailbox/", "/report/thing/{thing}", "/report/person/anna", "/report/thanks",
    "/anywhere", "/share?text=nothing", "/claim", "/claim?url=new.example%2Fpost",
    "/thing/qr/{thing}", "/view/?uid=anna&url=https%3A%2F%2Fanna.example%2F", "/view/",
    "/@anna", "/@nobody-here", "/@mila", "/developers/api/",
]  # fmt: skip
READER = [
    "/claim?url=new.example%2Fpost", "/anywhere?", "/anywhere/{pasted}", "/anywhere/{waiting}",
    "/discover?sort=near", "/discover/creators?sort=near",
    "/month", "/budget", "/pay", "/pay?budget=15", "/pay/{payment}", "/pay/{payment}/receipt",
    "/give/anna", "/give/anna?thing={thing}", "/gifts", "/gifts/{gift}",
    "/statements", "/statements/{closed}", "/year/{year}",
    "/statements/{closed}/check", "/settings", "/account/email/",
    "/account/password/change/", "/account/2fa/", "/account/2fa/totp/activate/",
    "/settings/mails", "/settings/security", "/settings/export", "/settings/close",
    "/settings/face", "/settings/apps", "/apps", "/apps/new", "/oauth/authorize?client_id=nobody",
    "/account/reauthenticate/", "/account/logout/",
    "/submit/auto?user_id=haken&url=https%3A%2F%2Fhaken.example%2F213&title=Episode%20213",
    "/login?idCallback=https%3A%2F%2Fblog.example%2Fwp-admin%2F", "/login?idCallback=x:y",
]  # fmt: skip
CREATOR = [
    "/button", "/button?url=https%3A%2F%2Fanna.example%2Fpost&title=My%20post", "/button/check", "/things", "/things/{thing}/picture", "/things/hosts", "/subscriptions", "/settings/webhook",
    "/home", "/revenue", "/revenue/{closed}", "/revenue/{year}", "/revenue/invoices", "/payouts", "/payouts/destination", "/month",
]  # fmt: skip
# Who has chosen a budget and not paid yet.
NEWCOMER = ["/month", "/budget", "/pay", "/statements"]
STAFF = [
    "/admin/", "/admin/payouts/payout/", "/admin/payouts/payout/{payout}/change/",
    "/admin/payouts/close/", "/admin/payouts/invoice/", "/admin/payouts/invoice/sums/", "/admin/ledger/entry/", "/admin/ledger/transaction/",
    "/admin/payouts/payment/", "/admin/payouts/payment/{payment}/change/",
    "/admin/payouts/payment/costs/", "/admin/payouts/reconciliation/held/", "/admin/payouts/renewal/", "/admin/payouts/payer/",
    "/admin/accounts/user/", "/admin/accounts/audit/", "/admin/accounts/accountlook/", "/admin/buttons/thing/",
    "/admin/payouts/refund/", "/admin/payouts/refund/of/{payment}/",
    "/admin/payouts/dispute/", "/admin/buttons/report/", "/admin/buttons/picture/",
    "/admin/payouts/creator/", "/admin/payouts/gift/", "/admin/payouts/gift/{gift}/change/", "/admin/payouts/payout/act/hold/?ids={payout}",
]  # fmt: skip
# Each page by who opens it, somebody of the demo; nobody is "".
PAGES = {
    "": ANYBODY,
    "mila": READER,
    "nora": NEWCOMER,
    "anna": CREATOR,
    "ada": STAFF,
}

# Twelve of them, which every run sees in a browser.
TWELVE = {
    "": ["/", "/discover", "/thing/{thing}"],
    "mila": [
        "/month", "/pay", "/statements/{closed}", "/settings/security",
        "/submit/auto?user_id=haken&url=https%3A%2F%2Fhaken.example%2F213&title=Episode%20213",
    ],
    "anna": ["/button?url=https%3A%2F%2Fanna.example%2Fpost&title=My%20post", "/payouts"],
    "ada": ["/admin/", "/admin/payouts/payout/{payout}/change/"],
}  # fmt: skip
