
### Los datos de contacto que una persona puede corregir

contact-data-title = Sus datos de contacto
contact-data-lead = Corrija aquí los datos que tenemos para comunicarnos con usted. Valen para todas sus cuentas con nosotros; lo que estaba antes se conserva.
contact-data-problem = Por favor, corrija esto
contact-data-done = Sus datos de contacto quedaron corregidos.
contact-data-name = Para corregir su nombre, llámenos o escríbanos.
contact-data-proof = El código postal que tenemos registrado ahora
contact-data-proof-hint = Solo hace falta si cambia su correo electrónico o su código postal, para que nadie más lo haga.
contact-data-proof-empty = Escriba el código postal que tenemos registrado ahora: usted está cambiando su correo electrónico o su código postal.
contact-data-proof-wrong = Este no es el código postal que tenemos registrado. No se cambió nada.
contact-data-proof-none = Su correo electrónico y su código postal no se pueden cambiar aquí, porque no tenemos ningún código postal suyo. Llámenos, por favor.
contact-data-paused = Hubo demasiadas respuestas incorrectas. Puede intentarlo más tarde o llamarnos.
contact-data-email-unusable = Esta dirección no se puede usar aquí. Llámenos, por favor.
contact-data-email-malformed = Escriba una dirección de correo electrónico como maria@example.com.
contact-data-changed = Sus datos cambiaron mientras tanto. Revíselos como están aquí y corríjalos de nuevo.
contact-data-told = Si podemos escribirle por correo electrónico, avisamos a la dirección anterior y a la nueva de que algo cambió.
contact-data-save = Guardar mis datos de contacto
