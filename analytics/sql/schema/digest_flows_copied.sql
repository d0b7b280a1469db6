create table digest.flows_copied (
    change bigint not null
);

comment on table digest.flows_copied is 'Служебная: до какого изменения скопированы операции обработок | Internal: up to which change the operations of flows have been copied';
comment on column digest.flows_copied.change is 'Номер последнего скопированного изменения | Number of the last change that was copied';
