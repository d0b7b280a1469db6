attach {{ catalog | literal }} as {{ name }} (
    data_path {{ place.data | literal }},
    metadata_schema {{ place.schema | literal }},
    meta_secret 'calltouch_catalog',
    create_if_not_exists {{ makes | literal }}
    {% if snapshot is not none %}
    , snapshot_version {{ snapshot }}
    {% endif %}
    {% if read_only %}
    , read_only
    {% endif %}
);
