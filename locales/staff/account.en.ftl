
### One debt

