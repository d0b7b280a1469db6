list_contains(${{ name }}, coalesce({{ compared }}::varchar, 'unknown'))
