
### Imports


# What a column can mean
imports-field-first_name = Nombre
imports-field-last_name = Apellido
imports-field-email = Correo electrónico
imports-field-phone = Número de teléfono
imports-field-address_line1 = Calle y número
imports-field-address_line2 = Apartamento o interior
imports-field-city = Ciudad
imports-field-state = Estado (dos letras)
imports-field-zip_code = Código postal
imports-field-phone_consent = Acepta llamadas y mensajes
imports-field-email_consent = Acepta correos electrónicos
imports-field-dnc_registered = En una lista de no llamar
imports-field-original_creditor = Acreedor original
imports-field-account_number = Número de cuenta con el acreedor
imports-field-total_owed = Importe total adeudado
imports-field-amount_paid = Pagado antes de la importación
imports-field-debt_date = Fecha de la deuda
imports-field-status = Estado de la deuda
imports-field-debt_id = Nuestro identificador de la deuda
imports-field-amount = Importe
imports-field-paid_on = Pagado el
imports-field-direction = Dirección (inbound u outbound)
imports-field-subject = Asunto
imports-field-content = Texto
imports-field-timestamp = Fecha y hora
imports-field-email_opened = Fue abierto
imports-field-email_clicked = Se siguió un enlace
imports-field-ai_generated = Hecho por una máquina
imports-field-compliance_checked = Revisado por cumplimiento
imports-field-call_duration = Duración de la llamada
imports-field-call_outcome = Resultado de la llamada
imports-field-transcript = Transcripción
imports-field-recording_url = Enlace a la grabación

# What can be wrong with a row
imports-problem-empty = Aquí debe haber algo.
imports-problem-too-long = Esto es demasiado largo.
imports-problem-control-character = Aquí hay caracteres de control invisibles.
imports-problem-not-utf8 = La fila tiene caracteres que no son UTF-8; guarde el archivo como CSV en UTF-8.
imports-problem-cell-count = La fila tiene más o menos celdas que columnas hay.
imports-problem-not-an-amount = Esto no es un importe; escríbalo así: 1234.50.
imports-problem-negative-amount = Un importe no puede ser menor que cero.
imports-problem-too-precise = Un importe tiene dos decimales como máximo.
imports-problem-amount-too-large = Este importe es demasiado grande.
imports-problem-zero-amount = El importe debe ser mayor que cero.
imports-problem-paid-too-much = Se pagó más de lo que se debe.
imports-problem-bad-date = Esto no es una fecha; escríbala así: 2025-03-31 o 3/31/2025.
imports-problem-future-date = Esta fecha está en el futuro.
imports-problem-bad-time = Esto no es una hora; escríbala así: 2025-03-31 16:05 o 3/31/2025 4:05 PM.
imports-problem-bad-email = Esto no es una dirección de correo electrónico.
imports-problem-bad-phone = Esto no es un número de teléfono con su código de área.
imports-problem-bad-state = Esto no son las dos letras de un estado.
imports-problem-bad-zip = Esto no es un código postal.
imports-problem-bad-boolean = Esto debe ser yes o no.
imports-problem-bad-status = Esto debe ser active, resolved, dispute, hold o closed.
imports-problem-bad-direction = Esto debe ser inbound u outbound.
imports-problem-bad-outcome = Esto debe ser answered, voicemail, busy, no_answer o failed.
imports-problem-bad-number = Esto debe ser segundos, o minutos y segundos como 3:25.
imports-problem-bad-url = Esto no es un enlace que empiece con https://.
imports-problem-bad-debt-id = Esto no es uno de nuestros identificadores de deuda.
imports-problem-no-debt-named = La fila no nombra ninguna deuda: necesita nuestro identificador, o el acreedor original y el número de cuenta.
imports-problem-unknown-debt = No existe tal deuda.
imports-problem-several-debts = Más de una deuda tiene este acreedor y número de cuenta; use nuestro identificador.
imports-problem-email-taken = Otra persona ya tiene esta dirección, y no se pidió reconocer a las personas.
imports-problem-refused = La base de datos rechazó esta fila.
imports-fault = En «{ $field }»: { $problem }
imports-list-line = Línea del archivo
imports-list-reason = Qué está mal

