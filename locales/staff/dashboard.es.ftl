
### Dashboard

