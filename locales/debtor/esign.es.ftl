
### Avisos por correo electrónico en lugar de correo postal (E-SIGN, 15 USC 7001(c)).

esign-title = Avisos por correo electrónico
esign-lead = Los avisos que la ley nos permite enviarle por correo electrónico pueden llegarle así en lugar de por correo postal. Lea esto primero, por favor.
esign-problem = Por favor, revise esto
esign-in-force = Usted recibe los avisos por correo electrónico en { $email }. Dio su consentimiento el { $at }.
esign-withdraw-text = Puede retirar su consentimiento en cualquier momento y sin costo. Después, los avisos llegan por correo postal.
esign-withdraw = Retirar mi consentimiento
esign-done-given = Usted aceptó recibir los avisos por correo electrónico.
esign-done-withdrawn = Usted retiró su consentimiento. A partir de ahora los avisos llegan por correo postal.
esign-version = Versión { $version } de este texto
esign-address = Los avisos se enviarán a { $email }.
esign-address-correct = Usar otra dirección
esign-no-address = No tenemos una dirección de correo electrónico suya a la que puedan ir los avisos. Indique una primero.
esign-agree = He leído esto, puedo abrir correos electrónicos y páginas web como esta, y acepto recibir los avisos por correo electrónico
esign-give = Aceptar
esign-unticked = Marque la casilla si acepta.
esign-text-changed = Antes se mostró el texto con otras palabras o en otro idioma. Léalo como está aquí y acepte de nuevo, por favor.
esign-history = Lo que usted aceptó antes
esign-past-given = Aceptado el { $at } para { $email }.
esign-past-withdrawn = Retirado el { $at }.
esign-past-text = El texto que usted aceptó, versión { $version }

## El texto mismo. Con cada palabra que cambie hay que subir la versión en src/web/debtor/esign.rs.
esign-text-what = Qué abarca. Si usted acepta, { $company } puede enviarle por correo electrónico los avisos, las divulgaciones y los estados de cuenta que la ley exige normalmente en papel, para todas sus cuentas con nosotros, las que tiene ahora y las que puedan venir después, mientras las atendamos.
esign-text-paper = Su derecho al papel. Usted puede recibir cualquier aviso en papel. No tiene que aceptar, y nada cambia en sus cuentas si no lo hace.
esign-text-withdraw = Su derecho a retirar el consentimiento. Puede retirarlo en cualquier momento en esta página, por teléfono al { $phone } o por carta a { $company }, { $address }. No hay ningún costo ni otra consecuencia: a partir de entonces los avisos llegan por correo postal. Un aviso enviado antes sigue siendo válido.
esign-text-copy = Copias en papel. También después de aceptar puede pedir una copia en papel de cualquier aviso, por teléfono al { $phone } o por carta. No hay ningún costo.
esign-text-address = Su dirección. Mantenga al día su correo electrónico en la página «Sus datos de contacto» de este portal, o avísenos por teléfono al { $phone }.
esign-text-needs = Lo que necesita. Un dispositivo con acceso a internet, un navegador web actual, una cuenta de correo electrónico que reciba nuestros mensajes, un programa que muestre archivos PDF y, si quiere conservar los avisos, una impresora o espacio para guardarlos.
esign-text-choice = Sus otras preferencias. Este consentimiento solo trata de cómo le llegan los avisos obligatorios. Si podemos comunicarnos con usted por correo electrónico, lo elige en la página «Cómo podemos comunicarnos con usted». Si allí rechaza el correo electrónico, los avisos llegan por correo postal.
esign-text-effect = Cómo acepta. Usted acepta al marcar la casilla de abajo y pulsar «Aceptar». Que pueda leer esta página muestra que puede abrir lo que le enviamos.
