
### Compliance review

