
### The same letters as PDF
