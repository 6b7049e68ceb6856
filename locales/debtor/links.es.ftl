
### La entrada: códigos por correo electrónico y un enlace que no funciona

identity-code-explained = Enviaremos un código de seis dígitos a la dirección de correo electrónico que tenemos registrada para este enlace.
identity-code-send = Envíenme un código
identity-code-have = Ya tengo un código
identity-code-again = Enviar otro código
identity-code-sent = Si este enlace funciona, un código va en camino a la dirección de correo electrónico registrada. Llega en uno o dos minutos; mire también entre el correo no deseado.
identity-code-label = Código del correo electrónico
identity-code-hint = 6 dígitos; puede pegarlos
identity-code-empty = Escriba el código del correo electrónico.
identity-code-malformed = Escriba los 6 dígitos del código.
identity-code-wrong = Este enlace y este código no corresponden. Revise los dígitos. Un código sirve durante 10 minutos, una sola vez y para cinco intentos; puede pedir que le enviemos otro.
identity-code-limit = Se pidieron varios códigos. Use el más reciente que haya recibido o espere 15 minutos antes de pedir otro.
new-link-offer = Mi enlace no funciona
new-link-title = Obtenga un nuevo enlace
new-link-lead = Si su enlace personal no funciona, díganos cómo encontrarle. Enviamos el enlace únicamente a la dirección de correo electrónico que tenemos registrada.
new-link-who = Su dirección de correo electrónico o el número de cuenta de nuestra carta
new-link-who-hint = Basta con uno de los dos
new-link-submit = Envíenme un enlace
new-link-problem-who = Escriba su dirección de correo electrónico o el número de cuenta.
new-link-problem-long = Es demasiado largo. Escriba su dirección de correo electrónico o el número de cuenta.
new-link-problem-postal-code = Escriba un código postal de 5 dígitos, por ejemplo 97204.
new-link-done-title = Revise su correo
new-link-done = Si lo que escribió coincide con lo que tenemos registrado, un enlace va en camino a la dirección de correo electrónico registrada.
new-link-done-more = Llega en unos minutos; mire también entre el correo no deseado. Si no llega nada, llámenos o escríbanos; más abajo encontrará cómo hacerlo.
