
### Correos electrónicos. Cualquiera puede verlos: ninguno dice que alguien debe dinero, quién, a quién ni cuánto (12 CFR 1006.6(d)(1)).

mail-subject-link = Un mensaje privado para usted de { $name }
mail-subject-fresh-link = Su nuevo enlace de { $name }
mail-subject-code = Su código de { $name }
mail-subject-receipt = Su recibo de { $name } está listo
mail-subject-case-opened = { $name } recibió su solicitud
mail-subject-case-answered = { $name } respondió a su solicitud
mail-subject-choices-changed = Se cambiaron sus preferencias en { $name }
mail-subject-contact-changed = Se cambiaron sus datos de contacto en { $name }
mail-subject-esign = Su decisión sobre los mensajes electrónicos de { $name }
mail-text-link = Tenemos un mensaje privado para usted. Para proteger su privacidad, no está en este correo electrónico.
mail-text-fresh-link = Usted pidió un nuevo enlace, y aquí lo tiene. Si no lo pidió, no es necesario que haga nada.
mail-text-code = Usted pidió un código para confirmar que es usted. Escríbalo en la página donde lo pidió:
mail-text-receipt = Hay un recibo listo para usted. Entre con su enlace personal para leerlo, imprimirlo o guardarlo.
mail-text-case-opened = Recibimos su solicitud. Entre con su enlace personal para leer lo que recibimos y consérvelo como su copia.
mail-text-case-answered = Hay una respuesta a su solicitud. Entre con su enlace personal para leerla.
mail-text-choices-changed = Se cambiaron sus preferencias sobre cómo podemos comunicarnos con usted. Entre con su enlace personal para leerlas. Si usted no las cambió, llámenos, por favor.
mail-text-contact-changed = Se cambiaron los datos de contacto que conservamos de usted. Si usted no lo pidió, llámenos, por favor.
mail-text-esign-given = Usted aceptó recibir mensajes por medios electrónicos. Entre con su enlace personal para leer lo que aceptó o para cambiarlo.
mail-text-esign-withdrawn = Usted retiró su decisión sobre los avisos electrónicos. Entre con su enlace personal para leerla o para cambiarla.
mail-code-limits = El código sirve durante 10 minutos y una sola vez. Nunca lo pedimos por teléfono ni por correo electrónico. Si no pidió un código, no es necesario que haga nada.
mail-case = Número { $number }, recibida el { $time }
mail-no-link = Para entrar, use el enlace personal de un mensaje nuestro anterior. Si no funciona, puede pedir uno nuevo aquí: { $url }
mail-open = Abra su página privada
mail-opt-out = Para no recibir más correos electrónicos nuestros, indíquelo aquí
mail-shown-link = (su enlace personal)
mail-shown-code = (el código)
mail-shown-opt-out = (un enlace para indicarlo)
