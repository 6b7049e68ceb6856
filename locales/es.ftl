## Fechas y horas.
month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre
date = { $day } de { $month } de { $year }
time-am = a.{"\u00A0"}m.
time-pm = p.{"\u00A0"}m.
date-time = { $date }, { $hour }:{ $minute } { $half } { $zone }

## El marco de cada página: nada aquí puede revelar que hay una deuda.
layout-skip = Saltar al contenido principal
layout-nav = Sus páginas
layout-overview = Resumen
layout-language = Idioma
layout-sign-out = Cerrar sesión
layout-help = ¿Necesita ayuda?
layout-licenses = Licencias
layout-secure = Nunca le pedimos su contraseña ni el número completo de su tarjeta o cuenta bancaria por correo electrónico, mensaje de texto o teléfono.

form-error-prefix = Error:

## La primera página sin enlace, y la última. Nada aquí puede revelar que hay una deuda.
home-title = Le damos la bienvenida
home-lead = Este es el sitio privado de { $company }.
home-link = Para continuar, abra el enlace personal del mensaje que le enviamos. Si no funciona, llámenos o escríbanos; más abajo encontrará cómo hacerlo.
signed-out-title = Usted cerró la sesión
signed-out-lead = Para volver, abra otra vez su enlace personal.

## La verificación de identidad. Nada aquí puede revelar que hay una deuda, ni si el enlace existe.
identity-title = Confirme que es usted
identity-lead = { $company } tiene un mensaje privado para la persona a quien se envió este enlace. Para proteger su privacidad, primero hacemos una pregunta.
identity-label = Código postal (ZIP) de su dirección de correspondencia
identity-hint = 5 dígitos, por ejemplo 97204
identity-submit = Continuar
identity-problem-heading = Por favor, revise su respuesta
identity-empty = Escriba su código postal.
identity-malformed = Escriba un código postal de 5 dígitos, por ejemplo 97204.
identity-wrong = Este enlace y esta respuesta no corresponden. Revise el código postal o llámenos para pedir un enlace nuevo.
identity-paused = { $count ->
    [one] Hubo varias respuestas incorrectas. Por favor, vuelva a intentarlo en un minuto.
   *[other] Hubo varias respuestas incorrectas. Por favor, vuelva a intentarlo en { $count } minutos.
}
identity-locked = Hubo demasiadas respuestas incorrectas, así que este enlace quedó bloqueado para proteger su privacidad. Llámenos y le ayudaremos.
identity-genuine = ¿Cómo sé que esta página es auténtica?
identity-genuine-text = Puede llamarnos al { $phone }, el mismo número que aparece en nuestras cartas. Nunca pedimos una contraseña, y en esta página usted no paga nada.

## En cada página que menciona la deuda (12 CFR 1006.18(e)).
disclosure-collector = Esta comunicación proviene de un cobrador de deudas. Este es un intento de cobrar una deuda, y toda información que se obtenga se utilizará con ese fin.

## Una deuda.
debt-title = Su cuenta con { $creditor }
debt-back = Todas sus cuentas
debt-balance = Saldo actual
debt-as-of = Al { $date }
debt-paid = { $amount } pagados hasta ahora
debt-paid-of = de { $amount }
debt-in-flight = { $amount } vienen en camino desde su banco. Esto suele tardar hasta cuatro días hábiles; por favor, no los pague otra vez.
debt-overpaid = Usted ha pagado { $amount } más que el saldo de esta cuenta. Nuestro personal ya lo sabe y le devolverá ese dinero.
debt-overpaid-goes-back = Usted ha pagado { $amount } más de lo que se debe en esta cuenta. Ese dinero vuelve por sí solo a la tarjeta o cuenta bancaria de donde salió. Si eso no es posible, nuestro personal se lo devolverá de otra manera.
debt-pay = Pagar
debt-dispute = Disputar
debt-help = Ayuda
debt-about = Acerca de esta cuenta
debt-status-active = Abierta
debt-status-resolved = Pagada por completo
debt-status-dispute = En disputa
debt-status-hold = En pausa
debt-status-closed = Cerrada
debt-status-text-active = Puede pagarla toda o una parte, disputarla o pedir ayuda. No hay ningún cargo adicional.
debt-status-text-resolved = Ya no se debe nada en esta cuenta. Aquí puede leer su historial e imprimir recibos en cualquier momento.
debt-status-text-dispute = Esta cuenta está en disputa. No la cobramos ni aceptamos pagos hasta que le hayamos respondido.
debt-status-text-hold = Esta cuenta está en pausa. Por ahora no se aceptan pagos. Llámenos si tiene alguna pregunta.
debt-status-text-closed = Esta cuenta ya no está con nosotros, así que no se puede pagar aquí. Todavía puede leer su historial.

