
### Payments, refunds, chargebacks, findings, webhook inbox

## What all lists share.
money-newest-first = Primero lo más reciente
money-urgent-first = Primero lo más urgente
money-count = { $count } resultados
money-count-one = 1 resultado
money-none = Nada corresponde a estos filtros.
money-pages = Páginas
money-next = Página siguiente
money-facts = Todos los campos
money-filter-all = Todo
money-filter-apply = Filtrar
money-filter-clear = Quitar los filtros
money-filter-debt = Deuda (identificador)
money-filter-from = Desde
money-filter-to = Hasta
money-filter-least = Importe desde
money-filter-most = Importe hasta
money-filter-reference = Identificador, nuestro o de Stripe
money-no-choice = Elija una de las opciones.
money-no-amount = Escriba un importe como 25.00.
money-no-day = Escriba un día como 2026-03-31.
money-no-id = Esto no es un identificador.
money-text-too-long = Escriba como máximo 100 caracteres.

## Columns and fields.
money-amount = Importe
money-asked = Solicitado
money-bank-reason = Motivo del banco
money-begun = Iniciado
money-charge = Cargo de Stripe
money-charged-back = Contracargado
money-checked = Última consulta a Stripe
money-checkout-expires = Fin de la página de pago
money-claimed = Reclamado por el banco
money-closed-at = Decidido
money-completed = Completado
money-creditor = Acreedor
money-currency = Moneda
money-dealt-at = Atendido
money-dealt-by = Por
money-dealt-by-itself = El propio portal, o un comando
money-detail = Qué se encontró
money-due = Plazo para pruebas
money-due-soon = { $count ->
    [one] En { $count } día
   *[other] En { $count } días
}
money-event-type = Tipo
money-external = Número del cheque o giro postal
money-failure = Por qué no llegó dinero
money-found = Encontrado
money-group = Sobre
money-happened = Ocurrió, según Stripe
money-id = Nuestro identificador
money-intent = Intención de pago de Stripe
money-kind = Clase
money-language = Idioma
money-method = Método
money-mode = Modo
money-live = Dinero real
money-test = Modo de prueba
money-opened = Abierto
money-origin = Solicitado por
money-outcome = Qué resultó
money-processing-since = En camino desde
money-received = Recibido
money-refunded = Reembolsado
money-refunds-unsure = Reembolsos sin aclarar desde
money-reinstated-at = El dinero volvió
money-replaced = Reemplazado
money-resolution = Qué se hizo
money-returned = Devuelto a nosotros
money-session = Sesión de pago de Stripe
money-source = Nos llegó por
money-state = Estado
money-stripe-dispute = Disputa de Stripe
money-stripe-event = Evento de Stripe
money-stripe-refund = Reembolso de Stripe
money-type = Todo o una parte
money-updated = Último cambio del registro
money-withdrawn = Retirado ahora
money-withdrawn-at = El dinero fue retirado

## Links.
money-to-debt = Ir a la deuda
money-to-payment = Ir al pago
money-to-event = Ir al evento que lo mostró
money-to-refund = Devolver dinero
money-to-stripe = Verlo en el panel de Stripe

## Payments.
money-payments-lead = Cada intento de pago, con cualquier resultado.
money-payment-of = Pago de { $amount } para { $creditor }
money-state-open = Página de pago abierta
money-state-expired = Terminó sin pago
money-state-processing = Débito bancario en camino
money-state-declined = Rechazado
money-state-completed = Pagado
money-state-refunded = Reembolsado por completo
money-type-full = Todo lo que se debía
money-type-partial = Una parte
money-type-plan = Según un plan

## Refunds.
money-refunds-lead = Dinero devuelto, y si ha llegado.
money-refund-of = Reembolso de { $amount }
money-no-refunds = Ningún reembolso.
money-refund-requested = Aún no está en Stripe
money-refund-refused = Rechazado por Stripe
money-refund-pending = En camino
money-refund-succeeded = Llegó
money-refund-canceled = Detenido
money-refund-failed = Volvió a nosotros
money-origin-staff = El personal, aquí
money-origin-overpayment = El propio portal, por un pago en exceso
money-origin-stripe = Alguien en el panel de Stripe
money-origin-recorded = Conocido solo por la suma del cargo

