-- Loses the links: those in e-mails that were sent no longer work.
DROP TABLE mail_links;
DROP TABLE opt_out_links;
