delete from flow_operations;
delete from flow_attempts;
delete from digest.flows_copied;