## Datos en listas.
debt-settled = Saldada por acuerdo
debt-text-settled = Esta cuenta se saldó por acuerdo, así que no se debe nada más. Aquí puede leer su historial e imprimir recibos en cualquier momento.
debt-text-nothing = No hay nada que pagar en esta cuenta por ahora.
debt-text-on-its-way = Todo lo que queda ya viene en camino desde su banco, así que por ahora no hay nada más que pagar.
debt-text-too-small = Lo que queda es muy poco para pagarlo en línea. Llámenos y lo resolvemos con usted.
debt-documents = Documentos
debt-statement = Estado de cuenta
debt-letter = Carta de pago total

fact-name = Nombre
fact-creditor = Acreedor original
fact-account = Número de cuenta original
fact-reference = Nuestra referencia
fact-total = Monto original
fact-paid = Pagado hasta ahora
fact-debt-date = Fecha de la deuda
fact-imported = Con nosotros desde
fact-paid-to = Pagado a
fact-fee = Cargo adicional
fact-fee-none = Ninguno
fact-amount = Monto
fact-date = Fecha
fact-charge-off = Acreedor al pasarse la cuenta a pérdidas (charge-off)
fact-method = Pagado con
fact-receipt = Número de recibo
fact-refunded = Reembolsado desde entonces
fact-charged-back = Devuelto a su banco desde entonces
fact-beyond = Se le devolvió más de lo que pagó; eso no aumenta lo que usted debe
fact-remaining = Saldo restante al { $date }
fact-remaining-after = Saldo restante después de este pago
fact-period = Período
fact-issued = Fecha de emisión

## Historial.
history-title = Historial
history-lead = Todo lo enviado, recibido y registrado sobre esta cuenta; lo más reciente primero.
history-filter = Mostrar en el historial
history-tab-all = Todo
history-tab-emails = Correos electrónicos
history-tab-calls = Llamadas
history-tab-sms = Mensajes de texto
history-tab-payments = Pagos
history-empty = Todavía no hay nada aquí.
history-end = No hay nada más antiguo.
history-pages = Páginas del historial
history-newest = Lo más reciente
history-older = Anteriores
history-payment-open = Pago iniciado, sin terminar
history-payment-expired = Pago no realizado
history-payment-processing = Pago en camino
history-payment-declined = Pago rechazado
history-payment-completed = Pago recibido
history-payment-refunded = Pago reembolsado
history-refunded = { $amount } reembolsados
history-charged-back = { $amount } devueltos al banco
history-receipt = Ver el recibo
history-receipt-of = por { $amount } del { $date }
history-receipt-given-back = del pago del que se devolvieron { $amount }
history-receipt-claimed = del pago del que se reclamaron { $amount }
history-payment-details = Ver qué pasó
history-email-in = Correo electrónico que usted envió
history-email-out = Correo electrónico que le enviamos
history-email-read = Leer el correo electrónico
history-of = del { $date }
history-call-in = Llamada que usted hizo
history-call-out = Llamada que le hicimos
history-call-read = Leer la transcripción
history-call-answered = Contestada
history-call-voicemail = Buzón de voz
history-call-busy = Ocupado
history-call-no_answer = Sin respuesta
history-call-failed = No se pudo comunicar
history-call-seconds = { $seconds } s
history-call-minutes = { $minutes } min { $seconds } s
history-sms-in = Mensaje de texto que usted envió
history-sms-out = Mensaje de texto que le enviamos
history-ai-written = Escrito por IA
history-ai-spoken = Hablado por IA

entry-back = Volver al historial
email-title = Correo electrónico
email-no-subject = Sin asunto
email-no-content = Este correo electrónico no tiene texto registrado.
call-title = Llamada
call-transcript = Transcripción
call-no-transcript = No hay ninguna transcripción registrada.

