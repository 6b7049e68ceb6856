
### Validation information: the words of the Bureau's Spanish translation of the model form B-1 wherever it has them

validation-title = Aviso sobre su deuda
validation-copy = Copia del aviso que le enviamos el { $date } por { $way }. En él, «hoy» y «ahora» se refieren a ese día.
validation-over = El plazo para responder que se indica venció el { $date }; aún puede disputar la deuda y preguntarnos.
validation-way-post = correo postal
validation-way-email = correo electrónico
validation-to = Para:
validation-reference = Referencia: { $reference }
validation-collector = { $company } es un cobrador de deudas.
validation-collect = Estamos tratando de cobrar una deuda que usted tiene con { $creditor }. Usaremos cualquier información que nos brinde para ayudar a cobrar la deuda.
validation-shows = Nuestra información muestra lo siguiente:
validation-account = Usted tenía una cuenta de { $creditor } con el número de cuenta { $number }.
validation-account-no-number = Usted tenía una cuenta de { $creditor }.
validation-then = Hasta el { $date }, usted debía:
validation-kind-last_statement = La fecha del último estado de cuenta
validation-kind-charge_off = La fecha en que la cuenta se dio por incobrable
validation-kind-last_payment = La fecha del último pago
validation-kind-transaction = La fecha de la transacción
validation-kind-judgment = La fecha de la sentencia del tribunal
validation-between = Entre el { $date } y hoy:
validation-interest = Se le cobró esta cantidad en interés:
validation-fees = Se le cobró esta cantidad en cargos:
validation-paid = Pagó o se le abonó esta cantidad a la deuda:
validation-now = Monto total de la deuda ahora:
validation-dispute = ¿Cómo puede disputar la deuda?
validation-call = Llámenos o escríbanos a más tardar el { $date } para disputar la totalidad o parte de la deuda.
validation-assume = Si no lo hace, supondremos que nuestra información es correcta.
validation-write = Si nos escribe a más tardar el { $date },
validation-stop = deberemos detener el cobro de cualquier cantidad que dispute hasta que le enviemos información que demuestre que debe la deuda.
validation-form = Puede utilizar el formulario a continuación o escribirnos sin el formulario. También puede incluir documentos que respalden su disputa.
validation-electronic = Aceptamos disputas electrónicamente en { $address }
validation-else = ¿Qué más puede hacer?
validation-creditor = Escriba para solicitar el nombre y la dirección del acreedor original, si es diferente del acreedor actual.
validation-creditor-stop = Si escribe a más tardar el { $date }, debemos detener el cobro hasta que le enviemos esa información. Puede utilizar el formulario a continuación o escribirnos sin el formulario.
validation-creditor-electronic = Aceptamos dichas solicitudes electrónicamente en { $address }
validation-rights = Visite www.cfpb.gov/debt-collection para obtener más información sobre sus derechos según la ley federal.
validation-rights-text = Por ejemplo, tiene derecho a detener o limitar la forma en que nos comunicamos con usted.
validation-options = Contáctenos acerca de sus opciones de pago.
validation-other-language = This form is also available in English.
validation-answer = ¿Cómo desea responder?
validation-check = Marque todo lo que corresponda:
validation-because = Quiero disputar la deuda porque pienso que:
validation-not-mine = Esta no es mi deuda.
validation-wrong-amount = La cantidad es incorrecta.
validation-other = Otro (por favor, describa o adjunte información adicional).
validation-want-creditor = Quiero que me envíe el nombre y la dirección del acreedor original.
validation-enclosed = Adjunto esta cantidad:
validation-payable = Haga su cheque a nombre de { $company }. Incluya el número de referencia { $reference }.
validation-mail = Envíe este formulario a:
validation-print = Puede imprimir esta página con su navegador.

validation-preparing-title = Estamos preparando su información
validation-preparing-short = Estamos preparando la información sobre esta cuenta.
validation-preparing-lead = Estamos preparando la información que la ley nos pide enviarle primero.
validation-preparing-text = La recibirá de nosotros por escrito y después verá aquí esta cuenta. Hasta entonces no tiene que hacer nada. Si cree que esta cuenta no es suya o tiene alguna pregunta, puede decírnoslo ahora.

time-barred-title = Antes de pagar
time-barred-read = He leído este aviso.
time-barred-continue = Continuar con el pago
time-barred-dispute = Disputar esta deuda
time-barred-problem-heading = Confirme que ha leído el aviso
time-barred-problem = Lea el aviso y marque la casilla para continuar.

pay-debit-only = Solo tarjetas de débito y cuentas bancarias; aquí no se pueden usar tarjetas de crédito.
confirm-more = Más información sobre esta deuda y cómo comunicarse con nosotros
