create or replace secret calltouch_data (
    type s3,
    scope {{ scope | literal }}
    {% for name, value in words.items() %}
    , {{ name }} {{ value | literal }}
    {% endfor %}
);