## Dinero que se devuelve: en el historial y en el recibo.
refund-title-requested = Reembolso en preparación
refund-title-pending = Reembolso en camino
refund-title-succeeded = Reembolso enviado
refund-title-canceled = Reembolso detenido
refund-title-failed = El reembolso regresó a nosotros
refund-text-requested = El dinero vuelve a la tarjeta o cuenta bancaria de donde salió. Todavía no se ha enviado.
refund-text-pending = El dinero va en camino de regreso a la tarjeta o cuenta bancaria de donde salió.
refund-text-succeeded = El dinero volvió a la tarjeta o cuenta bancaria de donde salió. Su banco puede tardar hasta diez días hábiles en mostrarlo.
refund-text-canceled = Se detuvo antes de llegarle a usted, así que el dinero cuenta otra vez como pagado.
refund-text-failed = Su banco no pudo recibirlo, así que el dinero regresó a nosotros y cuenta otra vez como pagado. Buscaremos otra manera de devolvérselo.
refund-of-overpayment = Se pagaron { $amount } de más.
chargeback-title-inquiry = Su banco preguntó por este pago
chargeback-title-inquiry_closed = La pregunta de su banco quedó cerrada
chargeback-title-opened = Pago reclamado ante su banco
chargeback-title-withdrawn = Su banco retiró el pago por ahora
chargeback-title-lost = Su banco retiró el pago
chargeback-title-reinstated = El pago volvió a nosotros por ahora
chargeback-title-won = Su banco dejó el pago como estaba
chargeback-text-inquiry = Estamos respondiendo a su pregunta. No se ha retirado ningún dinero.
chargeback-text-inquiry_closed = No se retiró ningún dinero.
chargeback-text-opened = Se le pidió a su banco que retirara este dinero. Todavía no ha decidido, y hasta ahora no se ha retirado nada.
chargeback-text-withdrawn = Mientras el dinero esté retirado, no cuenta como pagado. Su banco todavía no ha tomado la decisión final.
chargeback-text-lost = Su banco tomó la decisión final. El dinero no cuenta como pagado.
chargeback-text-reinstated = Su banco nos devolvió el dinero, y cuenta otra vez como pagado. Todavía falta la decisión final.
chargeback-text-won = Su banco tomó la decisión final. El dinero está con nosotros y cuenta como pagado.
chargeback-part = De esa suma, { $amount } están retirados.

## Todas las deudas de una persona.
account-title = Sus cuentas
account-lead = { $name }, estas son todas las cuentas que tenemos registradas a su nombre.

## Elegir un monto.
pay-title = Hacer un pago
pay-back = Volver a { $creditor }
pay-lead = Usted decide cuánto. No hay ningún cargo adicional.
pay-legend = ¿Cuánto desea pagar?
pay-full = El saldo completo
pay-full-hint = No queda nada pendiente después de este pago.
pay-partial = Otro monto
pay-partial-hint = Cualquier monto desde { $minimum }.
pay-amount = Monto
pay-amount-hint = Dólares y centavos, por ejemplo 150.00
pay-continue = Continuar
pay-next = Verá todo una vez más antes de pagar.
pay-problem-heading = Por favor, revise el monto
pay-problem-choice = Elija el saldo completo u otro monto.
pay-problem-empty = Escriba el monto que desea pagar.
pay-problem-precise = Escriba un monto con dos dígitos como máximo después del punto, por ejemplo 12.34.
pay-problem-number = Escriba el monto en dígitos, por ejemplo 150 o 150.00.
pay-problem-minimum = Escriba al menos { $minimum }.
pay-problem-maximum = Escriba como máximo { $maximum }, que es todo lo que se puede pagar ahora.
pay-problem-rest = Después de este pago quedarían menos de $0.50, que no se podrían pagar más tarde. Pague { $payable } por completo, o { $largest } como máximo.
pay-problem-at-once = Se pueden pagar como máximo { $maximum } de una vez. Elija otra cantidad y pague el resto después.
pay-problem-nothing = No hay nada que pagar ahora en esta cuenta.

## Confirmar.
not-payable-title = Esta cuenta no admite pagos ahora
confirm-title = Revise su pago
confirm-lead = Todavía no se ha cobrado nada.
confirm-back = Cambiar el monto
confirm-amount = Usted paga
confirm-changed = El saldo cambió desde la última vez que lo vio. Por favor, revise el nuevo monto.
confirm-stripe = Usted escribe los datos de su tarjeta o banco en las páginas seguras de Stripe, nuestro servicio de pagos. Nosotros nunca los vemos.
confirm-submit = Continuar al pago
confirm-not-now = No pagar ahora
confirm-questions = ¿Tiene preguntas sobre esta cuenta? Llame al { $phone } antes de pagar.
checkout-product = Pago de cuenta

