
### Payments, refunds, chargebacks, findings, webhook inbox

