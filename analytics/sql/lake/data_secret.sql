create or replace secret calltouch_data_{{ place.number }} (
    type s3,
    scope {{ place.data | literal }}
    {% for name, value in words.items() %}
    , {{ name }} {{ value | literal }}
    {% endfor %}
);
