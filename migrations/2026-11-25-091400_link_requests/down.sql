-- Loses the requests that wait.
DROP TABLE link_requests;
