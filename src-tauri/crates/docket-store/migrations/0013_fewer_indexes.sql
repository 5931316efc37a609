-- What findings are filtered, counted and ordered by is held in memory where it is asked again and
-- again; elsewhere one walk over the findings answers. An index for each order cost every import
-- and every judgement more than it gave: half of the time that a report takes after it was read.
-- Those that stay: by severity, in which every list begins, by scope, which tells the application
-- too, and by identity.
DROP INDEX finding_by_rule;
DROP INDEX finding_by_spot;
DROP INDEX finding_by_tool;
DROP INDEX finding_by_status;
DROP INDEX finding_by_first;
DROP INDEX finding_by_last;
DROP INDEX finding_by_branch;
DROP INDEX finding_by_component;
DROP INDEX finding_by_path;
DROP INDEX finding_by_owner;
DROP INDEX finding_by_title;
DROP INDEX finding_by_application;
