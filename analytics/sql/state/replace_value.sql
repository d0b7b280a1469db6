update "{{ table }}" set "{{ column }}" = :value
where rowid = :row_number
