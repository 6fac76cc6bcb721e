"""Bank accounts at the simulated Stripe: debits, mandates, and people at their banks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.stripe.wire.errors import Resource

if TYPE_CHECKING:
    from local.stripe.serving.simulator import Simulator as Core

# Any other IBAN pays as well; see `local.stripe.instruments.ibans` for those that do not.
IBAN = "DE89370400440532013000"
SLOW_IBAN = "DE08370400440532013003"  # pays, after twice the time
FAILING_IBAN = "DE62370400440532013001"
EMPTY_IBAN = "DE65370400440002222227"  # fails with `insufficient_funds`
DISPUTED_IBAN = "DE35370400440532013002"  # pays, and is taken back at once
LIMITED_IBAN = "DE65370400440000343434"  # refused at once: too much this week


class BankMoney:
    """What people and their banks do. Debits stay `processing` until one of these verbs
    ends them, or `advance` by five days (`SLOW_IBAN`: ten) does what the account does.

    A session is named by its id or by the address of its page.
    """

    core: Core

    # --- A person on the Checkout page

    def pay_by_debit(self, session: str, iban: str = IBAN) -> Resource:
        """Type an IBAN and sign the mandate; in setup mode nothing is taken. Answers the
        session: `complete` and still `unpaid`. Some accounts raise `Refused`."""
        return self._bank_deed("pay_by_debit", session=session, iban=iban)

    def pay_by_bank(
        self,
        session: str,
        kind: str = "ideal",
        *,
        confirms: bool = True,
        iban: str = "",
    ) -> Resource:
        """Go to the bank by "ideal", "bancontact", "twint" or "swish", confirm there or
        not, and come back; the session, which stays `open` without the confirmation.

        Bancontact, and iDEAL in setup mode, leave a debit of `iban` behind: its id is the
        charge's (or the setup attempt's) `generated_sepa_debit`.
        """
        return self._bank_deed(
            "pay_by_bank", session=session, kind=kind, confirms=confirms, iban=iban
        )

    # --- Their bank, days later

    def settle_debit(self, payment_intent: str) -> Resource:
        """A processing debit is paid: the payment intent, `succeeded`."""
        return self._bank_deed("settle_debit", payment_intent=payment_intent)

    def fail_debit(
        self, payment_intent: str, code: str = "insufficient_funds"
    ) -> Resource:
        """A processing debit fails: the payment intent, `requires_payment_method`.
        "debit_not_authorized" ends the mandate as well."""
        return self._bank_deed("fail_debit", payment_intent=payment_intent, code=code)

    def return_debit(
        self, payment_intent: str, reason: str = "insufficient_funds"
    ) -> Resource:
        """A debit that was paid is taken back: the dispute, lost at once.

        Banks do so for "insufficient_funds", "incorrect_account_details" and
        "bank_cannot_process"; payers for "customer_initiated" and
        "debit_not_authorized", which ends the mandate as well.
        """
        return self._bank_deed(
            "return_debit", payment_intent=payment_intent, reason=reason
        )

    def revoke_mandate(self, payment_method: str) -> Resource:
        """The account's holder allows no more debits: the mandate, `inactive`. The next
        debit is refused with `payment_intent_mandate_invalid`."""
        return self._bank_deed("revoke_mandate", payment_method=payment_method)

    def change_account(self, payment_method: str, iban: str) -> Resource:
        """A saved account behaves as that test account from now on."""
        return self._bank_deed(
            "change_account", payment_method=payment_method, iban=iban
        )

    def _bank_deed(self, deed: str, **given: object) -> Resource:
        done: Resource = self.core.do(deed, **given)
        return done
