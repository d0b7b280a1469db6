create table lead_comments (
    lead_type varchar not null,
    lead_id bigint not null,
    position integer not null,
    party varchar,
    comment varchar
);

comment on table lead_comments is 'Комментарии к лидам (comment) | Comments on leads (comment)';
comment on column lead_comments.lead_type is 'call — звонок, request — заявка | call or request';
comment on column lead_comments.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column lead_comments.position is 'Номер в списке, с нуля | Position in the list, from zero';
comment on column lead_comments.party is 'Автор (comment[i][party]); NULL, если не передан | Author (comment[i][party]); NULL if not sent';
comment on column lead_comments.comment is 'Текст (comment[i][comment]); NULL, если не передан | Text (comment[i][comment]); NULL if not sent';
