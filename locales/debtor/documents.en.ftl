
### The same letters as PDF

documents-save = Save as PDF
documents-page = Page { $page } of { $pages }
## Names of files, in letters of ASCII, without saying whose they are.
documents-file-receipt = receipt.pdf
documents-file-statement = statement.pdf
documents-file-case = copy.pdf
documents-file-letter = letter.pdf
