create table call_phrases (
    lead_id bigint not null,
    position integer not null,
    channel varchar,
    phrase varchar
);

comment on table call_phrases is 'Расшифровки звонков по фразам (text) | Transcripts of calls, phrase by phrase (text)';
comment on column call_phrases.lead_id is 'ID звонка | Call ID';
comment on column call_phrases.position is 'Номер фразы, с нуля | Position in the conversation, from zero';
comment on column call_phrases.channel is 'operator — оператор, client — клиент (text[i][channel]); NULL, если не передан | operator or client (text[i][channel]); NULL if not sent';
comment on column call_phrases.phrase is 'Фраза (text[i][phrase]); NULL, если не передана | Phrase (text[i][phrase]); NULL if not sent';
