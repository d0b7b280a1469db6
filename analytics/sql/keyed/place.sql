{# A URL without its query and fragment, also where their signs are encoded. #}
regexp_replace(source."{{ name }}", '(?is)([?#&;]|%(3f|23|26|3b)).*', '')
