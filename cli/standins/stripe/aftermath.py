"""What happens after the checkout: refunds, disputes, reviews, warnings; and customers, invoices and credit notes."""

from collections.abc import Callable, Mapping

from cli.standins.http import Json
from cli.standins.stripe import objects
from cli.standins.stripe.account import Account, change
from cli.standins.stripe.checkout import add_customer, find, moment_of, open_review
from cli.standins.stripe.objects import Buyer


class Aftermath:
    """The acts of banks, of the shop and of people after a payment. `of` is as in `Checkout`."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return the acts by name."""
        return {
            "refund": self.refund,
            "refund_fail": self.refund_fail,
            "dispute_open": self.dispute_open,
            "dispute_close": self.dispute_close,
            "review": self.review,
            "review_close": self.review_close,
            "fraud_warning": self.fraud_warning,
        }

    def refund(
        self, of: str, amount: int | None = None, reason: str = "requested_by_customer", at: object = None
    ) -> Json:
        """The shop gives money back, all that is left by default."""
        charge, moment = find(self._account, of, "charge"), moment_of(self._account, at)
        left = charge["amount_captured"] - charge["amount_refunded"]
        returned = left if amount is None else amount
        if not 0 < returned <= left:
            raise ValueError(f"{left} can be refunded")
        refund = objects.refund(self._account.made("re_", moment), charge, returned, reason)
        self._account.keep(refund)
        total = charge["amount_refunded"] + returned
        previous = change(charge, amount_refunded=total, refunded=total == charge["amount"])
        self._account.tell("refund.created", refund, moment)
        self._account.tell("charge.refunded", charge, moment, previous)
        return {"refund": refund["id"], "charge": charge["id"]}

    def refund_fail(self, of: str, at: object = None) -> Json:
        """A refund comes back: the buyer's account cannot take it."""
        refund, moment = find(self._account, of, "refund"), moment_of(self._account, at)
        charge = self._account.objects["charge"][refund["charge"]]
        change(refund, status="failed", failure_reason="expired_or_canceled_card")
        previous = change(
            charge, amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False
        )
        self._account.tell("refund.failed", refund, moment)
        self._account.tell("charge.updated", charge, moment, previous)
        return {"refund": refund["id"]}

    def dispute_open(self, of: str, reason: str = "fraudulent", at: object = None) -> Json:
        """The buyer disputes a charge at their bank."""
        charge, moment = find(self._account, of, "charge"), moment_of(self._account, at)
        made = self._account.made("du_", moment)
        dispute = objects.dispute(made, charge, reason, self._account.addresses[charge["id"]])
        change(charge, disputed=True)
        self._account.keep(dispute)
        self._account.tell("charge.dispute.created", dispute, moment)
        return {"dispute": dispute["id"], "charge": charge["id"]}

    def dispute_close(self, of: str, status: str = "lost", at: object = None) -> Json:
        """A dispute ends: `won`, `lost`, or `warning_closed`."""
        dispute = find(self._account, of, "dispute")
        previous = change(dispute, status=status, is_charge_refundable=status == "won")
        self._account.tell("charge.dispute.closed", dispute, moment_of(self._account, at), previous)
        return {"dispute": dispute["id"]}

    def review(self, of: str, reason: str = "manual", at: object = None) -> Json:
        """A payment is put up for review."""
        charge, moment = find(self._account, of, "charge"), moment_of(self._account, at)
        review = open_review(self._account, charge, reason, moment)
        self._account.tell("review.opened", review, moment)
        return {"review": review["id"], "charge": charge["id"]}

    def review_close(self, of: str, closed_reason: str = "approved", at: object = None) -> Json:
        """A review ends."""
        review = find(self._account, of, "review")
        previous = change(review, open=False, closed_reason=closed_reason, reason=closed_reason)
        self._account.tell("review.closed", review, moment_of(self._account, at), previous)
        return {"review": review["id"]}

    def fraud_warning(self, of: str, at: object = None) -> Json:
        """The card network warns of fraud."""
        charge, moment = find(self._account, of, "charge"), moment_of(self._account, at)
        warning = objects.early_fraud_warning(self._account.made("issfr_", moment), charge)
        self._account.keep(warning)
        self._account.tell("radar.early_fraud_warning.created", warning, moment)
        return {"early_fraud_warning": warning["id"], "charge": charge["id"]}


