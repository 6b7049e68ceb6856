-- What the law wants said on a page, by state and language, in versions that are added and never changed; and which of them stood
-- beside a payment or a case. New tables only.
CREATE TABLE disclosures (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    key VARCHAR(30) NOT NULL CONSTRAINT disclosures_key_known CHECK (key IN
        ('collector', 'first_communication', 'time_barred', 'state', 'payment', 'dispute', 'licence')),
    page VARCHAR(20) NOT NULL CONSTRAINT disclosures_page_known
        CHECK (page IN ('debt', 'payment', 'dispute', 'validation', 'letter', 'all')),
    state CHAR(2) CONSTRAINT disclosures_state_is_a_code CHECK (state ~ '^[A-Z]{2}$'),
    language VARCHAR(5) NOT NULL CONSTRAINT disclosures_language_known CHECK (language IN ('en', 'es')),
    version INTEGER NOT NULL CONSTRAINT disclosures_version_counts CHECK (version > 0),
    body TEXT NOT NULL CONSTRAINT disclosures_body_not_empty CHECK (btrim(body) <> '' AND length(body) <= 10000),
    valid_from DATE NOT NULL,
    valid_until DATE CONSTRAINT disclosures_end_after_they_begin CHECK (valid_until > valid_from),
    approved_by VARCHAR(200) CONSTRAINT disclosures_approval_not_empty CHECK (btrim(approved_by) <> ''),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
-- A text for everywhere has no state, and there is one of each version of it, too.
CREATE UNIQUE INDEX idx_disclosures_version ON disclosures (key, page, coalesce(state, ''), language, version);

CREATE TABLE disclosures_shown (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    disclosure_id UUID NOT NULL REFERENCES disclosures(id),
    payment_id UUID REFERENCES payments(id),
    case_id UUID REFERENCES cases(id),
    shown_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT disclosures_shown_beside_one_thing CHECK (num_nonnulls(payment_id, case_id) = 1)
);
CREATE INDEX idx_disclosures_shown_disclosure ON disclosures_shown (disclosure_id);
CREATE UNIQUE INDEX idx_disclosures_shown_payment ON disclosures_shown (payment_id, disclosure_id);
CREATE UNIQUE INDEX idx_disclosures_shown_case ON disclosures_shown (case_id, disclosure_id);

COMMENT ON TABLE disclosures IS 'What the law wants said, by page, state and language; a new wording is a new version, no row is changed';
COMMENT ON COLUMN disclosures.id IS 'Key';
COMMENT ON COLUMN disclosures.key IS 'What it is: collector, first_communication, time_barred, state, payment, dispute or licence';
COMMENT ON COLUMN disclosures.page IS 'Where it stands: debt, payment, dispute, validation, letter, or all of them';
COMMENT ON COLUMN disclosures.state IS 'For people of which state; NULL for those of any that has no text of its own';
COMMENT ON COLUMN disclosures.language IS 'en or es';
COMMENT ON COLUMN disclosures.version IS 'Counts up; the newest one that has begun is shown';
COMMENT ON COLUMN disclosures.body IS 'The words; an empty line parts paragraphs, {company}, {phone} and {licenses} are filled in';
COMMENT ON COLUMN disclosures.valid_from IS 'The first day it is shown, at the company''s place';
COMMENT ON COLUMN disclosures.valid_until IS 'The first day it is shown no more, and nothing in its place; NULL until a newer version begins';
COMMENT ON COLUMN disclosures.approved_by IS 'Which counsel has signed it off; NULL for a draft';
COMMENT ON COLUMN disclosures.created_at IS 'When it was written down';
COMMENT ON TABLE disclosures_shown IS 'Which texts stood on the page from which a payment or a case was started';
COMMENT ON COLUMN disclosures_shown.id IS 'Key';
COMMENT ON COLUMN disclosures_shown.disclosure_id IS 'The text, in its version and language';
COMMENT ON COLUMN disclosures_shown.payment_id IS 'The payment, or else';
COMMENT ON COLUMN disclosures_shown.case_id IS 'The case';
COMMENT ON COLUMN disclosures_shown.shown_at IS 'When';

-- Drafts, until counsel signs them off. Only texts whose wording a law or a regulator gives; what depends on the operator's
-- own licences (Minnesota, North Carolina, Tennessee, Utah, Wisconsin, New York City) is the operator's to add.
INSERT INTO disclosures (key, page, state, language, version, valid_from, body) VALUES
-- 15 USC 1692e(11), 12 CFR 1006.18(e)
('collector', 'all', NULL, 'en', 1, '2026-01-01', 'This communication is from a debt collector. This is an attempt to collect a debt, and any information obtained will be used for that purpose.'),
('collector', 'all', NULL, 'es', 1, '2026-01-01', 'Esta comunicación proviene de un cobrador de deudas. Este es un intento de cobrar una deuda, y toda información que se obtenga se utilizará con ese fin.'),
-- Cal. Civ. Code 1788.11(f): the licence number, in 12 points or more
('licence', 'all', 'CA', 'en', 1, '2026-01-01', 'Our licenses: {licenses}'),
('licence', 'all', 'CA', 'es', 1, '2026-01-01', 'Nuestras licencias: {licenses}'),
-- 23 NYCRR 1.3(b), in the words that the Department of Financial Services gave on April 7, 2022, after CPLR 214-i
('time_barred', 'payment', 'NY', 'en', 1, '2026-01-01', 'We are required by regulation of the New York State Department of Financial Services to notify you of the following information. This information is NOT legal advice:

Your creditor or debt collector believes that the legal time limit (statute of limitations) for suing you to collect this debt may have expired. It is a violation of the Fair Debt Collection Practices Act, 15 U.S.C. section 1692 et seq., to sue to collect on a debt for which the statute of limitations has expired. However, if the creditor sues you to collect on this debt, you may be able to prevent the creditor from obtaining a judgment against you. To do so, you must tell the court that the statute of limitations has expired.

Even if the statute of limitations has expired, you may choose to make payments on the debt. You are not required to provide us with an admission, affirmation, or acknowledgment of the debt, a promise to pay the debt, or a waiver of the statute of limitations.

We are also required to tell you that, for certain kinds of debts, if you make a payment on a debt, admit to owing a debt, or promise to pay a debt, the time period in which the debt is enforceable in court may start again. However, your creditor or debt collector believes that restarting the time period on this debt is prohibited by law, and whether or not you acknowledge, promise to pay, or make a payment on this debt, your creditor or debt collector will NOT sue you to collect this debt. If you waive the statute of limitations on a debt, the time period in which the debt is enforceable in court may start again.

If you would like to learn more about your legal rights and options, you can consult an attorney or a legal assistance or legal aid organization.'),
('time_barred', 'payment', 'NY', 'es', 1, '2026-01-01', 'Un reglamento del Departamento de Servicios Financieros del Estado de Nueva York nos obliga a comunicarle la siguiente información. Esta información NO es asesoramiento legal:

Su acreedor o cobrador de deudas cree que el plazo legal (plazo de prescripción) para demandarle a fin de cobrar esta deuda puede haber vencido. Demandar para cobrar una deuda cuyo plazo de prescripción ha vencido es una infracción de la Ley de Prácticas Justas para el Cobro de Deudas, título 15 del Código de los Estados Unidos, sección 1692 y siguientes. Sin embargo, si el acreedor le demanda para cobrar esta deuda, es posible que usted pueda impedir que obtenga una sentencia en su contra. Para ello, debe decirle al tribunal que el plazo de prescripción ha vencido.

Aunque el plazo de prescripción haya vencido, usted puede decidir hacer pagos de la deuda. No está obligado a darnos una admisión, afirmación o reconocimiento de la deuda, una promesa de pagarla ni una renuncia al plazo de prescripción.

También estamos obligados a decirle que, en ciertos tipos de deudas, si usted hace un pago, admite que debe la deuda o promete pagarla, el plazo durante el cual la deuda puede exigirse ante un tribunal puede comenzar de nuevo. Sin embargo, su acreedor o cobrador de deudas cree que la ley prohíbe que el plazo de esta deuda comience de nuevo y, reconozca usted o no esta deuda, prometa o no pagarla o haga o no un pago, su acreedor o cobrador de deudas NO le demandará para cobrarla. Si usted renuncia al plazo de prescripción de una deuda, el plazo durante el cual puede exigirse ante un tribunal puede comenzar de nuevo.

Si desea saber más sobre sus derechos y opciones legales, puede consultar a un abogado o a una organización de asistencia legal.'),
-- 12 CFR 1006.26(b)
('time_barred', 'payment', NULL, 'en', 1, '2026-01-01', 'The law limits how long you can be sued on a debt. Because of the age of this debt, we will not sue you for it.

You do not have to pay this debt, promise to pay it, or tell us that you owe it. In some states, a payment or a written promise to pay can start the time limit again.

If you would like to learn more about your rights, you can ask an attorney or a legal aid organization.'),
('time_barred', 'payment', NULL, 'es', 1, '2026-01-01', 'La ley limita el tiempo durante el cual se le puede demandar por una deuda. Debido a la antigüedad de esta deuda, no le demandaremos por ella.

Usted no está obligado a pagar esta deuda, a prometer que la pagará ni a decirnos que la debe. En algunos estados, un pago o una promesa de pago por escrito puede hacer que el plazo comience de nuevo.

Si desea saber más sobre sus derechos, puede preguntarle a un abogado o a una organización de asistencia legal.');

INSERT INTO disclosures (key, page, state, language, version, valid_from, body)
SELECT 'state', page, state, language, 1, '2026-01-01', body FROM (VALUES ('debt'), ('validation')) AS pages (page), (VALUES
-- Cal. Civ. Code 1812.700
('CA', 'en', 'The state Rosenthal Fair Debt Collection Practices Act and the federal Fair Debt Collection Practices Act require that, except under unusual circumstances, collectors may not contact you before 8 a.m. or after 9 p.m. They may not harass you by using threats of violence or arrest or by using obscene language. Collectors may not use false or misleading statements or call you at work if they know or have reason to know that you may not receive personal calls at work. For the most part, collectors may not tell another person, other than your attorney or spouse, about your debt. Collectors may contact another person to confirm your location or enforce a judgment. For more information about debt collection activities, you may contact the Federal Trade Commission at 1-877-FTC-HELP or www.ftc.gov.

Nonprofit credit counseling services may be available in the area.'),
('CA', 'es', 'La Ley Rosenthal de Prácticas Justas para el Cobro de Deudas del estado y la Ley federal de Prácticas Justas para el Cobro de Deudas exigen que, salvo en circunstancias excepcionales, los cobradores no se comuniquen con usted antes de las 8 a. m. ni después de las 9 p. m. No pueden acosarle con amenazas de violencia o de arresto ni con lenguaje obsceno. Los cobradores no pueden hacer declaraciones falsas o engañosas ni llamarle a su trabajo si saben o tienen motivos para saber que usted no puede recibir allí llamadas personales. Por lo general, los cobradores no pueden hablar de su deuda con otra persona que no sea su abogado o su cónyuge. Pueden comunicarse con otra persona para confirmar su paradero o para hacer cumplir una sentencia. Para obtener más información sobre las actividades de cobro de deudas, puede comunicarse con la Comisión Federal de Comercio al 1-877-FTC-HELP o en www.ftc.gov.

Puede haber en la zona servicios de asesoramiento de crédito sin fines de lucro.'),
-- Colo. Rev. Stat. 5-16-105
('CO', 'en', 'FOR INFORMATION ABOUT THE COLORADO FAIR DEBT COLLECTION PRACTICES ACT, SEE WWW.COAG.GOV/CAR.

A consumer has the right to request in writing that a debt collector or collection agency cease further communication with the consumer. A written request to cease communication will not prohibit the debt collector or collection agency from taking any other action authorized by law to collect the debt.'),
('CO', 'es', 'PARA OBTENER INFORMACIÓN SOBRE LA LEY DE PRÁCTICAS JUSTAS PARA EL COBRO DE DEUDAS DE COLORADO, VISITE WWW.COAG.GOV/CAR.

El consumidor tiene derecho a solicitar por escrito que un cobrador de deudas o una agencia de cobros deje de comunicarse con él. La solicitud escrita de que cese la comunicación no impedirá que el cobrador o la agencia tome cualquier otra medida autorizada por la ley para cobrar la deuda.'),
-- 940 CMR 7.08, 209 CMR 18.15
('MA', 'en', 'NOTICE OF IMPORTANT RIGHTS

You have the right to make a written or oral request that telephone calls regarding your debt not be made to you at your place of employment. Any such oral request will be valid for only ten days unless you provide written confirmation of the request postmarked or delivered within seven days of such request. You may terminate this request by writing to the debt collector.'),
('MA', 'es', 'AVISO DE DERECHOS IMPORTANTES

Usted tiene derecho a solicitar, por escrito o de palabra, que no se le hagan llamadas telefónicas sobre su deuda en su lugar de trabajo. La solicitud de palabra será válida solo durante diez días, salvo que usted la confirme por escrito con matasellos o entrega dentro de los siete días siguientes. Puede poner fin a esta solicitud escribiendo al cobrador de deudas.'),
-- 23 NYCRR 1.2(a)
('NY', 'en', 'Debt collectors, in accordance with the Fair Debt Collection Practices Act, 15 U.S.C. section 1692 et seq., are prohibited from engaging in abusive, deceptive, and unfair debt collection efforts, including but not limited to: the use or threat of violence; the use of obscene or profane language; and repeated phone calls made with the intent to annoy, abuse, or harass.

If a creditor or debt collector receives a money judgment against you in court, state and federal laws may prevent the following types of income from being taken to pay the debt: supplemental security income (SSI); social security; public assistance (welfare); spousal support, maintenance (alimony) or child support; unemployment benefits; disability benefits; workers’ compensation benefits; public or private pensions; veterans’ benefits; federal student loans, federal student grants, and federal work study funds; and ninety percent of your wages or salary earned in the last sixty days.'),
('NY', 'es', 'De conformidad con la Ley de Prácticas Justas para el Cobro de Deudas, título 15 del Código de los Estados Unidos, sección 1692 y siguientes, los cobradores de deudas tienen prohibido realizar gestiones de cobro abusivas, engañosas e injustas, entre ellas: el uso o la amenaza de violencia; el lenguaje obsceno o soez; y las llamadas telefónicas repetidas hechas con la intención de molestar, maltratar o acosar.

Si un acreedor o cobrador de deudas obtiene una sentencia monetaria en su contra ante un tribunal, las leyes estatales y federales pueden impedir que se tomen los siguientes tipos de ingresos para pagar la deuda: la seguridad de ingreso suplementario (SSI); el seguro social; la asistencia pública; la manutención del cónyuge (pensión alimenticia) o de los hijos; las prestaciones por desempleo; las prestaciones por discapacidad; la compensación a los trabajadores; las pensiones públicas o privadas; las prestaciones para veteranos; los préstamos y becas federales para estudiantes y los fondos federales de trabajo y estudio; y el noventa por ciento de su sueldo o salario de los últimos sesenta días.')
) AS texts (state, language, body);
