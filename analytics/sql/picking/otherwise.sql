{# Where the condition is not true: of a lead without a value, too. #}
not coalesce({{ condition }}, false)
