"""What the DPO and the staff are called for."""