## Recibo y página de regreso.
receipt-title = Recibo
receipt-heading-paid = Gracias. Recibimos su pago.
receipt-heading-part = Recibimos su pago. Una parte se devolvió.
receipt-heading-refunded = Este pago se reembolsó
receipt-heading-charged-back = Su banco retiró este pago
receipt-lead-part = Abajo puede ver cuánto cuenta ahora.
receipt-lead-refunded = Ya nada de este pago cuenta como pagado. Abajo puede ver cuándo se devolvió.
receipt-lead-charged-back = Ahora nada de este pago cuenta como pagado. Abajo puede ver qué pasó.
receipt-since = Cuánto cuenta ahora de este pago
receipt-counts = Cuenta ahora como pagado
receipt-amount = Monto pagado
receipt-print = Para conservar este recibo, imprima esta página o guárdela como PDF con su navegador.
receipt-back = Volver a su cuenta
money-heading = Qué pasó con su dinero
payment-title-processing = Su pago está en camino
payment-lead-processing = Su banco está enviando el dinero. Esto suele tardar hasta cuatro días hábiles.
payment-money-processing = El dinero saldrá de su cuenta bancaria una sola vez. Contamos el pago en cuanto llegue el dinero; por favor, no lo pague otra vez.
payment-title-open = El pago no se terminó
payment-lead-open = Usted salió de la página de pago antes de pagar.
payment-money-open = No se cobró nada. Puede continuar donde lo dejó o elegir otro monto.
payment-title-declined = El pago fue rechazado
payment-lead-declined = El banco que emitió su tarjeta no lo aprobó.
payment-money-declined = No se cobró nada. Puede volver a intentarlo, con otra tarjeta si lo desea.
payment-title-bank-declined = Su banco devolvió el pago
payment-lead-bank-declined = El dinero no llegó, así que el pago no cuenta.
payment-money-bank-declined = No recibimos dinero. Su banco puede decirle por qué. Puede pagar de nuevo, con otra cuenta o con una tarjeta.
payment-title-canceled = El pago fue cancelado
payment-lead-canceled = Usted canceló este pago y ya no se puede hacer.
payment-money-canceled = No se cobró nada.
payment-title-replaced = Este pago fue reemplazado
payment-lead-replaced = Usted inició otro pago en su lugar, así que este se cerró.
payment-money-replaced = No se cobró nada por este.
payment-title-withdrawn = Este pago se cerró
payment-lead-withdrawn = La cuenta cambió desde que usted lo empezó, así que ya no se puede hacer de esta manera.
payment-money-withdrawn = No se cobró nada. La página de su cuenta muestra lo que se puede pagar ahora.
payment-title-expired = La página de pago venció
payment-lead-expired = El pago no se hizo a tiempo, así que la página se cerró.
payment-money-expired = No se cobró nada. Puede empezar de nuevo.
payment-title-not-started = No se pudo iniciar el pago
payment-lead-not-started = Nuestro servicio de pagos no abrió una página de pago.
payment-money-not-started = No se cobró nada. Puede empezar de nuevo.
payment-title-lost = No se encuentra este pago
payment-lead-lost = Nuestro servicio de pagos no tiene ningún registro de él, así que ya no se puede hacer.
payment-money-lost = No hemos recibido dinero por este pago. Si su banco muestra un cargo, llámenos; si no, puede empezar de nuevo.
payment-title-unknown = Todavía estamos verificando su pago
payment-lead-unknown = Nuestro servicio de pagos no responde en este momento. Si usted ya pagó, su pago está a salvo y aparecerá aquí.
payment-money-unknown = Por favor, no pague otra vez antes de que esta página le diga qué pasó. Nosotros seguimos preguntando; puede cerrar esta página.
payment-continue = Continuar con este pago
payment-again = Intentar de nuevo
payment-other-amount = Otro monto
payment-look-again = Volver a mirar
payment-cancel = Cancelar este pago
method-card = Tarjeta
method-bank = Cuenta bancaria
method-apple_pay = Apple Pay
method-google_pay = Google Pay
method-link = Link
method-cashapp = Cash App Pay
method-prior = Pagado antes de que esta cuenta llegara a nosotros
method-check = Cheque
method-cash = Efectivo
method-other = Otro medio de pago
failure-expired = La página de pago venció
failure-canceled = Cancelado por usted
failure-replaced = Reemplazado por otro pago
failure-withdrawn = Cerrado porque la cuenta había cambiado
failure-lost = El servicio de pagos no lo conoce
failure-not_started = No se pudo iniciar
failure-bank_declined = Devuelto por el banco
failure-card_declined = La tarjeta fue rechazada. El banco que la emitió puede decirle por qué.
failure-insufficient_funds = La tarjeta no tenía fondos suficientes.
failure-expired_card = La tarjeta está vencida.
failure-incorrect_cvc = El código de seguridad de la tarjeta no era correcto.
failure-payment_intent_authentication_failure = El banco no pudo confirmar que era usted.

