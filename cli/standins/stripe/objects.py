"""The shapes of Stripe's objects, in the API version that stripe-python 16.1 speaks."""

from dataclasses import dataclass
from typing import Literal

from cli.standins.http import Json

API_VERSION = "2026-10-28.endive"
DAY = 86_400
MERCHANT = {"account_country": "FR", "account_name": "iméra"}

Box = Literal["ticked", "unticked", "absent"]


@dataclass(frozen=True)
class Buyer:
    """Who buys. Fictional, like everything that the stand-in holds."""

    email: str
    name: str = "Camille Durand"
    phone: str | None = None
    country: str = "FR"
    locale: str = "fr"
    ip: str = "203.0.113.7"

    def address(self) -> Json:
        """Return the buyer's postal address."""
        return {
            "city": "Paris",
            "country": self.country,
            "line1": "12 rue de l'Exemple",
            "line2": None,
            "postal_code": "75001",
            "state": None,
        }

    def billing(self) -> Json:
        """Return the billing details of a charge."""
        return {
            "address": self.address(),
            "email": self.email,
            "name": self.name,
            "phone": self.phone,
            "tax_id": None,
        }


@dataclass(frozen=True)
class Made:
    """What every object carries: its id, when it was made, and in which mode."""

    id: str
    created: int
    livemode: bool


