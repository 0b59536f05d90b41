"""Word from networks: deliveries are proved, kept and answered; then a reading is woken, or a customer paired."""
