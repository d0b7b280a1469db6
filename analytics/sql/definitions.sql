{# What the words of reports, filters and views mean. Each is defined once, and every template under
   sql/ knows it. Columns are those of leads unless it says otherwise. #}

{# The catalog whose tables say what they hold. A lake does not keep all of it: beside one stands
   another catalog, with the same tables. #}
{% set described %}
(
        select coalesce(max(database_name) filter (where database_name = 'described'), current_database())
        from duckdb_databases()
    )
{%- endset %}

{% set is_ended_call %}is_ended and status is not null{% endset %}
{% set is_answered %}is_ended and status = 'successful'{% endset %}
{% set is_missed %}is_ended and status = 'unsuccessful'{% endset %}
{% set is_unfinished %}not is_ended and call_phase = 'callconnected'{% endset %}

{# Of leads, in less time than by the text lead_type: a request has no is_ended, a call always. #}
{% set calls %}count(is_ended){% endset %}
{% set requests %}count(*) - count(is_ended){% endset %}

{# Of a day left joined with calendar, by its weekday where the calendar does not have it. #}
{% set is_working_day %}coalesce(calendar.is_working, isodow(day) < 6){% endset %}
{% set kind_of_day %}coalesce(calendar.kind, if(isodow(day) < 6, 'working', 'day_off')){% endset %}

{# Of a lead and the row of calendar of happened_local::date: whether it began in the account's own
   working hours; NULL where those are not set, or the lead has no time. #}
{% set in_own_hours %}happened_local >= works_from and happened_local < works_until{% endset %}

{# When a lead began; one without a time counts at its first delivery. #}
{% macro moment(table) %}coalesce({{ table }}.happened_at, {{ table }}.first_received_at){% endmacro %}

{# Of leads and freshness: a call that is still on the phone four hours later. #}
{% set is_never_ended %}
leads.call_phase = 'callconnected'
        and {{ moment("leads") }} < freshness.published_at - interval 4 hour
{%- endset %}

{# Columns of leads that tell how long ago the client's previous lead was, and what leads have in
   common beside the client to count for each. The rule is Calltouch's: the same client is the same
   number (canonical_phone, else ct_caller_id) or the same canonical_email. Apart, calls are counted
   by calls and requests by requests; crossed, by both. All leads there are count. One without a
   time counts at its first delivery. #}
{% set links = {
    "since_previous": ", site_id, is_request",
    "since_previous_crossed": ", site_id",
    "since_previous_any_site": ", is_request",
    "since_previous_any_site_crossed": "",
} %}

{# Columns of leads that tell where a lead stands among all those of its person. By these the people
   of a period, or those who came back, are counted without looking for each among all the others. #}
{% set turns = ["person_first_day", "person_previous_day", "person_turn"] %}

{# Whether a lead tells that: readers of limited rights are not told it. #}
{% set is_turn_told %}person_turn is not null{% endset %}

{# The first of its person on the days of the period, whatever else it is. #}
{% set is_first_in_period %}person_turn = 1 or person_previous_day < $from{% endset %}

{# Years times twelve, plus months. #}
{% macro month_number(day) %}year({{ day }}) * 12 + month({{ day }}) - 1{% endmacro %}

{# What of a lead, beside its time, tells where it stands among others. #}
{% set standing = ["site_id", "number_id", "email_id", "person", "day"] %}
{% macro standing_of(table) %}
{% for column in standing %}{{ table }}.{{ column }}{{ ", " if not loop.last }}{% endfor %}
{% endmacro %}

{# The same as a lead says it already. #}
{% set known_turns %}known_{{ turns | join(", known_") }}{% endset %}

{# What others than itself change of a lead. #}
{% set linked = links | list + turns %}

{# Of the table links, joined. #}
{% set of_links %}
{% for column in linked %}links.{{ column }} as {{ column }}{{ ", " if not loop.last }}{% endfor %}
{% endset %}
{% macro differs_from_links(table) %}
({% for column in linked %}{{ table }}.{{ column }}{{ ", " if not loop.last }}{% endfor %})
    is distinct from ({% for column in linked %}links.{{ column }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{# Of a lead that has several clients, by number and by e-mail: whichever was later. One of them is
   its person. #}
{% set least_of_links %}
{% for column in linked %}min({{ column }}) as {{ column }}{{ ", " if not loop.last }}{% endfor %}
{% endset %}

{# Seconds since the client's previous lead on the same site, $across 'apart' or 'crossed'. #}
{% set since_previous %}if($across = 'apart', since_previous, since_previous_crossed){% endset %}

{# The share of target leads, 0 to 1, in those whose flag is known; NULL where it is known of none. #}
{% set target_rate %}count(*) filter (where is_target) / nullif(count(is_target), 0){% endset %}

{# Of lead_tags: a tag of antifraud. #}
{% set is_of_antifraud %}tag_category = 'auto_af'{% endset %}

{# Of leads with is_spam, and is_antifraud that is never NULL: columns of several reports. #}
{% set junk_counts %}
count(*) as leads,
    count(*) filter (where is_spam) as spam,
    count(is_spam) as spam_known,
    count(*) filter (where is_antifraud) as antifraud,
    count(*) filter (where is_spam or is_antifraud) as junk,
    count(*) filter (where is_spam is not null or is_antifraud) as junk_known
{%- endset %}

{# Whether an instant is more than a day after another one. An interval is added to an instant by the
   calendar, row by row, which takes ten times as long. #}
{% macro is_a_day_after(later, moment) %}
epoch_us({{ later }}) - epoch_us({{ moment }}) > 86400000000
{%- endmacro %}

{# Of a missed call, missed_at and recovered_at. #}
{% set is_recovered %}
coalesce(epoch_us(recovered_at) - epoch_us(missed_at) <= $recovery_hours * 3600000000, false)
{%- endset %}
{% set is_pending %}not {{ is_recovered }} and missed_at > $now - to_hours($recovery_hours){% endset %}
{% set is_lost %}not {{ is_recovered }} and missed_at <= $now - to_hours($recovery_hours){% endset %}

{# Of a picked lead that came in both models: a column in the one and the other. It is the lead's own
   in the model that is asked for, else in the preferred one, which is 1. #}
{% macro in_model_0(name, model) %}{{ name if model == 0 else "other_" ~ name }}{% endmacro %}
{% macro in_model_1(name, model) %}{{ "other_" ~ name if model == 0 else name }}{% endmacro %}

{# Of a lead's source and medium in the last interaction (0) and the last non-direct one (1). #}
{% set is_moved %}(source_0, medium_0) is distinct from (source_1, medium_1){% endset %}
{% set is_rescued_from_direct %}source_0 = '(direct)'
    and medium_0 = '(none)'
    and (source_1, medium_1) is distinct from ('(direct)', '(none)'){% endset %}

{# The local moment of picked leads, of which those without a time have that of their receipt. #}
{% set local_moment %}coalesce(happened_local, timezone($timezone, first_received_at)){% endset %}

{# The period as instants, in the configured zone: from the one, up to but not at the other. #}
{% set period_start %}timezone($timezone, $from::timestamp){% endset %}
{% set period_end %}timezone($timezone, $end::timestamp){% endset %}

{# Of deliveries: whole seconds from sent_at to received_at. Where sendingTimestamp was not sent,
   sent_at is received_at. #}
{% set lag %}
if(
            origin = 'webhook' and sent_at <> received_at,
            (epoch_us(received_at) - epoch_us(sent_at)) // 1000000,
            null
        )
{%- endset %}

{# Percentiles of values that are counted first: few different ones of many rows, of which each need
   not be put in order. Of each value of a group by groups and value, in place how many rows have it or
   a lower one, in known how many there are; both bigint, so that their share is no rounded one. rows:
   an aggregate of how many rows have the value. #}
{% macro placed(rows, value, groups=[]) %}
{% set within = "partition by " ~ groups | join(", ") ~ " " if groups else "" %}
(sum({{ rows }}) over ({{ within }}order by {{ value }}))::bigint as place,
        (sum({{ rows }}) over ({{ within | trim }}))::bigint as known
{%- endmacro %}

{# What quantile_disc says, of place and known. #}
{% macro counted_disc(value, share) %}
min({{ value }}) filter (where place >= {{ share }} * known)
{%- endmacro %}

{# What quantile_cont says, of place and known: between the two values next to the share, of which the
   upper one counts by how far the share is past the lower one. #}
{% macro counted_cont(value, share) %}
{% set rank = "(known - 1) * " ~ share ~ "::double" %}
min({{ value }}) filter (where place > {{ rank }}) * (1 - any_value({{ rank }} % 1))
            + min({{ value }}) filter (where place - 1 >= {{ rank }}) * any_value({{ rank }} % 1)
{%- endmacro %}

{# Links to recordings in a text, which are all links to Calltouch, and reclink in JSON. #}
{% set link %}
'(?i)(?:[^"\s\\]|\\[^"])*'
            || '(?:jwtkey=|https?(?::|%3a)(?:\\?/|%2f){2}[^"\s\\]*calltouch\.ru)'
            || '(?:[^"\s\\]|\\[^"])*'
{%- endset %}
{% macro without_links(json) %}
regexp_replace(
        regexp_replace({{ json }}, '(?i)("reclink"\s*:\s*)"(?:[^"\\]|\\.)*"', '\1"…"', 'g'),
        {{ link }},
        '…',
        'g'
    )
{%- endmacro %}

{# The 95 % Wilson interval of a rate: its middle, and how far it reaches to either side. #}
{% macro wilson_middle(rate, known) %}
({{ rate }} + 1.9208 / {{ known }}) / (1 + 3.8416 / {{ known }})
{%- endmacro %}
{% macro wilson_reach(rate, known) %}
1.96 * sqrt(({{ rate }} * (1 - {{ rate }}) + 0.9604 / {{ known }}) / {{ known }})
            / (1 + 3.8416 / {{ known }})
{%- endmacro %}

{# What the views of days tell apart of a lead's traffic. #}
{% set daily_traffic = [
    "source", "medium", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term",
    "city", "device",
] %}

{# For a limit: 0 is all rows. #}
{% macro number_or_all(number) %}if({{ number }} = 0, 9223372036854775807, {{ number }}){% endmacro %}

{# Of signs/facts: minutes from the end of the talk until a webhook told of it; NULL until then. #}
{% set late_minutes %}
epoch(end_arrived_at - moment) / 60 - (coalesce(waiting_time, 0) + coalesce(duration, 0)) / 60
{%- endset %}