## El estado de cuenta.
statement-title = Estado de su cuenta
statement-lead = Cada pago a esta cuenta y todo el dinero que se devolvió.
statement-choose = Elija un período
statement-from = Primer día
statement-to = Último día
statement-show = Mostrar este período
statement-hint = Deje un día en blanco para ver todo lo anterior o posterior al otro.
statement-problem-heading = Por favor, revise los días
statement-problem-day = Escriba un día del calendario con año, mes y día, por ejemplo 2026-03-31.
statement-problem-order = El primer día es posterior al último. Elija un primer día anterior.
statement-period = Del { $from } al { $to }
statement-period-until = Desde el principio hasta el { $to }
statement-caption = Pagos y dinero devuelto; lo más antiguo primero
statement-what = Qué fue
statement-receipt = Recibo
statement-balance = Saldo
statement-opening = Saldo al principio
statement-closing = Saldo al final
statement-overpaid = { $amount } pagados de más
statement-empty = En este período no hubo ningún movimiento de dinero.
statement-note = El signo menos reduce lo que usted debe; el signo más lo aumenta.
statement-print = Para conservar este estado de cuenta, imprima esta página o guárdela como PDF con su navegador.
statement-line-prior = Pagado antes de que esta cuenta llegara a nosotros
statement-line-payment = Pago recibido
statement-line-refund = Reembolso a usted
statement-line-refund-returned = Reembolso que regresó a nosotros
statement-line-chargeback = Retirado por su banco
statement-line-chargeback-reversed = Devuelto a nosotros por su banco
statement-line-correction = Corrección

## La carta de pago total y su comprobación. La página que comprueba no le dice a nadie que hay o hubo una deuda.
letter-title = Esta cuenta está pagada por completo
letter-text = { $company } confirma que el { $date } ya no se debía nada en esta cuenta.
letter-number = Número de esta carta
letter-check = Cómo comprobar esta carta
letter-check-text = Quien reciba esta carta puede comprobarla en { $address } escribiendo su número. Esa página solo dice si la carta es válida.
letter-print = Para conservar esta carta o dársela a alguien, imprima esta página o guárdela como PDF con su navegador.
letter-withdrawn-title = Esta carta ya no es válida
letter-withdrawn-text = Se emitió el { $issued } y se retiró el { $withdrawn }, porque se devolvió dinero con el que se había pagado esta cuenta o la cuenta cambió de otra manera. Por favor, no la use más.
letter-refused-title = Todavía no hay una carta de pago total
letter-refused-owed = Todavía se deben { $amount } en esta cuenta. Podrá tener la carta en cuanto se paguen.
letter-refused-settled = Esta cuenta se saldó por acuerdo por menos del monto completo, así que no hay una carta de pago total. Ya no se debe nada. Llámenos o escríbanos si lo necesita por escrito.
letter-refused-chargeback = Su banco todavía no ha tomado la decisión final sobre un pago a esta cuenta. Podrá tener la carta cuando haya dejado el pago como estaba.
letter-refused-status = Esta cuenta no figura como pagada por completo. Llámenos o escríbanos y la revisaremos con usted.
letters-title = Comprobar una carta
letters-lead = ¿Recibió una carta de { $company }? Escriba el número que aparece en ella. Esta página solo dice si la carta es válida.
letters-label = Número de la carta
letters-hint = PF y 16 letras y dígitos. Los guiones y los espacios no importan.
letters-submit = Comprobar el número
letters-problem-heading = Por favor, revise el número
letters-empty = Escriba el número de la carta.
letters-malformed = Este no es el número de una carta. Escriba PF y las 16 letras y dígitos que siguen.
letters-valid-title = La carta es válida
letters-valid = { $company } emitió una carta con este número y la carta es válida.
letters-invalid-title = No hay una carta válida
letters-invalid = No hay ninguna carta válida con este número.
letters-paused = { $count ->
    [one] Se probaron muchos números desde su conexión. Por favor, vuelva a intentarlo en un minuto.
   *[other] Se probaron muchos números desde su conexión. Por favor, vuelva a intentarlo en { $count } minutos.
}

