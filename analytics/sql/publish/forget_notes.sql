delete from resync_runs;
delete from reconciliation;
delete from reconciliation_differences;
delete from reconciliation_unread;
delete from alerts;
delete from notes;
