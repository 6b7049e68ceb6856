
### Imports

