DROP TABLE IF EXISTS opt_out_links;
