
### Frame of the staff area: sign-in, navigation, people, audit

