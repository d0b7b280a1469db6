comment on column {{ view }}.day is 'День, к которому относятся лиды (leads.day) | The day that the leads count for (leads.day)';
comment on column {{ view }}.site_id is 'ID сайта в Calltouch; NULL, если не передан | Calltouch site ID; NULL if not sent';
comment on column {{ view }}.site_name is 'Название сайта; NULL, если не передано | Name of the site; NULL if not sent';
comment on column {{ view }}.lead_type is 'call — звонки, request — заявки | call or request';
comment on column {{ view }}.leads is 'Сколько лидов; каждый посчитан ровно в одной строке | Number of leads; each is counted in exactly one row';
comment on column {{ view }}.unique_leads is 'Уникальные по правилам Calltouch (is_unique) | Unique by Calltouch''s rules (is_unique)';
comment on column {{ view }}.uniqueness_known is 'У скольких лидов уникальность известна: знаменатель доли уникальных | Leads whose uniqueness is known: what a share of unique ones is of';
comment on column {{ view }}.target_leads is 'Целевые (is_target) | Target leads (is_target)';
comment on column {{ view }}.target_known is 'У скольких лидов известно, целевой ли он: знаменатель доли целевых | Leads known to be target or not: what a target rate is of';
comment on column {{ view }}.unique_target_leads is 'Уникально-целевые (is_unique_target) | Unique target leads (is_unique_target)';
comment on column {{ view }}.unique_target_known is 'У скольких лидов признак уникально-целевого известен | Leads whose is_unique_target is known';
comment on column {{ view }}.spam is 'Помечены как спам (is_spam) | Marked as spam (is_spam)';
comment on column {{ view }}.spam_known is 'У скольких лидов признак спама известен | Leads whose is_spam is known';
comment on column {{ view }}.unfinished_calls is 'Звонки, которые ещё не завершились | Calls that have not ended yet';
comment on column {{ view }}.ended_calls is 'Завершённые звонки с известным исходом: знаменатель доли пропущенных | Ended calls whose outcome is known: what a rate of missed calls is of';
comment on column {{ view }}.answered_calls is 'Завершённые звонки, на которые ответили (status successful) | Ended calls that were answered (status successful)';
comment on column {{ view }}.missed_calls is 'Пропущенные звонки (status unsuccessful) | Missed calls (status unsuccessful)';
comment on column {{ view }}.talk_seconds is 'Секунды разговора отвеченных звонков; среднее — talk_seconds / talk_known | Seconds of talk of answered calls; the mean is talk_seconds / talk_known';
comment on column {{ view }}.talk_known is 'Отвеченные звонки с известной длительностью | Answered calls whose talk time is known';
comment on column {{ view }}.waiting_seconds is 'Секунды ожидания отвеченных звонков; среднее — waiting_seconds / waiting_known | Seconds of waiting of answered calls; the mean is waiting_seconds / waiting_known';
comment on column {{ view }}.waiting_known is 'Отвеченные звонки с известным временем ожидания | Answered calls whose waiting time is known';
{% for column in traffic if column.name in daily_traffic %}
comment on column {{ view }}."{{ column.name }}" is {{ column.comment.both | literal }};
{% endfor %}
