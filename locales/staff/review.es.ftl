
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
