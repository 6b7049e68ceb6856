
### Cómo se puede contactar a una persona, para el personal

account-done-choices = La preferencia quedó registrada y vale de inmediato.
account-done-contact-unwanted = El contacto quedó registrado. Contradice lo que la persona eligió: vea las preferencias en esta página.
choices-staff-title = Cómo se puede contactar a la persona
choices-staff-topic = Sobre qué
choices-staff-topic-empty = Elija sobre qué es.
choices-staff-answer = Lo que dijo la persona
choices-staff-answer-empty = Elija lo que dijo la persona.
choices-staff-no = No: no así, no entonces, no allí
choices-staff-yes = Sí: está bien
choices-staff-told = Cómo lo sabemos
choices-staff-otherwise = Por carta o de otra manera
choices-staff-record = Registrar la preferencia
choices-hold-by-person = Pedido por la persona en el portal, { $at }
choices-unwanted = Lo que la persona dijo en contra de un contacto
choices-objection-stopped = No quiere ninguna comunicación.
choices-objection-attorney = Hay que comunicarse con su abogado.
choices-refused-email = Rechazó el correo electrónico.
choices-refused-call = Rechazó las llamadas.
choices-refused-sms = Rechazó los mensajes de texto.
choices-refused-letter = Rechazó las cartas.
choices-time-mornings = Las mañanas no le convienen.
choices-time-afternoons = Las tardes no le convienen.
choices-time-evenings = Las noches no le convienen.
choices-time-weekends = Los fines de semana no le convienen.
choices-time-work_hours = El horario de trabajo no le conviene.
choices-place-at_work = En el trabajo no
choices-place-home_number = En el número de casa no
choices-meter-never = No llamar: vea lo que eligió la persona.
choices-meter-choices = Lo que eligió la persona
choices-meter-none = Nada en contra de una llamada ahora
choices-meter-ok = Una llamada ahora le conviene
choices-meter-warn = Una llamada ahora lo contradice
