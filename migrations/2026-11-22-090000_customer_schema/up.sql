-- The customer's own schema, word for word: every table, column, default and index.
-- Whatever Quittance adds or hardens stands in the migrations after this one.

CREATE TABLE debtors (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    first_name VARCHAR(100) NOT NULL,
    last_name VARCHAR(100) NOT NULL,
    email VARCHAR(255) UNIQUE,
    phone VARCHAR(20),
    address_line1 VARCHAR(255),
    address_line2 VARCHAR(255),
    city VARCHAR(100),
    state VARCHAR(2),
    zip_code VARCHAR(10),

    -- Consent and compliance
    phone_consent BOOLEAN DEFAULT false,
    email_consent BOOLEAN DEFAULT true,
    dnc_registered BOOLEAN DEFAULT false,

    created_at TIMESTAMP DEFAULT NOW(),
    updated_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE debts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debtor_id UUID NOT NULL REFERENCES debtors(id),

    -- Debt details
    original_creditor VARCHAR(200) NOT NULL,
    total_owed DECIMAL(10,2) NOT NULL DEFAULT 0,
    amount_paid DECIMAL(10,2) NOT NULL DEFAULT 0,
    status VARCHAR(20) DEFAULT 'active', -- active, resolved, dispute, etc.

    -- Tracking
    unique_token VARCHAR(50) UNIQUE NOT NULL, -- For personalized URLs
    total_contacts INTEGER DEFAULT 0,

    -- Dates
    debt_date DATE,
    imported_at TIMESTAMP DEFAULT NOW(),

    created_at TIMESTAMP DEFAULT NOW(),
    updated_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE emails (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),

    direction VARCHAR(10) NOT NULL, -- 'inbound', 'outbound'
    subject VARCHAR(500),
    content TEXT,

    -- Tracking
    email_opened BOOLEAN DEFAULT false,
    email_clicked BOOLEAN DEFAULT false,

    -- Metadata
    ai_generated BOOLEAN DEFAULT false,
    compliance_checked BOOLEAN DEFAULT true,

    timestamp TIMESTAMP DEFAULT NOW(),
    created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE calls (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),

    direction VARCHAR(10) NOT NULL, -- 'inbound', 'outbound'
    call_duration INTEGER, -- seconds
    call_outcome VARCHAR(50), -- 'answered', 'voicemail', 'busy', 'no_answer'

    -- Call content
    transcript TEXT,
    recording_url VARCHAR(500),

    -- Metadata
    ai_generated BOOLEAN DEFAULT false,
    compliance_checked BOOLEAN DEFAULT true,

    timestamp TIMESTAMP DEFAULT NOW(),
    created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE sms (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),

    direction VARCHAR(10) NOT NULL, -- 'inbound', 'outbound'
    content TEXT,

    -- Metadata
    ai_generated BOOLEAN DEFAULT false,
    compliance_checked BOOLEAN DEFAULT true,

    timestamp TIMESTAMP DEFAULT NOW(),
    created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE payments (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),

    amount DECIMAL(10,2) NOT NULL,
    payment_type VARCHAR(20), -- 'full', 'partial', 'plan'

    -- Stripe integration
    stripe_payment_intent_id VARCHAR(100),
    stripe_session_id VARCHAR(100),
    payment_method VARCHAR(50), -- 'card', 'bank', 'apple_pay', etc.

    status VARCHAR(20) DEFAULT 'pending', -- 'pending', 'completed', 'failed', 'refunded'

    created_at TIMESTAMP DEFAULT NOW(),
    completed_at TIMESTAMP
);

-- Core lookup indexes
CREATE INDEX idx_debtors_email ON debtors(email);
CREATE INDEX idx_debtors_phone ON debtors(phone);

-- Debt tracking
CREATE INDEX idx_debts_token ON debts(unique_token);
CREATE INDEX idx_debts_debtor ON debts(debtor_id);
CREATE INDEX idx_debts_status ON debts(status);

-- Communication tracking
CREATE INDEX idx_emails_debt ON emails(debt_id);
CREATE INDEX idx_emails_timestamp ON emails(timestamp);
CREATE INDEX idx_calls_debt ON calls(debt_id);
CREATE INDEX idx_calls_timestamp ON calls(timestamp);
CREATE INDEX idx_sms_debt ON sms(debt_id);
CREATE INDEX idx_sms_timestamp ON sms(timestamp);

-- Payment tracking
CREATE INDEX idx_payments_debt ON payments(debt_id);
CREATE INDEX idx_payments_status ON payments(status);
CREATE INDEX idx_payments_stripe ON payments(stripe_payment_intent_id);