## Disputa y ayuda.
dispute-title = Disputar esta cuenta
dispute-lead = Si usted no debe esto, o si el monto es incorrecto, tiene derecho a decirlo.
dispute-how = Díganoslo por escrito o por teléfono, con nuestra referencia. No tiene que dar una razón, aunque una razón nos ayuda a encontrar el error.
dispute-write = Escriba a
dispute-email = Correo electrónico
dispute-call = Llame al
dispute-then = Qué pasa después
dispute-then-text = Si usted disputa por escrito dentro del período de validación, dejamos de cobrar hasta que le hayamos enviado la verificación de la deuda. Mientras tanto no se acepta ningún pago.
dispute-creditor = De la misma manera puede pedir el nombre y la dirección del acreedor original, si es diferente del actual.
help-title = Ayuda
help-lead = En este número y en esta dirección le responde una persona.
help-hardship = Si le resulta difícil pagar ahora
help-hardship-text = Llámenos antes de privarse de algo que necesita. Puede pagar el monto que usted elija o pedirnos que esperemos.
help-genuine = ¿Esto es real?
help-genuine-text = { $company } aparece en las cartas que le hemos enviado. Si tiene dudas, busque nuestro número por su cuenta y llame; nunca confíe solamente en un enlace.
help-rights = Sus derechos
help-rights-text = La Oficina para la Protección Financiera del Consumidor (CFPB) explica sus derechos y recibe quejas: consumerfinance.gov/es, teléfono (855) 411-2372.

## Cuando algo sale mal.
error-nothing-charged = No se cobró nada. No se inició ningún pago.
error-overview = Ir a su resumen
error-reference = Si nos llama, por favor mencione esta referencia: { $reference }
error-title-not-found = Esta página no existe
error-lead-not-found = Puede que la dirección esté mal escrita o que la página sea de otra persona. Abra otra vez su enlace personal para encontrar sus páginas.
error-title-method = Esta página no se puede usar así
error-lead-method = Vuelva atrás y use los botones de la página.
error-title-signed-out = Por favor, abra otra vez su enlace
error-lead-signed-out = Por su privacidad, su visita termina después de un tiempo sin actividad. Abra otra vez su enlace personal para continuar. Si acaba de hacer un pago, está a salvo.
error-title-forgery = Este formulario ya no es válido
error-lead-forgery = No se cambió nada. Vuelva atrás, cargue la página otra vez e inténtelo de nuevo. Su navegador debe aceptar las cookies de este sitio.
error-title-bad-form = No se pudo leer este formulario
error-lead-bad-form = No se cambió nada. Vuelva atrás, cargue la página otra vez e inténtelo de nuevo.
error-title-too-large = El texto era demasiado largo
error-lead-too-large = No se cambió nada. Vuelva atrás y escriba menos.
error-title-too-slow = La conexión fue demasiado lenta
error-lead-too-slow = Lo que usted envió no llegó a tiempo y no se cambió nada. Por favor, vuelva a intentarlo.
error-title-busy = Por favor, vuelva a intentarlo en un momento
error-lead-busy = No podemos responder en este momento. No se ha perdido nada; espere unos segundos y vuelva a cargar la página.
error-title-payment-unavailable = En este momento no se puede pagar
error-lead-payment-unavailable = Nuestro servicio de pagos no responde. Por favor, vuelva atrás e inténtelo de nuevo en unos minutos.
error-title-payments-paused = Los pagos están en pausa
error-lead-payments-paused = Estamos revisando nuestros registros, así que por el momento no se puede pagar. Lo que ya pagó está a salvo. Inténtelo más tarde o llámenos.
error-title-too-many-payments = Se iniciaron demasiados pagos
error-lead-too-many-payments = Se iniciaron muchos pagos en esta cuenta en una hora. Por favor, espere un rato o llámenos.
error-title-superseded = Se inició otro pago
error-lead-superseded = Al mismo tiempo se inició otro pago en esta cuenta, así que este se abandonó. Regrese y elija el monto otra vez.
error-title-internal = Algo salió mal de nuestro lado
error-lead-internal = Ya lo registramos y lo revisaremos. Si acaba de pagar, no pague otra vez: su pago está a salvo y aparecerá en su historial.
