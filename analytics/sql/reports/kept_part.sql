{{ name }} as (from temp.{{ table }})
