
### Las mismas cartas en PDF

documents-save = Guardar como PDF
documents-page = Página { $page } de { $pages }
## Names of files, in letters of ASCII, without saying whose they are.
documents-file-receipt = recibo.pdf
documents-file-statement = estado-de-cuenta.pdf
documents-file-case = copia.pdf
documents-file-letter = carta.pdf
