create or replace secret calltouch_catalog (
    type postgres
    {% if password is not none %}
    , password {{ password | literal }}
    {% endif %}
);
