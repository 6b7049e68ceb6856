-- A crowd for measuring what staff does, from number $1 to number $2. Names come as they do in life: a few surnames are borne by
-- many, most by few. Each number is hashed, so that every run has the same crowd and no order in it helps.
WITH crowd AS MATERIALIZED (
    SELECT n, h, (h % 100003)::float8 / 100003 AS share,
        ('019b0000-0001-7000-8000-' || lpad(n::text, 12, '0'))::uuid AS debtor,
        ('019b0000-0002-7000-8000-' || lpad(n::text, 12, '0'))::uuid AS debt
    FROM generate_series($1::int8, $2::int8) n, LATERAL (SELECT abs(hashint8extended(n, 4021) % 1000000007)) hashed (h)
), people AS (
    INSERT INTO debtors (id, first_name, last_name, email, phone, address_line1, city, state, zip_code, phone_consent, email_consent,
        created_at)
    SELECT debtor,
        (ARRAY['James','Mary','Robert','Patricia','John','Jennifer','Michael','Linda','David','Elizabeth','William','Barbara',
            'Richard','Susan','Joseph','Jessica','Thomas','Sarah','Carlos','Karen','José','Nancy','Daniel','Lisa','Luis','Betty',
            'Matthew','Sandra','Anthony','Ashley','Mark','Kimberly','Minh','Emily','Steven','Donna','Andrew','Michelle','Paul',
            'Carol','Joshua','Amanda','Kenneth','Melissa','Kevin','Deborah','Brian','Stephanie','Imani','Rebecca','Timothy','Sofía',
            'Ronald','Laura','Edward','Helen','Jason','Aisha','Jeffrey','Dmitri'])[1 + (h / 7 % 60)::int],
        CASE WHEN h % 5 < 2 THEN
            (ARRAY['Smith','Johnson','Williams','Brown','Jones','Garcia','Miller','Davis','Rodriguez','Martinez','Hernandez','Lopez',
                'Gonzalez','Wilson','Anderson','Thomas','Taylor','Moore','Jackson','Martin','Lee','Perez','Thompson','White','Harris',
                'Sanchez','Clark','Ramirez','Lewis','Robinson','Walker','Young','Allen','King','Wright','Scott','Torres','Nguyễn',
                'Hill','Flores','Green','Adams','Nelson','Baker','Hall','Rivera','Campbell','Mitchell','Carter','Roberts','O''Brien',
                'Gómez','Phillips','Evans','Turner','Diaz','Parker','Cruz','Edwards','Collins','Reyes','Stewart','Morris','Morales',
                'Murphy','Cook','Rogers','Gutierrez','Ortiz','Morgan','Cooper','Peterson','Bailey','Reed','Kelly','Howard','Ramos',
                'Kim','Cox','Ward'])[1 + floor(power(share, 2) * 80)::int]
        ELSE initcap((ARRAY['quill','ash','bram','cald','dun','ever','fair','gold','hal','iver','jess','kirk','lang','marl','nor',
                'oak','pem','ravens','stan','thorn','ul','van','whit','yar','zim','brook','crom','dray','ells','frost'])[1 + (h / 11 % 30)::int]
            || (ARRAY['','a','en','er','i','ing','o','le','ber','man'])[1 + (h / 331 % 10)::int]
            || (ARRAY['feather','ton','ford','well','worth','ley','son','stein','berg','wood','field','ham','wick','gate','croft',
                'dale','more','shaw','low','by','ski','ova','etti','ez'])[1 + (h / 3319 % 24)::int])
        END,
        'person.' || n || '@mail' || h % 9 || '.example',
        CASE h % 4 WHEN 0 THEN '+1' || 2000000000 + h * 7 % 7999999993 WHEN 1 THEN (2000000000 + h * 7 % 7999999993)::text
            ELSE regexp_replace((2000000000 + h * 7 % 7999999993)::text, '(...)(...)(....)', '(\1) \2-\3') END,
        h % 980 || ' Maple Avenue', 'Springfield',
        (ARRAY['CA','TX','FL','NY','PA','IL','OH','GA','NC','MI','NJ','VA','WA','AZ','TN','MA','IN','MD','MO','WI','CO','MN','SC','AL',
            'LA','KY','OR','OK','CT','UT','IA','NV','AR','KS','MS','NM','NE','ID','WV','HI','NH','ME','MT','RI','DE','SD','ND','AK','VT',
            'WY'])[1 + floor(power((h % 99991)::float8 / 99991, 2) * 50)::int],
        lpad((h % 99999)::text, 5, '0'), h % 3 = 0, h % 10 <> 0, timestamptz '2026-01-05'
    FROM crowd WHERE n % 5 <> 0
)
INSERT INTO debts (id, debtor_id, original_creditor, total_owed, amount_paid, status, unique_token, debt_date, imported_at, created_at,
    account_number, last_contact_at)
SELECT debt, CASE WHEN n % 5 = 0 THEN ('019b0000-0001-7000-8000-' || lpad((n - 1)::text, 12, '0'))::uuid ELSE debtor END,
    (ARRAY['Larkmoor Community Bank','Brightwell Medical Group','Ridgeline Wireless','Tallgrass Auto Finance','Northwind Dental',
        'Cedar Point Energy','Halcyon Furniture','Juniper Student Loans','Osprey Telecom','Pinecrest Hospital','Quarry Hill Credit Union',
        'Riverbend Water','Saltmarsh Leasing','Umber Gym','Vantage Card Services','Willowbank Savings'])[1 + floor(power(share, 2) * 16)::int],
    (5000 + h % 400000)::numeric / 100, CASE WHEN h % 8 = 0 THEN (5000 + h % 400000)::numeric / 100 WHEN h % 8 = 1 THEN 25 ELSE 0 END,
    CASE WHEN h % 8 = 0 THEN 'resolved' WHEN h % 211 = 1 THEN 'dispute' WHEN h % 97 = 1 THEN 'hold' WHEN h % 61 = 1 THEN 'closed' ELSE 'active' END,
    substr(translate(encode(sha256(('link' || n)::bytea), 'base64'), '+/=', '-_'), 1, 32),
    date '2024-01-01' + (h % 800)::int, timestamptz '2026-01-05' + (n / 10000) * interval '1 day',
    timestamptz '2026-01-05', lpad((h % 10000000000)::text, 10, '0'),
    CASE WHEN h % 4 = 0 THEN NULL ELSE timestamptz '2026-11-24' - (h / 13 % 25000000) * interval '1 s' END
FROM crowd