## Chargebacks.
money-chargebacks-lead = Lo que los bancos de los titulares retiran o preguntan. Las pruebas se envían en el panel de Stripe.
money-chargeback-of = Contracargo de { $amount }
money-no-chargebacks = Ningún contracargo.
money-chargeback-inquiry = El banco pregunta
money-chargeback-inquiry_closed = Pregunta cerrada
money-chargeback-opened = Abierto
money-chargeback-withdrawn = Dinero retirado
money-chargeback-lost = Perdido
money-chargeback-reinstated = El dinero volvió
money-chargeback-won = Ganado

## Findings.
money-findings-lead = Lo que una persona debe revisar: dinero por encima de una deuda, contradicciones entre nuestros libros y los de Stripe, dinero que vuelve.
money-no-findings = Ningún hallazgo.
money-group-all = Todos los hallazgos
money-group-overpayments = Pagos en exceso
money-group-mismatches = Discrepancias
money-group-returns = Dinero que vuelve
money-finding-open = Por atender
money-finding-resolved = Atendido
money-flag-amount_mismatch = El importe de Stripe es otro
money-flag-currency_mismatch = Otra moneda
money-flag-livemode_mismatch = Dinero de prueba y dinero real confundidos
money-flag-session_mismatch = Una página de pago que no corresponde
money-flag-illegal_transition = Dos hechos que no pueden ser ciertos a la vez
money-flag-overpayment = Se pagó más de lo debido
money-flag-unknown_payment = Stripe conoce un pago que nosotros no
money-flag-paid_while_closed = Pagado cuando la deuda no admitía pagos
money-flag-refund_mismatch = Un reembolso o contracargo que no corresponde
money-flag-refund_failed = Un reembolso no llegó
money-flag-inquiry = Un banco pregunta por un pago
money-flag-chargeback = Un banco retira un pago
money-flag-returned_too_much = Volvió más de lo pagado
money-deal = Marcar como atendido
money-dealt-already = No se cambió nada: esto ya fue atendido. Abajo ve cuándo y por quién.
money-note = ¿Qué hizo al respecto?
money-note-hint = Como máximo 500 caracteres. Queda con el hallazgo y en el registro de auditoría.
money-note-empty = Escriba lo que hizo.
money-note-too-long = Escriba como máximo 500 caracteres.

## The webhook inbox.
money-events-lead = Todo lo que Stripe nos ha comunicado, una vez cada cosa. Abrir uno queda registrado: puede nombrar a una persona.
money-no-events = Ningún evento.
money-outcome-applied = Aplicado
money-outcome-unchanged = Nada nuevo
money-outcome-waiting = Espera su pago
money-outcome-flagged = Señalado al personal
money-outcome-not_ours = No trata de un pago nuestro
money-outcome-ignored = De un tipo que aquí no cambia nada
money-outcome-unreadable = No se pudo leer
money-outcome-failed = No se pudo aplicar
money-outcome-received = Recibido, aún sin aplicar
money-source-webhook = Aviso: Stripe nos lo comunicó
money-source-sweep = Revisión: lo preguntamos
money-raw = Tal como se recibió
money-replay = Aplicarlo otra vez
money-replay-lead = Se aplica por la misma vía por la que llegó. Lo que ya cambió no lo cambia dos veces; ningún importe se cuenta de nuevo.
money-replayed-applied = Aplicado otra vez: antes no se había aplicado, y ahora sí.
money-replayed-unchanged = Aplicado otra vez: nada ha cambiado.
money-replayed-waiting = Aplicado otra vez: su pago sigue sin conocerse, así que sigue esperando.
money-replayed-flagged = Aplicado otra vez: contradice nuestros libros, y no se contó ningún dinero.
money-replayed-not_ours = Aplicado otra vez: no trata de un pago nuestro.
money-replayed-nothing = No contiene nada que aplicar.
money-replayed-refused = La base de datos sigue rechazándolo. La causa está en el registro.
