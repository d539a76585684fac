"""What Art. 30 and 33 want written down: purposes, recipients, disclosures, breaches."""