def customer(made: Made, email: str | None, name: str | None, metadata: Json) -> Json:
    """Return a new customer without address or phone."""
    return {
        "id": made.id,
        "object": "customer",
        "address": None,
        "balance": 0,
        "business_name": None,
        "created": made.created,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": email,
        "individual_name": None,
        "invoice_prefix": made.id[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": made.livemode,
        "metadata": metadata,
        "name": name,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def session(made: Made, amount: int, currency: str, method: str) -> Json:
    """Return an open Checkout session that nobody has filled in."""
    return {
        "id": made.id,
        "object": "checkout.session",
        "adaptive_pricing": None,
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": "https://shop.example.fr/panier",
        "client_reference_id": None,
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": made.created,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_account": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "customer_email": None,
        "discounts": [],
        "expires_at": made.created + DAY,
        "invoice": None,
        "invoice_creation": None,
        "livemode": made.livemode,
        "locale": "fr",
        "metadata": {},
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": [method],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "presentment_details": None,
        "recovered_from": None,
        "redirect_on_completion": None,
        "return_url": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": "https://shop.example.fr/merci",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": round(amount / 6)},
        "ui_mode": "hosted_page",
        "url": f"https://checkout.stripe.com/c/pay/{made.id}",
    }


def details_of(buyer: Buyer) -> Json:
    """Return what a session knows of its buyer."""
    return {
        "address": buyer.address(),
        "business_name": None,
        "email": buyer.email,
        "individual_name": None,
        "name": buyer.name,
        "phone": buyer.phone,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def delivery_of(buyer: Buyer) -> Json:
    """Return what a session collected for the delivery."""
    shipping = {"address": buyer.address(), "name": buyer.name}
    return {"business_name": None, "individual_name": None, "shipping_details": shipping}


def consent_box(box: Box, carrier: str, key: str) -> Json:
    """Return the fields of a session that carry the newsletter's box as it was left."""
    if box == "absent":
        return {}
    ticked = box == "ticked"
    if carrier == "metadata":
        return {"metadata": {key: "true" if ticked else "false"}}
    if carrier == "custom_field":
        return {"custom_fields": [newsletter_field(key, "yes" if ticked else "no")]}
    if carrier == "promotions":
        return {
            "consent": {"promotions": "opt_in" if ticked else "opt_out", "terms_of_service": None},
            "consent_collection": {
                "payment_method_reuse_agreement": None,
                "promotions": "auto",
                "terms_of_service": "none",
            },
        }
    raise ValueError("carrier is one of metadata, custom_field, promotions")


def newsletter_field(key: str, value: str | None) -> Json:
    """Return the custom field that asks about the newsletter; without a value nobody answered it."""
    options = [{"label": "Oui", "value": "yes"}, {"label": "Non", "value": "no"}]
    return {
        "key": key,
        "label": {"custom": "Recevoir les actualités d'iméra ?", "type": "custom"},
        "optional": True,
        "type": "dropdown",
        "dropdown": {"default_value": None, "options": options, "value": value},
    }


def line_item(item_id: str, made: Made, amount: int, currency: str) -> Json:
    """Return the one line of a session."""
    price: Json = {
        "id": f"price_{made.id[-16:]}",
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": made.created,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": made.livemode,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": f"prod_{made.id[-14:]}",
        "recurring": None,
        "tax_behavior": "inclusive",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }
    return {
        "id": item_id,
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": round(amount / 6),
        "amount_total": amount,
        "currency": currency,
        "description": "Bougie parfumée",
        "metadata": {},
        "price": price,
        "quantity": 1,
    }


def payment_intent(made: Made, paid: Json, buyer: Buyer, capture: str) -> Json:
    """Return the payment intent of the session `paid`, before anything was charged."""
    return {
        "id": made.id,
        "object": "payment_intent",
        "amount": paid["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": capture,
        "client_secret": f"{made.id}_secret_standin",
        "confirmation_method": "automatic",
        "created": made.created,
        "currency": paid["currency"],
        "customer": paid["customer"],
        "customer_account": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": made.livemode,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": paid["payment_method_types"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": {
            "address": buyer.address(),
            "carrier": None,
            "name": buyer.name,
            "phone": None,
            "tracking_number": None,
        },
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(made: Made, intent: Json, buyer: Buyer, method: str) -> Json:
    """Return a pending charge of a payment intent."""
    return {
        "id": made.id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": buyer.billing(),
        "calculated_statement_descriptor": "IMERA",
        "captured": False,
        "created": made.created,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": made.livemode,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": outcome("pending"),
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": _method_details(method),
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
    }


def _method_details(method: str) -> Json:
    if method == "sepa_debit":
        debit = {
            "bank_code": "37040044",
            "branch_code": "",
            "country": "FR",
            "fingerprint": "vifs0Ho7vwRn1Miu",
        }
        return {"sepa_debit": {**debit, "last4": "3201", "mandate": "mandate_1"}, "type": "sepa_debit"}
    card = {"brand": "visa", "country": "FR", "exp_month": 12, "exp_year": 2031, "funding": "credit"}
    return {"card": {**card, "fingerprint": "Xt5EWLLDS7FJjR1c", "last4": "4242"}, "type": "card"}


def outcome(result: Literal["pending", "authorized", "manual_review", "issuer_declined"]) -> Json:
    """Return what the network and Radar thought of a charge."""
    network, reason, level, score, rule, message = {
        "pending": ("approved_by_network", None, "not_assessed", None, None, "Payment pending."),
        "authorized": ("approved_by_network", None, "normal", 12, None, "Payment complete."),
        "manual_review": (
            "approved_by_network",
            "elevated_risk_level",
            "elevated",
            68,
            "manual_review_if_elevated_risk",
            "Stripe evaluated this payment as having elevated risk, and placed it in your manual review queue.",
        ),
        "issuer_declined": (
            "declined_by_network",
            "insufficient_funds",
            "normal",
            20,
            None,
            "The bank returned the decline code `insufficient_funds`.",
        ),
    }[result]
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network,
        "reason": reason,
        "risk_level": level,
        **({"risk_score": score, "rule": rule} if score is not None else {}),
        "seller_message": message,
        "type": "authorized" if result == "pending" else result,
    }


def payment_error(charged: Json, code: str) -> Json:
    """Return why a payment intent's last attempt failed."""
    return {
        "charge": charged["id"],
        "code": code,
        "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds." if code == "card_declined" else "The debit failed.",
        "payment_method": {
            "id": charged["payment_method"],
            "object": "payment_method",
            "billing_details": charged["billing_details"],
            "type": charged["payment_method_details"]["type"],
        },
        "type": "card_error",
    }


def refund(made: Made, charged: Json, amount: int, reason: str | None) -> Json:
    """Return a refund that succeeded."""
    return {
        "id": made.id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": f"txn_{made.id[3:]}",
        "charge": charged["id"],
        "created": made.created,
        "currency": charged["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": {},
        "payment_intent": charged["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def dispute(made: Made, charged: Json, reason: str, ip: str) -> Json:
    """Return an open dispute of a charge."""
    return {
        "id": made.id,
        "object": "dispute",
        "amount": charged["amount"],
        "balance_transactions": [],
        "charge": charged["id"],
        "created": made.created,
        "currency": charged["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {
            "billing_address": "12 rue de l'Exemple, 75001 Paris",
            "customer_email_address": charged["billing_details"]["email"],
            "customer_name": charged["billing_details"]["name"],
            "customer_purchase_ip": ip,
        },
        "evidence_details": {
            "due_by": made.created + 9 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": True,
        "livemode": made.livemode,
        "metadata": {},
        "payment_intent": charged["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }


def review(made: Made, charged: Json, reason: str, ip: str) -> Json:
    """Return an open review of a charge."""
    return {
        "id": made.id,
        "object": "review",
        "billing_zip": charged["billing_details"]["address"]["postal_code"],
        "charge": charged["id"],
        "closed_reason": None,
        "created": made.created,
        "ip_address": ip,
        "ip_address_location": {
            "city": "Paris",
            "country": "FR",
            "latitude": 48.85,
            "longitude": 2.35,
            "region": "IDF",
        },
        "livemode": made.livemode,
        "open": True,
        "opened_reason": reason,
        "payment_intent": charged["payment_intent"],
        "reason": reason,
        "session": {"browser": "Firefox", "device": "Other", "platform": "Linux", "version": "145.0"},
    }


def early_fraud_warning(made: Made, charged: Json) -> Json:
    """Return a warning of the card network about a charge."""
    return {
        "id": made.id,
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charged["id"],
        "created": made.created,
        "fraud_type": "unauthorized_use_of_card",
        "livemode": made.livemode,
        "payment_intent": charged["payment_intent"],
    }


def invoice(made: Made, billed: Json, amount: int, currency: str, due_date: int | None) -> Json:
    """Return an open, finalised invoice of the customer `billed`."""
    return {
        "id": made.id,
        "object": "invoice",
        **MERCHANT,
        "amount_due": amount,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": amount,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_reason": "manual",
        "collection_method": "charge_automatically" if due_date is None else "send_invoice",
        "created": made.created,
        "currency": currency,
        "customer": billed["id"],
        "customer_account": None,
        "customer_address": billed["address"],
        "customer_email": billed["email"],
        "customer_name": billed["name"],
        "customer_phone": billed["phone"],
        "customer_shipping": billed["shipping"],
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": due_date,
        "effective_at": made.created,
        "hosted_invoice_url": f"https://invoice.stripe.com/i/acct_1/{made.id}",
        "invoice_pdf": f"https://pay.stripe.com/invoice/acct_1/{made.id}/pdf",
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [], "has_more": False, "url": f"/v1/invoices/{made.id}/lines"},
        "livemode": made.livemode,
        "metadata": {},
        "next_payment_attempt": None,
        "number": f"{billed['invoice_prefix']}-{billed['next_invoice_sequence']:04d}",
        "parent": None,
        "period_end": made.created,
        "period_start": made.created,
        "starting_balance": 0,
        "status": "open",
        "status_transitions": {
            "finalized_at": made.created,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": amount,
        "total": amount,
    }


def invoice_payment(made: Made, billed: Json, intent_id: str) -> Json:
    """Return the link between an invoice that was paid and its payment intent."""
    return {
        "id": made.id,
        "object": "invoice_payment",
        "amount_paid": billed["amount_due"],
        "amount_requested": billed["amount_due"],
        "created": made.created,
        "currency": billed["currency"],
        "invoice": billed["id"],
        "is_default": True,
        "livemode": made.livemode,
        "payment": {"payment_intent": intent_id, "type": "payment_intent"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": made.created},
    }


def credit_note(made: Made, billed: Json, amount: int, reason: str) -> Json:
    """Return a credit note on an invoice."""
    after_payment = billed["status"] == "paid"
    return {
        "id": made.id,
        "object": "credit_note",
        "amount": amount,
        "amount_shipping": 0,
        "created": made.created,
        "currency": billed["currency"],
        "customer": billed["customer"],
        "customer_account": None,
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": made.created,
        "invoice": billed["id"],
        "lines": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/credit_notes/{made.id}/lines",
        },
        "livemode": made.livemode,
        "memo": None,
        "metadata": {},
        "number": f"{billed['number']}-CN-01",
        "out_of_band_amount": None,
        "pdf": f"https://pay.stripe.com/credit_notes/acct_1/{made.id}/pdf",
        "post_payment_amount": amount if after_payment else 0,
        "pre_payment_amount": 0 if after_payment else amount,
        "pretax_credit_amounts": [],
        "reason": reason,
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "subtotal": amount,
        "total": amount,
        "type": "post_payment" if after_payment else "pre_payment",
        "voided_at": None,
    }


def event(made: Made, kind: str, told: Json, previous: Json | None) -> Json:
    """Return a snapshot event about the object `told`."""
    data = {"object": told} if previous is None else {"object": told, "previous_attributes": previous}
    return {
        "id": made.id,
        "object": "event",
        "api_version": API_VERSION,
        "created": made.created,
        "data": data,
        "livemode": made.livemode,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def envelope(told: Json, at: str, number: str) -> Json:
    """Return an event as Stripe's EventBridge destination delivers it."""
    return {
        "version": "0",
        "id": number,
        "detail-type": told["type"],
        "source": "aws.partner/stripe.com/ed_standin",
        "account": "123456789012",
        "time": at,
        "region": "eu-west-3",
        "resources": ["arn:aws:events:eu-west-3::event-source/aws.partner/stripe.com/ed_standin"],
        "detail": told,
    }
