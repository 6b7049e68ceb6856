
### Finding debts