class Bookkeeping:
    """The shop's own acts on customers and invoices."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return the acts by name."""
        return {
            "create_customer": self.create_customer,
            "update_customer": self.update_customer,
            "delete_customer": self.delete_customer,
            "invoice": self.invoice,
            "invoice_pay": self.invoice_pay,
            "invoice_fail": self.invoice_fail,
            "invoice_overdue": self.invoice_overdue,
            "invoice_uncollectible": self.invoice_uncollectible,
            "invoice_void": self.invoice_void,
            "credit_note": self.credit_note,
        }

    def create_customer(
        self, email: str, name: str = "Camille Durand", metadata: Json | None = None, at: object = None
    ) -> Json:
        """The shop creates a customer."""
        moment = moment_of(self._account, at)
        return {"customer": add_customer(self._account, Buyer(email, name), moment, metadata or {})["id"]}

    def update_customer(self, of: str, changes: Json, at: object = None) -> Json:
        """The shop changes a customer's fields."""
        customer = find(self._account, of, "customer")
        if unknown := changes.keys() - customer.keys():
            raise ValueError(f"a customer has no {', '.join(sorted(unknown))}")
        update_customer(self._account, customer, changes, moment_of(self._account, at))
        return {"customer": customer["id"]}

    def delete_customer(self, of: str, at: object = None) -> Json:
        """The shop deletes a customer."""
        customer = find(self._account, of, "customer")
        delete_customer(self._account, customer, moment_of(self._account, at))
        return {"customer": customer["id"]}

    def invoice(
        self,
        of: str,
        amount: int = 5400,
        currency: str = "eur",
        due_in_days: int | None = None,
        at: object = None,
    ) -> Json:
        """The shop sends an invoice to a customer, who is created where an address is unknown."""
        moment = moment_of(self._account, at)
        try:
            customer = find(self._account, of, "customer")
        except ValueError:
            customer = add_customer(self._account, Buyer(of), moment, {})
        due = None if due_in_days is None else moment + due_in_days * objects.DAY
        made = self._account.made("in_", moment)
        invoice = self._account.keep(objects.invoice(made, customer, amount, currency, due))
        change(customer, next_invoice_sequence=customer["next_invoice_sequence"] + 1)
        for kind in ("invoice.created", "invoice.finalized"):
            self._account.tell(kind, invoice, moment)
        return {"invoice": invoice["id"], "customer": customer["id"]}

    def invoice_pay(self, of: str, at: object = None) -> Json:
        """An invoice is paid by card. Only its invoice payment says which payment intent that was."""
        invoice, moment = self._unpaid(of, at)
        intent, charge = self._charge(invoice, moment)
        change(invoice, status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, attempted=True)
        change(invoice, attempt_count=invoice["attempt_count"] + 1, next_payment_attempt=None)
        payment = objects.invoice_payment(self._account.made("inpay_", moment), invoice, intent["id"])
        self._account.keep(payment)
        self._account.tell("charge.succeeded", charge, moment)
        self._account.tell("payment_intent.succeeded", intent, moment)
        self._account.tell("invoice_payment.paid", payment, moment)
        return {**self._closed(invoice, "paid_at", "invoice.paid", moment), "payment_intent": intent["id"]}

    def invoice_fail(self, of: str, at: object = None) -> Json:
        """A payment of an invoice fails, and will be tried again in three days."""
        invoice, moment = self._unpaid(of, at)
        retry = moment + 3 * objects.DAY
        count = invoice["attempt_count"] + 1
        change(invoice, attempted=True, attempt_count=count, next_payment_attempt=retry)
        self._account.objects["customer"][invoice["customer"]]["delinquent"] = True
        self._account.tell("invoice.payment_failed", invoice, moment)
        return {"invoice": invoice["id"]}

    def invoice_overdue(self, of: str, at: object = None) -> Json:
        """The day comes on which an invoice should have been paid."""
        invoice, moment = self._unpaid(of, at)
        self._account.tell("invoice.overdue", invoice, moment)
        return {"invoice": invoice["id"]}

    def invoice_uncollectible(self, of: str, at: object = None) -> Json:
        """The shop gives an invoice up."""
        invoice, moment = self._unpaid(of, at)
        change(invoice, status="uncollectible", auto_advance=False, next_payment_attempt=None)
        return self._closed(invoice, "marked_uncollectible_at", "invoice.marked_uncollectible", moment)

    def invoice_void(self, of: str, at: object = None) -> Json:
        """The shop takes an invoice back."""
        invoice, moment = self._unpaid(of, at)
        change(invoice, status="void", auto_advance=False, next_payment_attempt=None)
        return self._closed(invoice, "voided_at", "invoice.voided", moment)

    def credit_note(
        self, of: str, amount: int | None = None, reason: str = "order_change", at: object = None
    ) -> Json:
        """The shop credits an invoice, wholly by default."""
        invoice, moment = find(self._account, of, "invoice"), moment_of(self._account, at)
        credited = invoice["total"] if amount is None else amount
        note = objects.credit_note(self._account.made("cn_", moment), invoice, credited, reason)
        self._account.keep(note)
        self._account.tell("credit_note.created", note, moment)
        return {"credit_note": note["id"], "invoice": invoice["id"]}

    def _unpaid(self, of: str, at: object) -> tuple[Json, int]:
        invoice = find(self._account, of, "invoice")
        if invoice["status"] not in ("open", "uncollectible"):
            raise ValueError(f"the invoice is {invoice['status']}")
        return invoice, moment_of(self._account, at)

    def _charge(self, invoice: Json, moment: int) -> tuple[Json, Json]:
        buyer = Buyer(invoice["customer_email"], invoice["customer_name"])
        owed = {name: invoice[name] for name in ("currency", "customer")}
        owed |= {"amount_total": invoice["amount_due"], "payment_method_types": ["card"]}
        made = self._account.made("pi_", moment)
        intent = self._account.keep(objects.payment_intent(made, owed, buyer, "automatic"))
        intent["payment_method"] = self._account.made("pm_", moment).id
        charge = self._account.keep(objects.charge(self._account.made("ch_", moment), intent, buyer, "card"))
        self._account.addresses[charge["id"]] = buyer.ip
        amount = charge["amount"]
        change(charge, status="succeeded", paid=True, captured=True, amount_captured=amount)
        charge["outcome"] = objects.outcome("authorized")
        charge["balance_transaction"] = self._account.made("txn_", moment).id
        change(intent, status="succeeded", amount_received=amount, latest_charge=charge["id"])
        return intent, charge

    def _closed(self, invoice: Json, transition: str, kind: str, moment: int) -> Json:
        invoice["status_transitions"][transition] = moment
        self._account.tell(kind, invoice, moment)
        return {"invoice": invoice["id"]}


def update_customer(account: Account, customer: Json, changes: Json, moment: int) -> Json | None:
    """Change a customer's fields; return the event, or None where nothing differs."""
    previous = change(customer, **changes)
    return account.tell("customer.updated", customer, moment, previous) if previous else None


def delete_customer(account: Account, customer: Json, moment: int) -> Json:
    """Delete a customer for good; return the event, which carries all that the customer held."""
    del account.objects["customer"][customer["id"]]
    account.deleted.add(customer["id"])
    return account.tell("customer.deleted", customer, moment)
