
### Buscar deudas

debts-search = Buscar una deuda
debts-search-hint = Nombre o parte de él, correo electrónico, teléfono, número de cuenta, enlace personal o acreedor
debts-find = Buscar
debts-filters = Filtros
debts-filter = Mostrar estas
debts-clear = Quitar todo
debts-any = Cualquiera
debts-name = Nombre
debts-state = Estado de residencia
debts-creditor = Acreedor
debts-status = Situación
debts-status-active = Abierta
debts-status-resolved = Resuelta
debts-status-dispute = En disputa
debts-status-hold = En pausa
debts-status-closed = Cerrada
debts-balance = Saldo
debts-balance-min = Saldo desde
debts-balance-max = Saldo hasta
debts-owed = Adeudado
debts-paid = Pagado
debts-age-min = Días de antigüedad, como mínimo
debts-age-max = Días de antigüedad, como máximo
debts-arose = Deuda de
debts-imported = Importada
debts-consent = Consentimiento
debts-consent-phone = Acepta llamadas y mensajes de texto
debts-consent-no-phone = No acepta llamadas ni mensajes de texto
debts-consent-email = Acepta correos electrónicos
debts-consent-no-email = No acepta correos electrónicos
debts-consent-do-not-call = En una lista de no llamar
debts-contact = Último contacto
debts-contact-never = Nunca
debts-contact-within = { $count ->
    [one] En el último día
   *[other] En los últimos { $count } días
}
debts-contact-not-for = { $count ->
    [one] No en el último día
   *[other] No en los últimos { $count } días
}
debts-disputed = Disputa
debts-disputed-yes = En disputa, aquí o en el banco
debts-disputed-no = Sin disputa
debts-order = Orden
debts-order-match-up = La mejor coincidencia primero
debts-order-imported-down = Importación más reciente primero
debts-order-imported-up = Importación más antigua primero
debts-order-name-up = Nombre, de la A a la Z
debts-order-name-down = Nombre, de la Z a la A
debts-order-balance-down = Mayor saldo primero
debts-order-balance-up = Menor saldo primero
debts-order-age-up = Deuda más antigua primero
debts-order-age-down = Deuda más reciente primero
debts-order-contact-up = Más tiempo sin contacto primero
debts-order-contact-down = Contacto más reciente primero
debts-count = { $count ->
    [one] Una deuda
   *[other] { $count } deudas
}
debts-count-more = { $count }+ deudas
debts-count-first = Coinciden más de { $count } deudas; se muestran las { $count } mejores. Añada una palabra o un filtro.
debts-count-unknown = Muchas deudas; contarlas llevaría demasiado tiempo
debts-similar = Nada está escrito exactamente así. Estas se parecen.
debts-empty = Ninguna deuda coincide.
debts-first = Volver a la primera página
debts-by-match = Primero la mejor coincidencia
debts-csv = Descargar todo como CSV
debts-caption = Deudas
debts-pages = Páginas de la lista
debts-previous = Anterior
debts-next = Siguiente
debts-saved = Búsquedas guardadas
debts-save-as = Guardar esta búsqueda como
debts-save = Guardar
debts-delete = Borrar
debts-delete-named = Borrar { $name }
debts-name-empty = Escriba un nombre para la búsqueda.
debts-name-long = Use como máximo 100 caracteres.
debts-name-taken = Ya tiene una búsqueda guardada con este nombre. Elija otro o borre aquella primero.
debts-name-too-many = Tiene cien búsquedas guardadas. Borre una primero.
debts-problem-choice = Elija una de las opciones.
debts-problem-amount = Escriba una cantidad, por ejemplo 150.00.
debts-problem-days = Escriba un número entero de días.
debts-problem-state = Escriba las dos letras de un estado, por ejemplo OR.
debts-problem-range = No debe ser menor que el límite inferior.
