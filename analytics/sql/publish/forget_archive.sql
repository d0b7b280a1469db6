delete from archive_faults;
delete from lost_deliveries
