
### Compliance review

## The contact meter of a debt.
review-meter-caption = Llamadas sobre esta deuda
review-meter-what = Medida
review-meter-now = Ahora
review-meter-verdict = Qué significa
review-meter-rule = Norma
review-meter-free = Una llamada ahora no va contra ninguna de estas normas.
review-meter-wait = Espere con la próxima llamada hasta el { $at }.
review-meter-calls = Llamadas a la persona en los últimos 7 días
review-meter-calls-of = { $calls } de { $limit }
review-meter-not-connected = { $calls } de ellas no se conectaron; se cuentan por precaución.
review-meter-calls-left = { $calls } más dentro de la norma
review-meter-calls-full = Una más se presume infracción, hasta el { $at }
review-meter-calls-exceeded = Ya se presume infracción; ninguna otra llamada antes del { $at }
review-meter-conversation = Última conversación por teléfono
review-meter-days-ago = { $count ->
    [0] Hace menos de un día
    [one] Hace 1 día
   *[other] Hace { $count } días
}
review-meter-never = Ninguna registrada
review-meter-conversation-recent = Menos de 7 días: una llamada se presume infracción, hasta el { $at }
review-meter-conversation-over = Ninguna conversación en los últimos 7 días
review-meter-hours = Horario en el lugar de la persona
review-meter-open = Entre las 8 a.m. y las 9 p.m., hasta el { $at }
review-meter-quiet = Horas de descanso (antes de las 8 a.m. o después de las 9 p.m.), hasta el { $at }
review-meter-place-state = Según el estado registrado
review-meter-place-postal-code = Según el código postal registrado
review-meter-place-contradictory = El estado y el código postal registrados no concuerdan; cuentan los horarios de ambos.
review-meter-place-unknown = No hay estado ni código postal utilizables; cuentan los horarios de todas las zonas horarias de EE. UU.
review-meter-consent = Aceptó recibir llamadas y mensajes de texto
review-meter-no-consent = Sin consentimiento para llamadas ni mensajes de texto
review-meter-dnc = El número está en una lista de no llamar
review-meter-no-dnc = No está en una lista de no llamar

## The queue and the decisions.
review-heading = Revisión de cumplimiento
review-lead = Los deudores no ven nada de esto hasta que alguien de aquí lo apruebe.
review-waiting = En espera
review-decided = Decididos
review-order = Primero lo hecho por una máquina, después lo más antiguo
review-none = Aquí no espera nada.
review-decided-heading = Lo que se decidió
review-decided-lead = Cada decisión con su revisor, y el motivo de cada rechazo.
review-decided-order = Primero la decisión más reciente
review-decided-none = Nada corresponde a estos filtros.
review-templates = En espera por plantilla: decida sobre muchos a la vez
review-kind = Clase
review-kind-emails = Correo electrónico
review-kind-calls = Llamada
review-kind-sms = Mensaje de texto
review-made = Hecho por
review-made-machine = IA
review-made-person = Una persona
review-template = Plantilla
review-text = Texto
review-no-text = No hay texto.
review-creditor = Acreedor
review-at = Cuándo
review-person = Persona
review-facts = Acerca de esto
review-direction = Dirección
review-direction-inbound = De la persona
review-direction-outbound = A la persona
review-call-outcome = Cómo fue la llamada
review-call-length = Duración
review-recording = Grabación
review-outcome = Decisión
review-outcome-approved = Aprobado
review-outcome-rejected = Rechazado
review-reviewer = Revisor
review-decided-at = Decidido el
review-decide = Decidir
review-approve = Aprobar: la persona puede verlo
review-reject = Rechazar: la persona nunca lo ve
review-reason = Motivo de un rechazo
review-reason-hint = Solo es necesario para rechazar; como máximo 500 caracteres.
review-problem-missing = Elija uno de los dos botones.
review-problem-empty = Escriba por qué lo rechaza.
review-problem-too-long = Escriba como máximo 500 caracteres.
review-done-approved = Aprobado.
review-done-rejected = Rechazado.
review-changed = No se decidió nada: este texto se cambió después de que usted lo abrió. Léalo como está ahora y decida entonces.
review-late-approved = No se cambió nada: { $name } ya lo aprobó ({ $at }).
review-late-rejected = No se cambió nada: { $name } ya lo rechazó ({ $at }).
review-late-elsewhere = No se cambió nada: otro programa lo registró como revisado.
review-elsewhere = El programa que lo escribió lo registró como revisado; la persona puede verlo.
review-take-back = Retirar la decisión
review-take-back-lead = Entonces vuelve a esperar, y la persona no lo ve hasta que alguien lo apruebe.
review-to-batch = Decidir sobre todos los que esperan de esta plantilla

## All that wait of a template.
review-batch-heading = Plantilla { $template }: { $kind }
review-batch-none = No espera ninguno de esta plantilla.
review-batch-size = { $count ->
    [one] Su decisión es sobre { $count } mensaje.
   *[other] Su decisión es sobre estos { $count } mensajes.
}
review-batch-more = Esperan más; vienen después de estos.
review-batch-decide = Decidir sobre todos estos
review-batch-texts = Sus textos, primero los más frecuentes
review-batch-same = { $count ->
    [one] { $count } mensaje tiene este texto
   *[other] { $count } mensajes tienen este texto
}
review-batch-other-texts = { $count ->
    [one] { $count } texto más difiere de estos.
   *[other] { $count } textos más difieren de estos.
}
review-batch-changed = No se decidió nada: estos mensajes cambiaron desde que usted abrió la página. Mírelos como están ahora y decida entonces.
review-batch-gone = No se cambió nada: ninguno de estos mensajes espera ya.
review-batch-late-approved = No se cambió nada: { $name } ya los aprobó ({ $at }).
review-batch-late-rejected = No se cambió nada: { $name } ya los rechazó ({ $at }).
