
### Las mismas cartas en PDF

documents-save = Guardar como PDF
documents-page = Página { $page } de { $pages }
documents-case-number = Número para conservar
documents-case-time = Recibido el
## Names of files, in letters of ASCII, without saying whose they are.
documents-file-receipt = recibo.pdf
documents-file-statement = estado-de-cuenta.pdf
documents-file-letter = carta.pdf