# The list, and the form of an upload
imports-upload = Subir un archivo
imports-upload-send = Subir
imports-upload-no-kind = Indique qué son las filas del archivo.
imports-upload-no-file = Elija un archivo.
imports-upload-empty = No hay nada en este archivo.
imports-upload-utf16 = Este archivo es UTF-16. Guárdelo como CSV en UTF-8.
imports-upload-not-text = Esto no es un archivo CSV. Guárdelo como CSV en UTF-8.
imports-upload-not-utf8 = Este archivo no es UTF-8. Guárdelo como CSV en UTF-8.
imports-kind = Qué son las filas
imports-kind-accounts = Personas y sus deudas
imports-kind-payments = Pagos hechos antes
imports-kind-emails = Correos electrónicos
imports-kind-calls = Llamadas
imports-kind-sms = Mensajes de texto
imports-file = Archivo
imports-file-hint = CSV en UTF-8 con los nombres de las columnas en la primera línea, { $limit } MB como máximo. Todavía no se incorpora nada.
imports-rules = Qué se reconoce
imports-rule-person = Dos registros son de la misma persona cuando sus correos electrónicos coinciden, o si no, cuando coinciden apellido, nombre y código postal y además el teléfono o la dirección. Los datos de una persona que ya está se quedan como están.
imports-rule-debt = Una deuda ya está cuando la misma persona tiene una con el mismo acreedor original y número de cuenta. No se crea por segunda vez. Una fila sin número de cuenta siempre es una deuda nueva.
imports-rule-entry = Los pagos y mensajes nombran su deuda por nuestro identificador, o por acreedor original y número de cuenta.
imports-list = Archivos
imports-none = Todavía no se ha subido ningún archivo.
imports-when = Subido
imports-state = Situación
imports-size = Tamaño en bytes
imports-pages = Más archivos
imports-older = Archivos anteriores

# Where an import stands
imports-state-uploading = En camino
imports-state-uploaded = Subido
imports-state-checking = En revisión
imports-state-checked = Revisado
imports-state-running = Incorporándose
imports-state-finished = Incorporado
imports-state-failed = Fallido
imports-state-canceled = Detenido
imports-text-uploading = El archivo no ha llegado completo.
imports-text-uploaded = Confirme qué significan las columnas y revise primero el archivo. Una revisión no cambia nada.
imports-text-checking = Se juzga cada fila y no se cambia nada. Esta página se renueva sola.
imports-text-checked = Todavía no se ha incorporado nada. Esto es lo que resultaría del archivo.
imports-text-running = Las filas se están incorporando. Esta página se renueva sola; puede dejarla.
imports-text-finished = Esto es lo que resultó del archivo.
imports-text-failed = Esta importación ha terminado. Lo incorporado antes se queda.
imports-text-canceled = Esta importación fue detenida. Las filas que se incorporaron antes una por una se quedan.
imports-failure-rows = No se incorporó nada, porque algunas filas están mal y se pidió todo o nada.
imports-failure-unreadable = El archivo no se pudo leer hasta el final. Quizá falten unas comillas.
imports-failure-database = La base de datos rechazó la importación.
imports-failure-fault = El programa cometió un error, que está en su registro.
imports-failure-abandoned = La orden que incorporaba este archivo se interrumpió y no se volvió a dar.
imports-progress = Avance
imports-progress-figures = { $percent } %, { $rows } filas
imports-stopping = Se detiene después de las filas en curso.
imports-cancel = Detener esta importación

# What came of it
imports-count-rows = Filas
imports-count-failed = Filas erróneas
imports-count-people-new = Personas nuevas
imports-count-people-known = Filas de personas conocidas
imports-count-debts-new = Deudas nuevas
imports-count-debts-known = Filas de deudas conocidas
imports-count-debts-updated = Importes adeudados que cambiaron
imports-count-entries = Pagos, mensajes, llamadas y avisos
imports-wrong =
    { $count ->
        [one] { $count } fila está mal
       *[other] { $count } filas están mal
    }
imports-wrong-download = Descargar las filas erróneas
imports-wrong-hint = El archivo tiene cada fila errónea como era, con el motivo al final. Corríjalo y súbalo de nuevo.
imports-wrong-caption = Las primeras filas erróneas

# What the columns mean, and how rows are taken
imports-columns = Qué significan las columnas
imports-columns-text = Cada fila necesita: { $fields }. Lo que elija aquí se recuerda para el próximo archivo con las mismas columnas.
imports-column = Columna
imports-column-number = Columna { $number }
imports-meaning = Significado
imports-samples = Primeras filas
imports-left-out = Se omite
imports-mapping-twice = Dos columnas significan «{ $field }». Omita una de ellas.
imports-mapping-missing = Ninguna columna significa «{ $field }», y cada fila lo necesita.
imports-mapping-no-debt = Nada dice de qué deuda es una fila: elija nuestro identificador de la deuda, o el acreedor original y el número de cuenta.
imports-options = Cómo se incorporan las filas
imports-same-file = El mismo archivo ya se incorporó, el { $date }:
imports-same-file-refused = Confirme que este archivo se incorpora otra vez.
imports-again = Incorporarlo otra vez
imports-mode = Cuando algunas filas están mal
imports-mode-row = Incorporar las correctas y listar las erróneas
imports-mode-all = Incorporar todas las filas o ninguna
imports-people = Personas
imports-people-known = Reconocer las personas y deudas que ya están
imports-people-new = Cada fila es una persona nueva y una deuda nueva; más rápido, para el primer archivo de todos
imports-update-balance = Dar a las deudas que ya están el importe adeudado del archivo
imports-checked = Estos mensajes fueron revisados por cumplimiento; sin esto, lo que el archivo no marca como revisado se oculta a los deudores hasta que alguien lo revise
imports-check = Revisar sin cambiar nada
imports-run = Incorporar el archivo
